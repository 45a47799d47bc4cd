"""Requests that must be refused because of their caller, for every operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, cast

from attrs import evolve

from seqrkit import contract, strategies
from seqrkit.model import ClientContext, PrincipalId
from seqrkit.suite.oracles.reply_checks import UNKNOWN_CALLER
from seqrkit.vocabulary import PrincipalType, ResultCode

if TYPE_CHECKING:
    from seqrkit.model_base import Request
    from seqrkit.suite.framework import CheckContext

_NOBODY: Final = "nobody"


def unauthorized_requests(check: CheckContext) -> Iterator[tuple[str, Request, ResultCode]]:
    """Yield requests of the case's operation: why each is refused, the request, the code."""
    name = check.case.operation
    operation = contract.load(check.interface).operations[name]
    request: Any = strategies.boundary(name, check.interface)[0].message
    for caller, context, code in _callers(check, operation.admitted):
        yield caller, cast("Request", evolve(request, context=context)), code


def _callers(
    check: CheckContext, admitted: frozenset[str]
) -> Iterator[tuple[str, ClientContext, ResultCode]]:
    # The operation only decides the caller where no principal is given: the terminal.
    context_of = check.shop.till.session.context
    wrong_password, no_principal = (
        ResultCode.AUTHENTICATION_FAILED,
        ResultCode.INVALID_INITIATOR_PRINCIPAL_ID,
    )
    for kind in PrincipalType:
        known = context_of("unregisterTerminal", principal=kind)
        principal = known.initiator_principal_id
        assert principal is not None  # noqa: S101 - the client has filled it in
        unknown = [("an unknown id", evolve(principal, id=_NOBODY))]
        if kind is PrincipalType.RESELLERUSER:
            unknown.append(("an unknown userId", evolve(principal, user_id=_NOBODY)))
        yield f"{kind} with a wrong password", evolve(known, password="wrong"), wrong_password  # noqa: S106
        yield f"{kind} without a password", evolve(known, password=None), wrong_password
        for reason, other in unknown:
            context = evolve(known, initiator_principal_id=other)
            yield f"{kind} with {reason}", context, UNKNOWN_CALLER[kind]
        if kind not in admitted:
            yield f"{kind} for which it is not admitted", known, ResultCode.ACCESS_DENIED
    known = context_of("unregisterTerminal")
    absent = evolve(known, initiator_principal_id=None)
    unknown_type = PrincipalId(id=_NOBODY, type="OPERATORID")
    yield "no principal", absent, no_principal
    yield "an unknown type", evolve(known, initiator_principal_id=unknown_type), no_principal

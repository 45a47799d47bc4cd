"""Who may call: every operation, by principals that are not there, not right or not admitted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, cast

from attrs import evolve

from seqrkit import contract, strategies
from seqrkit.model import ClientContext, PrincipalId
from seqrkit.suite.oracles.reply_judge import STRANGERS
from seqrkit.vocabulary import PrincipalType, ResultCode

if TYPE_CHECKING:
    from seqrkit.model_base import Request
    from seqrkit.suite.runner.check_context import Trial

_NOBODY: Final = "nobody"


def strangers(trial: Trial) -> Iterator[tuple[str, Request, ResultCode]]:
    """Requests of an operation that must be refused at the door: why, the request, the code."""
    name = trial.case.operation
    operation = contract.load(trial.interface).operations[name]
    request = strategies.boundary(name, trial.interface)[0].message
    context_of = trial.shop.till.session.context
    for who in PrincipalType:
        known = context_of("unregisterTerminal", principal=who)
        for why, context, code in _doubts(known, who):
            yield f"{why} of {who}", _from(request, context), code
        if who not in operation.admitted:
            yield f"a {who}, who may not", _from(request, known), ResultCode.ACCESS_DENIED
    for why, principal in {
        "no principal": None,
        "a type that is neither": PrincipalId(id=_NOBODY, type="OPERATORID"),
    }.items():
        context = evolve(context_of("unregisterTerminal"), initiator_principal_id=principal)
        yield why, _from(request, context), ResultCode.INVALID_INITIATOR_PRINCIPAL_ID


def _doubts(
    known: ClientContext, who: PrincipalType
) -> Iterator[tuple[str, ClientContext, ResultCode]]:
    principal = known.initiator_principal_id
    assert principal is not None  # noqa: S101 - the client has filled it in
    wrong = ResultCode.AUTHENTICATION_FAILED
    yield "a wrong password", evolve(known, password="wrong"), wrong  # noqa: S106 - it is
    yield "no password", evolve(known, password=None), wrong
    unknown = evolve(principal, id=_NOBODY)
    yield "an unknown id", evolve(known, initiator_principal_id=unknown), STRANGERS[who]
    if who is PrincipalType.RESELLERUSER:
        other = evolve(principal, user_id=_NOBODY)
        yield "an unknown userId", evolve(known, initiator_principal_id=other), STRANGERS[who]


def _from(request: object, context: ClientContext) -> Request:
    whole = cast("Any", request)  # each request is an attrs class with a context
    return cast("Request", evolve(whole, context=context))

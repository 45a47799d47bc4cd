"""Requests that must be refused because of their caller, for every operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, cast

from attrs import evolve

from seqrkit import contract, strategies
from seqrkit.model import ClientContext, PrincipalId
from seqrkit.model_base import Request
from seqrkit.simulator.behaviours import Refusal, refusal
from seqrkit.suite.framework import CheckContext
from seqrkit.suite.framework.shop import PASSWORD, Shop
from seqrkit.suite.oracles.reply_checks import UNKNOWN_CALLER
from seqrkit.vocabulary import PrincipalType

_NOBODY: Final = "nobody"


class Unauthorized(NamedTuple):
    """A request that must be refused: why, and with which code, whose source has a letter."""

    reason: str
    request: Request
    refusal: Refusal
    letter: str


def unauthorized_requests(check: CheckContext) -> Iterator[Unauthorized]:
    """Yield requests of the case's operation that must be refused because of their caller."""
    name = check.case.operation
    operation = contract.load(check.interface).operations[name]
    request: Any = strategies.boundary(name, check.interface)[0].message
    for reason, context, behaviour in _callers(check, operation.admitted):
        refused, sent = refusal(behaviour), cast("Request", evolve(request, context=context))
        principal = context.initiator_principal_id
        # A service can refuse another principal than that of the examples before its password.
        is_usual = principal is None or str(principal.type) == operation.principals[0]
        yield Unauthorized(reason, sent, refused, refused.source if is_usual else "A")


def _callers(
    check: CheckContext, admitted: frozenset[str]
) -> Iterator[tuple[str, ClientContext, str]]:
    """Yield callers: why each is refused, its context, and the id of the behaviour."""
    # The operation only decides the caller where no principal is given: the terminal.
    shop = check.shop
    # The terminal of the session must survive a service that carries out what it should refuse.
    ends = check.case.operation == _ENDS

    def context_of(kind: PrincipalType) -> ClientContext:
        till = shop.leaver if ends else shop.till
        return till.session.context("unregisterTerminal", principal=kind)

    for kind in shop.principals:
        known = context_of(kind)
        principal = known.initiator_principal_id
        assert principal is not None  # noqa: S101 - the client has filled it in
        unknown = [("unknown id", evolve(principal, id=_NOBODY))]
        if kind is PrincipalType.RESELLERUSER:
            unknown.append(("unknown userId", evolve(principal, user_id=_NOBODY)))
        own = known.password or ""
        passwords = [
            ("wrong password", "wrong"),
            ("no password", None),
            ("password with a character more", f"{own}x"),
            ("password in another case", own.swapcase()),
            ("empty password", ""),
            *(("password of another principal", each) for each in _others(shop, kind)),
        ]
        for wrong, password in passwords:
            # A password of digits is the same in another case.
            if password != own:
                context = evolve(context_of(kind), password=password)
                yield f"{wrong} of a {kind}", context, "caller.password"
        for reason, other in unknown:
            context = evolve(known, initiator_principal_id=other)
            yield f"{reason} of a {kind}", context, UNKNOWN_CALLER[kind].id
        if kind not in admitted and check.requires("A"):
            yield f"{kind} that is not admitted", known, "caller.type"
    if not check.requires("A"):
        return
    known = context_of(shop.principals[0])
    yield "no principal", evolve(known, initiator_principal_id=None), "caller.no-type"
    unknown_type = PrincipalId(id=_NOBODY, type="OPERATORID")
    other_type = evolve(known, initiator_principal_id=unknown_type)
    yield "unknown type of principal", other_type, "caller.no-type"


def _others(shop: Shop, kind: PrincipalType) -> Iterator[str]:
    """Yield the passwords of other principals than the session's own one of a type."""
    for other in shop.principals:
        if other is not kind:
            context = shop.till.session.context("unregisterTerminal", principal=other)
            yield context.password or ""
    if shop.can_register:
        _ = shop.witness  # whose password it is
        yield PASSWORD


_ENDS: Final = "unregisterTerminal"

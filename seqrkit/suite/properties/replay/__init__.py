"""Replay: generated requests are sent, and every answer and its effect is looked at.

Only the API is used, so any endpoint can be tried: what a request has done is seen through
getPaymentStatus and the reports.
"""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING, Final

from seqrkit import contract, schemas, strategies
from seqrkit.model_base import Request
from seqrkit.suite.framework.check_context import Case
from seqrkit.suite.framework.contract_coverage import Aspect
from seqrkit.suite.framework.property import Need, PropertyGroup
from seqrkit.suite.oracles.message_cases import first_message_by_rule
from seqrkit.suite.oracles.reply_checks import UNKNOWN_CALLER, checked_replies
from seqrkit.suite.properties.replay.executable_requests import (
    WITH_BUYER,
    WITHOUT_BUYER,
    called_by,
    principal_of,
)
from seqrkit.suite.properties.replay.send_and_verify import sent, sent_as_it_is
from seqrkit.vocabulary import PrincipalType, ResultCode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from hypothesis.strategies import SearchStrategy

    from seqrkit.strategies import Broken, Message, Wild
    from seqrkit.suite.framework.check_context import CheckContext
    from seqrkit.suite.properties.replay.executable_requests import Fitting
    from seqrkit.vocabulary import Interface

GROUP = PropertyGroup("replay")

_SENDS: Final = (Need.ENDPOINT, Need.WRITES)
_EXAMPLES_PER_WAY: Final = 25
"""Of so many examples more, another way to break each rule is tried."""
_FEW: Final = 3
"""Where examples come on top of every rule, or nobody looks at them, this part is enough."""
_ABOUT_NOTHING: Final = (
    ResultCode.INVALID_INVOICE_REFERENCE,
    ResultCode.INVALID_ERS_REFERENCE,
    ResultCode.INVALID_CUSTOMER,
)
"""What is answered about an invoice, a payment or a user that there is not."""
_UNKNOWN: Final = {
    operation: code for code in _ABOUT_NOTHING for operation in schemas.result_codes()[code].named
} | {"executeReport": ResultCode.SYSTEM_ERROR}
"""By operation the code of those, or that of a report that there is not."""


def _each(names: Collection[str] | None = None) -> Callable[[Interface], Iterable[Case]]:
    """Cases: each operation of the interface, or of some."""
    return lambda interface: (
        Case(interface, name)
        for name in contract.load(interface).operations
        if names is None or name in names
    )


@GROUP.property(
    "done",
    "A request that keeps every rule, in a fitting state, is answered 0 and has its effect.",
    source="001, the section of each operation",
    cases=_each(WITHOUT_BUYER),
    needs=_SENDS,
)
def _done(check: CheckContext) -> None:
    _carried_out(check, WITHOUT_BUYER[check.case.operation])


@GROUP.property(
    "paid",
    "A request about a payment that keeps every rule is answered 0 and has its effect: what the "
    "buyer paid is in receipt and report as it was sent.",
    source="001, the section of each operation; reports: vendor's developer manual",
    cases=_each(WITH_BUYER),
    needs=(*_SENDS, Need.BUYER),
)
def _paid(check: CheckContext) -> None:
    _carried_out(check, WITH_BUYER[check.case.operation])


def _carried_out(check: CheckContext, fitting: Fitting) -> None:
    name, interface = check.case.operation, check.interface

    def look(request: Message) -> None:
        with checked_replies(check):
            fitted = fitting(check.shop, request)
            reply = check.session.send(fitted.request, check=False)
            exchange = check.session.exchanges[-1]
            check.expect(
                reply.result_code == 0,
                lambda: f"it is answered {reply.result_code} {reply.result_description}",
                exchange=exchange,
            )
            for complaint in fitted.seen(reply):
                check.fail(complaint, exchange=exchange)
        check.record(Aspect.OPERATION, f"{interface} {name}")

    for message in _boundaries(check):
        look(message)
    check.explore(_valid(check), look)


def _boundaries(check: CheckContext) -> Iterable[Message]:
    """Both ends of each limit, at the first operation that has it; then the fewest and all fields.

    What is in between, such as all currencies, is read alike, and so is a context everywhere.
    """
    name, interface = check.case.operation, check.interface
    ends: dict[tuple[str, str], list[Message]] = {}
    for each in strategies.boundary(name, interface):
        if not each.path or _thorough(check) or _homes(interface)[each.path] == name:
            key = (each.path, each.value if each.rule is None else each.rule.id)
            ends[key] = [*ends.get(key, [])[:1], each.message]
    return (message for messages in ends.values() for message in messages)


@cache
def _homes(interface: Interface) -> Mapping[str, str]:
    """The first operation whose request has a limit at a path."""
    found: dict[str, str] = {}
    for name in contract.load(interface).operations:
        for each in strategies.boundary(name, interface):
            found.setdefault(each.path, name)
    return found


def _thorough(check: CheckContext) -> bool:
    """Whether there is time to try what is shared by operations at each of them."""
    return check.environment.profile.examples > _EXAMPLES_PER_WAY


@GROUP.property(
    "strangers",
    "A request of somebody whom nobody knows is answered 29 or 37, and changes nothing.",
    source="001 Result codes",
    cases=_each(),
    needs=_SENDS,
)
def _strangers(check: CheckContext) -> None:
    def look(request: Message) -> None:
        who = principal_of(request)
        _refused(check, request, UNKNOWN_CALLER[PrincipalType(str(who.type))])

    check.explore(_valid(check), look, examples=_few(check))


@GROUP.property(
    "unknown",
    "A request about what there is not is answered with the code that says so; nothing changes.",
    source="001 Result codes; assumed where that names another operation only",
    cases=_each(_UNKNOWN),
    needs=_SENDS,
)
def _unknown(check: CheckContext) -> None:
    def look(request: Message) -> None:
        _refused(check, called_by(check.shop.till, request), _UNKNOWN[check.case.operation])

    check.explore(_valid(check), look, examples=_few(check))


def _refused(check: CheckContext, request: Message, code: ResultCode) -> None:
    assert isinstance(request, Request)  # noqa: S101 - the message of an operation
    exchange = sent_as_it_is(check, strategies.envelope(request, check.interface))
    check.expect(
        exchange.result_code == code,
        lambda: f"it is answered {exchange.result_code}, not {code} {code.name}",
        exchange=exchange,
    )
    check.record(Aspect.CODE, str(int(code)))


@GROUP.property(
    "broken",
    "What breaks a rule is answered 0 or a code of its operation, or refused as no message; what "
    "is not done changes nothing.",
    source="001 Result codes",
    cases=_each(),
    needs=_SENDS,
)
def _broken(check: CheckContext) -> None:
    name, interface = check.case.operation, check.interface
    ways = ceil(check.environment.profile.examples / _EXAMPLES_PER_WAY)
    for rule in strategies.broken_rules(name, interface):
        if first_message_by_rule(interface)[rule.id] != name and not _thorough(check):
            continue
        for each in islice(strategies.broken_examples(name, interface, rule=rule.id), ways):
            sent(check, each.envelope, rule=rule)

    def look(each: Broken) -> None:
        sent(check, each.envelope, rule=each.rule)

    check.explore(strategies.broken(name, interface), look, examples=_few(check))


@GROUP.property(
    "wild",
    "So is what the schema allows and nobody expects, whatever it is.",
    source="wire: the published schema limits no text",
    cases=_each(),
    needs=_SENDS,
)
def _wild(check: CheckContext) -> None:
    def look(each: Wild) -> None:
        sent(check, each.envelope)

    strategy = strategies.wild(check.case.operation, check.interface)
    check.explore(strategy, look, examples=_few(check))


@GROUP.property(
    "size",
    "A message of as many bytes as the endpoint takes is answered; one byte more is HTTP 413.",
    source="assumed: refuse.too-large",
    cases=_each(),
    needs=(*_SENDS, Need.INSIDE),
)
def _size(check: CheckContext) -> None:
    endpoint = check.session.simulator
    assert endpoint is not None  # noqa: S101 - it is inside
    limit = endpoint.limits.message_bytes
    request = strategies.boundary(check.case.operation, check.interface)[0].message
    assert isinstance(request, Request)  # noqa: S101 - the message of an operation
    data = strategies.envelope(request, check.interface)
    for size, status in ((limit, HTTPStatus.OK), (limit + 1, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)):
        exchange = sent_as_it_is(check, data.ljust(size))
        check.expect(
            exchange.status == status,
            f"{size:,} bytes are answered by HTTP {exchange.status}, not {status}",
            exchange=exchange,
        )


def _valid(check: CheckContext) -> SearchStrategy[Message]:
    return strategies.valid(check.case.operation, check.interface)


def _few(check: CheckContext) -> int:
    return max(1, check.environment.profile.examples // _FEW)

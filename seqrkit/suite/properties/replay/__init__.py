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
from seqrkit.suite.oracles.message_cases import homes
from seqrkit.suite.oracles.reply_judge import STRANGERS, judged
from seqrkit.suite.properties.replay.executable_requests import (
    WITH_BUYER,
    WITHOUT_BUYER,
    called_by,
    principal_of,
)
from seqrkit.suite.properties.replay.send_and_verify import sent, sent_as_it_is
from seqrkit.suite.reports.contract_coverage import Aspect
from seqrkit.suite.runner.property import Case, Chapter, Need
from seqrkit.vocabulary import PrincipalType, ResultCode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from hypothesis.strategies import SearchStrategy

    from seqrkit.strategies import Broken, Message, Wild
    from seqrkit.suite.properties.replay.executable_requests import Fitting
    from seqrkit.suite.runner.check_context import Trial
    from seqrkit.vocabulary import Interface

CHAPTER = Chapter("replay")

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


@CHAPTER.property(
    "done",
    "A request that keeps every rule, in a fitting state, is answered 0 and has its effect.",
    source="001, the section of each operation",
    cases=_each(WITHOUT_BUYER),
    needs=_SENDS,
)
def _done(trial: Trial) -> None:
    _carried_out(trial, WITHOUT_BUYER[trial.case.operation])


@CHAPTER.property(
    "paid",
    "A request about a payment that keeps every rule is answered 0 and has its effect: what the "
    "buyer paid is in receipt and report as it was sent.",
    source="001, the section of each operation; reports: vendor's developer manual",
    cases=_each(WITH_BUYER),
    needs=(*_SENDS, Need.BUYER),
)
def _paid(trial: Trial) -> None:
    _carried_out(trial, WITH_BUYER[trial.case.operation])


def _carried_out(trial: Trial, fitting: Fitting) -> None:
    name, interface = trial.case.operation, trial.interface

    def look(request: Message) -> None:
        with judged(trial):
            fitted = fitting(trial.shop, request)
            reply = trial.session.send(fitted.request, check=False)
            exchange = trial.session.exchanges[-1]
            trial.expect(
                reply.result_code == 0,
                lambda: f"it is answered {reply.result_code} {reply.result_description}",
                exchange=exchange,
            )
            for complaint in fitted.seen(reply):
                trial.fail(complaint, exchange=exchange)
        trial.saw(Aspect.OPERATION, f"{interface} {name}")

    for message in _boundaries(trial):
        look(message)
    trial.explore(_valid(trial), look)


def _boundaries(trial: Trial) -> Iterable[Message]:
    """Both ends of each limit, at the first operation that has it; then the fewest and all fields.

    What is in between, such as all currencies, is read alike, and so is a context everywhere.
    """
    name, interface = trial.case.operation, trial.interface
    ends: dict[tuple[str, str], list[Message]] = {}
    for each in strategies.boundary(name, interface):
        if not each.path or _thorough(trial) or _homes(interface)[each.path] == name:
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


def _thorough(trial: Trial) -> bool:
    """Whether there is time to try what is shared by operations at each of them."""
    return trial.bench.profile.examples > _EXAMPLES_PER_WAY


@CHAPTER.property(
    "strangers",
    "A request of somebody whom nobody knows is answered 29 or 37, and changes nothing.",
    source="001 Result codes",
    cases=_each(),
    needs=_SENDS,
)
def _strangers(trial: Trial) -> None:
    def look(request: Message) -> None:
        who = principal_of(request)
        _refused(trial, request, STRANGERS[PrincipalType(str(who.type))])

    trial.explore(_valid(trial), look, examples=_few(trial))


@CHAPTER.property(
    "unknown",
    "A request about what there is not is answered with the code that says so; nothing changes.",
    source="001 Result codes; assumed where that names another operation only",
    cases=_each(_UNKNOWN),
    needs=_SENDS,
)
def _unknown(trial: Trial) -> None:
    def look(request: Message) -> None:
        _refused(trial, called_by(trial.shop.till, request), _UNKNOWN[trial.case.operation])

    trial.explore(_valid(trial), look, examples=_few(trial))


def _refused(trial: Trial, request: Message, code: ResultCode) -> None:
    assert isinstance(request, Request)  # noqa: S101 - the message of an operation
    exchange = sent_as_it_is(trial, strategies.envelope(request, trial.interface))
    trial.expect(
        exchange.result_code == code,
        lambda: f"it is answered {exchange.result_code}, not {code} {code.name}",
        exchange=exchange,
    )
    trial.saw(Aspect.CODE, str(int(code)))


@CHAPTER.property(
    "broken",
    "What breaks a rule is answered 0 or a code of its operation, or refused as no message; what "
    "is not done changes nothing.",
    source="001 Result codes",
    cases=_each(),
    needs=_SENDS,
)
def _broken(trial: Trial) -> None:
    name, interface = trial.case.operation, trial.interface
    ways = ceil(trial.bench.profile.examples / _EXAMPLES_PER_WAY)
    for rule in strategies.broken_rules(name, interface):
        if homes(interface)[rule.id] != name and not _thorough(trial):
            continue
        for each in islice(strategies.broken_examples(name, interface, rule=rule.id), ways):
            sent(trial, each.envelope, rule=rule)

    def look(each: Broken) -> None:
        sent(trial, each.envelope, rule=each.rule)

    trial.explore(strategies.broken(name, interface), look, examples=_few(trial))


@CHAPTER.property(
    "wild",
    "So is what the schema allows and nobody expects, whatever it is.",
    source="wire: the published schema limits no text",
    cases=_each(),
    needs=_SENDS,
)
def _wild(trial: Trial) -> None:
    def look(each: Wild) -> None:
        sent(trial, each.envelope)

    strategy = strategies.wild(trial.case.operation, trial.interface)
    trial.explore(strategy, look, examples=_few(trial))


@CHAPTER.property(
    "size",
    "A message of as many bytes as the endpoint takes is answered; one byte more is HTTP 413.",
    source="assumed: refuse.too-large",
    cases=_each(),
    needs=(*_SENDS, Need.INSIDE),
)
def _size(trial: Trial) -> None:
    endpoint = trial.session.simulator
    assert endpoint is not None  # noqa: S101 - it is inside
    limit = endpoint.limits.message_bytes
    request = strategies.boundary(trial.case.operation, trial.interface)[0].message
    assert isinstance(request, Request)  # noqa: S101 - the message of an operation
    data = strategies.envelope(request, trial.interface)
    for size, status in ((limit, HTTPStatus.OK), (limit + 1, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)):
        exchange = sent_as_it_is(trial, data.ljust(size))
        trial.expect(
            exchange.status == status,
            f"{size:,} bytes are answered by HTTP {exchange.status}, not {status}",
            exchange=exchange,
        )


def _valid(trial: Trial) -> SearchStrategy[Message]:
    return strategies.valid(trial.case.operation, trial.interface)


def _few(trial: Trial) -> int:
    return max(1, trial.bench.profile.examples // _FEW)

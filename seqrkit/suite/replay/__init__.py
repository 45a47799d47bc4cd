"""Replay: generated requests are sent, and every answer and its effect is looked at.

Only the API is used, so any endpoint can be tried: what a request has done is seen through
getPaymentStatus and the reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seqrkit import contract, strategies
from seqrkit.suite.answers import judged
from seqrkit.suite.coverage import Aspect
from seqrkit.suite.property import Case, Chapter, Need
from seqrkit.suite.replay.fitting import WITH_BUYER, WITHOUT_BUYER

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from seqrkit.strategies import Message
    from seqrkit.suite.replay.fitting import Fitting
    from seqrkit.suite.trial import Trial
    from seqrkit.vocabulary import Interface

CHAPTER = Chapter("replay")

_SENDS: Final = (Need.ENDPOINT, Need.WRITES)


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
    "So is one about a payment: what the buyer paid is in receipt and report as it was sent.",
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
    trial.explore(strategies.valid(name, interface), look)


def _boundaries(trial: Trial) -> Iterable[Message]:
    """Of each limit both ends: what is in between, such as all currencies, is read alike."""
    ends: dict[tuple[str, str], list[Message]] = {}
    for each in strategies.boundary(trial.case.operation, trial.interface):
        key = (each.path, each.value if each.rule is None else each.rule.id)
        ends[key] = [*ends.get(key, [])[:1], each.message]
    return (message for messages in ends.values() for message in messages)

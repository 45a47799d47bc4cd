"""The endpoint as a whole: its state, its clock, and back to another state."""

from __future__ import annotations

from typing import Any, Final

from seqrkit._version import __version__
from seqrkit.clock import ManualClock
from seqrkit.simulator.behaviours import TABLE
from seqrkit.simulator.control import serialization
from seqrkit.simulator.control.action import ActionRequest, Problem
from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint
from seqrkit.simulator.store.records import Terminal
from seqrkit.simulator.transactions import snapshots
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.vocabulary import PATHS

TERMINALS: Final = 1000
"""The most terminals that are listed."""
FURTHEST: Final = 3_155_760_000.0
"""Seconds that a clock is advanced at once, at most: a hundred years."""


def state(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """What there is, in numbers."""
    terminals = panel.service.transactions.run(
        lambda ledger: ledger.tx.find(Terminal, newest=TERMINALS), reading=True
    )
    return {
        "version": __version__,
        "interfaces": {each.value: ask.base + path for each, path in PATHS.items()},
        "clock": _clock(panel),
        "strict": panel.strict,
        "counts": {
            "invoices": panel.count_invoices(),
            "exchanges": panel.exchanges.count,
            "terminals": len(terminals),
            "faults": len(panel.faults),
        },
    }


def reset(panel: ControlledEndpoint, _ask: ActionRequest) -> object:
    """Back to the start."""
    panel.reset()
    return {"done": "everything is as it was at the start; the clock stands where it stood"}


def snapshot(panel: ControlledEndpoint, _ask: ActionRequest) -> object:
    """All that the store holds, but for passwords."""
    return snapshots.snapshot(panel.service.transactions)


def restore(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """A snapshot in the place of all that the store holds."""
    locked = panel.restore(ask.body)
    return {"invoices": panel.count_invoices(), "without_password": list(locked)}


def clock(panel: ControlledEndpoint, _ask: ActionRequest) -> object:
    """What time it is here."""
    return _clock(panel)


def advance(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """Move the clock; what falls due on the way happens, in order."""
    seconds = _seconds(ask.body.get("seconds"))
    turned = panel.service.clock
    if not isinstance(turned, ManualClock):
        raise Problem(
            409,
            "this endpoint runs on the real clock, which nobody turns; start it with "
            "`seqrkit serve --manual-clock`",
            "/help/clock",
        )
    try:
        turned.advance(seconds)
    except OverflowError:
        raise Problem(400, "the calendar does not reach that far") from None
    return _clock(panel)


def fidelity(_panel: ControlledEndpoint, _ask: ActionRequest) -> object:
    """The table of behaviours."""
    return [serialization.behaviour(each) for each in TABLE.values()]


def terminals(panel: ControlledEndpoint, _ask: ActionRequest) -> object:
    """The terminals, newest first."""

    def work(ledger: Ledger) -> list[dict[str, Any]]:
        return [serialization.terminal(each) for each in ledger.tx.find(Terminal, newest=TERMINALS)]

    return panel.service.transactions.run(work, reading=True)


def _seconds(given: object) -> float:
    if isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given <= FURTHEST:
        return float(given)  # what is no number at all is not in that range
    raise Problem(400, f'the body needs "seconds", a number from 0 to {FURTHEST:.0f}')


def _clock(panel: ControlledEndpoint) -> dict[str, Any]:
    turned = panel.service.clock
    return {"now": serialization.time(turned.now()), "manual": isinstance(turned, ManualClock)}

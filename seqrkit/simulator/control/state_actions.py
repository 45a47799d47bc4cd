"""Actions on the endpoint as a whole: its state, snapshots and clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from seqrkit._version import __version__
from seqrkit.clock import ManualClock
from seqrkit.simulator.behaviours import TABLE
from seqrkit.simulator.control import views
from seqrkit.simulator.control.action import ActionRequest, Problem, action
from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint
from seqrkit.simulator.store.records import Terminal
from seqrkit.simulator.transactions import snapshots
from seqrkit.vocabulary import PATHS

MAX_TERMINALS: Final = 1000
"""How many terminals are listed."""
MAX_SECONDS: Final = 3_155_760_000.0
"""How far the clock can be advanced at once: a hundred years."""
_SETTINGS_BYTES: Final = 1024 * 1024
_SNAPSHOT_BYTES: Final = 256 * 1024 * 1024


@action("GET", "/state", views.STATE)
def state(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Show the endpoint's addresses, clock and counts."""
    return {
        "version": __version__,
        "interfaces": {each.value: request.base_url + path for each, path in PATHS.items()},
        "clock": clock_of(control),
        "strict": control.strict,
        "documented": control.service.documented,
        "counts": {
            "invoices": control.count_invoices(),
            "exchanges": control.exchanges.count,
            "terminals": len(_terminals(control)),
            "faults": len(control.faults),
        },
    }


@action("POST", "/reset", views.DONE, body=views.record())
def reset(control: ControlledEndpoint, _request: ActionRequest) -> object:
    """Return to the state at start: published credentials, configured settings, manual clock."""
    control.reset()
    return {"done": "the endpoint is in its initial state"}


@action("POST", "/settings", views.DONE, body=views.SETTINGS, limit=_SETTINGS_BYTES)
def settings(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Add or change resellers, terminals, users and the like; switch documented mode."""
    control.configure(request.body)
    return {"done": "the settings were applied"}


@action("GET", "/snapshot", views.SNAPSHOT)
def snapshot(control: ControlledEndpoint, _request: ActionRequest) -> object:
    """Return everything that is stored, except passwords."""
    return snapshots.snapshot(control.service.transactions)


@action("POST", "/restore", views.RESTORED, body=views.SNAPSHOT, limit=_SNAPSHOT_BYTES)
def restore(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Replace everything that is stored by a snapshot; passwords stay those of this endpoint."""
    without_password = control.restore(request.body)
    return {"invoices": control.count_invoices(), "without_password": list(without_password)}


@action("GET", "/clock", views.CLOCK)
def clock(control: ControlledEndpoint, _request: ActionRequest) -> object:
    """Show the endpoint's time."""
    return clock_of(control)


@action("POST", "/clock/advance", views.CLOCK, body=views.record(seconds=views.NUMBER))
def advance(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Advance a manual clock; events that fall due on the way happen in order."""
    seconds = _seconds(request.body.get("seconds"))
    manual = control.service.clock
    if not isinstance(manual, ManualClock):
        raise Problem(
            409,
            "this endpoint uses the system clock, which cannot be moved; start it with "
            "`seqrkit serve --manual-clock`",
            "/help/clock",
        )
    try:
        manual.advance(seconds)
    except OverflowError:
        raise Problem(400, "the clock cannot go beyond the year 9998") from None
    return clock_of(control)


@action("GET", "/fidelity", views.array(views.BEHAVIOUR.schema))
def fidelity(_control: ControlledEndpoint, _request: ActionRequest) -> object:
    """List the endpoint's behaviours and the evidence for each."""
    return [views.BEHAVIOUR(each) for each in TABLE.values()]


@action("GET", "/terminals", views.array(views.TERMINAL.schema))
def terminals(control: ControlledEndpoint, _request: ActionRequest) -> object:
    """List the newest 1000 terminals, newest first."""
    return [views.shortened(views.TERMINAL(each)) for each in _terminals(control)]


def _terminals(control: ControlledEndpoint) -> Sequence[Terminal]:
    return control.read(lambda ledger: ledger.tx.find(Terminal, newest=MAX_TERMINALS))


def _seconds(value: object) -> float:
    # the comparison also rejects NaN
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MAX_SECONDS:
        return float(value)
    raise Problem(400, f'the body needs "seconds", a number from 0 to {MAX_SECONDS:.0f}')


def clock_of(control: ControlledEndpoint) -> dict[str, Any]:
    """Return the time of an endpoint's clock, and whether it is a manual one."""
    clock = control.service.clock
    return {"now": views.to_json(clock.now()), "manual": isinstance(clock, ManualClock)}

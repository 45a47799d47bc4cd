"""The state machine of an invoice: (invoice, event, now) -> the invoice after it, and effects.

Comes in: an `InvoiceState` and an event. Goes out: a `Step`, which names the behaviour applied. It
is pure and total: it uses neither clock nor store, and has an answer to every event in every
status. It imports the behaviours, the model and money, and nothing else of the simulator. The
caller applies what is due first (`Lapse`), so that an event finds the invoice as it is now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from seqrkit.simulator import invoice as what
from seqrkit.simulator.invoice import Event, InvoiceState, Step
from seqrkit.simulator.states import buyer, merchant, time

__all__ = ["HANDLERS", "step"]

_Handler = Callable[[InvoiceState, Any, datetime], Step]

HANDLERS: Final[Mapping[type[Event], _Handler]] = MappingProxyType(
    {
        what.Scan: buyer.scan,
        what.BeginConfirmation: buyer.begin_confirmation,
        what.LeaveConfirmation: buyer.leave_confirmation,
        what.Confirm: buyer.confirm,
        what.Decline: buyer.decline,
        what.BuyerCancel: buyer.cancel,
        what.Update: merchant.update,
        what.Cancel: merchant.cancel,
        what.Poll: merchant.poll,
        what.Commit: merchant.commit,
        what.Refund: merchant.refund,
        what.SubmitReceipt: merchant.submit_receipt,
        what.Supersede: merchant.supersede,
        what.Lapse: time.lapse,
    }
)
"""The transition of each event."""


def step(invoice: InvoiceState, event: Event, now: datetime) -> Step:
    """Return the invoice after `event` at `now`, and what follows from it."""
    return HANDLERS[type(event)](invoice, event, now)

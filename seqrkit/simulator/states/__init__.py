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

from seqrkit.simulator.states import buyer_events, merchant_events, time_events
from seqrkit.simulator.states import invoice_state as what
from seqrkit.simulator.states.invoice_state import Event, InvoiceState, Step

__all__ = ["HANDLERS", "step"]

_Handler = Callable[[InvoiceState, Any, datetime], Step]

HANDLERS: Final[Mapping[type[Event], _Handler]] = MappingProxyType(
    {
        what.Scan: buyer_events.scan,
        what.BeginConfirmation: buyer_events.begin_confirmation,
        what.LeaveConfirmation: buyer_events.leave_confirmation,
        what.Confirm: buyer_events.confirm,
        what.Decline: buyer_events.decline,
        what.BuyerCancel: buyer_events.cancel,
        what.Update: merchant_events.update,
        what.Cancel: merchant_events.cancel,
        what.Poll: merchant_events.poll,
        what.Commit: merchant_events.commit,
        what.Refund: merchant_events.refund,
        what.SubmitReceipt: merchant_events.submit_receipt,
        what.Supersede: merchant_events.supersede,
        what.Lapse: time_events.lapse,
    }
)
"""The transition of each event."""


def step(invoice: InvoiceState, event: Event, now: datetime) -> Step:
    """Return the invoice after `event` at `now`, and what follows from it."""
    return HANDLERS[type(event)](invoice, event, now)

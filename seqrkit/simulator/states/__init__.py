"""The state machine of an invoice: (invoice, event, now) -> (invoice, effects).

Pure and total: no clock, no store, and an answer for every event in every status. A refusal is an
effect that carries the result code and the behaviour it rests on. Whoever calls sees to it that
what has fallen due happens first (`Lapse`), so that an event finds the invoice as it is now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from seqrkit.simulator import invoice as what
from seqrkit.simulator.behaviours import ALL, Active
from seqrkit.simulator.invoice import Event, InvoiceState, Step
from seqrkit.simulator.states import buyer, merchant, time
from seqrkit.simulator.states.common import refusal

__all__ = ["HANDLERS", "refusal", "step"]

_Handler = Callable[[InvoiceState, Any, datetime, Active], Step]

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


def step(invoice: InvoiceState, event: Event, now: datetime, active: Active = ALL) -> Step:
    """What `event` makes of `invoice` at `now`, with the behaviours in `active`."""
    return HANDLERS[type(event)](invoice, event, now, active)

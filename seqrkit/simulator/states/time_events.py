"""The transition caused by the passing of time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from seqrkit.money import NOTHING
from seqrkit.simulator.behaviours import behaviour
from seqrkit.simulator.states.invoice_state import GiveBack, InvoiceState, Lapse, Step
from seqrkit.simulator.states.outcomes import CANCELED, PAID, RESERVED, with_status


def lapse(invoice: InvoiceState, event: Lapse, now: datetime) -> Step:
    """An unpolled payment is reversed, or a reservation lapses."""
    if invoice.due is None or now < invoice.due:
        return Step(invoice)
    if invoice.status is RESERVED:
        released = with_status(invoice, CANCELED, reserved=NOTHING)
        return Step(released, behaviour("reservation.lapses"))
    if invoice.status is PAID:
        # What was refunded before has gone back already.
        given_back = GiveBack(invoice.paid - invoice.refunded, event.reference, reversal=True)
        reversed_ = with_status(invoice, CANCELED, refunded=invoice.paid)
        return Step(reversed_, behaviour("reversal"), (given_back,))
    # No other status has a timer; clearing it keeps the caller's loop over due invoices finite.
    return Step(replace(invoice, due=None))

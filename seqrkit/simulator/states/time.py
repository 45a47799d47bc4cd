"""What time does to an invoice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from seqrkit.money import Amount
from seqrkit.simulator.behaviours import Active, life
from seqrkit.simulator.invoice import EXACT, NOTHING, GiveBack, InvoiceState, Lapse, Step
from seqrkit.simulator.states.common import CANCELED, PAID, RESERVED, to


def lapse(invoice: InvoiceState, event: Lapse, now: datetime, active: Active) -> Step:
    """An unseen payment is reversed; a reservation lapses."""
    if invoice.due is None or now < invoice.due:
        return Step(invoice)
    if invoice.status is RESERVED and life.LAPSED in active:
        return Step(to(invoice, CANCELED, active, reserved=NOTHING))
    if invoice.status is PAID and life.REVERSED in active:
        back = Amount(EXACT.subtract(invoice.paid, invoice.refunded), invoice.total.currency)
        reversed_ = to(invoice, CANCELED, active, refunded=invoice.paid)
        return Step(reversed_, (GiveBack(back, event.reference, reversal=True),))
    return Step(replace(invoice, due=None))

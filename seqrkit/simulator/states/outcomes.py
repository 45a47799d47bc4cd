"""Outcomes that several transitions share."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from seqrkit.money import Amount
from seqrkit.simulator.behaviours import Behaviour
from seqrkit.simulator.states.invoice_state import Charge, Effect, InvoiceState, Notify, Step
from seqrkit.vocabulary import InvoiceStatus

ISSUED: Final = InvoiceStatus.ISSUED
PENDING: Final = InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE
RESERVED: Final = InvoiceStatus.RESERVED
PART: Final = InvoiceStatus.PARTIALLY_PAID
PAID: Final = InvoiceStatus.PAID
CANCELED: Final = InvoiceStatus.CANCELED
FAILED: Final = InvoiceStatus.FAILED
EXPIRED: Final = InvoiceStatus.EXPIRED

REVERSED_AFTER: Final = timedelta(seconds=20)
"""How long a payment waits for a getPaymentStatus (the behaviour `reversal`)."""


def with_status(invoice: InvoiceState, status: InvoiceStatus, **changes: Any) -> InvoiceState:
    """Return `invoice` in `status`: not in confirmation, without a timer, its version raised."""
    raised = 1 if status is not invoice.status else 0
    # A new status ends the PIN dialog and the timer of the old one, whatever caused it.
    settled = {"confirming": False, "due": None, "version": invoice.version + raised}
    return replace(invoice, status=status, **(settled | changes))


def notification(invoice: InvoiceState) -> tuple[Effect, ...]:
    """Return the call of the invoice's notificationUrl, if it has one."""
    url = invoice.notification_url
    return (Notify(url, invoice.reference),) if url else ()


def pay(
    invoice: InvoiceState, amount: Amount, reference: str, now: datetime, applied: Behaviour
) -> Step:
    """Charge `amount`: the invoice is then PAID, or PARTIALLY_PAID if more is open."""
    paid = invoice.paid + amount
    charge = Charge(amount, reference)
    if paid != invoice.total:
        # No timer and no notification: a part is not the payment that the merchant waits for.
        part = with_status(invoice, PART, paid=paid, ers_reference=reference)
        return Step(part, applied, (charge,))
    whole = with_status(
        invoice,
        PAID,
        paid=paid,
        paid_at=now,
        ers_reference=reference,
        due=now + REVERSED_AFTER,
    )
    return Step(whole, applied, (charge, *notification(invoice)))

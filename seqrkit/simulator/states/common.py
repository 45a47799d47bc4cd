"""What several transitions do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from seqrkit.money import Amount
from seqrkit.simulator.behaviours import Active, Behaviour, life
from seqrkit.simulator.invoice import EXACT, Charge, Effect, InvoiceState, Notify, Refuse, Step
from seqrkit.vocabulary import InvoiceStatus, ResultCode

ISSUED: Final = InvoiceStatus.ISSUED
PENDING: Final = InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE
RESERVED: Final = InvoiceStatus.RESERVED
PART: Final = InvoiceStatus.PARTIALLY_PAID
PAID: Final = InvoiceStatus.PAID
CANCELED: Final = InvoiceStatus.CANCELED
FAILED: Final = InvoiceStatus.FAILED
EXPIRED: Final = InvoiceStatus.EXPIRED

REVERSED_AFTER: Final = timedelta(seconds=20)
"""How long a payment waits for a getPaymentStatus (001 getPaymentStatus)."""


def to(
    invoice: InvoiceState, status: InvoiceStatus, active: Active, **changes: Any
) -> InvoiceState:
    """`invoice` in another status: a version higher, out of the PIN dialog, nothing due."""
    raised = 1 if status is not invoice.status and life.VERSION_OF_STATUS in active else 0
    settled = {"confirming": False, "due": None, "version": invoice.version + raised}
    return replace(invoice, status=status, **(settled | changes))


def refuse(invoice: InvoiceState, behaviour: Behaviour, active: Active) -> Step:
    """Nothing happens, and the code of `behaviour` is the answer."""
    return Step(invoice, (refusal(behaviour, active),))


def refusal(behaviour: Behaviour, active: Active) -> Refuse:
    """The refusal by a behaviour; one that is switched off leaves the unspecific code 10."""
    code = behaviour.code if behaviour in active else None
    return Refuse(behaviour, code or ResultCode.REJECTED_BUSINESS_LOGIC)


def notice(invoice: InvoiceState, active: Active) -> tuple[Effect, ...]:
    """The call of the invoice's notificationUrl, where it has one."""
    url = invoice.notification_url
    return (Notify(url, invoice.reference),) if url and life.NOTIFIED in active else ()


def pay(
    invoice: InvoiceState, amount: Decimal, reference: str, now: datetime, active: Active
) -> Step:
    """`amount` of the invoice is paid: PAID with it, or PARTIALLY_PAID still."""
    paid = EXACT.add(invoice.paid, amount)
    charge = Charge(Amount(amount, invoice.total.currency), reference)
    if paid != invoice.total.value:
        part = to(invoice, PART, active, paid=paid, ers_reference=reference)
        return Step(part, (charge,))
    whole = to(
        invoice,
        PAID,
        active,
        paid=paid,
        paid_at=now,
        ers_reference=reference,
        due=now + REVERSED_AFTER,
    )
    return Step(whole, (charge, *notice(invoice, active)))

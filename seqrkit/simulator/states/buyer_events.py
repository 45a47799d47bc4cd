"""Transitions caused by the buyer and the buyer's bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from seqrkit.money import NOTHING, Amount
from seqrkit.simulator.behaviours import Behaviour, Refusal, behaviour, refusal
from seqrkit.simulator.states.invoice_state import (
    Confirm,
    Effect,
    Event,
    InvoiceState,
    OpenBackUrl,
    Scan,
    Step,
)
from seqrkit.simulator.states.outcomes import (
    CANCELED,
    EXPIRED,
    FAILED,
    ISSUED,
    PAID,
    PART,
    PENDING,
    RESERVED,
    notification,
    pay,
    with_status,
)
from seqrkit.vocabulary import AcknowledgmentMode, PaymentMode, TokenStatus

RESERVED_FOR: Final = timedelta(seconds=3600)
"""How long a reservation without a commitReservationTimeout holds (assumed)."""
LONGEST: Final = 10**9
"""Seconds; a commitReservationTimeout above that would exceed the range of `datetime`."""
_UNUSABLE: Final = {TokenStatus.BLOCKED, TokenStatus.INVALID}
_ENDED: Final = {
    CANCELED: refusal("phone.canceled"),
    EXPIRED: refusal("phone.expired"),
    FAILED: refusal("phone.ended"),
    PAID: refusal("phone.ended"),
    RESERVED: refusal("phone.ended"),
}
_SCANNED: Final = {
    AcknowledgmentMode.REQUIRE_ACKNOWLEDGMENT: behaviour("scan.required"),
    AcknowledgmentMode.OPTIONAL_ACKNOWLEDGMENT: behaviour("scan.optional"),
    AcknowledgmentMode.NO_ACKNOWLEDGMENT: behaviour("scan.free"),
    None: behaviour("scan.unstated"),
}


def scan(invoice: InvoiceState, event: Scan, _now: datetime) -> Step:
    """A scan makes an invoice payable, or makes it wait for the merchant."""
    # Scanning an invoice that has ended shows it, and changes nothing.
    if invoice.status not in {ISSUED, PENDING, PART}:
        return Step(invoice)
    known = {(token.id, token.value) for token in invoice.tokens}
    # A second scan offers the same cards again, and must not raise the version for them.
    offered = tuple(token for token in event.tokens if (token.id, token.value) not in known)
    scanned = replace(
        invoice,
        scanned=True,
        buyer=event.buyer,
        tokens=(*invoice.tokens, *offered),
        delivery_address=event.delivery_address or invoice.delivery_address,
    )
    # A blocked card does not justify waiting: the merchant could not apply it.
    usable = any(token.status not in _UNUSABLE for token in offered)
    if invoice.status is ISSUED and _waits(invoice, offers=usable):
        return Step(with_status(scanned, PENDING), _SCANNED[invoice.acknowledgment])
    if offered:
        return Step(replace(scanned, version=scanned.version + 1), behaviour("scan.tokens"))
    if invoice.status is not ISSUED:
        return Step(scanned)
    return Step(
        scanned,
        behaviour("scan.again") if invoice.acknowledged else _SCANNED[invoice.acknowledgment],
    )


def _waits(invoice: InvoiceState, *, offers: bool) -> bool:
    """Whether a scanned invoice waits for the merchant's updateInvoice."""
    match invoice.acknowledgment:
        case AcknowledgmentMode.NO_ACKNOWLEDGMENT:
            return False
        case AcknowledgmentMode.OPTIONAL_ACKNOWLEDGMENT:
            return offers
        case _:
            # Once acknowledged, only new tokens can change the price again.
            return offers or not invoice.acknowledged


def begin_confirmation(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The PIN dialog opens."""
    refused = _not_payable(invoice)
    if refused is not None:
        return Step(invoice, refused)
    return Step(replace(invoice, confirming=True), behaviour("confirmation"))


def leave_confirmation(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The PIN dialog closes."""
    return Step(replace(invoice, confirming=False), behaviour("confirmation"))


def confirm(invoice: InvoiceState, event: Confirm, now: datetime) -> Step:
    """The buyer enters the PIN: the invoice is paid, paid in part, or reserved."""
    refused = _not_payable(invoice)
    if refused is not None:
        return Step(invoice, refused)
    amount = invoice.open if event.amount is None else event.amount
    # A phone that pays more than is open would leave money that belongs to no invoice.
    if not NOTHING < amount <= invoice.open:
        return Step(invoice, refusal("phone.amount"))
    reserves = _reserves(invoice, event)
    if reserves is not None:
        step = _reserve(invoice, amount, now, reserves)
    else:
        whole = amount == invoice.open and invoice.status is ISSUED
        applied = behaviour("pay.at-once" if whole else "pay.part")
        step = pay(invoice, amount, event.reference, now, applied)
    if step.invoice.status in {PAID, RESERVED}:
        return step._replace(effects=(*step.effects, *_back(step.invoice)))
    return step


def _reserves(invoice: InvoiceState, event: Confirm) -> Behaviour | None:
    """Return the behaviour by which the amount is reserved; `None` if it is paid at once."""
    match invoice.mode:
        case PaymentMode.RESERVATION_REQUIRED | PaymentMode.RESERVATION_REQUIRED_PRELIMINARY_AMOUNT:
            return behaviour("pay.reserved")
        case PaymentMode.RESERVATION_DESIRED if event.bank_reserves:
            return behaviour("pay.reserved-if-possible")
        case _:
            return None


def _reserve(invoice: InvoiceState, amount: Amount, now: datetime, applied: Behaviour) -> Step:
    # A bank reserves an amount once, so a reservation cannot be made in parts.
    if amount != invoice.total:
        return Step(invoice, refusal("phone.amount"))
    seconds = invoice.reservation_seconds or 0
    holds = timedelta(seconds=min(seconds, LONGEST)) if seconds > 0 else RESERVED_FOR
    reserved = with_status(invoice, RESERVED, reserved=amount, due=now + holds)
    return Step(reserved, applied, notification(invoice))


def decline(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The buyer's bank declines."""
    refused = _not_payable(invoice)
    if refused is not None:
        return Step(invoice, refused)
    if invoice.status is PART:
        return Step(replace(invoice, confirming=False), behaviour("pay.part-declined"))
    return Step(with_status(invoice, FAILED), behaviour("pay.declined"))


def cancel(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The buyer cancels in the app."""
    if invoice.status in _ENDED:
        return Step(invoice, _ENDED[invoice.status])
    if invoice.status is PART:
        return Step(replace(invoice, confirming=False), behaviour("pay.part-declined"))
    return Step(with_status(invoice, CANCELED), behaviour("buyer.cancels"), _back(invoice))


def _not_payable(invoice: InvoiceState) -> Refusal | None:
    """Return why the buyer cannot pay this invoice now, if so."""
    if invoice.status is PENDING:
        return refusal("phone.waits")
    if invoice.status in _ENDED:
        return _ENDED[invoice.status]
    return None if invoice.scanned else refusal("phone.not-scanned")


def _back(invoice: InvoiceState) -> tuple[Effect, ...]:
    return (OpenBackUrl(invoice.back_url),) if invoice.back_url else ()

"""Transitions caused by the buyer and the buyer's bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from seqrkit.money import NOTHING, Amount
from seqrkit.simulator.behaviours import Behaviour, Refusal, invoice_life, result_codes
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
    notice,
    pay,
    to,
)
from seqrkit.vocabulary import AcknowledgmentMode, PaymentMode

RESERVED_FOR: Final = timedelta(seconds=3600)
"""How long a reservation without a commitReservationTimeout holds (assumed)."""
LONGEST: Final = 10**9
"""Seconds; a commitReservationTimeout above that would exceed the range of `datetime`."""
_ENDED: Final = {
    CANCELED: result_codes.PHONE_CANCELED,
    EXPIRED: result_codes.PHONE_EXPIRED,
    FAILED: result_codes.PHONE_ENDED,
    PAID: result_codes.PHONE_ENDED,
    RESERVED: result_codes.PHONE_ENDED,
}
_SCANNED: Final = {
    AcknowledgmentMode.REQUIRE_ACKNOWLEDGMENT: invoice_life.SCAN_REQUIRED,
    AcknowledgmentMode.OPTIONAL_ACKNOWLEDGMENT: invoice_life.SCAN_OPTIONAL,
    AcknowledgmentMode.NO_ACKNOWLEDGMENT: invoice_life.SCAN_FREE,
    None: invoice_life.SCAN_UNSTATED,
}


def scan(invoice: InvoiceState, event: Scan, _now: datetime) -> Step:
    """A scan makes an invoice payable, or makes it wait for the merchant."""
    if invoice.status not in {ISSUED, PENDING, PART}:
        return Step(invoice)
    known = {(token.id, token.value) for token in invoice.tokens}
    offered = tuple(token for token in event.tokens if (token.id, token.value) not in known)
    scanned = replace(invoice, scanned=True, buyer=event.buyer, tokens=(*invoice.tokens, *offered))
    if invoice.status is ISSUED and _waits(invoice, offers=bool(offered)):
        return Step(to(scanned, PENDING), _SCANNED[invoice.acknowledgment])
    if offered:
        return Step(replace(scanned, version=scanned.version + 1), invoice_life.SCAN_TOKENS)
    if invoice.status is not ISSUED:
        return Step(scanned)
    return Step(
        scanned, invoice_life.RESCAN if invoice.acknowledged else _SCANNED[invoice.acknowledgment]
    )


def _waits(invoice: InvoiceState, *, offers: bool) -> bool:
    """Whether a scanned invoice waits for the merchant's updateInvoice."""
    match invoice.acknowledgment:
        case AcknowledgmentMode.NO_ACKNOWLEDGMENT:
            return False
        case AcknowledgmentMode.OPTIONAL_ACKNOWLEDGMENT:
            return offers
        case _:
            return offers or not invoice.acknowledged


def begin_confirmation(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The PIN dialog opens."""
    refusal = _not_payable(invoice)
    if refusal is not None:
        return Step(invoice, refusal)
    return Step(replace(invoice, confirming=True), invoice_life.CONFIRMING)


def leave_confirmation(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The PIN dialog closes."""
    return Step(replace(invoice, confirming=False), invoice_life.CONFIRMING)


def confirm(invoice: InvoiceState, event: Confirm, now: datetime) -> Step:
    """The buyer enters the PIN: the invoice is paid, paid in part, or reserved."""
    refusal = _not_payable(invoice)
    if refusal is not None:
        return Step(invoice, refusal)
    amount = invoice.open if event.amount is None else event.amount
    if not NOTHING < amount <= invoice.open:
        return Step(invoice, result_codes.PHONE_BAD_AMOUNT)
    reserves = _reserves(invoice, event)
    if reserves is not None:
        step = _reserve(invoice, amount, now, reserves)
    else:
        whole = amount == invoice.open and invoice.status is ISSUED
        behaviour = invoice_life.PAID_AT_ONCE if whole else invoice_life.PAID_IN_PART
        step = pay(invoice, amount, event.reference, now, behaviour)
    if step.invoice.status in {PAID, RESERVED}:
        return step._replace(effects=(*step.effects, *_back(step.invoice)))
    return step


def _reserves(invoice: InvoiceState, event: Confirm) -> Behaviour | None:
    """Return the behaviour by which the amount is reserved; `None` if it is paid at once."""
    match invoice.mode:
        case PaymentMode.RESERVATION_REQUIRED | PaymentMode.RESERVATION_REQUIRED_PRELIMINARY_AMOUNT:
            return invoice_life.RESERVED
        case PaymentMode.RESERVATION_DESIRED if event.bank_reserves:
            return invoice_life.RESERVED_IF_POSSIBLE
        case _:
            return None


def _reserve(invoice: InvoiceState, amount: Amount, now: datetime, behaviour: Behaviour) -> Step:
    if amount != invoice.total:
        return Step(invoice, result_codes.PHONE_BAD_AMOUNT)
    seconds = invoice.reservation_seconds or 0
    holds = timedelta(seconds=min(seconds, LONGEST)) if seconds > 0 else RESERVED_FOR
    reserved = to(invoice, RESERVED, reserved=amount, due=now + holds)
    return Step(reserved, behaviour, notice(invoice))


def decline(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The buyer's bank declines."""
    refusal = _not_payable(invoice)
    if refusal is not None:
        return Step(invoice, refusal)
    if invoice.status is PART:
        return Step(replace(invoice, confirming=False), invoice_life.PART_DECLINED)
    return Step(to(invoice, FAILED), invoice_life.DECLINED)


def cancel(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The buyer cancels in the app."""
    if invoice.status in _ENDED:
        return Step(invoice, _ENDED[invoice.status])
    if invoice.status is PART:
        return Step(replace(invoice, confirming=False), invoice_life.PART_DECLINED)
    return Step(to(invoice, CANCELED), invoice_life.BUYER_CANCELS, _back(invoice))


def _not_payable(invoice: InvoiceState) -> Refusal | None:
    """Return why the buyer cannot pay this invoice now, if so."""
    if invoice.status is PENDING:
        return result_codes.PHONE_WAITS
    if invoice.status in _ENDED:
        return _ENDED[invoice.status]
    return None if invoice.scanned else result_codes.PHONE_NOT_SCANNED


def _back(invoice: InvoiceState) -> tuple[Effect, ...]:
    return (OpenBackUrl(invoice.back_url),) if invoice.back_url else ()

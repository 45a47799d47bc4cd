"""What the buyer does to an invoice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from seqrkit.simulator.behaviours import Active, codes, life
from seqrkit.simulator.invoice import (
    NOTHING,
    Confirm,
    Effect,
    Event,
    InvoiceState,
    OpenBackUrl,
    Scan,
    Step,
)
from seqrkit.simulator.states.common import (
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
    refuse,
    to,
)
from seqrkit.vocabulary import AcknowledgmentMode, PaymentMode

RESERVED_FOR: Final = timedelta(seconds=3600)
"""How long a reservation holds that names no time (assumed)."""
LONGEST: Final = 10**9
"""Seconds; a commitReservationTimeout above that would leave the calendar."""
_ENDED: Final = {
    CANCELED: codes.PHONE_CANCELED,
    EXPIRED: codes.PHONE_EXPIRED,
    FAILED: codes.PHONE_ENDED,
    PAID: codes.PHONE_ENDED,
    RESERVED: codes.PHONE_ENDED,
}


def scan(invoice: InvoiceState, event: Scan, _now: datetime, active: Active) -> Step:
    """A scan: the bill can be paid, or waits for the merchant."""
    if invoice.status not in {ISSUED, PENDING, PART}:
        return Step(invoice)
    known = {(token.id, token.value) for token in invoice.tokens}
    fresh = tuple(token for token in event.tokens if (token.id, token.value) not in known)
    seen = replace(invoice, scanned=True, buyer=event.buyer)
    if fresh and life.SCAN_TOKENS in active:
        seen = replace(seen, tokens=(*seen.tokens, *fresh))
    if invoice.status is ISSUED and _waits(invoice, active, offers=bool(fresh)):
        return Step(to(seen, PENDING, active))
    if fresh and life.VERSION_OF_TOKEN in active:
        return Step(replace(seen, version=seen.version + 1))
    return Step(seen)


def _waits(invoice: InvoiceState, active: Active, *, offers: bool) -> bool:
    """Whether the bill has to wait for the merchant once it is scanned."""
    again = invoice.acknowledged and life.RESCAN in active
    match invoice.acknowledgment:
        case AcknowledgmentMode.NO_ACKNOWLEDGMENT:
            return life.SCAN_FREE not in active
        case AcknowledgmentMode.OPTIONAL_ACKNOWLEDGMENT:
            return offers and life.SCAN_OPTIONAL in active
        case AcknowledgmentMode.REQUIRE_ACKNOWLEDGMENT:
            return (offers or not again) and life.SCAN_REQUIRED in active
        case None:
            return (offers or not again) and life.SCAN_UNSTATED in active


def begin_confirmation(
    invoice: InvoiceState, _event: Event, _now: datetime, active: Active
) -> Step:
    """The PIN dialog opens."""
    refusal = _not_payable(invoice, active)
    if refusal is not None or life.CONFIRMING not in active:
        return refusal or Step(invoice)
    return Step(replace(invoice, confirming=True))


def leave_confirmation(
    invoice: InvoiceState, _event: Event, _now: datetime, _active: Active
) -> Step:
    """The PIN dialog closes."""
    return Step(replace(invoice, confirming=False))


def confirm(invoice: InvoiceState, event: Confirm, now: datetime, active: Active) -> Step:
    """The PIN: paid, paid in part, or reserved."""
    refusal = _not_payable(invoice, active)
    if refusal is not None:
        return refusal
    amount = invoice.open if event.amount is None else event.amount
    if not NOTHING < amount <= invoice.open:
        return refuse(invoice, codes.PHONE_BAD_AMOUNT, active)
    if _reserves(invoice, event, active):
        after, effects = _reserve(invoice, amount, now, active)
    elif _pays(invoice, amount, active):
        after, effects = pay(invoice, amount, event.reference, now, active)
    else:
        return Step(invoice)
    closed = after.status in {PAID, RESERVED}
    return Step(after, (*effects, *_back(after, active)) if closed else effects)


def _pays(invoice: InvoiceState, amount: Decimal, active: Active) -> bool:
    whole = amount == invoice.open and invoice.status is ISSUED
    return (life.PAID_AT_ONCE if whole else life.PAID_IN_PART) in active


def _reserves(invoice: InvoiceState, event: Confirm, active: Active) -> bool:
    match invoice.mode:
        case PaymentMode.RESERVATION_REQUIRED | PaymentMode.RESERVATION_REQUIRED_PRELIMINARY_AMOUNT:
            return life.RESERVED in active
        case PaymentMode.RESERVATION_DESIRED:
            return event.bank_reserves and life.RESERVED_IF_POSSIBLE in active
        case _:
            return False


def _reserve(invoice: InvoiceState, amount: Decimal, now: datetime, active: Active) -> Step:
    if amount != invoice.total.value:
        return refuse(invoice, codes.PHONE_BAD_AMOUNT, active)
    seconds = invoice.reservation_seconds or 0
    if seconds <= 0 and life.LAPSES_IN_AN_HOUR in active:
        holds = RESERVED_FOR
    else:
        holds = timedelta(seconds=min(max(seconds, 0), LONGEST))
    reserved = to(invoice, RESERVED, active, reserved=amount, due=now + holds)
    return Step(reserved, notice(invoice, active))


def decline(invoice: InvoiceState, _event: Event, _now: datetime, active: Active) -> Step:
    """The bank's no."""
    refusal = _not_payable(invoice, active)
    if refusal is not None:
        return refusal
    if invoice.status is PART and life.PART_DECLINED in active:
        return Step(replace(invoice, confirming=False))
    if life.DECLINED not in active:
        return Step(invoice)
    return Step(to(invoice, FAILED, active))


def cancel(invoice: InvoiceState, _event: Event, _now: datetime, active: Active) -> Step:
    """Cancel in the app."""
    if invoice.status in _ENDED:
        return refuse(invoice, _ENDED[invoice.status], active)
    if invoice.status is PART:
        return Step(replace(invoice, confirming=False))
    if life.BUYER_CANCELS not in active:
        return Step(invoice)
    return Step(to(invoice, CANCELED, active), _back(invoice, active))


def _not_payable(invoice: InvoiceState, active: Active) -> Step | None:
    """The refusal of a buyer who cannot pay this invoice now."""
    if invoice.status is PENDING:
        return refuse(invoice, codes.PHONE_WAITS, active)
    if invoice.status in _ENDED:
        return refuse(invoice, _ENDED[invoice.status], active)
    return None if invoice.scanned else refuse(invoice, codes.PHONE_NOT_SCANNED, active)


def _back(invoice: InvoiceState, active: Active) -> tuple[Effect, ...]:
    url = invoice.back_url
    return (OpenBackUrl(url),) if url and life.BACK_URL in active else ()

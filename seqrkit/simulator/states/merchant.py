"""What the merchant does to an invoice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from seqrkit.model import CustomerToken
from seqrkit.money import Amount
from seqrkit.simulator.behaviours import Active, Behaviour, codes, life, money
from seqrkit.simulator.invoice import (
    EXACT,
    NOTHING,
    Commit,
    Event,
    GiveBack,
    InvoiceState,
    Refund,
    Replace,
    Step,
    Update,
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
    pay,
    refuse,
    to,
)

_NOT_UPDATED: Final = {
    PART: codes.UPDATE_PART_PAID,
    PAID: codes.UPDATE_PAID,
    CANCELED: codes.UPDATE_ENDED,
    FAILED: codes.UPDATE_ENDED,
    EXPIRED: codes.UPDATE_ENDED,
}
_NOT_CANCELED: Final = {
    PART: codes.CANCEL_CONFIRMING,
    PAID: codes.CANCEL_PAID,
    CANCELED: codes.CANCEL_ENDED,
    FAILED: codes.CANCEL_ENDED,
    EXPIRED: codes.CANCEL_ENDED,
}
_TERMS: Final = (
    "mode",
    "acknowledgment",
    "reservation_seconds",
    "notification_url",
    "back_url",
)
"""What an update may change besides, where it names it."""


def update(invoice: InvoiceState, event: Update, _now: datetime, active: Active) -> Step:
    """The merchant calls updateInvoice."""
    if invoice.status in _NOT_UPDATED:
        return refuse(invoice, _NOT_UPDATED[invoice.status], active)
    if invoice.status is RESERVED:
        return _update_reserved(invoice, event, active)
    if invoice.confirming:
        return refuse(invoice, codes.UPDATE_CONFIRMING, active)
    if invoice.status is PENDING and life.UPDATE_ACKNOWLEDGES in active:
        acknowledged = to(_updated(invoice, event), ISSUED, active, acknowledged=True)
        return Step(acknowledged, (Replace(),))
    seen = invoice.scanned and life.UPDATE_AFTER_SCAN in active
    if seen or life.UPDATE_BEFORE_SCAN not in active:
        return Step(invoice)
    return Step(_updated(invoice, event), (Replace(),))


def _update_reserved(invoice: InvoiceState, event: Update, active: Active) -> Step:
    if event.total.currency != invoice.total.currency:
        return refuse(invoice, codes.OTHER_CURRENCY, active)
    if (event.total.value or NOTHING) > invoice.reserved:
        return refuse(invoice, codes.UPDATE_ABOVE_RESERVED, active)
    if life.UPDATE_RESERVED not in active:
        return Step(invoice)
    return Step(_updated(invoice, event), (Replace(),))


def _updated(invoice: InvoiceState, event: Update) -> InvoiceState:
    """The merchant's total, the terms it names and its word on each token replace what was."""
    said = {(token.id, token.value): token for token in event.tokens}
    known: list[CustomerToken] = [
        said.pop((token.id, token.value), token) for token in invoice.tokens
    ]
    given = {name: value for name in _TERMS if (value := getattr(event, name)) is not None}
    return replace(invoice, total=event.total, tokens=(*known, *said.values()), **given)


def cancel(invoice: InvoiceState, _event: Event, _now: datetime, active: Active) -> Step:
    """The merchant calls cancelInvoice."""
    if invoice.withdrawn:
        return refuse(invoice, codes.CANCEL_CANCELED, active)
    if invoice.status in _NOT_CANCELED:
        return refuse(invoice, _NOT_CANCELED[invoice.status], active)
    if invoice.confirming:
        return refuse(invoice, codes.CANCEL_CONFIRMING, active)
    behaviour = life.CANCEL_RESERVED if invoice.status is RESERVED else life.MERCHANT_CANCELS
    if behaviour not in active:
        return Step(invoice)
    return Step(to(invoice, CANCELED, active, reserved=NOTHING, withdrawn=True))


def poll(invoice: InvoiceState, _event: Event, _now: datetime, active: Active) -> Step:
    """The merchant calls getPaymentStatus, which makes a payment final."""
    return _acknowledge(invoice, life.POLLED_IS_FINAL, active)


def submit_receipt(invoice: InvoiceState, _event: Event, _now: datetime, active: Active) -> Step:
    """The merchant calls submitPaymentReceipt, which does so too."""
    return _acknowledge(invoice, money.RECEIPT_ACKNOWLEDGES, active)


def _acknowledge(invoice: InvoiceState, behaviour: Behaviour, active: Active) -> Step:
    """The merchant knows of the payment: it is not reversed any more."""
    if invoice.status is PAID and invoice.due is not None and behaviour in active:
        return Step(replace(invoice, due=None))
    return Step(invoice)


def commit(invoice: InvoiceState, event: Commit, now: datetime, active: Active) -> Step:
    """The merchant calls commitReservation."""
    if invoice.status is not RESERVED:
        return refuse(invoice, codes.COMMIT_NOT_RESERVED, active)
    if life.COMMIT not in active or (event.amount is None and life.COMMIT_ALL not in active):
        return Step(invoice)
    amount = event.amount or Amount(
        min(invoice.total.value or NOTHING, invoice.reserved), invoice.total.currency
    )
    value = amount.value or NOTHING
    if amount.currency != invoice.total.currency or not NOTHING < value <= invoice.reserved:
        return refuse(invoice, codes.COMMIT_BAD_AMOUNT, active)
    committed = replace(invoice, total=amount, reserved=NOTHING)
    paid, effects = pay(committed, value, event.reference, now, active)
    if life.COMMIT_IS_FINAL in active:
        paid = replace(paid, due=None)
    return Step(paid, effects)


def refund(invoice: InvoiceState, event: Refund, _now: datetime, active: Active) -> Step:
    """The merchant calls refundPayment."""
    if invoice.status not in {PAID, CANCELED} or not invoice.paid:
        return refuse(invoice, codes.UNKNOWN_ERS_REFERENCE, active)
    if event.amount.currency != invoice.total.currency:
        return refuse(invoice, codes.OTHER_CURRENCY, active)
    refunded = EXACT.add(invoice.refunded, event.amount.value or NOTHING)
    if refunded > invoice.paid:
        return refuse(invoice, codes.REFUNDS_ABOVE_PAYMENT, active)
    due = None if money.REFUND_ACKNOWLEDGES in active else invoice.due
    given_back = GiveBack(event.amount, event.reference)
    return Step(replace(invoice, refunded=refunded, due=due), (given_back,))


def supersede(invoice: InvoiceState, _event: Event, _now: datetime, active: Active) -> Step:
    """A new invoice on the same cash register."""
    spared = life.SUPERSEDES_NO_MONEY in active or invoice.status not in {RESERVED, PART}
    if invoice.status in {ISSUED, PENDING} and life.SUPERSEDED in active:
        return Step(to(invoice, CANCELED, active))
    return Step(invoice if spared else to(invoice, CANCELED, active, reserved=NOTHING))

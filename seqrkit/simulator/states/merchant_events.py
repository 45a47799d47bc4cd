"""Transitions caused by the merchant's requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from seqrkit.model import CustomerToken
from seqrkit.money import NOTHING
from seqrkit.simulator.behaviours import Behaviour, invoice_life, result_codes, terminals_and_money
from seqrkit.simulator.states.invoice_state import (
    Commit,
    Event,
    GiveBack,
    InvoiceState,
    Refund,
    Step,
    Update,
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
    pay,
    to,
)

_NOT_UPDATED: Final = {
    PART: result_codes.UPDATE_PART_PAID,
    PAID: result_codes.UPDATE_PAID,
    CANCELED: result_codes.UPDATE_ENDED,
    FAILED: result_codes.UPDATE_ENDED,
    EXPIRED: result_codes.UPDATE_ENDED,
}
_NOT_CANCELED: Final = {
    PART: result_codes.CANCEL_CONFIRMING,
    PAID: result_codes.CANCEL_PAID,
    CANCELED: result_codes.CANCEL_ENDED,
    FAILED: result_codes.CANCEL_ENDED,
    EXPIRED: result_codes.CANCEL_ENDED,
}
_TERMS: Final = (
    "mode",
    "acknowledgment",
    "reservation_seconds",
    "notification_url",
    "back_url",
)
"""Further fields that an update changes if it names them."""


def update(invoice: InvoiceState, event: Update, _now: datetime) -> Step:
    """The merchant calls updateInvoice."""
    if invoice.status in _NOT_UPDATED:
        return Step(invoice, _NOT_UPDATED[invoice.status])
    if invoice.status is RESERVED:
        return _update_reserved(invoice, event)
    if invoice.confirming:
        return Step(invoice, result_codes.UPDATE_CONFIRMING)
    updated = _updated(invoice, event)
    if invoice.status is PENDING:
        return Step(to(updated, ISSUED, acknowledged=True), invoice_life.UPDATE_ACKNOWLEDGES)
    if invoice.scanned:
        return Step(invoice, invoice_life.UPDATE_AFTER_SCAN)
    return Step(updated, invoice_life.UPDATE_BEFORE_SCAN)


def _update_reserved(invoice: InvoiceState, event: Update) -> Step:
    if event.total.currency != invoice.total.currency:
        return Step(invoice, result_codes.OTHER_CURRENCY)
    if event.total > invoice.reserved:
        return Step(invoice, result_codes.UPDATE_ABOVE_RESERVED)
    return Step(_updated(invoice, event), invoice_life.UPDATE_RESERVED)


def _updated(invoice: InvoiceState, event: Update) -> InvoiceState:
    """Return the invoice with the merchant's total, the terms it names and its token statuses."""
    given = {(token.id, token.value): token for token in event.tokens}
    known: list[CustomerToken] = [
        given.pop((token.id, token.value), token) for token in invoice.tokens
    ]
    terms = {name: value for name in _TERMS if (value := getattr(event, name)) is not None}
    return replace(invoice, total=event.total, tokens=(*known, *given.values()), **terms)


def cancel(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The merchant calls cancelInvoice."""
    if invoice.withdrawn:
        return Step(invoice, result_codes.CANCEL_CANCELED)
    if invoice.status in _NOT_CANCELED:
        return Step(invoice, _NOT_CANCELED[invoice.status])
    if invoice.confirming:
        return Step(invoice, result_codes.CANCEL_CONFIRMING)
    behaviour = (
        invoice_life.CANCEL_RESERVED
        if invoice.status is RESERVED
        else invoice_life.MERCHANT_CANCELS
    )
    return Step(to(invoice, CANCELED, reserved=NOTHING, withdrawn=True), behaviour)


def poll(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The merchant calls getPaymentStatus, which acknowledges a payment."""
    return _acknowledge(invoice, invoice_life.POLLED_IS_FINAL)


def submit_receipt(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The merchant calls submitPaymentReceipt, which acknowledges the payment too."""
    return _acknowledge(invoice, terminals_and_money.RECEIPT_ACKNOWLEDGES)


def _acknowledge(invoice: InvoiceState, behaviour: Behaviour) -> Step:
    """Stop the timer that would reverse the payment."""
    if invoice.status is PAID and invoice.due is not None:
        return Step(replace(invoice, due=None), behaviour)
    return Step(invoice)


def commit(invoice: InvoiceState, event: Commit, now: datetime) -> Step:
    """The merchant calls commitReservation."""
    if invoice.status is not RESERVED:
        return Step(invoice, result_codes.COMMIT_NOT_RESERVED)
    amount = event.amount or min(invoice.total, invoice.reserved)
    if amount.currency != invoice.total.currency or amount.value is None:
        return Step(invoice, result_codes.COMMIT_BAD_AMOUNT)
    if not NOTHING < amount <= invoice.reserved:
        return Step(invoice, result_codes.COMMIT_BAD_AMOUNT)
    committed = replace(invoice, total=amount, reserved=NOTHING)
    behaviour = invoice_life.COMMIT if event.amount else invoice_life.COMMIT_ALL
    paid = pay(committed, amount, event.reference, now, behaviour)
    # The merchant learns of this payment from the reply, so no poll is awaited (commit.final).
    return paid._replace(invoice=replace(paid.invoice, due=None))


def refund(invoice: InvoiceState, event: Refund, _now: datetime) -> Step:
    """The merchant calls refundPayment."""
    if invoice.status not in {PAID, CANCELED} or invoice.paid <= NOTHING:
        return Step(invoice, result_codes.UNKNOWN_ERS_REFERENCE)
    if event.amount.currency != invoice.total.currency:
        return Step(invoice, result_codes.OTHER_CURRENCY)
    refunded = invoice.refunded + event.amount
    if refunded > invoice.paid:
        return Step(invoice, result_codes.REFUNDS_ABOVE_PAYMENT)
    given_back = GiveBack(event.amount, event.reference)
    # A merchant that refunds a payment has seen it (refund.acknowledges): no timer is left.
    after = replace(invoice, refunded=refunded, due=None)
    return Step(after, terminals_and_money.REFUND_REFERENCE, (given_back,))


def supersede(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """A new invoice is sent from the same cash register."""
    if invoice.status in {ISSUED, PENDING}:
        return Step(to(invoice, CANCELED), invoice_life.SUPERSEDED)
    if invoice.status in {RESERVED, PART}:
        return Step(invoice, invoice_life.SUPERSEDES_NO_MONEY)
    return Step(invoice)

"""Transitions caused by the merchant's requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from seqrkit.model import CustomerToken
from seqrkit.money import NOTHING
from seqrkit.simulator.behaviours import Behaviour, behaviour, refusal
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
    with_status,
)

_NOT_UPDATED: Final = {
    PART: refusal("update.part-paid"),
    PAID: refusal("update.paid"),
    CANCELED: refusal("update.ended"),
    FAILED: refusal("update.ended"),
    EXPIRED: refusal("update.ended"),
}
_NOT_CANCELED: Final = {
    PART: refusal("cancel.confirming"),
    PAID: refusal("cancel.paid"),
    CANCELED: refusal("cancel.ended"),
    FAILED: refusal("cancel.ended"),
    EXPIRED: refusal("cancel.ended"),
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
        return Step(invoice, refusal("update.confirming"))
    updated = _updated(invoice, event)
    # This update is what the buyer's phone waits for.
    if invoice.status is PENDING:
        released = with_status(updated, ISSUED, acknowledged=True)
        return Step(released, behaviour("update.acknowledges"))
    if invoice.scanned:
        return Step(invoice, behaviour("update.after-scan"))
    return Step(updated, behaviour("update.before-scan"))


def _update_reserved(invoice: InvoiceState, event: Update) -> Step:
    if event.total.currency != invoice.total.currency:
        return Step(invoice, refusal("invoice.other-currency"))
    # The bank guarantees the reserved amount only.
    if event.total > invoice.reserved:
        return Step(invoice, refusal("update.above-reserved"))
    return Step(_updated(invoice, event), behaviour("update.reserved"))


def _updated(invoice: InvoiceState, event: Update) -> InvoiceState:
    """Return the invoice with the merchant's total, the terms it names and its token statuses."""
    given = {(token.id, token.value): token for token in event.tokens}
    known: list[CustomerToken] = [
        # A token that the update does not mention keeps its status: it may be about others only.
        given.pop((token.id, token.value), token)
        for token in invoice.tokens
    ]
    terms = {name: value for name in _TERMS if (value := getattr(event, name)) is not None}
    return replace(invoice, total=event.total, tokens=(*known, *given.values()), **terms)


def cancel(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The merchant calls cancelInvoice."""
    # Documented for an earlier cancelInvoice only; the same code for any other end is assumed.
    if invoice.withdrawn:
        return Step(invoice, refusal("cancel.canceled"))
    if invoice.status in _NOT_CANCELED:
        return Step(invoice, _NOT_CANCELED[invoice.status])
    if invoice.confirming:
        return Step(invoice, refusal("cancel.confirming"))
    applied = behaviour("cancel.reserved" if invoice.status is RESERVED else "cancel.open")
    return Step(with_status(invoice, CANCELED, reserved=NOTHING, withdrawn=True), applied)


def poll(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The merchant calls getPaymentStatus, which acknowledges a payment."""
    return _acknowledge(invoice, behaviour("reversal.polled"))


def submit_receipt(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """The merchant calls submitPaymentReceipt, which acknowledges the payment too."""
    return _acknowledge(invoice, behaviour("receipt.acknowledges"))


def _acknowledge(invoice: InvoiceState, applied: Behaviour) -> Step:
    """Stop the timer that would reverse the payment."""
    if invoice.status is PAID and invoice.due is not None:
        return Step(replace(invoice, due=None), applied)
    return Step(invoice)


def commit(invoice: InvoiceState, event: Commit, now: datetime) -> Step:
    """The merchant calls commitReservation."""
    if invoice.status is not RESERVED:
        return Step(invoice, refusal("commit.not-reserved"))
    # An update may have lowered the total below what is reserved.
    amount = event.amount or min(invoice.total, invoice.reserved)
    if amount.currency != invoice.total.currency or amount.value is None:
        return Step(invoice, refusal("commit.amount"))
    if not NOTHING < amount <= invoice.reserved:
        return Step(invoice, refusal("commit.amount"))
    committed = replace(invoice, total=amount, reserved=NOTHING)
    applied = behaviour("commit" if event.amount else "commit.all")
    paid = pay(committed, amount, event.reference, now, applied)
    # The merchant learns of this payment from the reply, so no poll is awaited (commit.final).
    return paid._replace(invoice=replace(paid.invoice, due=None))


def refund(invoice: InvoiceState, event: Refund, _now: datetime) -> Step:
    """The merchant calls refundPayment."""
    # A reversed payment is CANCELED, and its refund is refused for the sum: nothing is left to
    # refund.
    if invoice.status not in {PAID, CANCELED} or invoice.paid <= NOTHING:
        return Step(invoice, refusal("refund.reference"))
    if event.amount.currency != invoice.total.currency:
        return Step(invoice, refusal("invoice.other-currency"))
    refunded = invoice.refunded + event.amount
    if refunded > invoice.paid:
        return Step(invoice, refusal("refund.sum"))
    given_back = GiveBack(event.amount, event.reference)
    # A merchant that refunds a payment has seen it (refund.acknowledges): no timer is left.
    after = replace(invoice, refunded=refunded, due=None)
    return Step(after, behaviour("refund.own-reference"), (given_back,))


def supersede(invoice: InvoiceState, _event: Event, _now: datetime) -> Step:
    """A new invoice is sent from the same cash register."""
    if invoice.status in {ISSUED, PENDING}:
        return Step(with_status(invoice, CANCELED), behaviour("supersede"))
    if invoice.status in {RESERVED, PART}:
        # Money is reserved or paid here; the register has to end it on purpose.
        return Step(invoice, behaviour("supersede.not-money"))
    return Step(invoice)

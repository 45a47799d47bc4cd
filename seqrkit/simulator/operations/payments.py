"""getPaymentStatus, commitReservation, refundPayment and submitPaymentReceipt."""

from __future__ import annotations

import attrs

from seqrkit import contract, schemas
from seqrkit.model import (
    CommitReservation,
    CustomerToken,
    GetPaymentStatus,
    PaymentStatusReply,
    Receipt,
    ReceiptDocument,
    RefundPayment,
    Reply,
    SubmitPaymentReceipt,
)
from seqrkit.simulator.behaviours import Refusal, refusal
from seqrkit.simulator.operations.invoices import total_of
from seqrkit.simulator.operations.operation_call import SUCCESS, Call
from seqrkit.simulator.reference_numbers import payer_terminal_id
from seqrkit.simulator.states.invoice_state import Commit, InvoiceState, Poll, Refund, SubmitReceipt
from seqrkit.simulator.store.records import (
    Movement,
    MovementKind,
    Reseller,
    StoredInvoice,
    SubmittedReceipt,
)
from seqrkit.vocabulary import USER_TOKEN, InvoiceStatus, TokenStatus

_HAS_BUYER = {InvoiceStatus.PAID, InvoiceStatus.RESERVED}


@attrs.frozen(kw_only=True)
class StatusReply(PaymentStatusReply):
    """The reply to getPaymentStatus, with the field that only the older document lists."""

    delivery_address: str | None = None


def get_payment_status(call: Call, request: GetPaymentStatus) -> PaymentStatusReply | Refusal:
    """Return the status of an invoice; a payment becomes final by that."""
    reference = request.invoice_reference
    if not reference:  # status.current
        reference = call.terminal.current
    found = call.invoice(reference)
    if found is None:
        return refusal("invoice.reference")
    # The request's invoiceVersion is ignored: many clients always send 0 (version.no-filter).
    state = call.ledger.apply(found, Poll()).invoice
    paid = state.status is InvoiceStatus.PAID
    return StatusReply(
        ers_reference=state.ers_reference if paid else None,
        status=_status(call, state.status),
        receipt=_receipt(call, found, state) if paid else None,
        customer_tokens=_tokens(call, state),
        version=state.version,
        delivery_address=state.delivery_address,
        **SUCCESS,
    )


def commit_reservation(call: Call, request: CommitReservation) -> Reply | Refusal:
    """Charge the reserved amount, or less."""
    found = call.invoice(request.invoice_reference)
    if found is None:
        return refusal("invoice.reference-elsewhere")
    event = Commit(call.ledger.reference(), request.amount)
    return call.ledger.apply(found, event).refusal or Reply(**SUCCESS)


def refund_payment(call: Call, request: RefundPayment) -> Reply | Refusal:
    """Refund a payment, or part of it."""
    movement = _movement(call, request.ers_reference)
    if movement is None or movement.kind is not MovementKind.SALE:
        return refusal("refund.reference")
    reseller = call.tx.get(Reseller, id=call.caller.reseller)
    if reseller is not None and not reseller.may_refund:
        return refusal("refund.reseller")
    if reseller is not None and not reseller.account_takes_refunds:
        return refusal("refund.account")
    total = total_of(call, request.invoice)
    if isinstance(total, Refusal):
        return total
    found = call.tx.invoice(movement.invoice)
    if found is None:
        return refusal("refund.reference")
    event = Refund(call.ledger.reference(), total)
    cashier = request.invoice.cashier_id if request.invoice else None
    step = call.ledger.apply(found, event, terminal=call.terminal, cashier=cashier)
    return step.refusal or Reply(ers_reference=event.reference, **SUCCESS)


def submit_payment_receipt(call: Call, request: SubmitPaymentReceipt) -> Reply | Refusal:
    """Store the merchant's receipt, which acknowledges the payment."""
    movement = _movement(call, request.ers_reference)
    if movement is None or movement.kind is MovementKind.REVERSAL:
        return refusal("receipt.reference")
    document = request.receipt_document or ReceiptDocument()
    call.tx.save(SubmittedReceipt(movement.reference, call.now, **attrs.asdict(document)))
    found = call.tx.invoice(movement.invoice)
    if found is not None:
        call.ledger.apply(found, SubmitReceipt())
    return Reply(**SUCCESS)


def _movement(call: Call, reference: str | None) -> Movement | None:
    """Return the movement of an ersReference, if it is of the caller's shop."""
    movement = call.tx.get(Movement, reference=reference) if reference else None
    # Of the whole shop, not of the terminal: goods are returned at another till.
    return movement if movement and movement.reseller == call.caller.reseller else None


def _status(call: Call, status: InvoiceStatus) -> InvoiceStatus:
    """Return the status; the published schema of an interface may lack PARTIALLY_PAID."""
    if call.documented or status in schemas.published_values("invoiceStatus", call.interface):
        return status
    wrong = f"the invoice is {status}, which the published schema of {call.interface} lacks"
    place = "getPaymentStatusResponse/return/status"
    call.note("pay.part-older-interface", place, wrong, "returned as ISSUED")
    return InvoiceStatus.ISSUED


def _tokens(call: Call, state: InvoiceState) -> tuple[CustomerToken, ...]:
    """Return the buyer's tokens; a gaming partner's after a payment with the one for creditUser."""
    if state.status not in _HAS_BUYER or state.buyer is None:
        return state.tokens
    reseller = call.tx.get(Reseller, id=call.caller.reseller)
    can_credit = "creditUser" in contract.load(call.interface).operations
    if reseller is None or not reseller.gaming or not can_credit:
        return state.tokens
    user = CustomerToken(
        description=USER_TOKEN, id=USER_TOKEN, status=TokenStatus.PENDING, value=state.buyer
    )
    # Added to the reply only: storing it would raise the version.
    return (*state.tokens, user)


def _receipt(call: Call, found: StoredInvoice, state: InvoiceState) -> Receipt:
    invoice = found.invoice
    reseller = call.tx.get(Reseller, id=call.caller.reseller)
    paid_at = state.paid_at
    return Receipt(
        terminal_id=call.terminal.name,
        payment_date=paid_at and paid_at.astimezone(call.zone),
        client_invoice_id=invoice.client_invoice_id,
        invoice_reference=state.reference,
        payment_reference=state.ers_reference,
        payer_terminal_id=payer_terminal_id(state.buyer) if state.buyer else None,
        receiver_name=reseller.name if reseller else None,
        invoice=invoice,
    )

"""getPaymentStatus, commitReservation, refundPayment and submitPaymentReceipt."""

from __future__ import annotations

import attrs

from seqrkit.model import (
    CommitReservation,
    CustomerToken,
    GetPaymentStatus,
    PaymentStatusReply,
    Receipt,
    RefundPayment,
    Reply,
    SubmitPaymentReceipt,
)
from seqrkit.simulator import codec
from seqrkit.simulator.behaviours import codes, life, money
from seqrkit.simulator.ids import payer_terminal
from seqrkit.simulator.invoice import Commit, InvoiceState, Poll, Refund, Refuse, SubmitReceipt
from seqrkit.simulator.operations.call import DONE, Call
from seqrkit.simulator.operations.invoices import total_of
from seqrkit.simulator.store import Kept, Movement, MovementKind
from seqrkit.vocabulary import Interface, InvoiceStatus, TokenStatus

USER_TOKEN = "I_GAMING_INTEGRATION"  # noqa: S105  the id and description of a customer token
_PAID_BY_SOMEBODY = {InvoiceStatus.PAID, InvoiceStatus.RESERVED}


def get_payment_status(call: Call, request: GetPaymentStatus) -> PaymentStatusReply | Refuse:
    """Where an invoice is; a payment that was asked for is final."""
    reference = request.invoice_reference
    if not reference and life.CURRENT in call.active:
        reference = call.terminal.current
    kept = call.invoice(reference, codes.UNKNOWN_INVOICE)
    if isinstance(kept, Refuse):
        return kept
    state = kept.state
    if life.VERSION_NO_FILTER in call.active or (request.invoice_version or 0) >= state.version:
        state = call.ledger.happen(kept, Poll()).invoice
    paid = state.status is InvoiceStatus.PAID
    with_reference = paid or life.ERS_REFERENCE not in call.active
    with_receipt = paid or life.RECEIPT not in call.active
    return PaymentStatusReply(
        ers_reference=state.ers_reference if with_reference else None,
        status=_said(call, state.status),
        receipt=_receipt(call, kept, state) if with_receipt else None,
        customer_tokens=_tokens(call, state),
        version=state.version,
        **DONE,
    )


def commit_reservation(call: Call, request: CommitReservation) -> Reply | Refuse:
    """Take what was reserved, or less of it."""
    kept = call.invoice(request.invoice_reference)
    if isinstance(kept, Refuse):
        return kept
    event = Commit(call.ledger.reference(), request.amount)
    step = call.ledger.happen(kept, event)
    return step.refusal or Reply(ers_reference=step.invoice.ers_reference, **DONE)


def refund_payment(call: Call, request: RefundPayment) -> Reply | Refuse:
    """Give back what was paid, or part of it."""
    movement = _movement(call, request.ers_reference)
    if movement is None or movement.kind is not MovementKind.SALE:
        return call.refuse(codes.UNKNOWN_ERS_REFERENCE)
    reseller = call.tx.reseller(call.caller.reseller)
    if reseller is not None and not reseller.may_refund:
        return call.refuse(codes.RESELLER_MAY_NOT_REFUND)
    if reseller is not None and not reseller.account_takes_refunds:
        return call.refuse(codes.ACCOUNT_TAKES_NO_REFUNDS)
    total = total_of(call, request.invoice)
    if isinstance(total, Refuse):
        return total
    kept = call.tx.invoice(movement.invoice)
    if kept is None:
        return call.refuse(codes.UNKNOWN_ERS_REFERENCE)
    event = Refund(call.ledger.reference(), total)
    cashier = request.invoice.cashier_id if request.invoice else None
    step = call.ledger.happen(kept, event, by=call.terminal, cashier=cashier)
    own = money.REFUND_REFERENCE in call.active
    return step.refusal or Reply(
        ers_reference=event.reference if own else movement.reference, **DONE
    )


def submit_payment_receipt(call: Call, request: SubmitPaymentReceipt) -> Reply | Refuse:
    """Keep the point of sale's receipt; the payment is thereby seen."""
    movement = _movement(call, request.ers_reference)
    if movement is None or not _takes_receipts(call, movement):
        return call.refuse(codes.RECEIPT_UNKNOWN)
    call.tx.add_receipt(movement.reference, request.receipt_document, call.now)
    kept = call.tx.invoice(movement.invoice)
    if kept is not None:
        call.ledger.happen(kept, SubmitReceipt())
    return Reply(**DONE)


def _takes_receipts(call: Call, movement: Movement) -> bool:
    if movement.kind is MovementKind.REFUND:
        return money.RECEIPT_OF_REFUND in call.active
    return movement.kind is MovementKind.SALE


def _movement(call: Call, reference: str | None) -> Movement | None:
    """The movement of an ersReference, where it is the caller's shop's."""
    movement = call.tx.movement(reference) if reference else None
    return movement if movement and movement.reseller == call.caller.reseller else None


def _said(call: Call, status: InvoiceStatus) -> InvoiceStatus:
    """The status in words that the interface has."""
    if (
        status is InvoiceStatus.PARTIALLY_PAID
        and call.interface is Interface.EXTCLIENTPROXY_V2
        and life.PAID_IN_PART_SAID_SO in call.active
    ):
        return InvoiceStatus.ISSUED
    return status


def _tokens(call: Call, state: InvoiceState) -> tuple[CustomerToken, ...]:
    """The buyer's tokens; with a payment comes the one that creditUser needs."""
    paid = state.status in _PAID_BY_SOMEBODY and state.buyer is not None
    if not paid or money.CREDIT_TOKEN not in call.active:
        return state.tokens
    user = CustomerToken(
        description=USER_TOKEN, id=USER_TOKEN, status=TokenStatus.PENDING, value=state.buyer
    )
    return (*state.tokens, user)


def _receipt(call: Call, kept: Kept, state: InvoiceState) -> Receipt:
    written = codec.read_invoice(kept.written)
    reseller = call.tx.reseller(call.caller.reseller)
    paid_at = state.paid_at
    return Receipt(
        terminal_id=call.terminal.name,
        payment_date=paid_at and paid_at.astimezone(call.zone),
        client_invoice_id=written.client_invoice_id,
        invoice_reference=state.reference,
        payment_reference=state.ers_reference,
        payer_terminal_id=payer_terminal(state.buyer) if state.buyer else None,
        receiver_name=reseller.name if reseller else None,
        invoice=attrs.evolve(written, total_amount=state.total),
    )

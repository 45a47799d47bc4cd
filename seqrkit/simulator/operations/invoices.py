"""sendInvoice, updateInvoice and cancelInvoice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import attrs

from seqrkit import schemas
from seqrkit.model import (
    CancelInvoice,
    Invoice,
    Reply,
    SendInvoice,
    SendInvoiceReply,
    UpdateInvoice,
)
from seqrkit.money import Amount
from seqrkit.qr import invoice_code
from seqrkit.simulator.behaviours import Refusal, result_codes
from seqrkit.simulator.operations.call import DONE, Call
from seqrkit.simulator.states.invoice_state import Cancel, InvoiceState, Supersede, Update
from seqrkit.simulator.store import serialization
from seqrkit.simulator.store.records import StoredInvoice, TerminalKind
from seqrkit.vocabulary import AcknowledgmentMode, PaymentMode

_HTTP = ("http://", "https://")


def send_invoice(call: Call, request: SendInvoice) -> SendInvoiceReply | Refusal:
    """Keep a new invoice; on a cash register it takes the place of the open one."""
    total = total_of(request.invoice)
    if isinstance(total, Refusal):
        return total
    invoice = _in_zone(call, request.invoice or Invoice())
    terminal = call.terminal
    has_one_open = terminal.kind is not TerminalKind.WEBSHOP
    if has_one_open and terminal.current is not None:
        _supersede(call, terminal.current)
    reference = call.ledger.invoice_reference()
    state = InvoiceState(
        reference=reference,
        total=total,
        tokens=request.tokens,
        **_terms(invoice),
    )
    call.ledger.add(
        StoredInvoice(state, terminal.number, call.now, serialization.encode_invoice(invoice))
    )
    if has_one_open:
        call.tx.save(replace(terminal, current=reference))
    return SendInvoiceReply(
        invoice_reference=reference,
        invoice_qr_code=None if has_one_open else invoice_code(reference),  # send.qr-code
        **DONE,
    )


def update_invoice(call: Call, request: UpdateInvoice) -> Reply | Refusal:
    """Change an invoice, or acknowledge the buyer's tokens; what is left out stays."""
    found = call.invoice(request.invoice_reference)
    if isinstance(found, Refusal):
        return found
    total = total_of(request.invoice)
    if isinstance(total, Refusal):
        return total
    invoice = request.invoice or Invoice()
    event = Update(total, request.tokens, **_terms(invoice))
    updated = _updated(found.invoice, _in_zone(call, invoice))
    step = call.ledger.apply(found, event, content=serialization.encode_invoice(updated))
    return step.refusal or Reply(**DONE)


def cancel_invoice(call: Call, request: CancelInvoice) -> Reply | Refusal:
    """Cancel an unpaid invoice."""
    found = call.invoice(request.invoice_reference)
    if isinstance(found, Refusal):
        return found
    return call.ledger.apply(found, Cancel()).refusal or Reply(**DONE)


def total_of(invoice: Invoice | None) -> Amount | Refusal:
    """Return an invoice's totalAmount, or why the invoice is refused."""
    total = invoice.total_amount if invoice is not None else None
    if invoice is None or total is None or total.value is None or total.value <= 0:
        return result_codes.BAD_TOTAL
    if total.currency not in schemas.currencies():
        return result_codes.UNKNOWN_CURRENCY
    if not (invoice.notification_url or _HTTP[0]).lower().startswith(_HTTP):
        return result_codes.BAD_NOTIFICATION_URL
    return total


def _terms(invoice: Invoice) -> dict[str, Any]:
    """What of an invoice decides its further life; an unknown enumeration counts as absent."""
    mode, acknowledgment = invoice.payment_mode, invoice.acknowledgment_mode
    return {
        "mode": mode if isinstance(mode, PaymentMode) else None,
        "acknowledgment": (
            acknowledgment if isinstance(acknowledgment, AcknowledgmentMode) else None
        ),
        "reservation_seconds": invoice.commit_reservation_timeout,
        "notification_url": invoice.notification_url or None,
        "back_url": invoice.back_url or None,
    }


def _supersede(call: Call, current: str) -> None:
    found = call.tx.invoice(current)
    if found is not None:
        call.ledger.apply(found, Supersede())


def _in_zone(call: Call, invoice: Invoice) -> Invoice:
    """The invoice with a zone to its date."""
    date = call.in_zone(invoice.issue_date)
    return invoice if date is invoice.issue_date else attrs.evolve(invoice, issue_date=date)


def _updated(old: Invoice, new: Invoice) -> Invoice:
    """Return the invoice with the fields that the merchant sent again; the others stay."""
    sent = attrs.asdict(new, recurse=False)
    return attrs.evolve(old, **{name: value for name, value in sent.items() if value is not None})

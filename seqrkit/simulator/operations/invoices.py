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
from seqrkit.simulator import codec
from seqrkit.simulator.behaviours import Behaviour, codes, life, money, notices
from seqrkit.simulator.invoice import Cancel, InvoiceState, Refuse, Supersede, Update
from seqrkit.simulator.operations.call import DONE, Call
from seqrkit.simulator.store import Kept, Terminal, TerminalKind
from seqrkit.vocabulary import AcknowledgmentMode, PaymentMode

_HTTP, _HTTPS = "http://", "https://"


def send_invoice(call: Call, request: SendInvoice) -> SendInvoiceReply | Refuse:
    """Keep a new invoice; on a cash register it takes the place of the open one."""
    total = total_of(call, request.invoice)
    if isinstance(total, Refuse):
        return total
    invoice = _in_zone(call, request.invoice or Invoice())
    terminal = call.terminal
    has_one_open = _has_one_open(call, terminal)
    if has_one_open and terminal.current is not None:
        _supersede(call, terminal.current)
    state = InvoiceState(
        reference="",
        total=total,
        version=0 if life.ISSUED in call.active else 1,
        tokens=request.tokens,
        **_terms(invoice),
    )
    reference = call.tx.add_invoice(
        Kept(terminal.number, state, codec.write_invoice(invoice)),
        call.ledger.earliest_invoice(),
        call.now,
    )
    call.ledger.touched.append(reference)
    if has_one_open:
        call.tx.save_terminal(replace(terminal, current=reference))
    return SendInvoiceReply(
        invoice_reference=reference, invoice_qr_code=_code(call, terminal, reference), **DONE
    )


def update_invoice(call: Call, request: UpdateInvoice) -> Reply | Refuse:
    """Change an invoice, or acknowledge the buyer's tokens; what is left out stays."""
    kept = call.invoice(request.invoice_reference)
    if isinstance(kept, Refuse):
        return kept
    total = total_of(call, request.invoice)
    if isinstance(total, Refuse):
        return total
    invoice = request.invoice or Invoice()
    event = Update(total, request.tokens, **_terms(invoice))
    written = _rewritten(codec.read_invoice(kept.written), _in_zone(call, invoice))
    step = call.ledger.happen(kept, event, written=codec.write_invoice(written))
    return step.refusal or Reply(**DONE)


def cancel_invoice(call: Call, request: CancelInvoice) -> Reply | Refuse:
    """Cancel an unpaid invoice."""
    kept = call.invoice(request.invoice_reference)
    if isinstance(kept, Refuse):
        return kept
    return call.ledger.happen(kept, Cancel()).refusal or Reply(**DONE)


def total_of(call: Call, invoice: Invoice | None) -> Amount | Refuse:
    """An invoice's totalAmount, where the invoice can be right."""
    total = invoice.total_amount if invoice is not None else None
    behaviour = _doubt(call, invoice, total)
    if behaviour is not None:
        return call.refuse(behaviour)
    return total or Amount(None, None)


def _doubt(call: Call, invoice: Invoice | None, total: Amount | None) -> Behaviour | None:
    if invoice is None or total is None or total.value is None or total.value <= 0:
        return codes.BAD_TOTAL
    if total.currency not in schemas.currencies():
        return codes.UNKNOWN_CURRENCY
    url = (invoice.notification_url or _HTTP).lower()
    https = url.startswith(_HTTPS) and notices.HTTPS in call.active
    if not (https or url.startswith(_HTTP)):
        return codes.BAD_NOTIFICATION_URL
    return None


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
    kept = call.tx.invoice(current)
    if kept is not None:
        call.ledger.happen(kept, Supersede())


def _code(call: Call, terminal: Terminal, reference: str) -> str | None:
    webshops_only = money.QR_FOR_WEBSHOPS in call.active
    if webshops_only and terminal.kind is not TerminalKind.WEBSHOP:
        return None
    return invoice_code(reference) if money.INVOICE_CODE in call.active else reference


def _has_one_open(call: Call, terminal: Terminal) -> bool:
    """Whether a new invoice of this terminal takes the place of the open one."""
    webshop = terminal.kind is TerminalKind.WEBSHOP
    return not (webshop and life.WEBSHOP_HAS_MANY in call.active)


def _in_zone(call: Call, invoice: Invoice) -> Invoice:
    """The invoice with a zone to its date."""
    date = call.in_zone(invoice.issue_date)
    return invoice if date is invoice.issue_date else attrs.evolve(invoice, issue_date=date)


def _rewritten(old: Invoice, new: Invoice) -> Invoice:
    """The invoice with what the merchant wrote anew; what is left out stays."""
    written = zip(codec.INVOICE_FIELDS, codec.values_of(new), strict=True)
    return attrs.evolve(old, **{name: value for name, value in written if value is not None})

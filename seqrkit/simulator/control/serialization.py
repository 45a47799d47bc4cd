"""Invoices, bills and what belongs to them as plain data, for JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from seqrkit.model import CustomerToken, Invoice, InvoiceRow
from seqrkit.money import Amount
from seqrkit.qr import invoice_code
from seqrkit.simulator.behaviours import Behaviour
from seqrkit.simulator.reference_numbers import payer_terminal_id
from seqrkit.simulator.states.invoice_state import InvoiceState
from seqrkit.simulator.store.records import (
    HistoryEntry,
    Movement,
    StoredInvoice,
    SubmittedReceipt,
    Terminal,
)
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.vocabulary import InvoiceStatus

_LONGEST_RECEIPT = 20_000


def time(at: datetime) -> str:
    """An instant in UTC, as ISO 8601 writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def amount(of: Amount) -> dict[str, str | None]:
    """An amount; its value is a text, so that it stays exact."""
    return {"value": None if of.value is None else f"{of.value:f}", "currency": of.currency}


def row(of: InvoiceRow) -> dict[str, Any]:
    """A row of a bill."""
    return {
        "description": of.item_description,
        "quantity": _number(of.item_quantity),
        "unit": of.item_unit,
        "unit_price": _maybe(of.item_unit_price),
        "discount": _maybe(of.item_discount),
        "total": _maybe(of.item_total_amount),
        "tax_rate": _number(of.item_tax_rate),
        "ean": _text(of.item_ean),
        "sku": _text(of.item_sku),
    }


def token(of: CustomerToken) -> dict[str, Any]:
    """A buyer's token."""
    status = None if of.status is None else int(of.status)
    return {"id": of.id, "description": of.description, "value": of.value, "status": status}


def terminal(of: Terminal) -> dict[str, Any]:
    """A terminal, without its password."""
    return {
        "id": of.id,
        "name": of.name,
        "kind": of.kind.value,
        "state": of.state.value,
        "seqr_id": of.seqr_id,
        "current": of.current,
    }


def invoice(stored: StoredInvoice, ledger: Ledger) -> dict[str, Any]:
    """A line of the list of invoices."""
    state = stored.state
    sold_at = ledger.terminal(stored.terminal)
    return {
        "reference": state.reference,
        "status": state.status.value,
        "version": state.version,
        "title": stored.invoice.title or "",
        "total": amount(state.total),
        "paid": _of(state, state.paid),
        "refunded": _of(state, state.refunded),
        "reserved": _of(state, state.reserved),
        "terminal": {"id": sold_at.id, "name": sold_at.name},
        "created_at": time(stored.sent_at),
        "due_at": time(state.due) if state.due else None,
        "code": invoice_code(state.reference),
    }


def history_entry(of: HistoryEntry) -> dict[str, Any]:
    """A line of a timeline."""
    return {
        "at": time(of.at),
        "event": of.event,
        "status": of.status.value,
        "version": of.version,
        "behaviour": of.behaviour,
        "code": of.code,
    }


def movement(of: Movement) -> dict[str, Any]:
    """Money that moved."""
    return {
        "reference": of.reference,
        "kind": of.kind.value,
        "amount": amount(of.amount),
        "at": time(of.at),
    }


def receipt(of: SubmittedReceipt) -> dict[str, Any]:
    """A receipt that a point of sale submitted."""
    data = (of.receipt_data or b"")[:_LONGEST_RECEIPT]
    return {
        "payment": of.movement,
        "type": _text(of.receipt_type),
        "mime_type": of.mime_type,
        "text": data.decode("utf-8", "replace"),
    }


def bill(state: InvoiceState, written: Invoice, receiver: str, shop: Terminal) -> dict[str, Any]:
    """What the buyer's app shows; `receiver` is the shop's name."""
    return {
        "reference": state.reference,
        "status": state.status.value,
        "title": written.title or "",
        "rows": [row(each) for each in written.invoice_rows or ()],
        "total": amount(state.total),
        "open": _of(state, state.open),
        "paid": _of(state, state.paid),
        "waiting": state.status is InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE,
        "footer": written.footer,
        "receiver": receiver,
        "cashier": written.cashier_id,
        "receipt": _receipt(state, written, receiver, shop),
        "code": invoice_code(state.reference),
    }


def behaviour(of: Behaviour) -> dict[str, Any]:
    """An entry of the table of behaviours."""
    return {
        "id": of.id,
        "statement": of.statement,
        "source": of.source,
        "place": of.place,
        "code": None if of.code is None else int(of.code),
    }


def _receipt(
    state: InvoiceState, written: Invoice, receiver: str, shop: Terminal
) -> dict[str, Any] | None:
    if state.status is not InvoiceStatus.PAID or state.ers_reference is None:
        return None
    return {
        "payment_reference": state.ers_reference,
        "paid_at": time(state.paid_at) if state.paid_at else None,
        "amount": _of(state, state.paid),
        "receiver": receiver,
        "terminal": shop.name,
        "payer_terminal": payer_terminal_id(state.buyer) if state.buyer else None,
        "client_invoice_id": written.client_invoice_id,
    }


def _of(state: InvoiceState, value: Decimal) -> dict[str, str | None]:
    return amount(Amount(value, state.total.currency))


def _maybe(of: Amount | None) -> dict[str, str | None] | None:
    return None if of is None else amount(of)


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)

"""Invoices and bills of the store as JSON objects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from seqrkit.money import Amount
from seqrkit.qr import invoice_code
from seqrkit.simulator.behaviours import behaviour
from seqrkit.simulator.control import views
from seqrkit.simulator.phone import Bill
from seqrkit.simulator.reference_numbers import payer_terminal_id
from seqrkit.simulator.states.invoice_state import SENT, InvoiceState
from seqrkit.simulator.store.records import (
    HistoryEntry,
    Movement,
    Reseller,
    StoredInvoice,
    SubmittedReceipt,
    Terminal,
)
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.vocabulary import InvoiceStatus

_MAX_RECEIPT_BYTES: Final = 20_000


def summaries(found: Iterable[tuple[StoredInvoice, Terminal]]) -> list[dict[str, Any]]:
    """Return invoices, each with its terminal, as items of the list of invoices."""
    return [views.shortened(views.INVOICE(each.state, **_members(each, at))) for each, at in found]


def with_terminals(
    found: Iterable[StoredInvoice], ledger: Ledger
) -> list[tuple[StoredInvoice, Terminal]]:
    """Return invoices with their terminals, to be written as JSON after the transaction."""
    return [(each, ledger.terminal(each.terminal)) for each in found]


def details(stored: StoredInvoice, ledger: Ledger) -> dict[str, Any]:
    """Return an invoice with its rows, history, payments and receipts, without notifications."""
    tx, state = ledger.tx, stored.state
    reference = state.reference
    movements = tx.find(Movement, invoice=reference)
    sent = HistoryEntry(
        reference, stored.sent_at, SENT, InvoiceStatus.ISSUED, 0, behaviour("invoice.issued").id
    )
    history = (sent, *tx.find(HistoryEntry, invoice=reference))
    return views.INVOICE_DETAILS(
        state,
        **_members(stored, ledger.terminal(stored.terminal)),
        rows=_rows(stored),
        tokens=[views.TOKEN(token) for token in state.tokens],
        timeline=[views.HISTORY_ENTRY(entry) for entry in history],
        payments=[views.PAYMENT(movement) for movement in movements],
        receipts=_receipts(ledger, reference),
        notifications=[],
    )


def bill(shown: Bill, ledger: Ledger) -> dict[str, Any]:
    """Return a bill as the buyer's app shows it."""
    stored = shown.read(ledger)
    state, invoice = stored.state, stored.invoice
    shop = ledger.terminal(stored.terminal)
    reseller = ledger.tx.get(Reseller, id=shop.reseller)
    receiver = shop.reseller if reseller is None else reseller.name
    receipt = None
    if state.status is InvoiceStatus.PAID and state.ers_reference is not None:
        receipt = views.BILL_RECEIPT(
            state,
            amount=_amount(state, state.paid),
            receiver=receiver,
            terminal=shop.name,
            payer_terminal=payer_terminal_id(state.buyer) if state.buyer else None,
            client_invoice_id=invoice.client_invoice_id,
        )
    return views.BILL(
        state,
        title=invoice.title or "",
        rows=_rows(stored),
        open=_amount(state, state.open),
        paid=_amount(state, state.paid),
        waiting=state.status is InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE,
        footer=invoice.footer,
        receiver=receiver,
        cashier=invoice.cashier_id,
        opened_url=shown.opened_url,
        receipt=receipt,
        terminal=shop.name,
        tokens=[views.TOKEN(token) for token in ledger.shown_tokens(state)],
        receipts=_receipts(ledger, state.reference),
        code=invoice_code(state.reference),
    )


def _members(stored: StoredInvoice, terminal: Terminal) -> dict[str, Any]:
    state = stored.state
    return {
        "title": stored.title,
        "paid": _amount(state, state.paid),
        "refunded": _amount(state, state.refunded),
        "reserved": _amount(state, state.reserved),
        "terminal": {"id": terminal.id, "name": terminal.name},
        "created_at": stored.sent_at,
        "code": invoice_code(state.reference),
    }


def _rows(stored: StoredInvoice) -> list[dict[str, Any]]:
    return [views.ROW(row) for row in stored.invoice.invoice_rows or ()]


def _receipts(ledger: Ledger, reference: str) -> list[dict[str, Any]]:
    return [
        views.RECEIPT(receipt, text=_receipt_text(receipt))
        for receipt in ledger.receipts(reference)
    ]


def _receipt_text(receipt: SubmittedReceipt) -> str:
    return (receipt.receipt_data or b"")[:_MAX_RECEIPT_BYTES].decode("utf-8", "replace")


def _amount(state: InvoiceState, amount: Amount) -> Amount:
    """Return the amount with the currency of the invoice, which `NOTHING` does not have."""
    return replace(amount, currency=state.total.currency)

"""Invoices and exchanges, to look at."""

from __future__ import annotations

from typing import Any, Final

from seqrkit.simulator.behaviours import invoice_life
from seqrkit.simulator.control import serialization
from seqrkit.simulator.control.action import ActionRequest, Problem, missing
from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint
from seqrkit.simulator.control.recent_exchanges import DecodedExchange
from seqrkit.simulator.states.invoice_state import SENT
from seqrkit.simulator.store.records import (
    HistoryEntry,
    Movement,
    StoredInvoice,
    SubmittedReceipt,
)
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.vocabulary import InvoiceStatus

USUAL, MOST = 50, 500
"""How many are listed, unless asked for, and at most."""
_SHORTEST: Final = 3
"""Characters of a reference that are searched for at least."""


def invoices(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """The newest invoices, newest first."""
    limit = ask.number("limit", USUAL, MOST)
    status = _status(ask.query.get("status", ""))
    before = ask.query.get("before") or None

    def work(ledger: Ledger) -> list[dict[str, Any]]:
        found = ledger.tx.latest_invoices(limit, before, status)
        return [serialization.invoice(each, ledger) for each in found]

    return panel.service.transactions.run(work, reading=True)


def invoice(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """One invoice, its timeline and its money."""
    reference = ask.path["reference"]

    def work(ledger: Ledger) -> dict[str, Any]:
        stored = ledger.tx.invoice(reference)
        if stored is None:
            raise missing("invoice", reference)
        return _whole(stored, ledger)

    found = panel.service.transactions.run(work, reading=True)
    told = panel.notifications.of(reference) if panel.notifications is not None else []
    return found | {"notifications": [each.to_dict() for each in told]}


def exchanges(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """The latest exchanges, newest first; those after a number."""
    limit, after = ask.number("limit", USUAL, MOST), ask.number("after", 0, 2**53)
    found: list[dict[str, Any]] = []
    for read in panel.recent:
        if read.seen.number <= after or len(found) >= limit:
            break
        found.append(read.summary())
    return found


def exchange(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """One exchange with both messages."""
    number = ask.path["number"]
    read = panel.recent.find(int(number)) if number.isascii() and number.isdigit() else None
    if read is None:
        raise missing("exchange", f"{number[:20]} remembered")
    return read.whole()


def search(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """Exchanges and invoices by clientReference, invoiceReference or ersReference."""
    text = ask.query.get("q", "").strip()
    if len(text) < _SHORTEST:
        raise Problem(400, f"q is a reference, or a part of one of {_SHORTEST} characters or more")
    found = [read for read in panel.recent if read.mentions(text.lower())]
    return {
        "exchanges": [read.summary() for read in found[:MOST]],
        "invoices": _invoices_of(panel, text, found),
    }


def _invoices_of(
    panel: ControlledEndpoint, text: str, found: list[DecodedExchange]
) -> list[dict[str, Any]]:
    """The invoices of a reference, and those that the exchanges found are about."""

    def work(ledger: Ledger) -> list[dict[str, Any]]:
        references = {text: None}
        movement = ledger.tx.get(Movement, reference=text)
        if movement is not None:
            references[movement.invoice] = None
        for read in found:
            references[read.said.get("invoiceReference", "")] = None
        stored = map(ledger.tx.invoice, list(references)[:USUAL])
        return [serialization.invoice(each, ledger) for each in stored if each is not None]

    return panel.service.transactions.run(work, reading=True)


def _whole(stored: StoredInvoice, ledger: Ledger) -> dict[str, Any]:
    tx, state = ledger.tx, stored.state
    reference = state.reference
    movements = tx.find(Movement, invoice=reference)
    sent = HistoryEntry(
        reference, stored.sent_at, SENT, InvoiceStatus.ISSUED, 0, invoice_life.ISSUED.id
    )
    history = (sent, *tx.find(HistoryEntry, invoice=reference))
    return serialization.invoice(stored, ledger) | {
        "rows": [serialization.row(row) for row in stored.invoice.invoice_rows or ()],
        "tokens": [serialization.token(token) for token in state.tokens],
        "timeline": [serialization.history_entry(each) for each in history],
        "payments": [serialization.movement(movement) for movement in movements],
        "receipts": [
            serialization.receipt(receipt)
            for movement in movements
            for receipt in tx.find(SubmittedReceipt, movement=movement.reference)
        ],
    }


def _status(text: str) -> InvoiceStatus | None:
    if not text:
        return None
    try:
        return InvoiceStatus(text.upper())
    except ValueError:
        known = ", ".join(InvoiceStatus)
        raise Problem(400, f"there is no status {text[:40]!r}; it is one of {known}") from None

"""The action that searches the exchanges and invoices."""

from __future__ import annotations

import re
from typing import Any, Final

from seqrkit.simulator.control import invoice_json, views
from seqrkit.simulator.control.action import ActionRequest, Problem, action
from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint
from seqrkit.simulator.control.invoice_actions import DEFAULT_LIMIT, MAX_LIMIT
from seqrkit.simulator.control.recent_exchanges import DecodedExchange
from seqrkit.simulator.store.records import Movement, StoredInvoice, Terminal
from seqrkit.simulator.transactions.ledger import Ledger

_MIN_SEARCH: Final = 2
"""The shortest text that is searched for."""
_COMMA: Final = re.compile(r"(?<=\d),(?=\d)", re.ASCII)


@action(
    "GET",
    "/search",
    views.FOUND,
    query={"q": ("A reference or a part of one; words of an invoice.", views.TEXT)},
)
def search(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Find exchanges by reference, and invoices also by title, amount and clientInvoiceId."""
    text = request.query.get("q", "").strip()
    if len(text) < _MIN_SEARCH:
        raise Problem(400, f"q is too short; it needs {_MIN_SEARCH} characters")
    found = [each for each in control.recent if each.mentions(text.lower())]
    return {
        "exchanges": [views.EXCHANGE(each) for each in found[:MAX_LIMIT]],
        "invoices": _invoices_of(control, text, found),
    }


def _invoices_of(
    control: ControlledEndpoint, text: str, found: list[DecodedExchange]
) -> list[dict[str, Any]]:
    """Return the invoices with this reference or these words, and those of the exchanges found."""
    # People type 149,99 where the invoice has 149.99.
    words = _COMMA.sub(".", text.lower()).split()

    def has_words(stored: StoredInvoice) -> bool:
        invoice = stored.invoice
        # The database searches all stored text, so its matches are checked by field.
        whole = f"{invoice.title} {stored.state.total} {invoice.client_invoice_id}".lower()
        return all(word in whole for word in words)

    def read(ledger: Ledger) -> list[tuple[StoredInvoice, Terminal]]:
        references = {text: None}
        movement = ledger.tx.get(Movement, reference=text)
        if movement is not None:
            references[movement.invoice] = None
        for each in found:
            references[each.references.invoice or ""] = None
        named = map(ledger.tx.invoice, list(references)[:DEFAULT_LIMIT])
        # The database looks for one word: the longest leaves the fewest candidates.
        with_word = ledger.tx.latest_invoices(MAX_LIMIT, text=max(words, key=len))
        stored = {
            each.state.reference: each
            for each in (*named, *filter(has_words, with_word))
            if each is not None
        }
        newest = sorted(stored, key=int, reverse=True)[:DEFAULT_LIMIT]
        return invoice_json.with_terminals((stored[each] for each in newest), ledger)

    return invoice_json.summaries(control.read(read))

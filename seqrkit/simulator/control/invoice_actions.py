"""Actions that show invoices and exchanges."""

from __future__ import annotations

from typing import Any, Final

from seqrkit.simulator.control import invoice_json, views
from seqrkit.simulator.control.action import ActionRequest, Problem, action, not_found
from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint
from seqrkit.simulator.states.invoice_state import Notify
from seqrkit.simulator.store.records import StoredInvoice, Terminal
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.vocabulary import InvoiceStatus

DEFAULT_LIMIT, MAX_LIMIT = 50, 500
"""How many items a list has by default, and at most."""
_NOTIFIED: Final = {InvoiceStatus.PAID, InvoiceStatus.RESERVED}
_LIMITS: Final = (DEFAULT_LIMIT, MAX_LIMIT)
_LIMIT: Final = ("Maximum number of items.", views.INTEGER)


@action(
    "GET",
    "/invoices",
    views.array(views.INVOICE.schema),
    query={
        "limit": _LIMIT,
        "before": ("Only invoices sent before this reference.", views.TEXT),
        "status": ("Only invoices in this status.", views.STATUS),
    },
)
def invoices(control: ControlledEndpoint, request: ActionRequest) -> object:
    """List invoices, newest first; those in one status among the newest 20,000."""
    limit = request.integer("limit", *_LIMITS)
    status = _status(request.query.get("status", ""))
    before = request.query.get("before") or None

    def read(ledger: Ledger) -> list[tuple[StoredInvoice, Terminal]]:
        return invoice_json.with_terminals(ledger.tx.latest_invoices(limit, before, status), ledger)

    return invoice_json.summaries(control.read(read))


@action("GET", "/invoices/{reference}", views.INVOICE_DETAILS.schema)
def invoice(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Show an invoice: rows, timeline, payments, receipts, notifications."""
    reference = request.path["reference"]

    def read(ledger: Ledger) -> dict[str, Any]:
        stored = ledger.tx.invoice(reference)
        if stored is None:
            raise not_found("invoice", reference)
        return invoice_json.details(stored, ledger)

    attempts = control.notifications.of(reference)
    return control.read(read) | {"notifications": [each.to_dict() for each in attempts]}


@action("POST", "/invoices/{reference}/notify", views.DONE, body=views.record())
def notify(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Notify the merchant of a paid or reserved invoice once more."""
    reference = request.path["reference"]

    def work(ledger: Ledger) -> None:
        stored = ledger.tx.invoice(reference)
        if stored is None:
            raise not_found("invoice", reference)
        url, status = stored.state.notification_url, stored.state.status
        if not url:
            raise Problem(409, f"invoice {reference} has no notificationUrl")
        if status not in _NOTIFIED:
            raise Problem(
                409, f"invoice {reference} is {status}; only a paid or reserved one notifies"
            )
        ledger.queue(Notify(url, reference), stored.state.version)

    control.service.transactions.run(work)
    return {"done": f"the notification of invoice {reference} was queued"}


@action(
    "GET",
    "/notifications",
    views.array(views.OBJECT),
    query={"limit": _LIMIT},
)
def notifications(control: ControlledEndpoint, request: ActionRequest) -> object:
    """List the attempts to notify merchants, newest first."""
    attempts = list(control.notifications)[::-1]
    return [each.to_dict() for each in attempts[: request.integer("limit", *_LIMITS)]]


@action(
    "GET",
    "/exchanges",
    views.array(views.EXCHANGE.schema),
    query={
        "limit": _LIMIT,
        "after": ("Only those with a higher number.", views.INTEGER),
        "before": ("Only those with a lower number.", views.INTEGER),
    },
)
def exchanges(control: ControlledEndpoint, request: ActionRequest) -> object:
    """List the latest exchanges, newest first."""
    limit = request.integer("limit", *_LIMITS)
    after = request.integer("after", 0, 2**53)
    before = request.integer("before", 2**53, 2**53)
    found: list[dict[str, Any]] = []
    for exchange in control.recent:
        if exchange.observed.number <= after or len(found) >= limit:
            break
        if exchange.observed.number < before:
            found.append(views.EXCHANGE(exchange))
    return found


@action("GET", "/exchanges/{number}", views.EXCHANGE_DETAILS.schema)
def exchange(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Show an exchange: both messages with passwords masked, findings and notes."""
    number = request.path["number"]
    # Cut, because Python does not read thousands of digits.
    is_number = number.isascii() and number.isdigit()
    found = control.recent.find(int(number[:20])) if is_number else None
    if found is None:
        raise not_found("exchange", f"{number[:20]} in the log")
    return views.EXCHANGE_DETAILS(
        found,
        findings=[views.FINDING(finding) for finding in found.findings],
        notes=[views.NOTE(note) for note in found.observed.notes],
    )


def _status(text: str) -> InvoiceStatus | None:
    if not text:
        return None
    try:
        return InvoiceStatus(text.upper())
    except ValueError:
        known = ", ".join(InvoiceStatus)
        raise Problem(400, f"{text[:40]!r} is not a status; use one of {known}") from None

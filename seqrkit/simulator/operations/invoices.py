"""sendInvoice, updateInvoice and cancelInvoice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

import attrs

from seqrkit import contract, schemas
from seqrkit.model import (
    CancelInvoice,
    CustomerToken,
    Invoice,
    Reply,
    SendInvoice,
    SendInvoiceReply,
    UpdateInvoice,
)
from seqrkit.money import Amount
from seqrkit.qr import invoice_code
from seqrkit.simulator.behaviours import Refusal, behaviour, refusal
from seqrkit.simulator.operations.operation_call import SUCCESS, Call
from seqrkit.simulator.states.invoice_state import Cancel, InvoiceState, Supersede, Update
from seqrkit.simulator.store.records import StoredInvoice
from seqrkit.simulator.store.serialization import encode_invoice
from seqrkit.simulator.store.settings import KnownToken, TerminalKind
from seqrkit.vocabulary import AcknowledgmentMode, PaymentMode, TokenStatus

_SHOWN: Final = 60
"""Characters of a value that a note shows."""


def send_invoice(call: Call, request: SendInvoice) -> SendInvoiceReply | Refusal:
    """Store a new invoice; on a cash register it replaces the open one."""
    total, tokens = total_of(call, request.invoice), _known(call, request.tokens)
    if isinstance(total, Refusal):
        return total
    if isinstance(tokens, Refusal):
        return tokens
    invoice = _with_zone(call, request.invoice or Invoice())
    terminal = call.terminal
    has_one_open = terminal.kind is not TerminalKind.WEBSHOP
    # After all refusals: an invoice that is refused must not cancel the open one.
    if has_one_open and terminal.current is not None:
        _supersede(call, terminal.current)
    reference = call.ledger.invoice_reference()
    state = InvoiceState(
        reference=reference,
        total=total,
        tokens=tokens,
        **_terms(invoice),
    )
    call.ledger.add(StoredInvoice(state, terminal.number, call.now, encode_invoice(invoice)))
    if has_one_open:
        call.tx.save(replace(terminal, current=reference))
    return SendInvoiceReply(
        invoice_reference=reference,
        invoice_qr_code=None if has_one_open else invoice_code(reference),  # send.qr-code
        **SUCCESS,
    )


def update_invoice(call: Call, request: UpdateInvoice) -> Reply | Refusal:
    """Change an invoice, or acknowledge the buyer's tokens; absent fields stay unchanged."""
    found = call.invoice(request.invoice_reference)
    if found is None:
        return refusal("invoice.reference-elsewhere")
    total, tokens = total_of(call, request.invoice), _known(call, request.tokens)
    if isinstance(total, Refusal):
        return total
    if isinstance(tokens, Refusal):
        return tokens
    invoice = request.invoice or Invoice()
    # The state machine decides first; the content is stored only if it accepts the event.
    event = Update(total, tokens, **_terms(invoice))
    updated = _updated(found.invoice, _with_zone(call, invoice))
    step = call.ledger.apply(found, event, content=encode_invoice(updated))
    if step.behaviour is behaviour("update.after-scan"):
        wrong = "the buyer has scanned this invoice, and it does not wait for updateInvoice"
        call.note("update.after-scan", "updateInvoice/invoice", wrong, "nothing was changed")
    return step.refusal or Reply(**SUCCESS)


def cancel_invoice(call: Call, request: CancelInvoice) -> Reply | Refusal:
    """Cancel an unpaid invoice."""
    found = call.invoice(request.invoice_reference)
    if found is None:
        return refusal("invoice.reference-elsewhere")
    return call.ledger.apply(found, Cancel()).refusal or Reply(**SUCCESS)


def total_of(call: Call, invoice: Invoice | None) -> Amount | Refusal:
    """Return an invoice's totalAmount, or why the invoice is refused."""
    total = invoice.total_amount if invoice is not None else None
    if invoice is None or total is None or total.value is None or total.value <= 0:
        return refusal("invoice.total")
    if total.currency not in schemas.currencies():
        return refusal("invoice.currency")
    url = invoice.notification_url
    if url and not _url().fullmatch(url):
        return refusal("invoice.notification-url")
    if url and not url.lower().startswith("http:"):
        if call.documented:
            return refusal("documented.https")
        wrong = "the notificationUrl does not start with http://, as documented"
        call.note("notification.https", "invoice/notificationUrl", wrong, "accepted (assumed)")
    return total


def _known(call: Call, tokens: Sequence[CustomerToken]) -> tuple[CustomerToken, ...] | Refusal:
    """Return a merchant's tokens, those that the settings block with the status that says so."""
    kinds = {token.id: call.tx.get(KnownToken, id=token.id or "") for token in tokens}
    unknown = ", ".join(sorted(id_ or "without an id" for id_, kind in kinds.items() if not kind))
    if unknown and call.documented:
        return refusal("documented.token")
    if unknown:
        wrong = f"the service does not know this kind of token: {unknown[:_SHOWN]}"
        call.note("token.unknown", "tokens", wrong, "accepted")
    found = []
    for token in tokens:
        kind = kinds[token.id]
        status = kind.status_of(token.value) if kind else TokenStatus.PENDING
        usable = status is TokenStatus.PENDING or status == token.status
        if not usable:
            wrong = f"the token {(token.value or '')[:_SHOWN]} is {status.name.lower()}"
            call.note("token.blocked", "tokens", wrong, f"its status stays {int(status)}")
        found.append(token if usable else attrs.evolve(token, status=status))
    return tuple(found)


@cache
def _url() -> re.Pattern[str]:
    """Return the form of a notificationUrl, which the linter requires as well."""
    return re.compile(contract.load().field("invoice.notificationUrl").pattern or "")


def _terms(invoice: Invoice) -> dict[str, Any]:
    """Return the fields that the state machine needs; an unknown mode counts as absent."""
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


def _with_zone(call: Call, invoice: Invoice) -> Invoice:
    """Return the invoice with a date that has a zone: the endpoint's, if it had none."""
    # Stored times have a zone, so that they can be compared.
    date = invoice.issue_date
    if date is None or date.tzinfo is not None:
        return invoice
    return attrs.evolve(invoice, issue_date=date.replace(tzinfo=call.zone))


def _updated(old: Invoice, new: Invoice) -> Invoice:
    """Return the old invoice with the fields that the new one has."""
    sent = attrs.asdict(new, recurse=False)
    return attrs.evolve(old, **{name: value for name, value in sent.items() if value is not None})

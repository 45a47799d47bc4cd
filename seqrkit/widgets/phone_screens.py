"""What the buyer's phone shows on its screens, as HTML: read from the bill, never changing it."""

from __future__ import annotations

from html import escape
from typing import Final

from seqrkit.display.message_fields import bill_of
from seqrkit.simulator.phone import Bill, Phone
from seqrkit.simulator.states.invoice_state import InvoiceState
from seqrkit.vocabulary import InvoiceStatus, ResultCode

TITLES: Final = {
    "home": "The buyer&rsquo;s phone",
    "bill": "The bill",
    "confirm": "Enter PIN",
    "end": "Receipt",
}
"""The screens, and what stands above each."""
_ENDS: Final = {
    InvoiceStatus.PAID: ("✓", "fine", "paid to"),
    InvoiceStatus.RESERVED: ("✓", "look", "reserved for"),
    InvoiceStatus.CANCELED: ("\N{MULTIPLICATION X}", "wrong", "cancelled; nothing goes to"),
    InvoiceStatus.FAILED: (
        "\N{MULTIPLICATION X}",
        "wrong",
        "declined by the bank; nothing goes to",
    ),
    InvoiceStatus.EXPIRED: ("\N{MULTIPLICATION X}", "wrong", "expired; nothing goes to"),
}
"""How each end looks: a sign, its signal, and what is said under the sum."""
HOME: Final = '<p class="seqr-small">Scan the code of an invoice, or of a till.</p>'
"""What stands at the top when there is no bill."""


def top(screen: str, shown: Bill | None) -> str:
    """The line at the top of the phone."""
    unpaid = screen == "end" and shown is not None and shown.status is not InvoiceStatus.PAID
    return f"<h3>{TITLES['bill' if unpaid else screen]}</h3>"


def offers(count: int) -> str:
    """What stands above the bills that could be scanned."""
    none = "No open bill just now. It appears here when a shop sends an invoice."
    return f'<p class="seqr-small">{"Or an open bill" if count else none}</p>'


def cards(phone: Phone) -> str:
    """The loyalty cards on the phone."""
    listed = "".join(
        f"<li><code>{escape(card.value or '')}</code><small>{escape(card.id or '')}</small></li>"
        for card in phone.cards
    )
    words = '<p class="seqr-small">Loyalty cards, offered at each scan</p>'
    return (
        f'{words}<ul class="seqr-rows" aria-label="Loyalty cards">{listed}</ul>' if listed else ""
    )


def bill(shown: Bill) -> str:
    """The bill after a scan: what is to be paid, and for what."""
    state, invoice = shown.state, shown.invoice
    if state.status is InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE:
        body = (
            '<p class="seqr-small" role="status">Waiting for the shop to say what is to be paid '
            "(its updateInvoice).</p>"
        )
    else:
        rows = "".join(
            f"<li><span>{escape(item)}</span><span>{escape(amount)}</span></li>"
            for item, amount in list(bill_of(invoice))[:-1]
        )
        body = f'{_sum(_left(state))}{_paid(state)}<ul class="seqr-rows">{rows}</ul>'
    cashier = f"cashier {invoice.cashier_id}" if invoice.cashier_id else ""
    foot = " · ".join(filter(None, (invoice.footer, cashier)))
    return f"{_receiver(invoice.title)}{body}{_small(foot)}"


def confirm(shown: Bill, amount: str) -> str:
    """The PIN dialog for an amount."""
    return (
        f"{_receiver(shown.title)}{_sum(amount)}"
        '<div class="seqr-dots" aria-hidden="true"><i></i><i></i><i></i><i></i></div>'
        + _small(
            "While this is open the shop can neither change nor cancel the bill: updateInvoice is "
            f"answered {ResultCode.PAYMENT_IN_PROGRESS:d}, cancelInvoice "
            f"{ResultCode.CANNOT_CANCEL_INVOICE_IN_PROGRESS:d}."
        )
    )


def end(shown: Bill) -> str:
    """How it ended: a receipt, or that nothing was paid."""
    state = shown.state
    sign, signal, words = _ENDS.get(state.status, ("·", "look", f"{state.status} at"))
    lines = {
        "time": f"{state.paid_at:%H:%M:%S}" if state.paid_at else "",
        "payment": state.ers_reference or "",
        "invoice": state.reference,
    }
    rows = "".join(
        f"<li><span>{name}</span><code>{escape(value)}</code></li>"
        for name, value in lines.items()
        if value
    )
    return (
        f'<div class="seqr-sign {signal}" aria-hidden="true">{sign}</div>{_sum(str(state.total))}'
        f'<p class="seqr-small" role="status">{words} {escape(shown.title or "the shop")}</p>'
        f'<ul class="seqr-rows">{rows}</ul>{_due(state)}'
    )


def trouble(sentence: str) -> str:
    """What cannot be."""
    return f'<p class="f wrong" role="alert">{escape(sentence)}</p>' if sentence else ""


def _due(state: InvoiceState) -> str:
    if state.due is None:
        return ""
    what = {
        InvoiceStatus.PAID: "reversed at {} unless the shop polls",
        InvoiceStatus.RESERVED: "lapses at {} unless the shop commits it",
    }
    return _small(what.get(state.status, "").format(f"{state.due:%H:%M:%S}"))


def _left(state: InvoiceState) -> str:
    return f"{state.open:f} {state.total.currency or ''}"


def _paid(state: InvoiceState) -> str:
    said = f"{state.paid:f} of {state.total} is paid" if state.paid else ""
    return _small(said)


def _receiver(title: str | None) -> str:
    return f'<p class="seqr-receiver">{escape(title or "untitled")}</p>'


def _sum(amount: str) -> str:
    return f'<p class="seqr-sum">{escape(amount)}</p>'


def _small(words: str) -> str:
    return f'<p class="seqr-small">{escape(words)}</p>' if words else ""

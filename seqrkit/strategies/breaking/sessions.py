"""Sessions whose last message breaks a rule across messages, and keeps every other rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lxml.etree import _Element

from seqrkit.contract import Contract
from seqrkit.model_fields import message_fields
from seqrkit.strategies.envelope_writer import written
from seqrkit.strategies.valid_messages import simplest
from seqrkit.vocabulary import InvoiceStatus

_Step = tuple[str, Mapping[str, str]]
"""The name of a message, and its texts that differ from the samples, by path."""

_SEND: Final[_Step] = ("sendInvoice", {})
_SENT: Final = ("sendInvoiceResponse", {"return/invoiceReference": "1"})
_POLL: Final = ("getPaymentStatus", {"invoiceReference": "1", "invoiceVersion": "0"})
_ISSUED: Final = ("getPaymentStatusResponse", {"return/status": "ISSUED", "return/version": "1"})
_FAILED: Final = ("getPaymentStatusResponse", {"return/status": "FAILED", "return/version": "1"})
_PAID: Final = (
    "getPaymentStatusResponse",
    {
        "return/status": "PAID",
        "return/ersReference": "2",
        "return/receipt/invoice/totalAmount/value": "100",
        "return/version": "1",
    },
)
_REFUND: Final = ("refundPayment", {"ersReference": "2", "invoice/totalAmount/value": "60"})
_SALE: Final = (_SEND, _SENT, _POLL)

_SESSIONS: Final[Mapping[str, Sequence[_Step]]] = {
    "context.clientReference.unique": (
        ("sendInvoice", {"context/clientReference": "x"}),
        ("getPaymentStatus", {"context/clientReference": "x"}),
    ),
    "session.invoiceVersion.latest": (*_SALE, _FAILED, _POLL),
    "session.updateInvoice.before-scan": (
        ("sendInvoice", {"invoice/acknowledgmentMode": "NO_ACKNOWLEDGMENT"}),
        _SENT,
        ("updateInvoice", {"invoiceReference": "1"}),
    ),
    "session.tokens.known": (_SEND, _SENT, ("sendInvoice", {"tokens/id": "CLUB"})),
    "session.status.part-paid": (*_SALE, _ISSUED),
    "session.ersReference.payment": (*_SALE, _PAID, ("refundPayment", {"ersReference": "1"})),
    "session.invoiceReference.open": (*_SALE, _PAID, ("updateInvoice", {"invoiceReference": "1"})),
    "session.refund.sum": (*_SALE, _PAID, _REFUND, ("refundPaymentResponse", {}), _REFUND),
}
_RECEIPT: Final = frozenset(
    {
        "response.ersReference",
        "getPaymentStatusResponse.receipt",
        "receipt.invoice",
        "receiptInvoice.totalAmount",
    }
)
"""What is present in the reply PAID."""
_TOKENS: Final = frozenset({"sendInvoice.tokens", "token.id"})
"""What is present in a request with a token."""


def broken_session(contract: Contract, rule: str) -> tuple[_Element, ...]:
    """Return the messages of a session, the last of which breaks a rule across messages.

    Raises `LookupError` for a rule that a message breaks alone.
    """
    return tuple(
        # A reference of its own for each message, unless the session is about repeating one.
        _message(contract, name, {"context/clientReference": f"{number}", **texts})
        for number, (name, texts) in enumerate(_SESSIONS[rule])
    )


def _message(contract: Contract, name: str, texts: Mapping[str, str]) -> _Element:
    paid = texts.get("return/status") == InvoiceStatus.PAID
    present = _RECEIPT if paid else _TOKENS if "tokens/id" in texts else frozenset()
    made = simplest(contract, name, present)
    element = written(made, message_fields(contract, name))
    for path, text in texts.items():
        for each in element.iterfind(path):
            each.text = text
    return element

"""Rules across the messages of one session: references, versions, states and refunds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock
from typing import Final, TypeVar

from lxml.etree import _Element

from seqrkit.contract.cross_field_rules import text_of
from seqrkit.contract.envelope_rules import SESSION_RULES
from seqrkit.contract.findings import Finding, quote, shorten
from seqrkit.contract.numbers import number
from seqrkit.money import EXACT
from seqrkit.soap import local
from seqrkit.vocabulary import InvoiceStatus

_FINAL: Final = frozenset(
    {InvoiceStatus.PAID, InvoiceStatus.CANCELED, InvoiceStatus.FAILED, InvoiceStatus.EXPIRED}
)
_CHANGES: Final = frozenset({"updateInvoice", "cancelInvoice", "commitReservation"})
_REMEMBERED: Final = 10_000

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class _Recent(dict[_Key, _Value]):
    """A dictionary of the latest entries: a session may last for months."""

    def __setitem__(self, key: _Key, value: _Value) -> None:
        super().__setitem__(key, value)
        if len(self) > _REMEMBERED:
            del self[next(iter(self))]


@dataclass(slots=True)
class _Invoice:
    """What the messages of a session have said about an invoice."""

    version: str = ""
    status: str = ""


@dataclass(slots=True)
class _Payment:
    """A payment with its amount and the sum of its refunds."""

    amount: Decimal | None
    refunded: Decimal = Decimal(0)


class SessionRules:
    """Judge of the messages of one session, in the order in which they were sent. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._used = _Recent[tuple[str, str], str]()
        self._invoices = _Recent[str, _Invoice]()
        self._payments = _Recent[str, _Payment]()
        self._last: dict[str, _Element] = {}

    def check(self, message: _Element) -> tuple[Finding, ...]:
        """Return the findings about the next message, the element of an operation or a reply.

        A reply is taken to answer the latest request of its operation.
        """
        operation = local(message).removesuffix("Response")
        if operation == local(message):
            return self.request(message)
        request = self._last.get(operation)
        if request is not None:
            self.reply(message, request)
        return ()

    def request(self, request: _Element) -> tuple[Finding, ...]:
        """Return the findings about a request, and remember it."""
        with self._lock:
            self._last[local(request)] = request
            return tuple(self._request(request, local(request)))

    def reply(self, reply: _Element, request: _Element) -> None:
        """Remember the references, version and status of the reply to a request."""
        with self._lock:
            if local(reply) == f"{local(request)}Response":
                self._reply(reply, request, local(request))

    def _request(self, request: _Element, operation: str) -> Iterator[Finding]:
        client = text_of(request, "context/clientId")
        reference = text_of(request, "context/clientReference")
        earlier = self._used.get((client, reference))
        if reference and earlier is not None:
            message = f"{quote(reference)} was already used by {earlier}; use a new one"
            yield _finding(
                "context.clientReference.unique", request, "context/clientReference", message
            )
        elif reference:
            self._used[client, reference] = operation
        yield from self._about_invoice(request, operation)
        yield from self._about_payment(request, operation)

    def _about_invoice(self, request: _Element, operation: str) -> Iterator[Finding]:
        reference = text_of(request, "invoiceReference")
        invoice = self._invoices.get(reference)
        if invoice is None:
            return
        if operation in _CHANGES and invoice.status in _FINAL:
            message = f"{operation} changes an invoice that a reply said is {invoice.status}"
            yield _finding("session.invoiceReference.open", request, "invoiceReference", message)
        version = text_of(request, "invoiceVersion")
        # Compared as numbers: 01 is the same version.
        if invoice.version and version and number(version) != number(invoice.version):
            message = f"invoiceVersion is {quote(version)}, but the latest is {invoice.version}"
            yield _finding("session.invoiceVersion.latest", request, "invoiceVersion", message)

    def _about_payment(self, request: _Element, operation: str) -> Iterator[Finding]:
        reference = text_of(request, "ersReference")
        payment = self._payments.get(reference)
        # The two references look alike, and clients mix them up.
        if payment is None and reference in self._invoices:
            message = f"{quote(reference)} is the invoiceReference that sendInvoice returned"
            yield _finding("session.ersReference.payment", request, "ersReference", message)
        value = _total(request)
        if operation != "refundPayment" or payment is None or value is None:
            return
        refunded = EXACT.add(payment.refunded, value)
        if payment.amount is not None and refunded > payment.amount:
            message = (
                f"the refunds of this payment add up to {shorten(f'{refunded:f}')}, but its amount "
                f"is {shorten(f'{payment.amount:f}')}"
            )
            yield _finding("session.refund.sum", request, "invoice/totalAmount/value", message)

    def _reply(self, reply: _Element, request: _Element, operation: str) -> None:
        if number(text_of(reply, "return/resultCode")) != 0:
            return
        if operation == "sendInvoice":
            self._invoices[text_of(reply, "return/invoiceReference")] = _Invoice()
        elif operation == "cancelInvoice":
            # The version is not known after this: the reply does not say it.
            canceled = _Invoice(status=InvoiceStatus.CANCELED)
            self._invoices[text_of(request, "invoiceReference")] = canceled
        elif operation == "getPaymentStatus":
            status, version = (text_of(reply, f"return/{name}") for name in ("status", "version"))
            self._invoices[text_of(request, "invoiceReference")] = _Invoice(version, status)
            paid = text_of(reply, "return/ersReference")
            if status == InvoiceStatus.PAID and paid not in self._payments:
                value = number(reply.findtext("return/receipt/invoice/totalAmount/value"))
                self._payments[paid] = _Payment(value)
        elif operation == "refundPayment":
            payment = self._payments.get(text_of(request, "ersReference"))
            value = _total(request)
            if payment is not None and value is not None:
                payment.refunded = EXACT.add(payment.refunded, value)


def _total(request: _Element) -> Decimal | None:
    return number(request.findtext("invoice/totalAmount/value"))


def _finding(rule: str, message: _Element, path: str, words: str) -> Finding:
    element = message.find(path)
    line = None if element is None else element.sourceline
    value = shorten(text_of(message, path))
    return Finding(SESSION_RULES[rule], f"{local(message)}/{path}", line, words, value)

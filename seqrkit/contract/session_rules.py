"""Rules across the messages of one session: references, versions, states and refunds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from threading import Lock
from typing import Final, TypeVar

from lxml.etree import _Element

from seqrkit.captures.packed_replies import payload_in
from seqrkit.contract.cross_field_rules import text_of
from seqrkit.contract.envelope_rules import SESSION_RULES
from seqrkit.contract.findings import Finding, quote, shorten
from seqrkit.contract.numbers_and_check_digits import number
from seqrkit.money import EXACT
from seqrkit.soap import local
from seqrkit.vocabulary import AcknowledgmentMode, InvoiceStatus

_FINAL: Final = frozenset(
    {InvoiceStatus.PAID, InvoiceStatus.CANCELED, InvoiceStatus.FAILED, InvoiceStatus.EXPIRED}
)
_CHANGES: Final = frozenset({"updateInvoice", "cancelInvoice", "commitReservation"})
_OFFERED: Final = "return/customerTokens/token/id"
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
    """What the messages of a session have said about an invoice.

    `acknowledgment` is its acknowledgmentMode, `None` if the session does not contain sendInvoice.
    """

    version: str = ""
    status: str = ""
    acknowledgment: str | None = None
    updated: bool = False


@dataclass(slots=True)
class _Payment:
    """A payment with its amount and the sum of its refunds."""

    amount: Decimal | None
    refunded: Decimal = Decimal(0)


class SessionRules:
    """Judge of the messages of one session, in the order in which they were sent. Thread-safe.

    `knows_token` returns whether the service knows the tokens of an id in advance. Without it,
    tokens are judged once a reply has shown that the session is more than one message.
    """

    def __init__(self, knows_token: Callable[[str], bool] | None = None) -> None:
        self._knows_token = knows_token
        self._lock = Lock()
        self._used = _Recent[tuple[str, str], tuple[str, str]]()
        self._invoices = _Recent[str, _Invoice]()
        self._payments = _Recent[str, _Payment]()
        self._tokens = _Recent[str, None]()
        self._last: dict[str, _Element] = {}

    def check(self, message: _Element) -> tuple[Finding, ...]:
        """Return the findings about the next message, the element of an operation or a reply.

        A reply is taken to answer the latest request of its operation.
        """
        operation = local(message).removesuffix("Response")
        if operation == local(message):
            return self.request(message)
        request = self._last.get(operation)
        return () if request is None else self.reply(message, request)

    def exchange(
        self, request: bytes, response: bytes | None, charset: str | None = None
    ) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """Return the findings about a request, and those about its reply, if they can be read."""
        sent, answer = payload_in(request), payload_in(response, charset)
        if sent is None:
            return (), ()
        return self.request(sent), () if answer is None else self.reply(answer, sent)

    def request(self, request: _Element) -> tuple[Finding, ...]:
        """Return the findings about a request, and remember it."""
        with self._lock:
            self._last[local(request)] = request
            return tuple(self._request(request, local(request)))

    def reply(self, reply: _Element, request: _Element) -> tuple[Finding, ...]:
        """Return the findings about the reply to a request, and remember it."""
        with self._lock:
            if local(reply) != f"{local(request)}Response":
                return ()
            self._knows_token = self._knows_token or _none_is_known
            return tuple(self._reply(reply, request, local(request)))

    def _request(self, request: _Element, operation: str) -> Iterator[Finding]:
        client = text_of(request, "context/clientId")
        reference = text_of(request, "context/clientReference")
        sender = text_of(request, "context/initiatorPrincipalId/id")
        if reference and (client, reference) in self._used:
            earlier, other = self._used[client, reference]
            # The scope is the clientId, so tills that share one must not count from 1 each.
            whose = "" if other == sender else f" of {quote(other)}, which has the same clientId"
            message = f"{quote(reference)} was already used by {earlier}{whose}; use a new one"
            yield _finding(
                "context.clientReference.unique", request, "context/clientReference", message
            )
        elif reference:
            self._used[client, reference] = operation, sender
        yield from self._about_invoice(request, operation)
        yield from self._about_payment(request, operation)
        yield from self._about_tokens(request)

    def _about_invoice(self, request: _Element, operation: str) -> Iterator[Finding]:
        reference = text_of(request, "invoiceReference")
        invoice = self._invoices.get(reference)
        if invoice is None:
            return
        if operation in _CHANGES and invoice.status in _FINAL:
            message = f"{operation} changes an invoice that a reply said is {invoice.status}"
            yield _finding("session.invoiceReference.open", request, "invoiceReference", message)
        elif (
            operation == "updateInvoice"
            and invoice.acknowledgment == AcknowledgmentMode.NO_ACKNOWLEDGMENT
            and invoice.status != InvoiceStatus.RESERVED
        ):
            message = (
                "this changes nothing if the buyer has scanned the invoice, which was sent with "
                "NO_ACKNOWLEDGMENT; cancel it and send a new one to be sure"
            )
            yield _finding(
                "session.updateInvoice.before-scan", request, "invoiceReference", message
            )
        version = text_of(request, "invoiceVersion")
        # Compared as numbers: 01 is the same version.
        if invoice.version and version and number(version) != number(invoice.version):
            message = f"invoiceVersion is {quote(version)}, but the latest is {invoice.version}"
            yield _finding("session.invoiceVersion.latest", request, "invoiceVersion", message)

    def _about_tokens(self, request: _Element) -> Iterator[Finding]:
        if self._knows_token is None:
            return
        for id_ in request.iterfind("tokens/id"):
            kind = (id_.text or "").strip()
            if kind and kind not in self._tokens and not self._knows_token(kind):
                message = f"no reply has returned a token with the id {quote(kind)}"
                yield _finding("session.tokens.known", request, "tokens/id", message, id_)

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

    def _reply(self, reply: _Element, request: _Element, operation: str) -> Iterator[Finding]:
        if number(text_of(reply, "return/resultCode")) != 0:
            return
        reference = text_of(request, "invoiceReference")
        invoice = self._invoices.get(reference, _Invoice())
        if operation == "sendInvoice":
            mode = text_of(request, "invoice/acknowledgmentMode")
            reference = text_of(reply, "return/invoiceReference")
            self._invoices[reference] = _Invoice(acknowledgment=mode)
        elif operation == "updateInvoice":
            self._invoices[reference] = replace(invoice, updated=True)
        elif operation == "cancelInvoice":
            # The version is not known after this: the reply does not say it.
            self._invoices[reference] = replace(invoice, status=InvoiceStatus.CANCELED, version="")
        elif operation == "getPaymentStatus":
            yield from self._status(reply, reference, invoice)
        elif operation == "refundPayment":
            payment = self._payments.get(text_of(request, "ersReference"))
            value = _total(request)
            if payment is not None and value is not None:
                payment.refunded = EXACT.add(payment.refunded, value)

    def _status(self, reply: _Element, reference: str, invoice: _Invoice) -> Iterator[Finding]:
        status, version = (text_of(reply, f"return/{name}") for name in ("status", "version"))
        self._invoices[reference] = replace(invoice, version=version, status=status)
        tokens = [(each.text or "").strip() for each in reply.iterfind(_OFFERED)]
        for kind in tokens:
            self._tokens[kind] = None
        explained = invoice.acknowledgment is None or invoice.updated or tokens
        is_raised = number(version) not in {None, Decimal(0)}
        if status == InvoiceStatus.ISSUED and is_raised and not explained:
            message = f"the version is {quote(version)}, without an update or a token"
            yield _finding("session.status.part-paid", reply, "return/status", message)
        paid = text_of(reply, "return/ersReference")
        if status == InvoiceStatus.PAID and paid not in self._payments:
            value = number(reply.findtext("return/receipt/invoice/totalAmount/value"))
            self._payments[paid] = _Payment(value)


def _none_is_known(kind: str) -> bool:
    del kind
    return False


def _total(request: _Element) -> Decimal | None:
    return number(request.findtext("invoice/totalAmount/value"))


def _finding(
    rule: str, message: _Element, path: str, words: str, element: _Element | None = None
) -> Finding:
    element = message.find(path) if element is None else element
    line = None if element is None else element.sourceline
    value = "" if element is None else shorten((element.text or "").strip())
    return Finding(SESSION_RULES[rule], f"{local(message)}/{path}", line, words, value)

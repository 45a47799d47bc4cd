"""The exchanges of a session, each with the sale that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from attrs import field, frozen
from lxml.etree import _Element

from seqrkit import soap
from seqrkit.captures.replies import read_reply
from seqrkit.contract import Finding
from seqrkit.contract.session_rules import SessionRules
from seqrkit.errors import MessageError
from seqrkit.exchange import REPLY_LIMIT, Exchange


def texts(element: _Element | None, path: str) -> list[str]:
    """Return the texts of the elements at a path, whatever their namespace."""
    return [(found.text or "").strip() for found in elements(element, path)]


def elements(element: _Element | None, path: str) -> list[_Element]:
    """Return the elements at a path, whatever their namespace."""
    if element is None:
        return []
    return element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))


@frozen(eq=False)
class Sale:
    """The exchanges about one invoice, in their order; `terminal` is the id of the principal."""

    terminal: str
    observations: list[Observation] = field(factory=list, init=False)


@frozen(eq=False, slots=False)
class Observation:
    """An exchange of a client, its place in the session, its messages and its sale.

    `findings` are the linter's about the request, also those of the rules about sessions.
    """

    place: int
    exchange: Exchange
    request: _Element | None
    reply: _Element | None
    findings: tuple[Finding, ...]
    sale: Sale

    @cached_property
    def place_in_sale(self) -> int:
        """The number of exchanges of the sale before this one."""
        return self.sale.observations.index(self)


class Sales:
    """The observations of a session, in their order; sales are told apart by their references.

    A request without invoiceReference is about the latest sale of its terminal, as the service
    takes it; what is about no invoice, such as registerTerminal, is a sale by itself.
    """

    def __init__(self, exchanges: Iterable[Exchange] = ()) -> None:
        self.observations: list[Observation] = []
        self._rules = SessionRules()
        self._by_reference: dict[str, Sale] = {}
        self._latest: dict[str, Sale] = {}
        for each in exchanges:
            self.add(each)

    def __iter__(self) -> Iterator[Observation]:
        return iter(self.observations)

    def add(self, exchange: Exchange) -> None:
        """Add the next exchange."""
        request = _payload(exchange.request)
        reply = _payload(exchange.response, exchange.charset)
        findings = exchange.findings
        if request is not None:
            findings += self._rules.request(request)
            if reply is not None:
                self._rules.reply(reply, request)
        sale = self._sale(exchange.operation, request, reply if exchange.succeeded else None)
        made = Observation(len(self.observations), exchange, request, reply, findings, sale)
        sale.observations.append(made)
        self.observations.append(made)

    def _sale(self, operation: str, request: _Element | None, reply: _Element | None) -> Sale:
        terminal = "".join(texts(request, "context/initiatorPrincipalId/id"))
        named = ["".join(texts(request, name)) for name in ("invoiceReference", "ersReference")]
        known = next(
            (self._by_reference[each] for each in named if each in self._by_reference), None
        )
        if known is None and operation == "getPaymentStatus" and not any(named):
            known = self._latest.get(terminal)
        sale = Sale(terminal) if known is None else known
        if operation == "sendInvoice":
            self._latest[terminal] = sale
        paths = ("invoiceReference", "ersReference", "receipt/paymentReference")
        returned = (text for path in paths for text in texts(reply, f"return/{path}"))
        for each in filter(None, (*named, *returned)):
            self._by_reference.setdefault(each, sale)
        return sale


def _payload(message: bytes | None, charset: str | None = None) -> _Element | None:
    """Return the element of the operation or reply; `None` if it cannot be read."""
    if not message:
        return None
    try:
        return soap.payload_of(read_reply(message, limit=REPLY_LIMIT, charset=charset).root)
    except MessageError:
        return None

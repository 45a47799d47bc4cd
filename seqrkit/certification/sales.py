"""The exchanges of a session, each with the sale that it is about."""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections.abc import Iterable, Iterator
from heapq import merge

from attrs import field, frozen
from lxml.etree import _Element

from seqrkit.captures.packed_replies import payload_in
from seqrkit.exchange import Exchange


def texts(element: _Element | None, path: str) -> list[str]:
    """Return the texts of the elements at a path, whatever their namespace."""
    return [(found.text or "").strip() for found in elements(element, path)]


def elements(element: _Element | None, path: str) -> list[_Element]:
    """Return the elements at a path, whatever their namespace."""
    if element is None:
        return []
    # Clients write namespaces wrongly in many ways, which is for the linter to say.
    return element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))


class Timeline:
    """Observations in their order, which are found by operation without a search through all."""

    def __init__(self) -> None:
        self._by_operation: dict[str, list[Observation]] = {}

    def add(self, observation: Observation) -> None:
        """Add the next observation."""
        self._by_operation.setdefault(observation.exchange.operation, []).append(observation)

    def after(self, place: int, operations: Iterable[str]) -> Iterator[Observation]:
        """Yield the observations of some operations after a place of the session."""
        found = (self._by_operation.get(each, []) for each in operations)
        yield from merge(
            *(_from(bisect(each, place, key=_place), each) for each in found), key=_place
        )

    def before(self, place: int, operation: str) -> list[Observation]:
        """Return the latest two observations of an operation before a place."""
        every = self._by_operation.get(operation, [])
        end = bisect_left(every, place, key=_place)
        return every[max(end - 2, 0) : end]


def _from(start: int, observations: list[Observation]) -> Iterator[Observation]:
    return (observations[n] for n in range(start, len(observations)))


def _place(observation: Observation) -> int:
    return observation.place


@frozen(eq=False)
class Sale:
    """The exchanges about one invoice; `terminal` is the id of the principal."""

    terminal: str
    timeline: Timeline = field(factory=Timeline, init=False)


@frozen(eq=False)
class Observation:
    """An exchange of a client, its place in the session, its messages and its sale."""

    place: int
    exchange: Exchange
    request: _Element | None
    reply: _Element | None
    sale: Sale


class Sales:
    """The observations of a session, in their order; sales are told apart by their references.

    A request without invoiceReference is about the latest sale of its terminal, as the service
    takes it; what is about no invoice, such as registerTerminal, is a sale by itself.
    """

    def __init__(self, exchanges: Iterable[Exchange] = ()) -> None:
        self.observations: list[Observation] = []
        self.timeline: Timeline = Timeline()
        self._by_reference: dict[str, Sale] = {}
        self._latest: dict[str, Sale] = {}
        for each in exchanges:
            self.add(each)

    def __iter__(self) -> Iterator[Observation]:
        return iter(self.observations)

    def add(self, exchange: Exchange) -> None:
        """Add the next exchange."""
        request = payload_in(exchange.request)
        reply = payload_in(exchange.response, exchange.charset)
        # Only a success has created what its references name.
        sale = self._sale(exchange.operation, request, reply if exchange.succeeded else None)
        made = Observation(len(self.observations), exchange, request, reply, sale)
        sale.timeline.add(made)
        self.timeline.add(made)
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
            # The first sale keeps a reference, so that a client that reuses one cannot move past
            # exchanges.
            self._by_reference.setdefault(each, sale)
        return sale

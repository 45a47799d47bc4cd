"""The books of a world after a client has run: what was paid, refunded, told and left open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final

from lxml import etree

from seqrkit import soap
from seqrkit.clock import ManualClock
from seqrkit.errors import MessageError
from seqrkit.simulator.exchange_log import ObservedExchange
from seqrkit.simulator.service import Service
from seqrkit.simulator.store.database_url import open_store
from seqrkit.simulator.store.records import Movement, MovementKind, StoredInvoice, Terminal
from seqrkit.simulator.transactions import snapshots
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.simulator.world import World
from seqrkit.vocabulary import InvoiceStatus

# Three times the 20 s after which a payment that nobody polled is reversed.
SETTLED_SECONDS: Final = 60.0
"""After this time the service has reversed each payment that nobody polled."""
# A drill is one sale; the limit only bounds a client that sends invoices in a loop.
_MOST: Final = 1_000
_OPEN: Final = frozenset(
    {
        InvoiceStatus.ISSUED,
        InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE,
        InvoiceStatus.PARTIALLY_PAID,
        InvoiceStatus.RESERVED,
    }
)


@dataclass(frozen=True, slots=True)
class Books:
    """Sums in the currency of the invoices; payments that were reversed do not count.

    `untold` are the ersReferences of payments and refunds that no reply told the client of, not
    even in a report. `reversed` are the invoices whose payment nobody polled. `open`
    are the invoices that a buyer can still pay, or whose reservation is not committed. An invoice
    that no reply told of counts only at a terminal with a code: nobody has seen its own code.
    """

    paid: Decimal
    refunded: Decimal
    payments: int
    refunds: int
    untold: tuple[str, ...]
    open: tuple[str, ...]
    reversed: tuple[str, ...] = ()
    currency: str = ""

    def in_currency(self, amount: Decimal) -> str:
        """Return an amount with the currency, if one is known."""
        return f"{amount} {self.currency}".rstrip()


def books_of(world: World, exchanges: list[ObservedExchange]) -> Books:
    """Return the books as they are once the service has reversed what nobody polled."""
    now = world.clock.now()
    invoices = {reference for each in exchanges for reference in told(each, "invoiceReference")}
    open_now = world.control.read(partial(_open_invoices, invoices))
    taken = snapshots.snapshot(world.service.transactions)
    # On a copy with a clock of its own: a series would wait a minute for each drill.
    clock = ManualClock(now)
    with closing(Service(open_store(), clock)) as later:
        snapshots.restore(later.transactions, taken)
        clock.advance(SETTLED_SECONDS)
        movements = later.transactions.run(lambda ledger: ledger.tx.find(Movement), reading=True)
    replies = [each.response for each in exchanges if _has_arrived(each)]
    # A reversal gives back all payments of its invoice at once, also those in parts.
    reversed_ = {each.invoice for each in movements if each.kind is MovementKind.REVERSAL}
    sales = [
        each
        for each in movements
        if each.kind is MovementKind.SALE and each.invoice not in reversed_
    ]
    refunds = [each for each in movements if each.kind is MovementKind.REFUND]
    return Books(
        paid=_sum(sales),
        refunded=_sum(refunds),
        payments=len(sales),
        refunds=len(refunds),
        untold=tuple(
            each.reference
            for each in (*sales, *refunds)
            if not any(each.reference.encode() in reply for reply in replies)
        ),
        open=open_now,
        reversed=tuple(sorted(reversed_)),
        currency=next((each.amount.currency or "" for each in movements), ""),
    )


def _open_invoices(told_of: Collection[str], ledger: Ledger) -> tuple[str, ...]:
    latest: Sequence[StoredInvoice] = ledger.tx.latest_invoices(_MOST)
    return tuple(
        each.state.reference
        for each in latest
        if each.state.status in _OPEN
        and (each.state.reference in told_of or _has_code(each.terminal, ledger))
    )


def _has_code(number: int, ledger: Ledger) -> bool:
    terminal = ledger.tx.get(Terminal, number=number)
    return terminal is not None and terminal.seqr_id is not None


def _sum(movements: list[Movement]) -> Decimal:
    return sum((each.amount.value or Decimal() for each in movements), Decimal())


def _has_arrived(exchange: ObservedExchange) -> bool:
    """Return whether a whole reply has arrived."""
    try:
        soap.read_payload(exchange.response)
    except MessageError:
        return False
    return True


def told(exchange: ObservedExchange, name: str) -> list[str]:
    """Return the texts of an element in a reply that has arrived."""
    try:
        payload: etree._Element = soap.read_payload(exchange.response)
    except MessageError:
        return []
    return [each.text or "" for each in payload.iter(f"{{*}}{name}")]

"""The books of a shop as it keeps them itself, and what its reports must therefore say.

Source of the reports and their columns: the vendor's developer manual; that refunds are negative
sales is assumed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from lxml import etree

if TYPE_CHECKING:
    from seqrkit.suite.framework.shop import Shop

Cells = Mapping[str, str]
"""A row of a report: texts by the names of their elements."""


@dataclass(frozen=True)
class Entry:
    """Money that has moved; `reference` is empty where the shop was not told one."""

    terminal: str
    cashier: str
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True)
class Period:
    """A period that was marked, of the shop or of one terminal, and what has moved in it."""

    id: str
    terminal: str | None
    entries: tuple[Entry, ...]


@dataclass
class Books:
    """Entries, and the periods in which they must be reported."""

    entries: list[Entry] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    _marks: dict[str | None, int] = field(default_factory=dict)

    def mark(self, id_: str, terminal: str | None) -> None:
        """Close a period of the shop, or of one terminal."""
        since = self.entries[self._marks.get(terminal, 0) :]
        of_it = (each for each in since if terminal in {None, each.terminal})
        self.periods.append(Period(id_, terminal, tuple(of_it)))
        self._marks[terminal] = len(self.entries)

    def told(self, unknown: Entry, reference: str) -> None:
        """The shop has got to know the reference of an entry."""
        known = Entry(unknown.terminal, unknown.cashier, unknown.amount, reference)
        self.entries = [known if each is unknown else each for each in self.entries]


def complaints(shop: Shop, period: Period) -> Iterator[str]:
    """What the reports of a period do not say as they must."""
    known = {each.reference for each in period.entries}
    for report_id, (root, expected) in _REPORTS.items():
        if period.terminal is None and report_id in _OF_TERMINALS:
            continue
        if not period.entries and report_id not in _OF_NOTHING:
            continue
        document = etree.fromstring(shop.report(report_id, period.id))
        about = document.findtext("Meta/TransactionPeriodId")
        if (str(document.tag), about) != (root, period.id):
            yield f"{report_id} is a {document.tag!s} of {about}, not a {root} of {period.id}"
        rows = [_read(row, known) for row in document.iter("Row")]
        wanted = [tuple(sorted(row.items())) for row in expected(period.entries)]
        if Counter(rows) != Counter(wanted):
            yield f"{report_id} of {period.id} has {rows}, and should have {wanted}"


def _read(row: etree._Element, known: set[str]) -> tuple[tuple[str, str], ...]:
    """A row's cells; a reference that the shop does not know may be any."""
    cells = {str(cell.tag): cell.text or "" for cell in row}
    if cells.get("ErsReference", "") not in {"", *known}:
        cells["ErsReference"] = ""
    return tuple(sorted(cells.items()))


def _sum(entries: Iterable[Entry]) -> Cells:
    amounts = [each.amount for each in entries]
    return {
        "SalesCount": str(sum(amount > 0 for amount in amounts)),
        "SalesTotal": _number(sum(amounts, Decimal(0))),
    }


def _sums(entries: tuple[Entry, ...], key: str, of: Callable[[Entry], str]) -> Iterator[Cells]:
    for group in {of(each) for each in entries}:
        yield {key: group, **_sum(each for each in entries if of(each) == group)}


def _details(entries: tuple[Entry, ...]) -> Iterator[Cells]:
    for each in entries:
        yield {"TerminalId": each.terminal, "CashierId": each.cashier, **_detail(each)}


def _detail(entry: Entry) -> Cells:
    return {"SalesAmount": _number(entry.amount), "ErsReference": entry.reference}


def _number(value: Decimal) -> str:
    return f"{value:.5f}"


class _Report(NamedTuple):
    root: str
    rows: Callable[[tuple[Entry, ...]], Iterable[Cells]]


_REPORTS: Final = {
    "Reconciliation/Shop.xml": _Report(
        "ResellerTransactionSummary", lambda entries: [_sum(entries)]
    ),
    "Reconciliation/STD_RECON_002.xml": _Report(
        "TerminalTransactionSummary",
        lambda entries: _sums(entries, "TerminalId", lambda each: each.terminal),
    ),
    "Reconciliation/STD_RECON_003.xml": _Report("TransactionDetails", _details),
    "Reconciliation/STD_RECON_004.xml": _Report(
        "CashierTransactionSummary",
        lambda entries: _sums(entries, "CashierId", lambda each: each.cashier),
    ),
    "Reconciliation/STD_RECON_006.xml": _Report(
        "TerminalTransactionSummary", lambda entries: [_sum(entries)]
    ),
    "Reconciliation/STD_RECON_007.xml": _Report(
        "TransactionDetails", lambda entries: map(_detail, entries)
    ),
}
"""The six reports: their root elements and the rows they must have."""
_OF_TERMINALS: Final = ("Reconciliation/STD_RECON_006.xml", "Reconciliation/STD_RECON_007.xml")
"""Those that only a period marked with TERMINALID has."""
_OF_NOTHING: Final = ("Reconciliation/Shop.xml", "Reconciliation/STD_RECON_003.xml")
"""Those that are enough to tell that nothing has moved."""

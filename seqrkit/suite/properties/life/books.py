"""The books of a modelled shop, and the reports that must agree with them.

Reports and columns: vendor's developer manual. That refunds are negative sales is assumed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from lxml import etree

from seqrkit.suite.framework.shop import Shop
from seqrkit.vocabulary import ReportId

Cells = Mapping[str, str]
"""A row of a report: the text of each cell by its element name."""


@dataclass(frozen=True)
class Entry:
    """Money that has moved; `reference` is its ersReference, empty if the shop does not know it."""

    terminal: str
    cashier: str
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True)
class Period:
    """A period of the shop or of one terminal, with its entries."""

    id: str
    terminal: str | None
    entries: tuple[Entry, ...]


@dataclass
class Books:
    """All entries, and the periods that were marked."""

    entries: list[Entry] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    _marks: dict[str | None, int] = field(default_factory=dict)

    def mark(self, id_: str, terminal: str | None) -> None:
        """End a period of the shop, or of one terminal."""
        since = self.entries[self._marks.get(terminal, 0) :]
        of_it = (each for each in since if terminal in {None, each.terminal})
        self.periods.append(Period(id_, terminal, tuple(of_it)))
        self._marks[terminal] = len(self.entries)

    def name(self, unknown: Entry, reference: str) -> None:
        """Give an entry its ersReference."""
        known = Entry(unknown.terminal, unknown.cashier, unknown.amount, reference)
        self.entries = [known if each is unknown else each for each in self.entries]


def report_discrepancies(shop: Shop, period: Period) -> Iterator[str]:
    """Yield the differences between the reports of a period and the books."""
    known = {each.reference for each in period.entries}
    for report_id, (root, expected) in _REPORTS.items():
        if period.terminal is None and report_id in _TERMINAL_ONLY:
            continue
        if not period.entries and report_id not in _EVEN_IF_EMPTY:
            continue
        document = shop.report(report_id, period.id).document
        about = document.findtext("Meta/TransactionPeriodId")
        if (str(document.tag), about) != (root, period.id):
            yield (
                f"{report_id} is {document.tag!s} of period {about}, "
                f"expected {root} of period {period.id}"
            )
        rows = [_read(row, known) for row in document.iter("Row")]
        wanted = [tuple(sorted(row.items())) for row in expected(period.entries)]
        if Counter(rows) != Counter(wanted):
            yield f"{report_id} of period {period.id} has {_text(rows)}, expected {_text(wanted)}"


def _read(row: etree._Element, known: set[str]) -> tuple[tuple[str, str], ...]:
    """Return the cells of a row, without an ersReference that the shop does not know."""
    cells = {str(cell.tag): cell.text or "" for cell in row}
    # A reversal has a reference that no reply has told.
    if cells.get("ErsReference", "") not in {"", *known}:
        cells["ErsReference"] = ""
    return tuple(sorted(cells.items()))


def _text(rows: Iterable[tuple[tuple[str, str], ...]]) -> str:
    cells = ("{" + ", ".join(f"{name} {value}" for name, value in row) + "}" for row in rows)
    return ", ".join(cells) or "no rows"


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


_REPORTS: Final[Mapping[str, tuple[str, Callable[[tuple[Entry, ...]], Iterable[Cells]]]]] = {
    ReportId.SHOP: ("ResellerTransactionSummary", lambda entries: [_sum(entries)]),
    ReportId.TERMINALS: (
        "TerminalTransactionSummary",
        lambda entries: _sums(entries, "TerminalId", lambda each: each.terminal),
    ),
    ReportId.DETAILS: ("TransactionDetails", _details),
    ReportId.CASHIERS: (
        "CashierTransactionSummary",
        lambda entries: _sums(entries, "CashierId", lambda each: each.cashier),
    ),
    ReportId.TERMINAL: (
        "TerminalTransactionSummary",
        lambda entries: [_sum(entries)],
    ),
    ReportId.TERMINAL_DETAILS: (
        "TransactionDetails",
        lambda entries: map(_detail, entries),
    ),
}
"""The six reports: their root elements and the rows they must have."""
_TERMINAL_ONLY: Final = (ReportId.TERMINAL, ReportId.TERMINAL_DETAILS)
"""The reports that exist only for a period marked with TERMINALID."""
_EVEN_IF_EMPTY: Final = (ReportId.SHOP, ReportId.DETAILS)
"""The reports to read if nothing has moved: they are enough to prove it."""

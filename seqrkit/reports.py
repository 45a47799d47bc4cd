"""The documents of executeReport as tables and as typed rows.

A report is XML with a ``Meta`` element and a ``Row`` for each line. Sums have SalesCount and
SalesTotal, details an ersReference and its SalesAmount; a refund is a negative amount (vendor's
manual; assumed for refunds). The currency is in a row only if the shop has sales in several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal, Inexact
from typing import Final

from lxml import etree

from seqrkit import soap
from seqrkit.errors import MessageError
from seqrkit.money import EXACT, NOTHING, Amount, decimal_of
from seqrkit.rows import Rows, Sheet

_META: Final = "Meta"
# What the service's database writes for sales without a cashier.
_NO_CASHIER: Final = "NULL"
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A row of a report; `None` for what this kind of report does not say.

    `sales_count` and `sales_total` are those of a sum, `ers_reference` and `sales_amount` those of
    one sale or refund. `cells` has every element of the row as text, by name.
    """

    terminal_id: str | None = None
    cashier_id: str | None = None
    ers_reference: str | None = None
    sales_count: int | None = None
    sales_amount: Amount | None = None
    sales_total: Amount | None = None
    cells: Mapping[str, str] = field(default_factory=dict, repr=False)


def sheet(document: bytes) -> Sheet | None:
    """Return a report as a table of texts; `None` if its document is not XML with rows."""
    try:
        root = soap.parse(document)
    except MessageError:
        return None
    facts: list[tuple[str, str]] = []
    rows: list[dict[str, str]] = []
    for part in root.iterchildren(etree.Element):
        cells = {soap.local(c): (c.text or "").strip() for c in part.iterchildren(etree.Element)}
        if soap.local(part) == _META:
            facts.extend(cells.items())
        elif cells:
            rows.append(cells)
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    if not facts and not rows:
        return None
    body = tuple(tuple(row.get(name, "") for name in columns) for row in rows)
    return Sheet(soap.local(root), tuple(facts), columns, body)


def report_rows(document: bytes) -> Rows[ReportRow]:
    """Return the typed rows of a report.

    Raises `MessageError` for a document that is not a table, and for an unreadable number.
    """
    table = sheet(document)
    if table is None:
        raise MessageError("the report is not an XML table: its document has no Meta and no rows")
    cells = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    return Rows(_row(number, each) for number, each in enumerate(cells, 1))


def totals(rows: Sequence[ReportRow]) -> Rows[ReportRow]:
    """Return the number of sales and the sum of all rows, one row for each currency.

    As in the service's own sums, a refund is not counted as a sale, and it lowers the total.
    """
    sums: dict[str | None, tuple[int, Amount]] = {}
    for row in rows:
        amount = row.sales_amount if row.sales_total is None else row.sales_total
        if amount is None:
            continue
        count, total = sums.get(amount.currency, (0, NOTHING))
        sale = amount.value is not None and amount.value > 0
        counted = int(sale) if row.sales_count is None else row.sales_count
        sums[amount.currency] = count + counted, total + amount
    return Rows(ReportRow(sales_count=count, sales_total=total) for count, total in sums.values())


def _row(number: int, cells: Mapping[str, str]) -> ReportRow:
    place = f"row {number} of the report"
    count = cells.get("SalesCount")
    if count and not (count.isascii() and count.isdigit()):
        raise MessageError(f'{place}: SalesCount is "{count}", which is not a number of sales')
    cashier = cells.get("CashierId")
    return ReportRow(
        terminal_id=cells.get("TerminalId") or None,
        cashier_id=None if cashier == _NO_CASHIER else cashier or None,
        ers_reference=cells.get("ErsReference") or None,
        sales_count=int(count) if count else None,
        sales_amount=_amount(place, "SalesAmount", cells),
        sales_total=_amount(place, "SalesTotal", cells),
        cells=cells,
    )


def _amount(place: str, name: str, cells: Mapping[str, str]) -> Amount | None:
    text = cells.get(name)
    if not text:
        return None
    value = decimal_of(text)
    if value is None:
        raise MessageError(f'{place}: {name} is "{text}", which is not a decimal number')
    with suppress(Inexact):  # the service writes five decimals, most of them zeros
        value = EXACT.quantize(value, _CENT)
    return Amount(value, cells.get("Currency") or None)

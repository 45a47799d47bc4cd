"""Compare a merchant's own sales with the service's report of a transaction period.

A sale and a refund are identified by their ersReference, which getPaymentStatus and refundPayment
return; a refund is a negative amount, as in the report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest
from numbers import Integral
from typing import Any, Final, cast

from seqrkit.errors import ConfigurationError, InvalidAmount, MessageError
from seqrkit.model import PaymentStatusReply
from seqrkit.money import Amount, decimal_of
from seqrkit.notebook_repr import Shown
from seqrkit.reports import ReportRow, totals
from seqrkit.rows import Rows, as_text


class DiscrepancyKind(StrEnum):
    """How record and report differ."""

    MISSING_IN_REPORT = "missing in report"
    MISSING_IN_RECORDS = "missing in records"
    DIFFERENT_AMOUNT = "different amount"
    REPEATED_RECORD = "repeated in records"
    REPEATED_ROW = "repeated in report"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A difference between the merchant's records and the report.

    `recorded` is the amount of the record, `reported` that of the report's row; each is `None` if
    there is no such record or row. `record` is the record as it was given.
    """

    kind: DiscrepancyKind
    ers_reference: str | None
    recorded: Amount | None = None
    reported: Amount | None = None
    terminal_id: str | None = None
    cashier_id: str | None = None
    record: object = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reconciliation(Shown):
    """The result of a comparison: how many sales agree, and each discrepancy.

    `recorded` and `reported` are the sums of both sides, one amount for each currency.
    """

    period: str
    matched: int
    discrepancies: Rows[Discrepancy]
    recorded: tuple[Amount, ...]
    reported: tuple[Amount, ...]

    @property
    def agrees(self) -> bool:
        """Whether records and report agree completely."""
        return not self.discrepancies

    def of(self, kind: DiscrepancyKind | str) -> Rows[Discrepancy]:
        """Return the discrepancies of one kind, e.g. ``"missing in report"``.

        Raises `ValueError` for an unknown kind.
        """
        wanted = DiscrepancyKind(kind)
        return Rows(each for each in self.discrepancies if each.kind is wanted)

    @property
    def title(self) -> str:
        """The period in words."""
        return f"Reconciliation of period {self.period}"

    @property
    def verdict(self) -> str:
        """The result in words."""
        number = len(self.discrepancies)
        return f"{number} discrepanc{'y' if number == 1 else 'ies'}" if number else "agrees"

    @property
    def facts(self) -> Iterator[tuple[str, str]]:
        """The number of sales that agree, and the sums, as texts with their names."""
        yield "matched", str(self.matched)
        for name, sums in (("recorded", self.recorded), ("reported", self.reported)):
            yield name, ", ".join(map(as_text, sums)) or "nothing"

    def __str__(self) -> str:
        lines = [f"{self.title}: {self.verdict}"]
        lines += [f"  {name:<8}  {value}" for name, value in self.facts]
        return "\n".join([*lines, *([str(self.discrepancies)] if self.discrepancies else [])])


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a record's ersReference, amount, and currency (if the amount has none)."""

    reference: str = "ers_reference"
    amount: str = "amount"
    currency: str = "currency"


@dataclass(frozen=True, slots=True)
class _Sale:
    """A record, or a row of the report."""

    reference: str | None
    amount: Amount | None
    record: object = None
    row: ReportRow = field(default_factory=ReportRow)


_NO_SALE: Final = _Sale(None, None)


def reconcile(
    records: Iterable[object], rows: Iterable[ReportRow], period: str, columns: Columns
) -> Reconciliation:
    """Compare records with the rows of a detailed report.

    Raises `ConfigurationError` for a record without the columns, `InvalidAmount` for an amount that
    is not exact, and `MessageError` for a row without an amount.
    """
    own = [_recorded(number, each, columns) for number, each in enumerate(_each(records), 1)]
    reported = [_reported(number, each) for number, each in enumerate(rows, 1)]
    sides: defaultdict[object, tuple[list[_Sale], list[_Sale]]] = defaultdict(lambda: ([], []))
    for side, sales in enumerate((own, reported)):
        for sale in sales:
            # Sales without a reference are never the same one.
            sides[sale.reference or object()][side].append(sale)
    found = [each for pair in sides.values() for each in _differences(*pair)]
    matched = len(own) - sum(each.recorded is not None for each in found)
    return Reconciliation(period, matched, Rows(found), _sums(own), _sums(reported))


def _differences(own: list[_Sale], reported: list[_Sale]) -> Iterator[Discrepancy]:
    """Return what differs among sales with one reference: equal amounts match first."""
    left, unmatched = list(reported), []
    for sale in own:
        same = next((row for row in left if _same(sale.amount, row.amount)), None)
        if same is None:
            unmatched.append(sale)
        else:
            left.remove(same)
    kinds = DiscrepancyKind
    for record, row in zip_longest(unmatched, left, fillvalue=_NO_SALE):
        if row is _NO_SALE:
            kind = kinds.REPEATED_RECORD if reported else kinds.MISSING_IN_REPORT
        elif record is _NO_SALE:
            kind = kinds.REPEATED_ROW if own else kinds.MISSING_IN_RECORDS
        else:
            kind = kinds.DIFFERENT_AMOUNT
        yield Discrepancy(
            kind,
            record.reference or row.reference,
            recorded=record.amount,
            reported=row.amount,
            terminal_id=row.row.terminal_id,
            cashier_id=row.row.cashier_id,
            record=record.record,
        )


def _same(one: Amount | None, other: Amount | None) -> bool:
    """Return whether two amounts are equal; a side that names no currency has any."""
    if one is None or other is None:
        return False
    known = {one.currency, other.currency} - {None}
    return one.value == other.value and len(known) <= 1


def _sums(sales: Sequence[_Sale]) -> tuple[Amount, ...]:
    rows = totals([ReportRow(sales_amount=sale.amount) for sale in sales])
    return tuple(row.sales_total for row in rows if row.sales_total is not None)


def _each(records: Any) -> Iterable[object]:  # noqa: ANN401 - a DataFrame, without importing pandas
    """Return the records; those of a DataFrame as dictionaries, missing values as `None`."""
    # Recognised by its method: importing pandas would take a second in every program.
    if hasattr(records, "to_dict"):
        # As objects, because pandas would turn a column with a gap into floats.
        frame = records.astype(object)
        return cast("Iterable[object]", frame.where(frame.notna(), None).to_dict("records"))
    if isinstance(records, str | bytes | Mapping) or not isinstance(records, Iterable):
        raise ConfigurationError("records are a list of sales, or a DataFrame; this is one value")
    return records


def _recorded(number: int, record: object, columns: Columns) -> _Sale:
    place = f"record {number}"
    if isinstance(record, PaymentStatusReply):
        invoice = record.receipt and record.receipt.invoice
        reference, amount = record.ers_reference, invoice and invoice.total_amount
        currency = None
    else:
        reference = _value(place, record, columns.reference)
        amount = _value(place, record, columns.amount)
        currency = _value(place, record, columns.currency, optional=True)
    if amount is None:
        raise ConfigurationError(f"{place} has no value in {columns.amount}")
    try:
        return _Sale(_reference(place, reference), _amount(amount, currency), record)
    except InvalidAmount as error:
        raise InvalidAmount(f"{place}: {error.sentence}") from error


def _value(place: str, record: object, name: str, *, optional: bool = False) -> Any:  # noqa: ANN401
    """Return what a record holds under a name."""
    if isinstance(record, Mapping) and name in record:
        return record[name]
    if hasattr(record, name):
        return getattr(record, name)
    if optional:
        return None
    raise ConfigurationError(
        f"{place} has no {name}: reference=, amount= and currency= name the columns of your records"
    )


def _reference(place: str, given: object) -> str | None:
    if given is None or isinstance(given, str):
        return (given or "").strip() or None
    # numpy's integers are no `int`.
    if isinstance(given, Integral):
        return str(int(given))
    raise ConfigurationError(
        f"{place}: the ersReference {given!r} is a {type(given).__name__}, which cannot hold its "
        "25 digits; read the column as text"
    )


def _amount(given: Any, currency: str | None) -> Amount:  # noqa: ANN401 - as the record has it
    if isinstance(given, Amount):
        return given
    if isinstance(given, str):
        exact = decimal_of(given.strip())
        if exact is None:
            return Amount.of(given)
        given = exact
    elif isinstance(given, Integral):  # numpy has integers of its own
        given = int(given)
    return Amount(given, currency or None)


def _reported(number: int, row: ReportRow) -> _Sale:
    if row.sales_amount is None:
        raise MessageError(f"row {number} of the report has no SalesAmount, so it is no sale")
    return _Sale(row.ers_reference, row.sales_amount, row=row)

"""Typed rows of reports: exact amounts, totals, and tables for terminal, notebook and pandas."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrkit import Amount, Report
from seqrkit.errors import ConfigurationError, MessageError

CENTS = st.decimals(-(10**20), 10**20, places=2)  # sums of them fit the default context
TEXTS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=25)


def details(sales: Sequence[tuple[str, Decimal, str]]) -> Report:
    """A report of single sales, each with its reference, amount and currency (may be empty)."""
    rows = "".join(
        f"<Row><TerminalId>t1</TerminalId><CashierId>NULL</CashierId>"
        f"<SalesAmount>{amount:.5f}</SalesAmount><ErsReference>{reference}</ErsReference>"
        f"{f'<Currency>{currency}</Currency>' if currency else ''}</Row>"
        for reference, amount, currency in sales
    )
    return Report(content=f"<TransactionDetails><Meta/>{rows}</TransactionDetails>".encode())


SALES = st.lists(st.tuples(TEXTS, CENTS, st.sampled_from(["", "SEK", "EUR"])), min_size=1)


@given(SALES)
def test_each_row_has_the_exact_amount_of_its_element(
    sales: list[tuple[str, Decimal, str]],
) -> None:
    rows = details(sales).rows
    assert [(row.ers_reference, row.sales_amount) for row in rows] == [
        (reference, Amount(amount, currency or None)) for reference, amount, currency in sales
    ]
    assert {(row.terminal_id, row.cashier_id) for row in rows} == {("t1", None)}


@given(SALES)
def test_totals_are_those_that_pandas_calculates(sales: list[tuple[str, Decimal, str]]) -> None:
    frame = pd.DataFrame(sales, columns=["reference", "amount", "currency"])
    groups = frame.groupby("currency", sort=False)["amount"]
    expected = [
        (int((amounts > 0).sum()), Amount(sum(amounts, Decimal(0)), str(currency) or None))
        for currency, amounts in groups
    ]
    totals = details(sales).totals
    assert [(row.sales_count, row.sales_total) for row in totals] == expected


@given(SALES)
def test_a_data_frame_has_every_row_and_exact_decimals(
    sales: list[tuple[str, Decimal, str]],
) -> None:
    frame = details(sales).rows.to_pandas()
    assert frame["ers_reference"].tolist() == [reference for reference, _, _ in sales]
    assert frame["sales_amount"].tolist() == [amount for _, amount, _ in sales]
    has_currency = any(currency for _, _, currency in sales)
    assert ("sales_amount_currency" in frame) == has_currency


def test_sums_are_added_up_with_their_counts() -> None:
    report = Report(
        content_string="<Sums><Row><CashierId>Bob</CashierId><SalesCount>2</SalesCount>"
        "<SalesTotal>199.99000</SalesTotal></Row><Row><CashierId>Eve</CashierId>"
        "<SalesCount>0</SalesCount><SalesTotal>-20.50000</SalesTotal></Row></Sums>"
    )
    assert [row.cashier_id for row in report.rows] == ["Bob", "Eve"]
    (total,) = report.totals
    assert (total.sales_count, total.sales_total) == (2, Amount(Decimal("179.49"), None))
    assert str(report.rows).splitlines() == [
        "  cashier_id  sales_count  sales_total",
        "  ──────────  ───────────  ───────────",
        "  Bob                   2       199.99",
        "  Eve                   0       -20.50",
    ]


def test_an_unknown_column_is_kept_as_text() -> None:
    (row,) = Report(content=b"<A><Row><Till>7</Till></Row></A>").rows
    assert row.cells == {"Till": "7"}


def test_a_day_without_sales_has_no_rows_and_no_totals() -> None:
    report = Report(content=b"<A><Meta><TransactionPeriodId>1</TransactionPeriodId></Meta></A>")
    assert not report.rows
    assert not report.totals
    assert str(report.rows) == "  no rows"
    assert report.rows.to_pandas().empty


@pytest.mark.parametrize("document", [b"day;sum\n1;2", b"", b"<a>text</a>"])
def test_a_report_that_is_not_a_table_has_no_rows(document: bytes) -> None:
    with pytest.raises(MessageError, match="the report is not an XML table"):
        _ = Report(content=document).rows


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("<SalesTotal>1.234,50</SalesTotal>", 'row 1 of the report: SalesTotal is "1.234,50"'),
        ("<SalesAmount>NaN</SalesAmount>", 'SalesAmount is "NaN", which is not a decimal number'),
        ("<SalesCount>-1</SalesCount>", 'SalesCount is "-1", which is not a number of sales'),
    ],
)
def test_an_unreadable_number_is_an_error_instead_of_a_wrong_total(cell: str, message: str) -> None:
    with pytest.raises(MessageError, match=message):
        _ = Report(content=f"<A><Row>{cell}</Row></A>".encode()).totals


def test_without_pandas_one_sentence_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("seqrkit.rows.find_spec", lambda _name: None)
    with pytest.raises(ConfigurationError, match=r"pandas is not installed; run: pip install"):
        Report(content=b"<A><Row><B>1</B></Row></A>").rows.to_pandas()

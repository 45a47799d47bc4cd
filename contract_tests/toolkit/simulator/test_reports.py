"""The six reports: their documents and their sums."""

from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from contract_tests.toolkit.simulator.shop import RESELLER, Shop

ROOTS = {
    "Reconciliation/Shop.xml": ("ResellerTransactionSummary", ""),
    "Reconciliation/STD_RECON_002.xml": ("TerminalTransactionSummary", "STD_RECON_002_{}.xml"),
    "Reconciliation/STD_RECON_003.xml": ("TransactionDetails", "STD_RECON_003_{}.xml"),
    "Reconciliation/STD_RECON_004.xml": ("CashierTransactionSummary", "STD_RECON_004_{}.xml"),
    "Reconciliation/STD_RECON_006.xml": ("TerminalTransactionSummary", "STD_RECON_006_{}.xml"),
    "Reconciliation/STD_RECON_007.xml": ("TransactionDetails", "STD_RECON_007_{}.xml"),
}


@pytest.fixture
def shop() -> Shop:
    """A day: two sales by Bob at the webshop, a refund, one at the till by nobody."""
    shop = Shop()
    shop.sell("149.99 SEK")
    payment = shop.sell("50 SEK")
    shop.refund(payment, "20.50 SEK", cashier_id="Eve")
    till = shop.register()
    shop.caller = till
    shop.sell("10 SEK", cashier_id=None)
    return shop


def rows(reply: Any) -> list[dict[str, str]]:
    root = etree.fromstring(reply.report.content)
    return [{str(cell.tag): cell.text or "" for cell in row} for row in root.iter("Row")]


def till_id(shop: Shop) -> str:
    principal = shop.caller.initiator_principal_id
    assert principal is not None
    return str(principal.id)


def ready(shop: Shop, **parameters: str) -> str:
    period = shop.mark(**parameters)
    shop.clock.advance(3)
    return period


@pytest.mark.parametrize("name", ROOTS)
def test_each_report_is_a_document_with_a_head(shop: Shop, name: str) -> None:
    period = ready(shop, TERMINALID=till_id(shop))
    report = shop.report(name, period).report
    assert report.content == report.content_string.encode()
    assert report.mime_type == "text/html"
    root = etree.fromstring(report.content)
    tag, title = ROOTS[name]
    assert (root.tag, report.title) == (tag, title.format(period))
    meta = root.find("Meta")
    assert meta is not None
    assert meta.findtext("ResellerId") == "public_test_shop"
    assert meta.findtext("TransactionPeriodId") == period
    assert meta.findtext("GeneratedAt") == "2026-01-01 12:00"
    of_terminal = "006" in name or "007" in name
    assert (meta.findtext("TerminalId") == till_id(shop)) == of_terminal


def test_the_shops_sum_counts_sales_and_subtracts_refunds(shop: Shop) -> None:
    reply = shop.report("Reconciliation/Shop.xml", ready(shop))
    assert rows(reply) == [{"SalesCount": "3", "SalesTotal": "189.49000"}]


def test_sums_by_terminal(shop: Shop) -> None:
    found = rows(shop.report("STD_RECON_002", ready(shop)))
    assert {row["TerminalId"]: row["SalesTotal"] for row in found} == {
        "public_test_shop_terminal": "179.49000",
        till_id(shop): "10.00000",
    }


def test_sums_by_cashier(shop: Shop) -> None:
    found = rows(shop.report("STD_RECON_004", ready(shop)))
    assert found == [
        {"CashierId": "Bob", "SalesCount": "2", "SalesTotal": "199.99000"},
        {"CashierId": "Eve", "SalesCount": "0", "SalesTotal": "-20.50000"},
        {"CashierId": "NULL", "SalesCount": "1", "SalesTotal": "10.00000"},
    ]


def test_details_name_every_transaction(shop: Shop) -> None:
    found = rows(shop.report("STD_RECON_003", ready(shop)))
    amounts = [row["SalesAmount"] for row in found]
    assert amounts == ["149.99000", "50.00000", "-20.50000", "10.00000"]
    assert len({row["ErsReference"] for row in found}) == 4
    assert found[3]["CashierId"] == "NULL"


def test_a_terminals_period_is_separate_from_the_shops(shop: Shop) -> None:
    period = ready(shop, TERMINALID=till_id(shop))
    assert rows(shop.report("STD_RECON_006", period)) == [
        {"SalesCount": "1", "SalesTotal": "10.00000"}
    ]
    (row,) = rows(shop.report("STD_RECON_007", period))
    assert set(row) == {"ErsReference", "SalesAmount"}
    assert rows(shop.report("Shop.xml", ready(shop)))[0]["SalesCount"] == "3"


def test_each_period_begins_where_the_one_before_ended(shop: Shop) -> None:
    ready(shop)
    shop.sell("1 SEK")
    assert rows(shop.report("Shop.xml", ready(shop))) == [
        {"SalesCount": "1", "SalesTotal": "1.00000"}
    ]
    assert rows(shop.report("Shop.xml", ready(shop))) == [
        {"SalesCount": "0", "SalesTotal": "0.00000"}
    ]
    assert rows(shop.report("STD_RECON_002")) == []


def test_a_report_without_a_period_covers_the_latest(shop: Shop) -> None:
    period = ready(shop)
    assert period in shop.report("Shop.xml").report.content_string


def test_currencies_are_summed_separately(shop: Shop) -> None:
    shop.sell("5 EUR")
    period = ready(shop)
    assert rows(shop.report("Shop.xml", period)) == [
        {"SalesCount": "1", "SalesTotal": "5.00000", "Currency": "EUR"},
        {"SalesCount": "3", "SalesTotal": "189.49000", "Currency": "SEK"},
    ]
    details = rows(shop.report("STD_RECON_003", period))
    assert [row["Currency"] for row in details] == ["SEK"] * 4 + ["EUR"]


def test_a_reversed_payment_is_a_sale_and_a_refund() -> None:
    shop = Shop()
    shop.scan(shop.send("7 SEK")).pay()
    shop.clock.advance(20)
    found = rows(shop.report("STD_RECON_003", ready(shop)))
    assert [Decimal(row["SalesAmount"]) for row in found] == [7, -7]


def test_a_terminal_marks_its_shops_period(shop: Shop) -> None:
    reply = shop.call("markTransactionPeriod")
    assert reply.result_code == 0
    shop.clock.advance(3)
    report = shop.report("Shop.xml", reply.transaction_period_id)
    assert rows(report)[0]["SalesCount"] == "3"


def test_markup_in_a_cashiers_name_stays_text() -> None:
    shop = Shop()
    shop.sell(cashier_id="<Bob & Co>")
    (row,) = rows(shop.report("STD_RECON_004", ready(shop)))
    assert row["CashierId"] == "<Bob & Co>"


def test_a_parameter_without_a_value_counts_as_absent(shop: Shop) -> None:
    reply = shop.call("markTransactionPeriod", RESELLER, parameters={"TERMINALID": None})
    assert reply.result_code == 0

"""The rules across fields: money, principals, tokens, references."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from contract_tests.toolkit.messages import NEWEST, at, build, copy_of, ids, to_bytes
from seqrkit.contract.numbers_and_check_digits import (
    count,
    ean_check_digit,
    is_ean,
    number,
    total_of,
)


def invoice(total: str, *rows: str, currency: str = "SEK") -> etree._Element:
    """A sendInvoice of these amounts."""
    message = build(NEWEST, "sendInvoice", every=False)
    holder = etree.Element("invoiceRows")
    for row in rows:
        item = etree.SubElement(holder, "invoiceRow")
        etree.SubElement(item, "itemQuantity").text = "1"
        amount = etree.SubElement(item, "itemTotalAmount")
        etree.SubElement(amount, "currency").text = currency
        etree.SubElement(amount, "value").text = row
    if rows:
        at(message, "invoice/totalAmount").addprevious(holder)
    at(message, "invoice/totalAmount/currency").text = currency
    at(message, "invoice/totalAmount/value").text = total
    return message


CENTS = st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=8)
TOTAL_ABOVE_ZERO = CENTS.map(
    lambda cents: cents if sum(cents) > 0 else [-each for each in cents]
).filter(sum)


def amount(cents: int) -> str:
    return f"{Decimal(cents).scaleb(-2):f}"


@given(TOTAL_ABOVE_ZERO)
def test_rows_that_add_up_have_no_findings_and_one_cent_more_has_one(cents: list[int]):
    rows = [amount(each) for each in cents]
    assert ids(NEWEST, invoice(amount(sum(cents)), *rows)) == []
    assert ids(NEWEST, invoice(amount(sum(cents) + 1), *rows)) == ["invoice.invoiceRows.sum"]


def test_sums_of_long_numbers_are_exact():
    long = "1" + "0" * 400
    assert ids(NEWEST, invoice(f"{long}.01", long, "0.01")) == []
    assert ids(NEWEST, invoice(f"{long}.02", long, "0.01")) == ["invoice.invoiceRows.sum"]
    assert total_of([Decimal(f"{long}.5"), Decimal("0.5")]) == int(long) + 1


def test_the_message_about_a_sum_has_both_amounts():
    (finding,) = NEWEST.lint(to_bytes(invoice("150", "100", "49.99")))
    assert finding.message == "totalAmount is 150 SEK, but the 2 rows add up to 149.99"
    assert finding.path == "sendInvoice/invoice/totalAmount/value"
    (finding,) = NEWEST.lint(to_bytes(invoice("150", "100")))
    assert finding.message == "totalAmount is 150 SEK, but the row adds up to 100"


def test_an_invoice_without_rows_has_no_sum():
    assert ids(NEWEST, invoice("150")) == []


@pytest.mark.parametrize("wrong", ["abc", "", "1,5"])
def test_unreadable_rows_are_not_added_up(wrong: str):
    assert ids(NEWEST, invoice("150", "100", wrong)) == ["amount.value.type"]


def test_three_decimals_in_a_row_that_adds_up_are_one_mistake():
    assert ids(NEWEST, invoice("150", "100", "50.000")) == ["amount.value.pattern"]


def test_a_total_below_zero_is_one_mistake():
    assert ids(NEWEST, invoice("-1", "1")) == ["amount.value.positive"]


@pytest.mark.parametrize(
    ("value", "currency", "findings"),
    [
        ("150", "JPY", 0),
        ("150.5", "JPY", 1),
        ("150.00", "JPY", 1),
        ("150.55", "SEK", 0),
        ("150.55", "KWD", 0),
    ],
)
def test_an_amount_has_no_more_decimals_than_its_currency(value: str, currency: str, findings: int):
    expected = ["amount.value.minor-units"] * findings
    assert ids(NEWEST, invoice(value, currency=currency)) == expected


def test_two_currencies_are_one_finding():
    message = invoice("150", "50", "50", "50")
    rows = message.findall("invoice/invoiceRows/invoiceRow")
    for number_ in (1, 2):
        currency = at(rows[number_], ".//currency")
        currency.text = "EUR"
    (finding,) = NEWEST.lint(to_bytes(message))
    assert finding.id == "invoice.currency.same"
    assert finding.path == (
        "sendInvoice/invoice/invoiceRows/invoiceRow[2]/itemTotalAmount/currency"
    )
    assert "1 more place" in finding.message


def test_advice_to_merchants_is_not_for_replies():
    message = build(NEWEST, "getPaymentStatusResponse")
    total = at(message, "return/receipt/invoice/totalAmount/value")
    total.text = "1.5"
    at(message, "return/customerTokens/token/status").text = "0"
    assert ids(NEWEST, message) == []


def test_a_blank_user_id_is_a_missing_one():
    message = build(NEWEST, "registerTerminal")
    at(message, "context/initiatorPrincipalId/userId").text = " "
    assert ids(NEWEST, message) == ["principalId.userId.required"]
    message = build(NEWEST, "sendInvoice")
    etree.SubElement(at(message, "context/initiatorPrincipalId"), "userId")
    assert ids(NEWEST, message) == []


def test_a_no_break_space_is_not_a_blank_user_id():
    message = build(NEWEST, "registerTerminal")
    at(message, "context/initiatorPrincipalId/userId").text = "\N{NO-BREAK SPACE}"
    assert ids(NEWEST, message) == []


def test_every_token_is_judged_separately():
    message = build(NEWEST, "updateInvoice")
    token = at(message, "tokens")
    at(token, "status").text = "0"
    token.addnext(copy_of(token))
    paths = [finding.path for finding in NEWEST.lint(to_bytes(message))]
    assert paths == ["updateInvoice/tokens[1]/status", "updateInvoice/tokens[2]/status"]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_a_decimal_reads_back(value: Decimal):
    assert number(f" {value:f}\n") == value


@pytest.mark.parametrize("text", ["", ".", "1e3", "NaN", "1_000", "1,5", "٣", None, "1 2"])
def test_a_text_that_is_not_an_xsd_decimal_is_not_a_number(text: str | None):
    assert number(text) is None


@given(st.integers(0, 10**12 - 1).map("{:012}".format), st.integers(0, 9))
def test_one_check_digit_of_ten_is_right(digits: str, last: int):
    assert is_ean(f"{digits}{last}") == (ean_check_digit(digits) == str(last))


def test_known_articles_are_eans():
    for known in ("4006381333931", "73513537", "96385074"):
        assert is_ean(known)
    for wrong in ("4006381333930", "123", "", "\N{FULLWIDTH DIGIT FOUR}" * 13, "40063813339310"):
        assert not is_ean(wrong)


def test_counts_are_words_up_to_nine():
    said = [count(1, "decimal"), count(3, "decimal"), count(41, "character"), count(0, "row")]
    assert said == ["one decimal", "three decimals", "41 characters", "no rows"]

"""Amounts: exact, in one currency, and readable in the form that people write."""

from __future__ import annotations

import operator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from seqrkit import schemas
from seqrkit.errors import InvalidAmount, InvalidDecimal
from seqrkit.model import InvoiceRow
from seqrkit.money import NOTHING, Amount, decimal_of, optional_amount

currencies = st.sampled_from(sorted(schemas.currencies()))
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=2)
amounts = st.builds(Amount, decimals, currencies)


@given(amounts)
def test_an_amount_reads_back_as_it_is_written(amount: Amount) -> None:
    assert Amount.of(str(amount)) == amount


@given(amounts)
def test_every_given_digit_is_kept(amount: Amount) -> None:
    assert (
        str(Amount.of(f"{amount.value}0 {amount.currency}")) == f"{amount.value}0 {amount.currency}"
    )


@given(amounts, decimals)
def test_an_added_amount_can_be_subtracted(amount: Amount, value: Decimal) -> None:
    other = Amount(value, amount.currency)
    assert (amount + other) - other == amount
    assert amount + -amount == Amount(Decimal(0), amount.currency)


@given(amounts, decimals)
def test_amounts_of_one_currency_are_ordered_by_value(amount: Amount, value: Decimal) -> None:
    other = Amount(value, amount.currency)
    assert amount.value is not None
    assert (amount < other) == (amount.value < value)
    assert (amount <= other) == (not amount > other)
    assert (amount >= other) == (not amount < other)


@given(st.lists(decimals), currencies)
def test_amounts_of_one_currency_are_summed_exactly(values: list[Decimal], currency: str) -> None:
    amounts = [Amount(value, currency) for value in values]
    exact = sum(map(Fraction, values), Fraction(0))
    assert sum(amounts, NOTHING).value == exact
    assert sum(amounts) == (sum(amounts, NOTHING) if values else 0)


@given(amounts)
def test_nothing_can_be_added_to_and_compared_with_any_amount(amount: Amount) -> None:
    assert NOTHING + amount == amount + NOTHING == amount - NOTHING == amount
    assert NOTHING - amount == -amount
    assert amount.value is not None
    assert (amount > NOTHING) == (amount.value > 0)
    assert (amount >= NOTHING) == (amount.value >= 0)


others = (
    st.integers()
    | st.decimals()
    | st.floats()
    | st.text()
    | st.none()
    | st.booleans()
    | st.binary()
)
OPERATIONS = [
    operator.add,
    operator.sub,
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
]


@given(amounts, others, st.sampled_from(OPERATIONS))
def test_an_amount_is_not_equal_to_another_type_and_takes_no_part_with_it(
    amount: Amount, other: object, operation: Any
) -> None:
    assert (amount == other) is False
    assert (other != amount) is True
    with pytest.raises(TypeError, match=r"supported"):
        operation(amount, other)
    if not (operation is operator.add and type(other) is int and other == 0):
        with pytest.raises(TypeError, match=r"supported|concat"):
            operation(other, amount)


XS_DECIMAL = etree.XMLSchema(
    etree.XML(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        '<xs:element name="number" type="xs:decimal"/></xs:schema>'
    )
)
notations = (
    st.from_regex(r"[-+]?[0-9]*\.?[0-9]*([eE][-+]?[0-9]+)?", fullmatch=True)
    | st.decimals().map(str)
    | st.floats().map(str)
    | st.integers().map("{:_}".format)
    | st.text(
        st.characters(
            codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
        )
    )
)
"""Numbers as Python, XML Schema and other scripts write them, and other texts."""


@given(notations)
@example("NaN")
@example("Infinity")
@example("1_0")
@example("١٢")
def test_only_what_xml_schema_calls_a_decimal_is_a_quantity(text: str) -> None:
    element = etree.Element("number")
    element.text = text
    if XS_DECIMAL.validate(element):
        assert decimal_of(text.strip(" ")) == InvoiceRow(item_quantity=text).item_quantity
        assert InvoiceRow(item_quantity=text).item_quantity == Decimal(text)
    else:
        with pytest.raises(InvalidDecimal):
            InvoiceRow(item_quantity=text)


@given(st.sampled_from(["NaN", "sNaN", "-Infinity", "Infinity"]).map(Decimal))
def test_a_decimal_that_is_not_finite_is_not_a_quantity(value: Decimal) -> None:
    with pytest.raises(InvalidDecimal):
        InvoiceRow(item_tax_rate=value)


@pytest.mark.parametrize("written", ["149.99 SEK", "149.99SEK", " 149.99  sek ", "+149.99 SEK"])
def test_an_amount_may_have_spaces_and_lower_case(written: str) -> None:
    assert Amount.of(written) == Amount(Decimal("149.99"), "SEK")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("149,99 SEK", "decimal comma"),
        ("149.99", "has no currency"),
        ("SEK", "not a number and a currency"),
        ("1.2.3 SEK", "not a number and a currency"),
        ("", "has no currency"),
        (149.99, "is a float"),
        (None, "not an amount"),
    ],
)
def test_an_unreadable_amount_is_refused_with_the_reason(written: object, why: str) -> None:
    with pytest.raises(InvalidAmount, match=why):
        Amount.of(written)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1.5, Decimal("NaN"), Decimal("Infinity"), "1.5", True])
def test_a_value_that_is_not_a_finite_decimal_is_refused(value: object) -> None:
    with pytest.raises(InvalidAmount):
        Amount(value, "SEK")  # type: ignore[arg-type]


def test_two_currencies_are_neither_added_nor_compared() -> None:
    kronor, euros = Amount.of("1 SEK"), Amount.of("1 EUR")
    with pytest.raises(InvalidAmount, match="two currencies"):
        _ = kronor + euros
    with pytest.raises(InvalidAmount, match="two currencies"):
        _ = kronor < euros


def test_a_sum_that_cannot_be_exact_is_refused() -> None:
    with pytest.raises(InvalidAmount, match="exactly"):
        _ = Amount(Decimal("1e30000000"), "SEK") + Amount.of("0.01 SEK")


def test_an_amount_without_a_value_cannot_be_added() -> None:
    with pytest.raises(InvalidAmount, match="no value"):
        _ = Amount(None, "SEK") + Amount.of("1 SEK")


@pytest.mark.parametrize(("currency", "units"), [("SEK", 2), ("JPY", 0), ("KWD", 3), ("XYZ", None)])
def test_minor_units_are_those_of_iso_4217(currency: str, units: int | None) -> None:
    assert Amount(Decimal(1), currency).minor_units == units


def test_whole_numbers_are_exact_too() -> None:
    assert Amount(5, "SEK") == Amount.of("5 SEK")  # type: ignore[arg-type]


def test_no_amount_stays_none() -> None:
    assert optional_amount(None) is None
    assert optional_amount("1 SEK") == Amount.of("1 SEK")


@pytest.mark.parametrize("specification", ["", ">12", "<12", "^12", "*>15", "12", ".3"])
def test_an_amount_is_formatted_as_its_text(specification: str):
    amount = Amount.of("149.99 SEK")
    assert f"{amount:{specification}}" == f"{amount!s:{specification}}"


@pytest.mark.parametrize("currency", [752, b"SEK", ["SEK"], 1.0])
def test_a_currency_is_a_text(currency: object):
    with pytest.raises(InvalidAmount, match="is not a currency"):
        Amount(Decimal(1), currency)  # type: ignore[arg-type]

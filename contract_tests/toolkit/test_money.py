"""Amounts: exact, in one currency, and read as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrkit import schemas
from seqrkit.errors import InvalidAmount
from seqrkit.money import Amount, optional_amount

currencies = st.sampled_from(sorted(schemas.currencies()))
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=2)
amounts = st.builds(Amount, decimals, currencies)


@given(amounts)
def test_an_amount_reads_back_as_it_is_written(amount: Amount) -> None:
    assert Amount.of(str(amount)) == amount


@given(amounts)
def test_every_digit_that_was_given_is_kept(amount: Amount) -> None:
    assert (
        str(Amount.of(f"{amount.value}0 {amount.currency}")) == f"{amount.value}0 {amount.currency}"
    )


@given(amounts, decimals)
def test_what_is_added_can_be_taken_away(amount: Amount, value: Decimal) -> None:
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


@pytest.mark.parametrize("written", ["149.99 SEK", "149.99SEK", " 149.99  sek ", "+149.99 SEK"])
def test_an_amount_may_be_written_loosely(written: str) -> None:
    assert Amount.of(written) == Amount(Decimal("149.99"), "SEK")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("149,99 SEK", "decimal comma"),
        ("149.99", "names no currency"),
        ("SEK", "not a number and a currency"),
        ("1.2.3 SEK", "not a number and a currency"),
        ("", "names no currency"),
        (149.99, "is a float"),
        (None, "no amount"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(written: object, why: str) -> None:
    with pytest.raises(InvalidAmount, match=why):
        Amount.of(written)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1.5, Decimal("NaN"), Decimal("Infinity"), "1.5", True])
def test_a_value_that_is_no_finite_decimal_is_refused(value: object) -> None:
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
        _ = Amount(Decimal("1e300"), "SEK") + Amount.of("0.01 SEK")


def test_an_amount_without_a_value_takes_no_part_in_sums() -> None:
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

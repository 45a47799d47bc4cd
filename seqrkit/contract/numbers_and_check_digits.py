"""Numbers: their XSD syntax, exact sums, EAN check digits and numbers in words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce
from typing import Final

from seqrkit.money import EXACT, decimal_of

_WORDS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SPACE: Final = " \t\r\n"


def number(text: str | None) -> Decimal | None:
    """Return a number in XSD syntax as a decimal, or `None` for any other text."""
    return None if text is None else decimal_of(text.strip(_SPACE))


def total_of(values: Iterable[Decimal]) -> Decimal:
    """Return the exact sum."""
    return reduce(EXACT.add, values, Decimal(0))


def in_words(amount: int) -> str:
    """Return a number for prose: in words up to nine."""
    return _WORDS[amount] if amount < len(_WORDS) else str(amount)


def count(amount: int, noun: str) -> str:
    """Return a number with its noun: one decimal, three decimals, 41 characters."""
    return f"{in_words(amount)} {noun}" if amount == 1 else f"{in_words(amount)} {noun}s"


def is_ean_length(digits: str) -> bool:
    """Return whether a text has 8 or 13 characters, all of them digits."""
    return len(digits) in {8, 13} and digits.isascii() and digits.isdigit()


def is_ean(digits: str) -> bool:
    """Return whether a text is an EAN-8 or EAN-13 with the right check digit."""
    return is_ean_length(digits) and ean_check_digit(digits[:-1]) == digits[-1]


def ean_check_digit(digits: str) -> str:
    """Return the last digit of an EAN from the others: weights 3 and 1 from the right."""
    weighted = sum(int(d) * (1 if i % 2 else 3) for i, d in enumerate(reversed(digits)))
    return str(-weighted % 10)

"""Reading numbers as XSD writes them, adding them up exactly, and saying them in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Context, Decimal
from functools import reduce
from typing import Final

_WORDS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EXACT: Final = Context(prec=4_000_000)  # more digits than fit into the largest message
_NUMBER: Final = re.compile(r"\s*[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*", re.ASCII)


def number(text: str | None) -> Decimal | None:
    """A decimal as XSD writes it, or `None` for anything else."""
    return Decimal(text) if text is not None and _NUMBER.fullmatch(text) else None


def total_of(values: Iterable[Decimal]) -> Decimal:
    """The sum, to the last digit, however long they are."""
    return reduce(_EXACT.add, values, Decimal(0))


def in_words(amount: int) -> str:
    """A number as prose has it: in words up to nine."""
    return _WORDS[amount] if amount < len(_WORDS) else str(amount)


def count(amount: int, noun: str) -> str:
    """How many of something: one decimal, three decimals, 41 characters."""
    return f"{in_words(amount)} {noun}" if amount == 1 else f"{in_words(amount)} {noun}s"


def is_ean_length(digits: str) -> bool:
    """Whether a text is as long as an EAN-8 or EAN-13, and all digits."""
    return len(digits) in {8, 13} and digits.isascii() and digits.isdigit()


def is_ean(digits: str) -> bool:
    """Whether a text is an EAN-8 or EAN-13 with its right check digit."""
    return is_ean_length(digits) and ean_check_digit(digits[:-1]) == digits[-1]


def ean_check_digit(digits: str) -> str:
    """The last digit of an EAN whose others are given: weights 3 and 1 from the right."""
    weighted = sum(int(d) * (1 if i % 2 else 3) for i, d in enumerate(reversed(digits)))
    return str(-weighted % 10)

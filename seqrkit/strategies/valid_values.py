"""Valid values of a field, derived from its rules: a form and a sample.

The values are ordinary; `boundary_messages` and `unusual_messages` have the extremes that the
rules also allow.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache, lru_cache
from typing import Final

from seqrkit.contract import Field, Severity
from seqrkit.contract.numbers_and_check_digits import ean_check_digit
from seqrkit.money import EXACT
from seqrkit.strategies.characters import matching, text, trimmed
from seqrkit.strategies.drawn_choices import Choice, Drawn, Form, Value, only

WHOLE: Final = {"int": 2**31, "long": 2**63}
"""The types of whole numbers, each with the first number that is too large."""
ORDINARY: Final = 999_999
"""The largest number if no rule limits it."""
_MOST_DECIMALS: Final = 6
_MOST_DIGITS: Final = 12
_QUANTITY_DECIMALS: Final = 3
_START: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a wall clock; the zone is drawn beside it
_MILLI: Final = timedelta(milliseconds=1)
# A day is left free at both ends, so that each moment also exists in UTC.
_FIRST: Final = (datetime(1, 1, 2) - _START) // _MILLI  # noqa: DTZ001
_LAST: Final = (datetime(9999, 12, 30) - _START) // _MILLI  # noqa: DTZ001
_ZONES: Final = (
    None,
    UTC,
    timezone(timedelta(hours=1)),
    timezone(-timedelta(hours=5, minutes=30)),
    timezone(timedelta(hours=14)),
    timezone(-timedelta(hours=14)),
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that a field can hold: the lowest, the highest, and the number of decimals."""

    low: Decimal
    high: Decimal
    places: int

    def units(self, places: int) -> tuple[int, int]:
        """Return the ends of the range in units of the last decimal."""
        low = EXACT.scaleb(self.low, places).to_integral_value(ROUND_CEILING)
        high = EXACT.scaleb(self.high, places).to_integral_value(ROUND_FLOOR)
        return int(low), int(high)


@lru_cache(maxsize=1024)
def choice(field: Field) -> Choice:
    """Return the valid values of a field without elements inside."""
    return Choice(_form(field), typed(field, field.sample), field.path)


@lru_cache(maxsize=1024)
def not_blank(field: Field) -> Choice:
    """Return the valid values of a field that a check needs: not an empty text."""
    if field.base != "string" or allowed(field):
        return choice(field)
    return Choice(trimmed(1, field.max_length), typed(field, field.sample), field.path)


def typed(field: Field, written: str) -> Value:
    """Return the Python value of a text of a field."""
    if field.base in WHOLE:
        return int(written or "0")
    if field.base == "decimal":
        return Decimal(written or "1")
    if field.base == "dateTime":
        return datetime.fromisoformat(written)
    if field.base == "base64Binary":
        return b64decode(written)
    return written or "sample"


@cache
def numbers(field: Field) -> Numbers:
    """Return the range of a numeric field; its pattern is explored by matching candidates."""
    pattern, whole = field.pattern, field.base in WHOLE
    places = 0 if whole else _QUANTITY_DECIMALS
    high, low = Decimal(ORDINARY), Decimal(0 if pattern is None else -ORDINARY)
    if pattern is not None:
        fits = re.compile(pattern, re.ASCII).fullmatch
        # Tried out, because a regular expression cannot be asked for its longest fraction.
        places = max(n for n in range(_MOST_DECIMALS) if fits(f"1.{'0' * n}".rstrip(".")))
        digits = max(n for n in range(1, _MOST_DIGITS) if fits("9" * n))
        high = min(high, Decimal("9" * digits))
        low = low if fits("-1") else Decimal(0)
    for rule in field.rules:
        if rule.kind in {"minimum", "exclusive-minimum"}:
            above = EXACT.scaleb(Decimal(1), -places) if rule.kind == "exclusive-minimum" else 0
            low = max(low if pattern else Decimal(rule.parameter), Decimal(rule.parameter)) + above
            high = max(high, low)
        if rule.kind == "maximum":
            high = min(high, Decimal(rule.parameter))
    return Numbers(low, high, places)


def _form(field: Field) -> Form:
    values = allowed(field)
    if values:
        return only([typed(field, value) for value in values]).of
    if field.base in WHOLE:
        return integers(*numbers(field).units(0))
    if field.base == "decimal":
        return _quantities(numbers(field))
    if field.base == "dateTime":
        return _dates
    if field.base == "base64Binary":
        characters = text(1 if field.required else 0)
        return lambda code, drawn: str(characters(code, drawn)).encode("utf-16-le")
    return _texts(field)


def allowed(field: Field) -> tuple[str, ...]:
    """Return the values that the contract lists for a field: the advised ones or the only ones."""
    for rule in field.rules:
        if rule.kind == "one-of":
            return tuple(rule.parameter.split())
    return field.enumeration


def lengths(field: Field) -> tuple[int, int | None]:
    """Return the limits of the length of a text, including advice; blank texts are too short."""
    most = [int(rule.parameter) for rule in field.rules if rule.kind == "max-length"]
    least = max(field.min_length or 0, 1 if field.required or _visible(field) else 0)
    return least, min(most, default=None)


def integers(low: int, high: int) -> Callable[[int, Drawn], int]:
    """Return a form of whole numbers: zero, or the end of the range that is nearest to it, first.

    Each code divides the number of the message by another one, so that its fields differ. All are
    within 2**48 of the first; `boundary` has the ends of wider ranges.
    """
    first = min(max(low, 0), high)

    def made(code: int, drawn: Drawn) -> int:
        if code == 0:
            return first
        far = drawn.number // ((code + 1) // 2)
        if code % 2 or first == low:
            return first + far % (high - first + 1)
        return first - far % (first - low + 1)

    return made


def decimals(range_: Numbers, places: int) -> Form:
    """Return a form of numbers of a range, all with the same number of decimals."""
    units = integers(*range_.units(places))
    return lambda code, drawn: Decimal(units(code, drawn)).scaleb(-places)


def _quantities(range_: Numbers) -> Form:
    """Numbers of a range, without trailing zeros."""
    units, whole = integers(*range_.units(range_.places)), 10**range_.places

    def made(code: int, drawn: Drawn) -> Decimal:
        count = units(code, drawn)
        return Decimal(count).scaleb(-range_.places) if count % whole else Decimal(count // whole)

    return made


_moments: Final = integers(_FIRST, _LAST)


def _dates(code: int, drawn: Drawn) -> datetime:
    """Return a time to the millisecond, of the years 1 to 9999, with or without zone."""
    far, zone = divmod(code, len(_ZONES))
    return (_START + _moments(far, drawn) * _MILLI).replace(tzinfo=_ZONES[zone])


def _texts(field: Field) -> Form:
    kinds = {rule.kind for rule in field.rules}
    if "ean" in kinds:
        number = integers(0, 10**12 - 1)
        return lambda code, drawn: _ean(number(code, drawn))
    if "unit" in kinds:
        codes = next(rule.parameter for rule in field.rules if rule.kind == "unit")
        return only((field.sample, *codes.split())).of
    if "public-host" in kinds:
        return matching(_PUBLIC_URL)
    least, most = lengths(field)
    pattern = field.pattern or _advised_pattern(field)
    if pattern:
        return matching(pattern, least, most)
    return trimmed(least, most) if "trimmed" in kinds else text(least, most)


# The characters of RFC 3986, because services parse the address.
_PUBLIC_URL: Final = r"http://[a-z0-9]{1,20}\.com/[A-Za-z0-9._~$&=+,;:@/?-]*"


def _advised_pattern(field: Field) -> str | None:
    found = (rule.parameter for rule in field.rules if rule.kind == "pattern")
    return next(found, None)


def _visible(field: Field) -> bool:
    return any(
        rule.kind == "not-blank" and rule.severity == Severity.WARNING for rule in field.rules
    )


def _ean(number: int) -> str:
    digits = f"{number:07d}" if number < 10**7 else f"{number:012d}"
    return digits + ean_check_digit(digits)

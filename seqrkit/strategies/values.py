"""Valid values of a field, derived from its rules: a strategy and a sample.

The values are ordinary; `boundary` and `unusual` have the extremes that the rules also allow.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache, lru_cache
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from seqrkit.contract import Field, Severity
from seqrkit.contract.numbers import ean_check_digit
from seqrkit.money import EXACT
from seqrkit.strategies.characters import matching, text, trimmed

Value = str | int | Decimal | datetime | bytes

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


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A choice: Hypothesis draws from `strategy`; the simplest message has `sample`.

    `path` is that of the field, empty if the choice is not the value of a field.
    """

    strategy: SearchStrategy[Value]
    sample: Value
    path: str = ""


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
    return Choice(_strategy(field), typed(field, field.sample), field.path)


@lru_cache(maxsize=1024)
def not_blank(field: Field) -> Choice:
    """Return the valid values of a field that a check needs: not an empty text."""
    if field.base != "string" or allowed(field):
        return choice(field)
    return Choice(trimmed(1, field.max_length), typed(field, field.sample), field.path)


def only(values: Sequence[Value], path: str = "") -> Choice:
    """Return a choice of these values, of which the first is the simplest."""
    drawn = st.just(values[0]) if len(values) == 1 else st.sampled_from(values)
    return Choice(drawn, values[0], path)


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


def _strategy(field: Field) -> SearchStrategy[Value]:
    values = allowed(field)
    if values:
        return only([typed(field, value) for value in values]).strategy
    if field.base in WHOLE:
        low, high = numbers(field).units(0)
        return st.integers(low, high)
    if field.base == "decimal":
        return _quantities(numbers(field))
    if field.base == "dateTime":
        return dates()
    if field.base == "base64Binary":
        return st.binary(min_size=1 if field.required else 0)
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


def decimals(range_: Numbers, places: int) -> SearchStrategy[Value]:
    """Return a strategy of numbers of a range, all with the same number of decimals."""
    low, high = range_.units(places)
    return st.integers(low, high).map(lambda units: Decimal(units).scaleb(-places))


def _quantities(range_: Numbers) -> SearchStrategy[Value]:
    """Numbers of a range, without trailing zeros."""
    low, high = range_.units(range_.places)
    whole = 10**range_.places

    def written(units: int) -> Decimal:
        return Decimal(units).scaleb(-range_.places) if units % whole else Decimal(units // whole)

    return st.integers(low, high).map(written)


@cache
def dates() -> SearchStrategy[Value]:
    """Return a strategy of times to the millisecond, years 1 to 9999, with and without zone."""
    moments = st.integers(_FIRST, _LAST).map(lambda count: _START + count * _MILLI)
    return st.builds(lambda at, zone: at.replace(tzinfo=zone), moments, st.sampled_from(_ZONES))


def _texts(field: Field) -> SearchStrategy[Value]:
    kinds = {rule.kind for rule in field.rules}
    if "ean" in kinds:
        return st.integers(0, 10**12 - 1).map(_ean)
    if "unit" in kinds:
        codes = next(rule.parameter for rule in field.rules if rule.kind == "unit")
        return st.sampled_from((field.sample, *codes.split()))
    if "public-host" in kinds:
        return st.from_regex(_PUBLIC_URL, fullmatch=True)
    least, most = lengths(field)
    pattern = field.pattern or _advised_pattern(field)
    if pattern:
        return matching(pattern, least, most)
    return trimmed(least, most) if "trimmed" in kinds else text(least, most)


# A port below 65536 and the characters of RFC 3986, because services parse the address.
_PUBLIC_URL: Final = r"http://[a-z0-9]{1,20}\.com(:[1-9][0-9]{0,3})?(/[A-Za-z0-9._~$&=+,;:@/?-]*)?"


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

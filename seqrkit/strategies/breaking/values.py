"""Recipes for rules about one value: a valid text is changed so that it breaks one rule.

Each maker gives several, the plainest first. They keep the other rules of the field, and the value
of a number where a sum depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import cycle, islice
from typing import Final

from seqrkit.contract import Field, Rule
from seqrkit.contract.finding_messages import WHITE
from seqrkit.contract.numbers_and_check_digits import ean_check_digit, number
from seqrkit.strategies.breaking.locations import Recipe, Site
from seqrkit.strategies.valid_values import WHOLE

Wrong = Callable[[Rule, Field, str], Iterable[str]]
"""Returns texts that break one rule of a field, made from a valid text."""

_BLANKS: Final = ("", " ", "\t\n ")
_NO_NUMBERS: Final = (
    "abc",
    "1,5",
    "1e5",
    "1e1000000001",
    "NaN",
    "INF",
    "1.2.3",
    "--1",
    "1 000",
    "\u0661",
)
_NO_DATES: Final = (
    "today",
    "2015-12-25",
    "2015-12-25 12:34:56",
    "2015-13-01T12:00:00",
    "2015-02-30T12:00:00",
    "2015-12-25T25:00:00",
    "25/12/2015",
    "99999999999999999999-01-01T00:00:00",
)
_NO_BASE64: Final = ("*", "a", "=", "<p>", "\u00e5\u00e4\u00f6=")


def _recipe(wrong: Wrong) -> Recipe:
    def break_it(site: Site) -> None:
        child, field = site.child, site.field
        assert field is not None  # noqa: S101 - there is no child without it
        child.text = site.choose(list(wrong(site.rule, field, child.text or "")))

    return break_it


def _long(rule: Rule, _field: Field, good: str) -> Iterable[str]:
    limit = int(rule.parameter)
    for length in (limit + 1, limit + 2, 2 * limit + 1):
        # Made of valid characters, so that no pattern is broken as well.
        yield "".join(islice(cycle(good.strip(WHITE) or "0"), length))


def _short(rule: Rule, _field: Field, good: str) -> Iterable[str]:
    for length in range(int(rule.parameter) - 1, 0, -1):
        yield good.strip(WHITE)[:length]


def _strange(rule: Rule, field: Field, good: str) -> Iterable[str]:
    """Texts that do not match the pattern of a field."""
    sound = re.compile(rule.parameter, re.ASCII).fullmatch
    made = _other_numbers(field, good) if field.base != "string" else _other_texts(good)
    return [text for text in made if not sound(text)]


def _other_numbers(field: Field, good: str) -> Iterable[str]:
    """The same number in other notations of its type."""
    sign, digits = ("-", good[1:]) if good.startswith("-") else ("", good)
    if field.base == "decimal":
        whole, _, decimals = digits.partition(".")
        yield f"{sign}{whole}.{decimals:0<3}"
        yield f"{sign}{whole}.{decimals:0<9}"
        if not decimals.strip("0"):
            yield f"{sign}{whole}."
    if not sign:
        yield f"+{digits}"
    yield f"{sign}000{digits}"
    if field.path.endswith(("Rate", "Code")):  # no sum depends on these
        yield from ("100", "-1")


def _other_texts(good: str) -> Iterable[str]:
    """Texts of the same length, or shorter, with a character that the pattern excludes."""
    for strange in ("/", "_", "-", " ", "\u00e5", "\u4e2d", "\U0001f600"):
        yield f"{strange}{good[1:]}"
        yield f"{good[:-1]}{strange}"
    yield from (good[1:], good.partition(":")[2], good.partition(":")[0], good.upper())


def _other(rule: Rule, field: Field, good: str) -> Iterable[str]:
    """Values that are not listed."""
    values = rule.parameter.split()
    if field.base in WHOLE:
        numbers = [int(value) for value in values]
        made = [str(n) for n in (max(numbers) + 1, min(numbers) - 1, *range(2, 5), 30_000)]
    else:
        made = [f"ext{good}", good.lower(), f"{good}X", good[:-1], good[::-1], f"{good} ", "\u00e5"]
    return [text for text in made if text not in values and text.strip(WHITE)]


def _below(rule: Rule, field: Field, good: str) -> Iterable[str]:
    """Numbers below a limit, or equal to an excluded one, with the same decimals."""
    limit = Decimal(rule.parameter)
    places = 0 if field.base in WHOLE else len(good.partition(".")[2])
    step = Decimal(1).scaleb(-places)
    if rule.kind == "exclusive-minimum":
        yield f"{limit.quantize(step):f}"
    yield f"{limit - step:f}"
    yield f"{limit - 1 - abs(number(good) or Decimal(0)):f}"
    if field.base in WHOLE:
        yield str(-WHOLE[field.base])


def _above(rule: Rule, field: Field, good: str) -> Iterable[str]:
    limit = Decimal(rule.parameter)
    places = 0 if field.base in WHOLE else len(good.partition(".")[2])
    step = Decimal(1).scaleb(-places)
    if rule.kind == "exclusive-maximum":
        yield f"{limit.quantize(step):f}"
    yield f"{limit + step:f}"


def _no_ean(_rule: Rule, _field: Field, good: str) -> Iterable[str]:
    yield f"{good[:-1]}{(int(good[-1]) + 1) % 10}"
    yield good[:-1]
    yield f"A{good[1:]}"
    yield f"0{good}{ean_check_digit(good)}"


def _not_of_type(_rule: Rule, field: Field, _good: str) -> Iterable[str]:
    if field.base == "dateTime":
        return (*_NO_DATES, *_BLANKS)
    if field.base == "base64Binary":
        return _NO_BASE64
    beyond = WHOLE.get(field.base)
    far = () if beyond is None else ("1.5", str(beyond), str(-beyond - 1))
    return (*_NO_NUMBERS, *far, *_BLANKS)


def _spaced(_rule: Rule, _field: Field, good: str) -> Iterable[str]:
    yield from (f" {good}", f"{good}\n", f"\t{good} ")


def _no_unit(_rule: Rule, _field: Field, _good: str) -> Iterable[str]:
    return ("kg", "piece", "Stk.", "x" * 36)


def _private_host(_rule: Rule, _field: Field, _good: str) -> Iterable[str]:
    return (
        "http://localhost/",
        "http://127.0.0.1:8080/paid",
        "http://192.168.0.1/",
        "http://till/",
    )


def _other_start(rule: Rule, _field: Field, good: str) -> Iterable[str]:
    yield f"https://{good[len(rule.parameter) :]}"


def _blank(_rule: Rule, _field: Field, _good: str) -> Iterable[str]:
    return _BLANKS


def _unadvised(rule: Rule, field: Field, good: str) -> Iterable[str]:
    longest = field.max_length
    made = _other(rule, field, good)
    return [text for text in made if longest is None or len(text) <= longest]


WRONG: Final[dict[str, Wrong]] = {
    "max-length": _long,
    "min-length": _short,
    "pattern": _strange,
    "enumeration": _other,
    "one-of": _unadvised,
    "minimum": _below,
    "exclusive-minimum": _below,
    "maximum": _above,
    "exclusive-maximum": _above,
    "ean": _no_ean,
    "trimmed": _spaced,
    "unit": _no_unit,
    "public-host": _private_host,
    "not-blank": _blank,
    "starts-with": _other_start,
    "type": _not_of_type,
    "empty": _blank,
}
"""The function of each kind of rule."""

RECIPES: Final = {kind: _recipe(wrong) for kind, wrong in WRONG.items()}

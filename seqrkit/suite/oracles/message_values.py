"""Values of messages: compared without regard to how emptiness is written, shown in wire terms."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final, NamedTuple, Self

import attrs

from seqrkit.contract.findings import shorten
from seqrkit.model_base import wire_names
from seqrkit.money import Amount
from seqrkit.strategies.characters import WHITE_SPACE
from seqrkit.suite.framework.example_steps import Expected, literal

_LENGTH: Final = 200
_DIGITS: Final = 6
"""The number of digits that a datetime keeps of a second."""


def tree(value: object) -> object:
    """Return a message as nested dicts and lists, by the names of its elements."""
    if isinstance(value, Amount) or value is None:
        return value
    if attrs.has(type(value)):
        names = wire_names(type(value))
        return {wire_name: getattr(value, name) for name, wire_name in names.items()}
    return list(value) if isinstance(value, tuple) else value


def normalized(value: object) -> object:
    """Return a value without empty parts: an empty element and none at all mean the same."""
    if isinstance(value, Amount):
        value = {"currency": value.currency or None, "value": value.value}
    inside = tree(value)
    if isinstance(inside, Mapping):
        # A parameter is there even if its value is empty.
        keeps_all = isinstance(value, Mapping)
        parts = {name: normalized(each) for name, each in inside.items()}
        return {name: each for name, each in parts.items() if keeps_all or each is not None} or None
    if isinstance(inside, list):
        return [normalized(each) for each in inside] or None
    return None if inside in {"", b""} else inside


def tolerant(value: object, expected: object) -> object:
    """Return a normalized value without what common SOAP stacks lose.

    They trim texts, and cut or round dates, see `kept_dates`: such a date is returned as the
    `expected` one.
    """
    theirs = _parts(expected)
    if isinstance(value, Mapping):
        inside = {name: tolerant(each, theirs.get(name)) for name, each in value.items()}
        return {name: each for name, each in inside.items() if each is not None} or None
    if isinstance(value, list):
        return [tolerant(each, theirs.get(str(n))) for n, each in enumerate(value, start=1)]
    if type(value) is str:
        return value.strip(WHITE_SPACE) or None
    if isinstance(value, datetime) and isinstance(expected, datetime):
        is_comparable = (value.tzinfo is None) is (expected.tzinfo is None)
        return expected if is_comparable and value in kept_dates(expected) else value
    return value


def kept_dates(date: datetime) -> list[datetime]:
    """Return a date and what it can be cut or rounded to: fewer digits of the second, or none.

    SQL Server keeps 300ths of a second, and shows them as milliseconds.
    """
    found = [date]
    third, between = divmod(date.microsecond * 300, 10**_DIGITS)
    if between:
        for each in (third, third + 1):
            milliseconds = timedelta(milliseconds=round(each * 1000 / 300))
            with suppress(OverflowError):  # no year follows the last one
                found.append(date.replace(microsecond=0) + milliseconds)
    for digits in range(_DIGITS):
        unit = timedelta(microseconds=10 ** (_DIGITS - digits))
        if rest := timedelta(microseconds=date.microsecond) % unit:
            found.append(date - rest)
            with suppress(OverflowError):
                found.append(date - rest + unit)
    return found


class Difference(NamedTuple):
    """The first difference of two messages, and the path of the element."""

    path: str
    found: object
    expected: object

    def untrimmed(self, expected: object, path: str) -> Self:
        """Return it with the value inside all that was expected, whose path this is."""
        for name in filter(None, self.path.removeprefix(path).split(".")):
            expected = _parts(expected).get(name)
        return self._replace(expected=expected)

    def __str__(self) -> str:
        path = self.path or "the message"
        return f"{path} is {shown(self.found)}, expected {shown(self.expected)}"


def first_difference(found: object, expected: object, path: str = "") -> Difference:
    """Return the first difference of two messages that are not equal."""
    ours, theirs = dict(_parts(found)), dict(_parts(expected))
    for name in theirs | ours if ours and theirs else ():
        if ours.get(name) != theirs.get(name):
            inside = ours.get(name), theirs.get(name)
            return first_difference(*inside, f"{path}.{name}".lstrip("."))
    return Difference(path, found, expected)


def _parts(value: object) -> Mapping[str, object]:
    inside = tree(value)
    if isinstance(inside, list):
        return {str(number): each for number, each in enumerate(inside, start=1)}
    return inside if isinstance(inside, Mapping) else {}


def shown(value: object) -> str:
    """Return a value as a message shows it."""
    return shorten(_shown(value), _LENGTH)


def _shown(value: Any) -> str:  # noqa: ANN401 - any value of the model
    inside = tree(value)
    if isinstance(inside, Mapping):
        return "{" + ", ".join(f"{name}: {_shown(each)}" for name, each in inside.items()) + "}"
    if isinstance(inside, Sequence) and not isinstance(inside, str | bytes):
        return "[" + ", ".join(map(_shown, inside)) + "]"
    if type(inside) is str:
        return f'"{inside}"'
    if isinstance(inside, datetime):
        return inside.isoformat()
    if isinstance(inside, bytes):
        return b64encode(inside).decode() or '""'
    inside = inside.value if isinstance(inside, Enum) else inside
    return "absent" if inside is None else str(inside)


def expected_text(difference: Difference, whole: object) -> Expected | None:
    """Return what an element of the reply should have, if a script can verify it.

    `whole` is all that was expected, and is verified if the difference is in an item of a list.
    """
    path = difference.path.split(".")
    if any(map(str.isdecimal, path)):
        return Expected(path[0], _pattern_of(whole))
    if not path[0] or isinstance(difference.expected, bool):
        return None
    found = _leaf(difference.found) if difference.expected is None else ()
    return Expected(".".join((*path, *found)), _pattern_of(difference.expected))


def _leaf(value: object) -> tuple[str, ...]:
    """Return the path to the first text inside a value."""
    parts = _parts(value)
    for name, inside in parts.items():
        if inside is not None:
            return (*(() if name.isdecimal() else (name,)), *_leaf(inside))
    return ()


def _pattern_of(value: object) -> str:
    """Return a regular expression for the text of an element with this value."""
    parts = _parts(value)
    if parts:
        return " ".join(filter(None, map(_pattern_of, parts.values())))
    if isinstance(value, Decimal):
        # 149.5 and 149.50 are the same amount.
        whole, _, fraction = f"{value.normalize():f}".partition(".")
        return f"{whole}\\.{fraction}0*" if fraction else f"{whole}(\\.0*)?"
    if isinstance(value, datetime):
        dates = kept_dates(value)
        if value.tzinfo is None:
            return f"{_times(dates)}(Z|[+-].*)?"
        own = literal(value.isoformat()[19:].lstrip(".0123456789"))
        in_utc = _times([each.astimezone(UTC) for each in dates])
        return rf"({_times(dates)}{own}|{in_utc}(Z|\+00:00))"
    if isinstance(value, bytes):
        value = b64encode(value).decode()
    value = value.value if isinstance(value, Enum) else value
    return "" if value is None else literal(str(value))


def _times(dates: Iterable[datetime]) -> str:
    """Return a regular expression for dates without their zones, with any zeros at the end."""
    found = []
    for each in dates:
        text = each.replace(tzinfo=None).isoformat()
        found.append(f"{literal(text.rstrip('0'))}0*" if "." in text else f"{text}(\\.0*)?")
    return f"({'|'.join(found)})"


def outcome(found: object, expected: object) -> str:
    """Return what was found where the values are few, so that it names a deviation."""
    if isinstance(found, Enum | bool) or isinstance(expected, Enum | bool):
        texts = [str(each.value if isinstance(each, Enum) else each) for each in (found, expected)]
        return f" {texts[0]} instead of {texts[1]}"
    return ""

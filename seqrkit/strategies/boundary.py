"""Requests that meet each limit exactly, one at a time: a list, the same every time.

What is on the wrong side of the same limits is in `broken`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from seqrkit.contract import Contract, Field, MessageType, Rule
from seqrkit.model_fields import ModelMessage
from seqrkit.money import Amount
from seqrkit.strategies.required_fields import every
from seqrkit.strategies.valid import simplest
from seqrkit.strategies.values import WHOLE, allowed, lengths, numbers, typed

_CURRENCY: Final = "amount.currency"
_VALUE: Final = "amount.value"


@dataclass(frozen=True, slots=True)
class Boundary:
    """A message that breaks no rule, and meets one limit exactly.

    `rule` is the one whose limit it is, `None` where the type of the value is the limit or the
    fields that are present. `value` is the value, as it is written.
    """

    rule: Rule | None
    path: str
    value: str
    message: ModelMessage


def boundaries(contract: Contract, name: str) -> Iterator[Boundary]:
    """Every boundary of a message: each field's, then as little and as much as may be in it."""
    seen: set[tuple[str, str]] = set()
    for field, way in _fields(contract.elements[name], ()):
        for rule, value in _limits(field):
            key = (field.path if rule is None else rule.id, value)
            if key in seen:
                continue
            seen.add(key)
            made = simplest(contract, name, way, _given(contract, field, value))
            yield Boundary(rule, field.path, value, made)
    yield Boundary(None, "", "the fewest fields", simplest(contract, name))
    yield Boundary(None, "", "every field", simplest(contract, name, every(contract, name)))


def _fields(kind: MessageType, way: tuple[str, ...]) -> Iterator[tuple[Field, frozenset[str]]]:
    for field in kind.fields:
        here = (*way, field.path)
        if field.type is None:
            yield field, frozenset(here)
        else:
            yield from _fields(field.type, here)


def _given(contract: Contract, field: Field, value: str) -> dict[str, object]:
    """The values that make a message meet a limit: amounts of a message are all alike."""
    if field.path == _CURRENCY:
        places = min(Amount(Decimal(1), value).minor_units or 0, _places(contract))
        return {_CURRENCY: value, _VALUE: Decimal(1).scaleb(-places)}
    return {field.path: typed(field, value)}


def _places(contract: Contract) -> int:
    return numbers(contract.field(_VALUE)).places


def _limits(field: Field) -> Iterable[tuple[Rule | None, str]]:
    values = allowed(field)
    if field.path in {"principalId.type", "principalId.userId", "token.status"}:
        return  # who calls what, and who sends which status, is a rule of its own
    if values:
        yield from ((_rule(field, "enumeration", "one-of"), value) for value in values)
    elif field.base in WHOLE:
        yield from _whole(field)
    elif field.base == "decimal":
        yield from _decimal(field)
    elif field.base == "dateTime":
        yield None, "0001-01-01T00:00:00"
        yield None, "9999-12-31T23:59:59.999999+14:00"
    elif field.base == "base64Binary":
        yield None, b64encode(b"\x00" if field.required else b"").decode()
    else:
        yield from _text(field)


def _rule(field: Field, *kinds: str) -> Rule | None:
    return next((rule for kind in kinds if (rule := field.rule(kind)) is not None), None)


def _text(field: Field) -> Iterable[tuple[Rule | None, str]]:
    least, most = lengths(field)
    if any(rule.kind == "ean" for rule in field.rules):
        yield from ((field.rule("ean"), code) for code in ("96385074", "4006381333931"))
        return
    if field.rule("unit") is not None:
        yield from ((field.rule(kind), field.sample) for kind in ("unit", "not-blank"))
        return
    if field.pattern is not None and re.fullmatch(field.pattern, field.sample):
        yield field.rule("pattern"), field.sample
        if not re.fullmatch(field.pattern, "x"):
            return
    if most is not None:
        yield field.rule("max-length"), "x" * most
        yield field.rule("max-length"), "x" * (most - 1)
    shortest = field.rule("min-length") if least > 1 else _rule(field, "empty", "not-blank")
    yield shortest, "x" * least


def _whole(field: Field) -> Iterable[tuple[Rule | None, str]]:
    low, high = numbers(field).units(0)
    end = WHOLE[field.base]
    least, most = field.rule("minimum"), field.rule("maximum")
    yield least, str(low if least or field.pattern else -end)
    yield most or field.rule("pattern"), str(high if most or field.pattern else end - 1)


def _decimal(field: Field) -> Iterable[tuple[Rule | None, str]]:
    range_, pattern = numbers(field), field.rule("pattern")
    bound = _rule(field, "exclusive-minimum", "minimum")
    if bound is not None:
        yield bound, f"{range_.low:f}"
    if pattern is not None:
        step = Decimal(1).scaleb(-range_.places)
        yield pattern, f"{step:f}"
        yield pattern, "1"
        yield pattern, f"{range_.high - 1 + step:f}" if range_.places else f"{range_.high:f}"

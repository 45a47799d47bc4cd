"""Messages that meet each limit exactly, one limit at a time: always the same list.

`broken` has the messages beyond the same limits.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from seqrkit.contract import Contract, Field, Rule
from seqrkit.model_fields import ModelMessage
from seqrkit.money import Amount
from seqrkit.strategies.required_fields import every, types_in
from seqrkit.strategies.valid_messages import simplest
from seqrkit.strategies.valid_values import WHOLE, allowed, lengths, numbers, typed

_CURRENCY: Final = "amount.currency"
_VALUE: Final = "amount.value"


@dataclass(frozen=True, slots=True)
class Boundary:
    """A message that breaks no rule and meets one limit exactly.

    `rule` states the limit; it is `None` if the type of the value or the set of present fields is
    the limit. `value` is the value as it is written.
    """

    rule: Rule | None
    path: str
    value: str
    message: ModelMessage


def boundaries(contract: Contract, name: str) -> Iterator[Boundary]:
    """Return the boundaries of each field, then the smallest and the largest message."""
    seen: set[tuple[str, str]] = set()
    fields = (
        (field, frozenset({*way, field.path}))
        for way, kind in types_in(contract.elements[name])
        for field in kind.fields
        if field.type is None
    )
    for field, present in fields:
        for rule, value in _limits(field):
            key = (field.path if rule is None else rule.id, value)
            if key in seen:
                continue
            seen.add(key)
            made = simplest(contract, name, present, _given(contract, field, value))
            yield Boundary(rule, field.path, value, made)
    yield Boundary(None, "", "the fewest fields", simplest(contract, name))
    yield Boundary(None, "", "every field", simplest(contract, name, every(contract, name)))


def _given(contract: Contract, field: Field, value: str) -> dict[str, object]:
    """Return the values with which a message meets a limit; all its amounts are alike."""
    if field.path == _CURRENCY:
        # A currency is tested with as many decimals as it has: more would break another rule.
        places = min(Amount(Decimal(1), value).minor_units or 0, _places(contract))
        return {_CURRENCY: value, _VALUE: Decimal(1).scaleb(-places)}
    return {field.path: typed(field, value)}


def _places(contract: Contract) -> int:
    return numbers(contract.field(_VALUE)).places


def _limits(field: Field) -> Iterable[tuple[Rule | None, str]]:
    values = allowed(field)
    if field.path in {"principalId.type", "principalId.userId", "token.status"}:
        return  # rules across fields limit these
    if values:
        yield from ((_rule(field, "enumeration", "one-of"), value) for value in values)
    elif field.base in WHOLE:
        yield from _whole(field)
    elif field.base == "decimal":
        yield from _decimal(field)
    elif field.base == "dateTime":
        # The ends of Python's datetime, which the model uses.
        yield None, "0001-01-01T00:00:01"
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
        # A length is in characters: the largest number of bytes shows a limit in bytes.
        wide = "\u00e9" if field.pattern is None else "x"
        yield field.rule("max-length"), wide * most
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

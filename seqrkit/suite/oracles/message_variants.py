"""Messages of the model with fewer parts, longer texts or other amounts than a given one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any, Final, cast

import attrs

from seqrkit import contract, strategies
from seqrkit.contract import Field
from seqrkit.model_fields import Kind, ModelField, message_fields
from seqrkit.money import Amount
from seqrkit.strategies import Message
from seqrkit.suite.oracles.message_cases import parts_of
from seqrkit.vocabulary import Interface

_LENGTH: Final = 300
_TEXT: Final = 'Kött&Ost<10€>"O\'Hara"\\'
"""Characters that need an escape in XML or elsewhere, or several bytes."""
_SHORT: Final = 30
_FEW: Final = 2
"""The largest number of items that are left out one by one only."""
_ITEMS: Final = 30
"""How many rows the invoice of a long message has."""
_FREE: Final = ("repeated", "required", "empty", "trimmed", "not-blank")
"""The kinds of rules that limit neither the length nor the characters of a text."""


def without_one_part(
    interface: Interface,
) -> Callable[[Message, int], Iterator[tuple[int, Message]]]:
    """Return a function that yields a message without one of its parts, the large ones first.

    Long texts are shortened after that. Each comes with its position, from a given one on.

    What it yields keeps every rule, as the message does.
    """
    judge = contract.load(interface)

    def smaller(message: Message, start: int) -> Iterator[tuple[int, Message]]:
        for position, each in islice(enumerate(_without_one(message)), start, None):
            # Otherwise the smaller message would fail because it is broken itself.
            if not judge.lint_message(strategies.envelope(each, interface)):
                yield position, each

    return smaller


def _without_one(value: Any) -> Iterator[Any]:  # noqa: ANN401 - any part of the model
    if type(value) is str:
        if len(value) > _SHORT:
            yield value[:_SHORT]
    elif isinstance(value, tuple):
        if len(value) > _FEW:
            half = len(value) // 2
            yield from (value[:half], value[half:])
        for index, each in enumerate(value):
            yield value[:index] + value[index + 1 :]
            yield from (
                (*value[:index], smaller, *value[index + 1 :]) for smaller in _without_one(each)
            )
    elif attrs.has(type(value)) and not isinstance(value, Amount):
        # Without its context a request fails for another reason.
        parts = [(name, part) for name, part in parts_of(value) if name != "context"]
        given = [(name, part) for name, part in parts if part is not None and part != ()]
        for name, part in given:
            nothing = () if isinstance(part, tuple) else None
            yield attrs.evolve(value, **{name: nothing})
        for name, part in given:
            yield from (attrs.evolve(value, **{name: each}) for each in _without_one(part))


def with_amounts(value: Any, change: Callable[[Amount], Amount]) -> Any:  # noqa: ANN401
    """Return a message or a part of one with each of its amounts changed."""
    if isinstance(value, Amount):
        return change(value)
    if isinstance(value, tuple):
        return tuple(with_amounts(each, change) for each in value)
    if attrs.has(type(value)):
        changed = {name: with_amounts(part, change) for name, part in parts_of(value)}
        return attrs.evolve(value, **changed)
    return value


def with_long_texts(interface: Interface, name: str, message: Message) -> Message:
    """Return the message with long texts and many rows wherever the contract states no limit."""
    fields = message_fields(contract.load(interface), name).type.fields
    return cast("Message", _longer(message, fields))


def _longer(value: Any, fields: tuple[ModelField, ...]) -> Any:  # noqa: ANN401 - of the model
    changed: dict[str, object] = {}
    for each in fields:
        part = getattr(value, each.attribute)
        if each.kind is Kind.TEXT and type(part) is str and _is_unlimited(each.field):
            changed[each.attribute] = (part + _TEXT * _LENGTH)[:_LENGTH]
        elif each.kind is Kind.PART and part is not None and each.name != "context":
            changed[each.attribute] = _longer(part, each.inside)
        elif each.kind is Kind.LIST and part:
            longer = tuple(_longer(item, each.inside) for item in part)
            # Rows of 0 leave the sum as it is; equal tokens would break a rule.
            free = with_amounts(longer[-1], lambda amount: Amount(Decimal(0), amount.currency))
            more = () if free == longer[-1] else (free,) * (_ITEMS - len(longer))
            changed[each.attribute] = longer + more
    return attrs.evolve(value, **changed)


def _is_unlimited(field: Field) -> bool:
    return not field.secret and all(rule.kind in _FREE for rule in field.rules)

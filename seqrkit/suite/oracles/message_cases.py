"""The messages that properties are tried on: every request and every reply of an interface.

They are made from the bundled contract, whatever they are judged by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import attrs

from seqrkit import contract, soap, strategies
from seqrkit.model_fields import ModelMessage, message_fields
from seqrkit.money import Amount
from seqrkit.strategies import envelope_writer
from seqrkit.suite.framework.check_context import Case

if TYPE_CHECKING:
    from lxml.etree import _Element

    from seqrkit.contract import MessageType
    from seqrkit.strategies import Boundary
    from seqrkit.vocabulary import Interface

_Part = TypeVar("_Part")

SMALL_LIMIT: Final = 20_000
"""A size limit, in bytes, for wild messages that are not sent: a small one keeps them quick."""

_REPLY: Final = "reply"
_RESPONSE: Final = "Response"


def message_cases(interface: Interface) -> Iterator[Case]:
    """A case for each request and each reply."""
    return (case_of(interface, name) for name in contract.load(interface).elements)


def request_cases(interface: Interface) -> Iterator[Case]:
    """A case for each operation."""
    return (Case(interface, name) for name in contract.load(interface).operations)


@cache
def has_field(interface: Interface, path: str) -> bool:
    """Whether an interface has a field: `commitReservation.amount` is in the newer one only."""
    kinds = contract.load(interface).types.values()
    return any(field.path == path for kind in kinds for field in kind.fields)


def case_of(interface: Interface, message: str) -> Case:
    """The case of a message, by the name of its element."""
    operation = message.removesuffix(_RESPONSE)
    return Case(interface, operation, "" if operation == message else _REPLY)


def message_name(case: Case) -> str:
    """The name of the element that a case of `message_cases` is about."""
    return case.operation + _RESPONSE * (case.name == _REPLY)


@cache
def first_message_by_rule(interface: Interface) -> Mapping[str, str]:
    """The first message that can break each rule, by the rule's id."""
    found: dict[str, str] = {}
    for name in contract.load(interface).elements:
        for rule in strategies.broken_rules(name, interface):
            found.setdefault(rule.id, name)
    return MappingProxyType(found)


@cache
def new_boundaries(interface: Interface) -> Mapping[str, tuple[Boundary, ...]]:
    """The boundaries of each message, but for those of fields that an earlier message has too.

    What is not about one field, the fewest and all of them, every message has.
    """
    seen: set[tuple[str, str]] = set()
    found: dict[str, tuple[Boundary, ...]] = {}
    for name in contract.load(interface).elements:
        every = strategies.boundary(name, interface)
        found[name] = tuple(each for each in every if (each.path, each.value) not in seen)
        seen.update((each.path, each.value) for each in every if each.path)
    return MappingProxyType(found)


def rule_cases(interface: Interface) -> Iterator[Case]:
    """A case for each rule that a message can break, with the operation of the first that can."""
    return (
        Case(interface, name.removesuffix(_RESPONSE), rule)
        for rule, name in first_message_by_rule(interface).items()
    )


def element_of(interface: Interface, name: str, message: ModelMessage) -> _Element:
    """A message of the model as the element of its operation, or of its reply."""
    return envelope_writer.written(message, message_fields(contract.load(interface), name))


def with_repeated_items(part: _Part) -> _Part:
    """The same with two of whatever may stand several times, the second unlike the first.

    Its amounts are 0, so that what added up before adds up still.
    """
    whole: Any = part  # each part of the model is an attrs class
    changed = {name: _doubled(value) for name, value in _values(whole).items()}
    return cast("_Part", attrs.evolve(whole, **changed))


def _values(part: Any) -> dict[str, Any]:  # noqa: ANN401 - see above
    return {field.name: getattr(part, field.name) for field in attrs.fields(type(part))}


def _doubled(value: Any) -> Any:  # noqa: ANN401 - whatever stands in a message
    if isinstance(value, tuple) and value:
        return (*map(with_repeated_items, value), _unlike(value[-1]))
    if isinstance(value, Mapping) and value:
        return {**value, "another": "entry"}
    if attrs.has(type(value)) and not isinstance(value, Amount):
        return with_repeated_items(value)
    return value


def _unlike(item: Any) -> Any:  # noqa: ANN401 - see above
    values = _values(item)
    text = next(name for name, value in values.items() if type(value) is str)
    none = {
        name: Amount(Decimal(0), value.currency)
        for name, value in values.items()
        if isinstance(value, Amount)
    }
    return attrs.evolve(item, **none, **{text: "another"})


def envelope_of(interface: Interface, name: str, message: ModelMessage) -> bytes:
    """The same as the bytes of an envelope."""
    return soap.envelope(element_of(interface, name, message))


def payload_of(envelope: bytes) -> _Element:
    """The operation's element as it is read from an envelope."""
    return soap.read_envelope(soap.parse(envelope)).payload


def fields_of(element: _Element, kind: MessageType) -> Iterator[str]:
    """The paths of the fields that stand in an element, of whatever its type knows."""
    for child in element.iterchildren("*"):
        field = kind.by_name.get(str(child.tag))
        if field is not None:
            yield field.path
            if field.type is not None:
                yield from fields_of(child, field.type)

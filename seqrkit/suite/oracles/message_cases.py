"""The messages that properties are checked for: requests and replies of an interface, as cases.

They are made from the bundled contract, even where another contract is under test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, Final, cast

import attrs
from lxml.etree import _Element

from seqrkit import contract, soap, strategies
from seqrkit.model_fields import ModelMessage, message_fields
from seqrkit.money import Amount
from seqrkit.strategies import Boundary, envelope_writer
from seqrkit.suite.framework import Case
from seqrkit.vocabulary import Interface

_REPLY: Final = "reply"
_RESPONSE: Final = "Response"


def request_cases(interface: Interface) -> Iterator[Case]:
    """Yield a case for each operation."""
    return (Case(interface, name) for name in contract.load(interface).operations)


def cases_of(*names: str) -> Callable[[Interface], Iterator[Case]]:
    """Return a function that yields the cases of these operations, as far as they exist."""
    return lambda interface: (each for each in request_cases(interface) if each.operation in names)


def message_cases(interface: Interface) -> Iterator[Case]:
    """Yield a case for each request and each reply."""
    for name in contract.load(interface).elements:
        operation = name.removesuffix(_RESPONSE)
        yield Case(interface, operation, "" if operation == name else _REPLY)


def rule_cases(interface: Interface) -> Iterator[Case]:
    """Yield a case for each rule that one message can break, with its first operation."""
    for rule, name in first_message_by_rule(interface).items():
        yield Case(interface, name.removesuffix(_RESPONSE), rule)


def message_name(case: Case) -> str:
    """Return the name of the element of a case of `message_cases`."""
    return case.operation + _RESPONSE * (case.name == _REPLY)


@cache
def has_field(interface: Interface, path: str) -> bool:
    """Return whether an interface has a field, for example `commitReservation.amount`."""
    kinds = contract.load(interface).types.values()
    return any(field.path == path for kind in kinds for field in kind.fields)


@cache
def first_message_by_rule(interface: Interface) -> Mapping[str, str]:
    """Return the first message that can break each rule, by the rule's id."""
    found: dict[str, str] = {}
    for name in contract.load(interface).elements:
        for rule in strategies.broken_rules(name, interface):
            # Types are shared by many messages; a rule is tested once, and everywhere by another
            # property.
            found.setdefault(rule.id, name)
    return MappingProxyType(found)


@cache
def new_boundaries(interface: Interface) -> Mapping[str, tuple[Boundary, ...]]:
    """Return the boundaries of each message, without those that an earlier message has.

    Every message has those that concern no single field: the fewest fields, and all.
    """
    known: set[tuple[str, str]] = set()
    found: dict[str, tuple[Boundary, ...]] = {}
    for name in contract.load(interface).elements:
        boundaries = strategies.boundary(name, interface)
        found[name] = tuple(each for each in boundaries if (each.path, each.value) not in known)
        known.update((each.path, each.value) for each in boundaries if each.path)
    return MappingProxyType(found)


def with_repeated_items(message: ModelMessage) -> ModelMessage:
    """Return a message with another item in every list and map that is not empty.

    The amounts of the other items are 0, so that totals remain correct.
    """
    return cast("ModelMessage", _repeated(message))


def _repeated(value: Any) -> Any:  # noqa: ANN401 - any value of the model
    if isinstance(value, tuple) and value:
        return (*map(_repeated, value), _different(value[-1]))
    if isinstance(value, Mapping) and value:
        return {**value, "another": "entry"}
    if attrs.has(type(value)) and not isinstance(value, Amount):
        return attrs.evolve(value, **{name: _repeated(each) for name, each in parts_of(value)})
    return value


def _different(item: Any) -> Any:  # noqa: ANN401 - a part of the model
    text = next(name for name, value in parts_of(item) if type(value) is str)
    zero = {
        name: Amount(Decimal(0), value.currency)
        for name, value in parts_of(item)
        if isinstance(value, Amount)
    }
    return attrs.evolve(item, **zero, **{text: "another"})


def parts_of(part: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - a part of the model
    """Yield the attributes of a part, each with its value."""
    return ((field.name, getattr(part, field.name)) for field in attrs.fields(type(part)))


def element_of(interface: Interface, name: str, message: ModelMessage) -> _Element:
    """Return a message of the model as the element of its operation, or of its reply."""
    return envelope_writer.written(message, message_fields(contract.load(interface), name))


def envelope_of(interface: Interface, name: str, message: ModelMessage) -> bytes:
    """Return a message of the model as an envelope."""
    return soap.envelope(element_of(interface, name, message))


def payload_of(envelope: bytes) -> _Element:
    """Return the operation's element of an envelope."""
    return soap.read_envelope(soap.parse(envelope)).payload

"""The fields of each message: what the contract says of a field and where the model holds it.

Assignments, forms, strategies and the suite's readers walk these instead of contract and model.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import attrs

from seqrkit.contract import Contract, Field, MessageType, Operation
from seqrkit.model import REPLIES, REQUESTS, Reply
from seqrkit.model_base import Request, wire_names
from seqrkit.money import Amount

ModelMessage = Request | Reply
"""A message in Python."""


class Kind(Enum):
    """How the model holds a field."""

    TEXT = "text"
    """A value without elements inside."""
    AMOUNT = "amount"
    PART = "part"
    """An object of a message class."""
    LIST = "list"
    MAP = "map"
    """Texts by key: parameters."""


@dataclass(frozen=True, slots=True, eq=False)
class ModelField:
    """A field of a type, by the name of its attribute in Python.

    `type` is what is inside: of a part or an amount, of each item of a list, of each entry of a
    map. `wrap` are the elements between the field and each item: ``invoiceRow`` in invoiceRows,
    ``parameter`` and ``entry`` in parameters, none in tokens, which are repeated themselves.
    """

    attribute: str
    field: Field
    kind: Kind
    type: ModelType | None = None
    wrap: tuple[Field, ...] = ()

    @property
    def name(self) -> str:
        """The name on the wire."""
        return self.field.name

    @property
    def required(self) -> bool:
        """Whether the contract requires the field."""
        return self.field.required

    @property
    def repeated(self) -> bool:
        """Whether the field holds any number of items."""
        return self.kind in {Kind.LIST, Kind.MAP}

    @property
    def item(self) -> Field:
        """The repeated element of a list or map; the field itself for other kinds."""
        return self.wrap[-1] if self.wrap else self.field

    @property
    def inside(self) -> tuple[ModelField, ...]:
        """The fields of `type`; empty for a text."""
        return () if self.type is None else self.type.fields


@dataclass(frozen=True, slots=True, eq=False)
class ModelType:
    """A type of the contract, the class that holds it in Python, and its fields."""

    message_type: MessageType
    cls: type[Any]
    fields: tuple[ModelField, ...]
    by_name: Mapping[str, ModelField] = dataclasses.field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {each.name: each for each in self.fields})

    def types(self) -> Iterator[ModelType]:
        """Return this type and all types inside it."""
        yield self
        for each in self.fields:
            if each.type is not None:
                yield from each.type.types()


@dataclass(frozen=True, slots=True, eq=False)
class MessageFields:
    """The fields of a message, and the name of its element.

    `operation` is that of a request; `around` is the element around the fields of a reply.
    """

    name: str
    type: ModelType
    operation: Operation | None
    around: Field | None


@lru_cache(maxsize=256)
def message_fields(contract: Contract, name: str) -> MessageFields:
    """Return the fields of a request (`sendInvoice`) or a reply (`sendInvoiceResponse`).

    Raises `LookupError` for a name that the interface does not have.
    """
    kind = contract.elements.get(name)
    if kind is None:
        known = ", ".join(contract.elements)
        raise LookupError(f"{contract.interface} has no message {name!r}; it has {known}")
    operation = contract.operations.get(name)
    if operation is not None:
        return MessageFields(name, _type(kind, REQUESTS[name]), operation, None)
    (around,) = kind.fields
    reply = REPLIES[name.removesuffix("Response")]
    return MessageFields(name, _type(_inside(around), reply), None, around)


def request_fields(contract: Contract, operation: str) -> ModelType:
    """Return the fields of an operation's request.

    Raises `ConfigurationError` for an operation that the interface does not have.
    """
    return message_fields(contract, contract.operation(operation).name).type


def _type(kind: MessageType, cls: type) -> ModelType:
    if attrs.has(cls):
        hints = typing.get_type_hints(cls)
        attributes = {wire_name: name for name, wire_name in wire_names(cls).items()}
    else:  # an amount or a map
        hints = dict.fromkeys(kind.by_name, str)
        attributes = {name: name for name in kind.by_name}
    fields = [
        _field(each, attributes[each.name], hints[attributes[each.name]]) for each in kind.fields
    ]
    return ModelType(kind, cls, tuple(fields))


def _field(field: Field, attribute: str, hint: object) -> ModelField:
    if field.type is None:
        return ModelField(attribute, field, Kind.TEXT)
    cls = _class_in(hint)
    if cls is None:
        raise LookupError(f"the model has no class for {field.path}")
    item, wrap = field, list[Field]()
    while not item.repeated and item.type is not None and len(item.type.fields) == 1:
        item = item.type.fields[0]
        wrap.append(item)
    if item.repeated:
        kind = Kind.MAP if cls is Mapping else Kind.LIST
        return ModelField(attribute, field, kind, _type(_inside(item), cls), tuple(wrap))
    kind = Kind.AMOUNT if cls is Amount else Kind.PART
    return ModelField(attribute, field, kind, _type(field.type, cls))


def _class_in(hint: object) -> type | None:
    """The class in an annotation such as ``tuple[InvoiceRow, ...] | None``."""
    kind = typing.get_origin(hint) or hint
    if isinstance(kind, type) and (kind in {Amount, Mapping} or attrs.has(kind)):
        return kind
    found = map(_class_in, typing.get_args(hint))
    return next((each for each in found if each is not None), None)


def _inside(field: Field) -> MessageType:
    if field.type is None:
        raise LookupError(f"the contract gives {field.path} no elements")
    return field.type

"""The messages as the model has them, field by field beside the contract's own fields.

One walk over contract and attrs metadata; the generators and the writer go by what it finds.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import attrs

from seqrkit.contract import Contract, Field, MessageType, Operation
from seqrkit.model import REPLIES, REQUESTS, Reply
from seqrkit.model_base import WIRE, Request, item_class
from seqrkit.money import Amount

Message = Request | Reply
"""What a message is in Python."""


class Kind(Enum):
    """How the model holds a field: text as a value, elements as a class, in a list or as a map."""

    VALUE = "value"
    AMOUNT = "amount"
    PART = "part"
    ITEMS = "items"
    WRAPPED = "wrapped"
    """Items in an element of their own: `invoiceRows/invoiceRow`."""
    MAP = "map"


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A field, its name in Python, and the shape of what it holds."""

    name: str
    field: Field
    kind: Kind
    shape: Shape | None = None

    @property
    def inner(self) -> Field:
        """The field of the items, where they are wrapped; itself otherwise."""
        if self.kind is Kind.WRAPPED and self.field.type is not None:
            return self.field.type.fields[0]
        return self.field


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A type of the contract, and the class of the model that holds it."""

    type: MessageType
    cls: Callable[..., object]
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Root:
    """A message: its name on the wire and its shape.

    `operation` is that of a request, `around` the field that a reply stands in (``return``).
    """

    name: str
    shape: Shape
    operation: Operation | None
    around: Field | None


@lru_cache(maxsize=256)
def root(contract: Contract, name: str) -> Root:
    """The shape of an operation's request (`sendInvoice`) or its reply (`sendInvoiceResponse`).

    Raises `LookupError` for a name that the interface does not have.
    """
    kind = contract.elements.get(name)
    if kind is None:
        msg = f"{contract.interface} has no message {name!r}; it has {', '.join(contract.elements)}"
        raise LookupError(msg)
    operation = contract.operations.get(name)
    if operation is not None:
        cls = typing.cast("type[attrs.AttrsInstance]", REQUESTS[name])
        return Root(name, _shape(kind, cls), operation, None)
    (around,) = kind.fields
    assert around.type is not None  # noqa: S101 - a reply's `return` holds elements
    reply = typing.cast("type[attrs.AttrsInstance]", REPLIES[name.removesuffix("Response")])
    return Root(name, _shape(around.type, reply), None, around)


def _shape(kind: MessageType, cls: type[attrs.AttrsInstance]) -> Shape:
    hints = typing.get_type_hints(cls)
    names = {field.metadata[WIRE]: field.name for field in attrs.fields(cls)}
    slots = (_slot(names[field.name], field, hints[names[field.name]]) for field in kind.fields)
    return Shape(kind, cls, tuple(slots))


def _slot(name: str, field: Field, hint: object) -> Slot:
    if field.type is None:
        return Slot(name, field, Kind.VALUE)
    item = item_class(hint)
    if item is not None:
        inner = field.type if field.repeated else field.type.fields[0].type
        assert inner is not None  # noqa: S101 - items are elements with elements inside
        return Slot(
            name, field, Kind.ITEMS if field.repeated else Kind.WRAPPED, _shape(inner, item)
        )
    for part in (hint, *typing.get_args(hint)):
        if part is Amount:
            return Slot(name, field, Kind.AMOUNT)
        if typing.get_origin(part) is Mapping:
            return Slot(name, field, Kind.MAP)
        if isinstance(part, type) and attrs.has(part):
            return Slot(name, field, Kind.PART, _shape(field.type, part))
    msg = f"the model has no class for {field.path}"
    raise LookupError(msg)

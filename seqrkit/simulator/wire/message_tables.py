"""What each message is made of, taken once from an interface's wire.xsd and bound to the model.

Reader and writer run on these tables, so a name, an order or a type stands in the schema only.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import attrs

from seqrkit import model, schemas
from seqrkit.errors import SchemaError
from seqrkit.model_base import WIRE
from seqrkit.money import Amount
from seqrkit.schemas import XS

if TYPE_CHECKING:
    from lxml.etree import _Element

RULE_PATHS: Final = {
    "clientContext": "context",
    "paymentInvoiceRow": "invoiceRow",
    "customerToken": "token",
}
"""What the rules call a type, where that is not its name in the schema."""

_PARAMETER_MAP = "parameterMap"


@dataclass(frozen=True, slots=True)
class ElementTable:
    """One element of a type, and where its value goes in the model.

    `base` is the built-in type of a simple one (empty for others), `values` its enumeration;
    `part` is what a structured one is made of. A `wrapper` holds nothing but repeated elements of
    that name; a `is_map` is the parameterMap.
    """

    name: str
    attribute: str
    required: bool
    repeated: bool
    base: str = ""
    values: frozenset[str] = frozenset()
    part: TypeTable | None = None
    wrapper: str = ""
    is_map: bool = False


@dataclass(frozen=True, slots=True)
class TypeTable:
    """A structured type: the prefix of its rules, what it becomes, and its elements in order."""

    path: str
    make: Callable[..., object]
    children: tuple[ElementTable, ...]


@dataclass(frozen=True, slots=True)
class MessageTables:
    """The requests and replies of one interface, by operation."""

    requests: Mapping[str, TypeTable]
    replies: Mapping[str, TypeTable]


@cache
def message_tables(interface: str) -> MessageTables:
    """The tables of an interface; raises `SchemaError` where schema and model do not fit."""
    schema = _Schema(schemas.read(schemas.schema_set(interface).wire))
    operations = [name for name in model.REQUESTS if name in schema.types]
    return MessageTables(
        requests={name: schema.part(name, model.REQUESTS[name]) for name in operations},
        replies={
            name: schema.part(schema.returned(name), model.REPLIES[name]) for name in operations
        },
    )


class _Schema:
    """wire.xsd, as far as it has to be understood: named types, sequences, extensions."""

    def __init__(self, root: _Element) -> None:
        self.types = {
            each.get("name") or "": each for each in root.iterchildren(f"{XS}complexType")
        }
        self.enumerations = {
            each.get("name") or "": frozenset(
                value.get("value") or "" for value in each.iter(f"{XS}enumeration")
            )
            for each in root.iterchildren(f"{XS}simpleType")
        }

    def returned(self, operation: str) -> str:
        """The name of the type that an operation's reply carries in `return`."""
        (element,) = self._elements(self.types[f"{operation}Response"])
        return _local(element.get("type"))

    def part(self, name: str, cls: type) -> TypeTable:
        """The table of a named type that becomes `cls`."""
        attributes, classes = _attributes(cls), _classes(cls)
        children = []
        for element in self._elements(self.types[name]):
            wire = element.get("name") or ""
            if wire not in attributes:
                msg = f"wire.xsd has {name}/{wire}, and {cls.__name__} has no field for it"
                raise SchemaError(msg)
            children.append(self._child(element, attributes[wire], classes.get(attributes[wire])))
        make = _amount if cls is Amount else cls
        return TypeTable(RULE_PATHS.get(name, name), make, tuple(children))

    def _child(self, element: _Element, attribute: str, cls: type | None) -> ElementTable:
        name, type_name = element.get("name") or "", _local(element.get("type"))
        required, repeated = element.get("minOccurs") != "0", element.get("maxOccurs") is not None
        if (element.get("type") or "").startswith("xs:"):
            return ElementTable(name, attribute, required, repeated, base=type_name)
        if type_name in self.enumerations:
            values = self.enumerations[type_name]
            return ElementTable(name, attribute, required, repeated, base="string", values=values)
        if type_name == _PARAMETER_MAP:
            return ElementTable(name, attribute, required, repeated, is_map=True)
        if cls is None:
            msg = f"wire.xsd gives {name} a structure, and the model has none for it"
            raise SchemaError(msg)
        if type_name:
            part = self.part(type_name, cls)
            return ElementTable(name, attribute, required, repeated, part=part)
        (inner,) = element.iter(f"{XS}sequence")
        (item,) = inner
        part = self.part(_local(item.get("type")), cls)
        wrapper = item.get("name") or ""
        return ElementTable(name, attribute, required, repeated, part=part, wrapper=wrapper)

    def _elements(self, complex_type: _Element) -> Iterator[_Element]:
        extension = complex_type.find(f"{XS}complexContent/{XS}extension")
        if extension is not None:
            yield from self._elements(self.types[_local(extension.get("base"))])
            complex_type = extension
        sequence = complex_type.find(f"{XS}sequence")
        if sequence is not None:
            yield from sequence.iterchildren(f"{XS}element")


def _local(name: str | None) -> str:
    return (name or "").rpartition(":")[2]


def _amount(value: object = None, currency: str | None = None) -> Amount:
    return Amount(typing.cast("typing.Any", value), currency)


def _attributes(cls: type) -> dict[str, str]:
    """Wire name to attribute."""
    if cls is Amount:
        return {"currency": "currency", "value": "value"}
    return {each.metadata[WIRE]: each.name for each in attrs.fields(cls)}


def _classes(cls: type) -> dict[str, type]:
    """The message class inside each attribute's annotation, where there is one."""
    found = {}
    for attribute, hint in typing.get_type_hints(cls).items():
        for each in _flat(hint):
            if isinstance(each, type) and (each is Amount or attrs.has(each)):
                found[attribute] = each
    return found


def _flat(hint: object) -> Iterator[object]:
    yield hint
    for each in typing.get_args(hint):
        yield from _flat(each)

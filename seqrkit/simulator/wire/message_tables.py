"""The elements of each message, derived from an interface's wire.xsd and bound to the model.

Reader and writer use these tables, so names, order and types are defined only in the schema.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

import attrs

from seqrkit import model, schemas
from seqrkit.errors import SchemaError
from seqrkit.model_base import wire_names
from seqrkit.money import Amount
from seqrkit.schemas import XS

if TYPE_CHECKING:
    from lxml.etree import _Element

RULE_PATHS: Final = {
    "clientContext": "context",
    "paymentInvoiceRow": "invoiceRow",
    "customerToken": "token",
}
"""The names of types in rule ids, if they differ from those in the schema."""

_PARAMETER_MAP = "parameterMap"


@dataclass(frozen=True, slots=True)
class ElementTable:
    """One element of a type, and the attribute of the model that holds its value.

    `base` is the built-in type of a simple element (empty for others), `values` its enumeration,
    `part` the table of a complex one. An element with a `wrapper` contains only repeated elements
    of that name. `is_map` marks the parameterMap, `keys` are its documented keys. An
    `unpublished` element is documented only, and the model's class need not have the attribute.
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
    keys: tuple[str, ...] = ()
    unpublished: bool = False


@dataclass(frozen=True, slots=True)
class TypeTable:
    """A complex type: the prefix of its rules, its class in the model, its elements in order."""

    path: str
    make: Callable[..., object]
    children: tuple[ElementTable, ...]


@dataclass(frozen=True, slots=True)
class MessageTables:
    """The tables of an interface's requests and replies, by operation."""

    requests: Mapping[str, TypeTable]
    replies: Mapping[str, TypeTable]


@cache
def message_tables(interface: str) -> MessageTables:
    """Return the tables of an interface; raises `SchemaError` if schema and model differ."""
    files = schemas.schema_set(interface)
    schema = _Schema(
        schemas.read(files.wire),
        _documented_keys(schemas.read(files.root / "documented-common.xsd")),
    )
    operations = [name for name in model.REQUESTS if name in schema.types]
    return MessageTables(
        requests={name: schema.part(name, model.REQUESTS[name]) for name in operations},
        replies={
            name: schema.part(schema.returned(name), model.REPLIES[name]) for name in operations
        },
    )


class _Schema:
    """The parts of wire.xsd that are used: named types, sequences and extensions."""

    def __init__(self, root: _Element, keys: Mapping[str, tuple[str, ...]]) -> None:
        self.keys = keys
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
        """Return the name of the type of `return` in an operation's reply."""
        (element,) = self._elements(self.types[f"{operation}Response"])
        return _local(element.get("type"))

    def part(self, name: str, cls: type) -> TypeTable:
        """Return the table of a named type, for a class of the model."""
        attributes, classes = _attributes(cls), _classes(cls)
        children = []
        for element in self._elements(self.types[name]):
            wire = element.get("name") or ""
            # The model is generated from the schema, and is out of date if it lacks a field.
            if wire not in attributes:
                msg = f"wire.xsd has {name}/{wire}, and {cls.__name__} has no field for it"
                raise SchemaError(msg)
            attribute = attributes[wire]
            child = self._child(element, attribute, classes.get(attribute))
            children.append(replace(child, keys=self.keys.get(name, ())) if child.is_map else child)
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


def _documented_keys(root: _Element) -> dict[str, tuple[str, ...]]:
    """Return the keys of parameters that each operation is documented to have."""
    return {
        str(each.getparent().get("name")): tuple((check.get("values") or "").split())  # type: ignore[union-attr]
        for each in root.iter(f"{XS}annotation")
        for check in each.iter("{*}check")
        if check.get("kind") == "keys"
    }


def _local(name: str | None) -> str:
    return (name or "").rpartition(":")[2]


def _amount(value: object = None, currency: str | None = None) -> Amount:
    return Amount(typing.cast("typing.Any", value), currency)


def _attributes(cls: type) -> dict[str, str]:
    """Return the attribute of each wire name."""
    if cls is Amount:
        return {"currency": "currency", "value": "value"}
    return {wire_name: name for name, wire_name in wire_names(cls).items()}


def _classes(cls: type) -> dict[str, type]:
    """Return the class of the model in each attribute's annotation, if there is one."""
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

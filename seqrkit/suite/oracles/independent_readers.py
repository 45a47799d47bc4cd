"""Messages read back into the model: by zeep, by the endpoint's wire layer, as the linter does.

None of the three knows another. What they read is compared with the message that was written.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
from zeep.helpers import serialize_object

from seqrkit.model_fields import Kind, ModelField, ModelMessage, ModelType, message_fields
from seqrkit.money import Amount
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.suite.oracles.content_outlines import description
from seqrkit.suite.oracles.message_cases import payload_of

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import _Element

    from seqrkit.contract import Contract, MessageType
    from seqrkit.vocabulary import Interface

Tree = Mapping[str, Any]
"""The values of an element's children by name; of those that may stand often, a list."""

_VALUES: Final[dict[str, Callable[[str], object]]] = {
    "string": str,
    "int": int,
    "long": int,
    "decimal": Decimal,
    "dateTime": datetime.fromisoformat,
    "base64Binary": b64decode,
}


def by_linter(contract: Contract, name: str, envelope: bytes) -> ModelMessage:
    """What the linter judges: the elements of the bytes, as the contract's types have them."""
    fields = message_fields(contract, name)
    tree = _tree(payload_of(envelope), contract.elements[name])
    inside = tree if fields.around is None else tree[fields.around.name]
    return cast("ModelMessage", _part(inside, fields.type))


def by_zeep(contract: Contract, wsdl: Path, operation: str, envelope: bytes) -> ModelMessage:
    """A request as a server would read it that is made with zeep, of a service description."""
    side = description(wsdl).get(operation).input
    values = serialize_object(side.body.parse(payload_of(envelope), side.wsdl.types), dict) or {}
    return cast("ModelMessage", _part(values, message_fields(contract, operation).type))


def by_endpoint(interface: Interface, envelope: bytes) -> ModelMessage:
    """A request as the endpoint reads it; raises a `MessageError` for one that it refuses."""
    return cast("ModelMessage", wire_codec(interface).read(envelope).request)


def _tree(element: _Element, kind: MessageType) -> Tree:
    found: dict[str, Any] = {}
    for child in element:
        field = kind.by_name[str(child.tag)]
        inner = field.type
        value = _VALUES[field.base](child.text or "") if inner is None else _tree(child, inner)
        if field.repeated:
            found.setdefault(field.name, []).append(value)
        else:
            found[field.name] = value
    return found


def _part(tree: Tree, kind: ModelType) -> object:
    return kind.cls(**{each.attribute: _value(tree.get(each.name), each) for each in kind.fields})


def _value(found: Any, field: ModelField) -> object:  # noqa: ANN401 - whatever stands in a tree
    if field.type is None:
        return found
    if not field.repeated:
        return None if found is None else _part(found, field.type)
    if found is None and field.wrap:
        return None
    for each in field.wrap:
        found = (found or {}).get(each.name)
    if field.kind is Kind.MAP:
        return {each["key"]: each.get("value") for each in found or ()}
    kind = field.type
    return tuple(_part(each or {}, kind) for each in found or ())


def said(value: object) -> object:
    """What a message says: an element with nothing in it and none at all are the same to zeep."""
    if isinstance(value, Amount):
        return (value.value, value.currency or None)
    if attrs.has(type(value)):
        cls = cast("type[attrs.AttrsInstance]", type(value))
        inside = {field.name: said(getattr(value, field.name)) for field in attrs.fields(cls)}
        return {name: each for name, each in inside.items() if each is not None} or None
    if isinstance(value, tuple):
        return [said(each) for each in value] or None
    if isinstance(value, Mapping):
        return {key: text or None for key, text in value.items()} or None
    return None if value in {"", b""} else value


def difference(read: object, written: object, path: str = "it") -> str:
    """The first place where two messages, or what is said of them, are not the same."""
    ours, theirs = _inside(read), _inside(written)
    for name in ours if ours.keys() == theirs.keys() else ():
        if ours[name] != theirs[name]:
            return difference(ours[name], theirs[name], f"{path}.{name}".removeprefix("it."))
    return f"{path} is {read!r}, and was {written!r}"


def _inside(value: object) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list | tuple):
        return {str(number): each for number, each in enumerate(value, start=1)}
    if not isinstance(value, Amount) and attrs.has(type(value)):
        cls = cast("type[attrs.AttrsInstance]", type(value))
        return {field.name: getattr(value, field.name) for field in attrs.fields(cls)}
    return {}

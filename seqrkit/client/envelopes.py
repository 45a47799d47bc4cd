"""The model in and out of SOAP by zeep, from the published WSDL; no operation has code of its own.

Wire names come from the attrs metadata of the model, how lists are wrapped from zeep's own reading
of the schema.
"""

from __future__ import annotations

import logging
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, NamedTuple, Protocol

import attrs
from lxml.etree import _Element

from seqrkit import schemas, soap
from seqrkit.errors import NotAReply, UnwritableRequest
from seqrkit.model import REPLIES, Reply
from seqrkit.model_base import WIRE, Request, item_class
from seqrkit.money import Amount
from seqrkit.vocabulary import NAMESPACE, Interface

# zeep logs a value it cannot read with a traceback, and reads it as absent. The linter finds the
# same and says it better; without a handler of its own the log would end on the user's screen.
logging.getLogger("zeep").addHandler(logging.NullHandler())

_UNWRITABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What zeep and lxml raise, besides zeep's own errors, over values of a wrong type."""


class Envelopes:
    """Writes requests and reads replies of one interface; threads may share it."""

    def __init__(self, interface: Interface) -> None:
        import zeep  # deferred: it is only needed once something is sent

        settings = zeep.Settings(strict=False, xsd_ignore_sequence_order=True)
        path = str(schemas.schema_set(interface).wsdl)
        transport: Any = zeep.Transport()  # zeep's annotations ask for the class itself
        wsdl: Any = zeep.wsdl.Document(path, transport, settings=settings)
        self._interface = interface
        self._binding = next(iter(wsdl.bindings.values()))
        self._refused = (zeep.exceptions.Error, *_UNWRITABLE)

    def write(self, request: Request) -> bytes:
        """The envelope of a request, indented, as it is posted.

        Raises `UnwritableRequest` for a field that this interface does not have, none where the
        wire type must have one, and a value that its type cannot hold.
        """
        name = request.OPERATION
        try:
            operation = self._binding.get(name)
            values = _values(request, operation.input.body.type)
            return soap.indent(operation.create(**values).content)
        except self._refused as error:
            raise UnwritableRequest(
                f"{name} cannot be written for {self._interface}: {_words(error, name)}. "
                "What is broken on purpose is sent as bytes: send_raw(...), or on the command "
                "line: seqrkit send --xml FILE."
            ) from error

    def read(self, payload: _Element, operation: str) -> Reply:
        """The reply of an operation, from the element in the Body.

        Lenient: any order, unknown elements ignored, unreadable values read as absent. Raises
        `NotAReply` for another element, and for a reply without a result code.
        """
        expected = f"{operation}Response"
        if payload.tag != f"{{{NAMESPACE}}}{expected}":
            raise NotAReply(
                f"The answer is <{soap.local(payload)}>, and <{expected}> is what answers "
                f"{operation}: check the path of the endpoint."
            )
        output = self._binding.get(operation).output
        try:
            values = output.body.parse(payload, output.wsdl.types)
            content = None if values is None else values["return"]
            if content is None or content["resultCode"] is None:
                raise NotAReply(f"The <{expected}> has no readable resultCode.")
            return typing.cast("Reply", _read(REPLIES[operation], content))
        except self._refused as error:
            why = _words(error, expected)
            raise NotAReply(f"The <{expected}> cannot be read: {why}.") from error


@cache
def envelopes(interface: Interface) -> Envelopes:
    """The one of an interface: zeep reads its WSDL once."""
    return Envelopes(interface)


def _words(error: Exception, name: str) -> str:
    if isinstance(error, KeyError):
        return f"it has no {error.args[0] if error.args else name}"
    path = [part for part in getattr(error, "path", None) or () if part != name]
    words = str(getattr(error, "message", None) or error).rstrip(".")
    if words.startswith("Missing element"):
        return f"it must have {'/'.join(path)}"
    return f"{'/'.join(path)}: {words}" if path else words


# From the model to zeep


@cache
def _names(cls: type) -> tuple[tuple[str, str], ...]:
    """Each field's Python name and wire name."""
    return tuple((field.name, field.metadata[WIRE]) for field in attrs.fields(cls))


class _XsdType(Protocol):
    """A complex type, as zeep has it."""

    name: str
    elements: Sequence[tuple[str, _XsdElement]]

    def __hash__(self) -> int: ...


class _XsdElement(Protocol):
    """An element, as zeep has it."""

    name: str
    type: _XsdType
    accepts_multiple: bool


@cache
def _children(xsd_type: _XsdType) -> Mapping[str, _XsdElement]:
    return dict(xsd_type.elements)


def _values(part: object, xsd_type: _XsdType) -> dict[str, object]:
    children = _children(xsd_type)
    values: dict[str, object] = {}
    for name, wire in _names(typing.cast("type[attrs.AttrsInstance]", type(part))):
        value = getattr(part, name)
        if value is None:
            continue
        if wire not in children:
            raise UnwritableRequest(f"it has no {wire} in {xsd_type.name}")
        values[wire] = _value(value, children[wire])
    return values


def _value(value: object, element: _XsdElement) -> object:
    if isinstance(value, str | int | Decimal | datetime | bytes):
        return value
    if isinstance(value, Amount):
        return {"currency": value.currency, "value": value.value}
    if isinstance(value, tuple):
        if element.accepts_multiple:
            return [_values(item, element.type) for item in value]
        ((name, inner),) = element.type.elements
        return {name: [_values(item, inner.type) for item in value]}
    if isinstance(value, Mapping) and "parameter" in _children(element.type):
        return {"parameter": {"entry": [{"key": k, "value": v} for k, v in value.items()]}}
    try:
        return _values(value, element.type)
    except attrs.exceptions.NotAnAttrsClassError as error:
        raise UnwritableRequest(f"{element.name} cannot be a {type(value).__name__}") from error


# From zeep to the model


class _Compound(Protocol):
    """A value of a complex type, as zeep reads it."""

    __values__: Mapping[str, Any]


class _Field(NamedTuple):
    name: str
    wire: str
    convert: Callable[[Any], object] | None
    is_list_of_reply: bool


@cache
def _fields(cls: type) -> tuple[_Field, ...]:
    hints = typing.get_type_hints(cls)
    return tuple(
        _Field(
            name, wire, _converter(hint), issubclass(cls, Reply) and item_class(hint) is not None
        )
        for name, wire in _names(cls)
        for hint in (hints[name],)
    )


def _converter(hint: object) -> Callable[[Any], object] | None:
    """How a value is read for a field with this annotation; `None` for just as it is."""
    item = item_class(hint)
    if item is not None:
        return partial(_items, item)
    for part in (hint, *typing.get_args(hint)):
        if part is Amount:
            return _amount
        if isinstance(part, type) and attrs.has(part):
            return partial(_read, part)
    return None


def _read(cls: type, value: _Compound | None) -> object:
    values = {} if value is None else value.__values__
    given = {}
    for name, wire, convert, is_list_of_reply in _fields(cls):
        found = values.get(wire)
        if found is not None:
            given[name] = found if convert is None else convert(found)
        elif is_list_of_reply:
            given[name] = ()  # zeep reads an empty <customerTokens/> as nothing: there are none
    return cls(**given)


def _items(cls: type, value: _Compound | list[_Compound | None]) -> tuple[object, ...]:
    items = value if isinstance(value, list) else next(iter(value.__values__.values()))
    return tuple(_read(cls, item) for item in items or ())


def _amount(value: _Compound) -> Amount:
    return Amount(value.__values__["value"], value.__values__["currency"])

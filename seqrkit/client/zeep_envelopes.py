"""Write requests as SOAP with zeep from the published WSDL, without code per operation.

Wire names come from the model; how lists are wrapped comes from zeep's
reading of the schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Protocol

import attrs

from seqrkit import schemas, soap
from seqrkit.errors import UnwritableRequest
from seqrkit.model_base import Request, wire_names
from seqrkit.money import Amount
from seqrkit.vocabulary import Interface

_UNWRITABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What zeep and lxml raise for values of a wrong type, besides zeep's own errors."""


class Envelopes:
    """Writes the requests of one interface; threads may share it."""

    def __init__(self, interface: Interface) -> None:
        import zeep  # deferred: needed only to send

        path = str(schemas.schema_set(interface).wsdl)
        transport: Any = zeep.Transport()  # zeep's annotations require the class itself
        wsdl: Any = zeep.wsdl.Document(path, transport)
        self._interface = interface
        self._binding = next(iter(wsdl.bindings.values()))
        self._refused = (zeep.exceptions.Error, *_UNWRITABLE)

    def write(self, request: Request) -> bytes:
        """Return the envelope of a request, indented, as it is posted.

        Raises `UnwritableRequest` for a field that this interface does not have, a missing field
        that the wire type requires, and a value that its type cannot hold.
        """
        name = request.OPERATION
        try:
            operation = self._binding.get(name)
            values = _values(request, operation.input.body.type)
            return soap.indent(operation.create(**values).content)
        except self._refused as error:
            raise UnwritableRequest(
                f"{name} cannot be written for {self._interface}: {_words(error, name)}. "
                "Send an invalid message on purpose as it is: send_raw(...)."
            ) from error


@cache
def envelopes(interface: Interface) -> Envelopes:
    """Return the writer of an interface; zeep reads each WSDL once."""
    return Envelopes(interface)


def _words(error: Exception, name: str) -> str:
    if isinstance(error, KeyError):
        return f"it has no {error.args[0] if error.args else name}"
    path = [part for part in getattr(error, "path", None) or () if part != name]
    words = str(getattr(error, "message", None) or error).rstrip(".")
    if words.startswith("Missing element"):
        return f"it must have {'/'.join(path)}"
    return f"{'/'.join(path)}: {words}" if path else words


class _XsdType(Protocol):
    """A complex type of zeep."""

    name: str
    elements: Sequence[tuple[str, _XsdElement]]

    def __hash__(self) -> int: ...


class _XsdElement(Protocol):
    """An element of zeep."""

    name: str
    type: _XsdType
    accepts_multiple: bool


@cache
def _children(xsd_type: _XsdType) -> Mapping[str, _XsdElement]:
    return dict(xsd_type.elements)


def _values(part: object, xsd_type: _XsdType) -> dict[str, object]:
    children = _children(xsd_type)
    values: dict[str, object] = {}
    for name, wire in wire_names(type(part)).items():
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

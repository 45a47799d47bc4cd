"""Writes generated messages as elements and envelopes.

It is independent of the client's writer (zeep) and of the endpoint's, so that generated messages
can test both.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import starmap
from typing import Any, Final, NamedTuple, Protocol

from lxml import etree
from lxml.etree import _Element

from seqrkit import soap
from seqrkit.contract import Contract, MessageType, load
from seqrkit.field_paths import as_text
from seqrkit.model_base import Request
from seqrkit.model_fields import (
    Kind,
    MessageFields,
    ModelField,
    ModelMessage,
    ModelType,
    message_fields,
)
from seqrkit.vocabulary import NAMESPACE, NEWEST

_PREFIXES: Final = {"ext": NAMESPACE}


def envelope(
    message: Request, interface: str = NEWEST, *, contract: Contract | None = None
) -> bytes:
    """Return a request as an indented SOAP envelope.

    The elements are in the contract's order; values are not checked. Raises `ValueError` for a
    character that XML does not allow.
    """
    judge = load(interface) if contract is None else contract
    return soap.envelope(written(message, message_fields(judge, message.OPERATION)))


def written(message: ModelMessage, fields: MessageFields) -> _Element:
    """Return a message as the element of its operation or of its reply."""
    element = etree.Element(f"{{{NAMESPACE}}}{fields.name}", nsmap=_PREFIXES)
    inside = element if fields.around is None else etree.SubElement(element, fields.around.name)
    _fill(inside, message, fields.type)
    return element


def owners(element: _Element, kind: MessageType) -> Iterator[tuple[_Element, MessageType]]:
    """Return an element and all inside it that have elements of their own, with their types."""
    yield element, kind
    for child in element:
        inner = kind.by_name[str(child.tag)].type
        if inner is not None:
            yield from owners(child, inner)


_SHOWN: Final = 4_000


class Printer(Protocol):
    """The printer of IPython and Hypothesis."""

    def text(self, obj: str, /) -> None:
        """Print a text."""


class Shown:
    """An object that IPython and Hypothesis print as its `repr`, not field by field."""

    __slots__ = ()

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:  # noqa: FBT001 - their protocol
        del cycle
        printer.text(repr(self))


def shown(data: bytes) -> str:
    """Return an envelope as text for a report, cut if it is long."""
    more = "" if len(data) <= _SHOWN else f" ... ({len(data):,} bytes)"
    return data[:_SHOWN].decode("utf-8", "backslashreplace") + more


def _fill(element: _Element, part: object, kind: ModelType) -> None:
    for field in kind.fields:
        value = getattr(part, field.attribute)
        if value is not None:
            _write(element, value, field)


def _write(parent: _Element, value: Any, field: ModelField) -> None:  # noqa: ANN401 - as the model has it
    if field.type is None:
        etree.SubElement(parent, field.name).text = as_text(value)
    elif not field.repeated:
        _fill(etree.SubElement(parent, field.name), value, field.type)
    else:
        items = starmap(Entry, value.items()) if field.kind is Kind.MAP else value
        *around, name = (field.name, *(each.name for each in field.wrap))
        for each in around:
            parent = etree.SubElement(parent, each)
        for item in items:
            _fill(etree.SubElement(parent, name), item, field.type)


class Entry(NamedTuple):
    """One entry of a map, with the names of its elements."""

    key: str
    value: str | None

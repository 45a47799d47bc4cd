"""What the lines of a message mean, as the contract says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from seqrkit import soap
from seqrkit.contract import Contract, Field, MessageType
from seqrkit.display.highlight import Line
from seqrkit.errors import MessageError


def meanings(lines: Iterable[Line], contract: Contract) -> Mapping[int, str]:
    """The meaning and source of the field that begins on a line, by the line's number.

    Empty for what is no message of the contract's.
    """
    text = "\n".join(line.text for line in lines)
    try:
        payload = soap.read_envelope(soap.parse(text.encode())).payload
    except MessageError:
        return {}
    kind = contract.elements.get(soap.local(payload))
    found = () if kind is None else _fields(payload, kind)
    return {line: _said(field) for line, field in reversed(tuple(found))}


def _fields(element: etree._Element, kind: MessageType) -> Iterator[tuple[int, Field]]:
    for child in element.iterchildren("*"):
        field = kind.by_name.get(soap.local(child))
        if field is None:
            continue
        if child.sourceline is not None and field.meaning:
            yield child.sourceline, field
        if field.type is not None:
            yield from _fields(child, field.type)


def _said(field: Field) -> str:
    return f"{field.name}: {field.meaning} ({field.source})"

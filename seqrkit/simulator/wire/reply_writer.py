"""Writes replies: in the order of the schema, and only what it declares, for typed clients."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from seqrkit.soap import ENVELOPE_NAMESPACE
from seqrkit.vocabulary import NAMESPACE

if TYPE_CHECKING:
    from seqrkit.simulator.wire.message_tables import ElementTable, TypeTable

Writer = Callable[[Any], str]

ALWAYS: Final = frozenset({"customerTokens"})
"""Written even if empty: a sample of the vendor dereferences it without a check."""

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<soap:Envelope xmlns:soap="{ENVELOPE_NAMESPACE}"><soap:Body>'
)
_TAIL = "</soap:Body></soap:Envelope>"
# A parser turns a bare carriage return into a line feed, so it is written as a reference.
_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_MILLISECOND = 1000


def reply_writer(operation: str, part: TypeTable) -> Callable[[object], bytes]:
    """Return the writer of an operation's replies."""
    name = f"ns2:{operation}Response"
    head = f'{_HEAD}<{name} xmlns:ns2="{NAMESPACE}"><return>'
    tail = f"</return></{name}>{_TAIL}"
    write = _part_writer(part)

    # Joined strings instead of a tree of elements, which would take longer than the operation.
    def envelope(reply: object) -> bytes:
        return f"{head}{write(reply)}{tail}".encode()

    return envelope


def escape(text: str) -> str:
    """Escape a text; characters that XML cannot contain become replacement characters."""
    if _SPECIAL.search(text) is None:
        return text
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], "\N{REPLACEMENT CHARACTER}"), text)


def _part_writer(part: TypeTable) -> Writer:
    writers = [(_getter(child), _child_writer(child)) for child in part.children]
    absent = ["" if not child.required else _element(child.name, "0") for child in part.children]
    for index, child in enumerate(part.children):
        if child.name in ALWAYS:
            absent[index] = f"<{child.name}/>"
    rows = [(get, write, empty) for (get, write), empty in zip(writers, absent, strict=True)]

    def write(value: object) -> str:
        return "".join(
            [empty if (each := get(value)) is None else put(each) for get, put, empty in rows]
        )

    return write


def _getter(child: ElementTable) -> Callable[[object], Any]:
    name = child.attribute
    return (lambda reply: getattr(reply, name, None)) if child.unpublished else attrgetter(name)


def _child_writer(child: ElementTable) -> Writer:
    name = child.name
    if child.values:
        return _enumeration_writer(child)
    if child.part is None:
        text = _TEXT[child.base]
        return lambda value: f"<{name}>{text(value)}</{name}>"
    inner = _part_writer(child.part)
    if child.wrapper:
        item = child.wrapper
        return lambda values: _element(
            name, "".join([f"<{item}>{inner(each)}</{item}>" for each in values])
        )
    if child.repeated:
        return lambda values: "".join([_element(name, inner(each)) for each in values])
    return lambda value: _element(name, inner(value))


def _enumeration_writer(child: ElementTable) -> Writer:
    written = {value: f"<{child.name}>{value}</{child.name}>" for value in child.values}
    return lambda value: written.get(value, "")  # a value that the interface lacks is omitted


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>" if content else f"<{name}/>"


def _string(value: str) -> str:
    return escape(value.value if isinstance(value, Enum) else value)


def _decimal(value: Decimal) -> str:
    return f"{value:f}"


def _date_time(value: datetime) -> str:
    # Java writes milliseconds; a finer time is kept, or a restored one would differ.
    fine = value.microsecond % _MILLISECOND
    return value.isoformat(timespec="microseconds" if fine else "milliseconds")


def _binary(value: bytes) -> str:
    return b64encode(value).decode("ascii")


_TEXT: Final[dict[str, Writer]] = {
    "string": _string,
    "int": int.__repr__,
    "long": int.__repr__,
    "decimal": _decimal,
    "dateTime": _date_time,
    "base64Binary": _binary,
}

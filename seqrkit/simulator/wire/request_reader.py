"""Reads requests as leniently as the service does.

Elements may be in any order, unknown ones are ignored, and of repeated ones the last counts. An
unreadable integer is read as 0, any other unreadable value as missing. Each departure leaves a
note. The readers are built once for each type, because reading is half of the cost of an answer.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from seqrkit.simulator.wire.tolerated_departures import NIL, SPACE, TRUE, Notes, shown
from seqrkit.soap import local

if TYPE_CHECKING:
    from lxml.etree import _Element

    from seqrkit.simulator.wire.message_tables import ElementTable, TypeTable

# Written a second time, apart from seqrkit.soap: client and endpoint must not share a mistake.
_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_END_OF_DAY = re.compile(r"T24:00:00(?:\.0+)?(?![.0-9])")
_RANGES = {"int": 2**31, "long": 2**63}


Reader = Callable[["_Element", Notes], object]
_Slot = tuple[str, Reader | None, bool, bool]


def part_reader(part: TypeTable) -> Reader:
    """Return the reader of a complex type."""
    slots: dict[str, _Slot] = {
        child.name: (child.attribute, _reader(part, child), child.repeated, _is_simple(child))
        for child in part.children
    }
    make, find = part.make, slots.get

    def read(element: _Element, notes: Notes) -> object:
        values: dict[str, Any] = {}
        for child in element:
            slot = find(child.tag)  # type: ignore[arg-type]
            if slot is None:
                notes.unknown(part.path, child, slots)
                continue
            attribute, reader, repeated, is_simple = slot
            value: object
            # Most elements have no attributes, and asking for keys is cheaper than for two of them.
            if child.keys() and notes.attributes(child):
                value = None
            elif len(child) and is_simple:
                notes.unknown(part.path, child[0], ())
                value = _with_children(reader, child)
            elif reader is None:
                value = child.text or ""
            else:
                value = reader(child, notes)
            if not repeated:
                if attribute in values:
                    _repeated(part, child, notes)
                values[attribute] = value
            elif value is not None:
                # An element that is nil is not an item of the list.
                values.setdefault(attribute, []).append(value)
        return make(**values)

    return read


def _is_simple(child: ElementTable) -> bool:
    return child.part is None and not child.is_map


def _with_children(reader: Reader | None, element: _Element) -> object:
    """Return the value of an element of a simple type that has children, which is not allowed.

    A text is read without the children. Anything else is read as missing, because a number with
    digits on both sides of a child can mean either of two amounts.
    """
    if reader is not None:
        return None
    return "".join([element.text or "", *(each.tail or "" for each in element)])


def _reader(part: TypeTable, child: ElementTable) -> Reader | None:
    """Return the reader of one element; `None` for a string, which needs none."""
    if child.is_map:
        return _map_reader(f"{part.path}.{child.name}.keys", child.keys)
    if child.part is not None:
        inner = part_reader(child.part)
        return _wrapper_reader(child, inner) if child.wrapper else inner
    if child.values:
        return _enumeration_reader(part, child)
    simple = _SIMPLE.get(child.base)
    return None if simple is None else simple(f"{part.path}.{child.name}.type", child.base)


def _wrapper_reader(child: ElementTable, inner: Reader) -> Reader:
    item = child.wrapper

    def read(element: _Element, notes: Notes) -> object:
        values = []
        for each in element:
            if each.tag != item:
                notes.unknown(child.name, each, [item])
            elif not (each.keys() and notes.attributes(each)):
                values.append(inner(each, notes))
        return values

    return read


def _map_reader(rule: str, known: Sequence[str]) -> Reader:
    def read(element: _Element, notes: Notes) -> object:
        pairs: dict[str, str | None] = {}
        for parameter in element:
            if parameter.tag == "parameter":
                for entry in parameter:
                    key = _read_entry(entry, pairs, notes)
                    if key and key not in known:
                        notes.unknown_key(rule, entry, key, known)
            elif parameter.tag == "entry":
                wrong = "an entry must be inside <parameters><parameter>"
                taken = "the map is read without it"
                notes.add("read.parameter-map", "wire.parameter-map", parameter, wrong, taken)
            else:
                notes.unknown("parameterMap", parameter, ["parameter"])
        return pairs

    return read


def _read_entry(entry: _Element, pairs: dict[str, str | None], notes: Notes) -> str:
    """Add an entry to the map, and return its key."""
    if entry.tag != "entry":
        notes.unknown("mapArray", entry, ["entry"])
        return ""
    found: dict[str, str | None] = {}
    for each in entry:
        if each.tag not in {"key", "value"}:
            notes.unknown("parameter", each, ["key", "value"])
        else:
            found[local(each)] = None if each.get(NIL) in TRUE else each.text or ""
    key = found.get("key")
    if key in pairs:
        wrong = f"the key {shown(key)} is repeated"
        notes.parameter("mapArray.entry.repeated-key", entry, wrong)
    for name in ("key", "value"):
        if not found.get(name):
            notes.parameter(f"parameter.{name}.needed", entry, f"the entry has no {name}")
    if key is not None:
        pairs[key] = found.get("value")
    return key or ""


def _enumeration_reader(part: TypeTable, child: ElementTable) -> Reader:
    values, rule = child.values, f"{part.path}.{child.name}.enumeration"
    known = ", ".join(sorted(values))

    def read(element: _Element, notes: Notes) -> str | None:
        text = element.text or ""
        if text in values:
            return text
        trimmed = text.strip(SPACE)
        if trimmed in values:
            wrong = f"{shown(text)} has white space around it"
            notes.add("read.enumeration", rule, element, wrong, "read without it")
            return trimmed
        notes.add("read.enumeration", rule, element, f"{shown(text)} is not one of {known}")
        return None

    return read


def _integer_reader(rule: str, base: str) -> Reader:
    bound = _RANGES[base]

    def read(element: _Element, notes: Notes) -> int:
        text = (element.text or "").strip(SPACE)
        if _INTEGER.fullmatch(text) and -bound <= (value := int(text)) < bound:
            return value
        notes.invalid("read.integer", rule, element, base, "read as 0")
        return 0

    return read


def _decimal_reader(rule: str, base: str) -> Reader:
    def read(element: _Element, notes: Notes) -> Decimal | None:
        text = (element.text or "").strip(SPACE)
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
        notes.invalid("read.value", rule, element, base)
        return None

    return read


def _date_time_reader(rule: str, base: str) -> Reader:
    def read(element: _Element, notes: Notes) -> datetime | None:
        text = (element.text or "").strip(SPACE)
        if _DATE_TIME.fullmatch(text):
            # XML Schema writes the midnight that ends a day as 24:00:00, which Python does not read
            midnight = _END_OF_DAY.sub("T00:00:00", text)
            with suppress(ValueError, OverflowError):  # the 30th of February, or past year 9999
                return datetime.fromisoformat(midnight) + timedelta(days=midnight != text)
        notes.invalid("read.date", rule, element, base)
        return None

    return read


def _binary_reader(rule: str, base: str) -> Reader:
    def read(element: _Element, notes: Notes) -> bytes | None:
        try:
            return b64decode("".join((element.text or "").split()), validate=True)
        except ValueError:
            notes.invalid("read.value", rule, element, base)
            return None

    return read


_SIMPLE: Final[dict[str, Callable[[str, str], Reader]]] = {
    "int": _integer_reader,
    "long": _integer_reader,
    "decimal": _decimal_reader,
    "dateTime": _date_time_reader,
    "base64Binary": _binary_reader,
}


def _repeated(part: TypeTable, element: _Element, notes: Notes) -> None:
    name = local(element)
    rule, wrong = f"{part.path}.{name}.repeated", f"<{name}> is repeated"
    notes.add("read.repeated", rule, element, wrong, "the last one counts")

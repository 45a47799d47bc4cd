"""Requests out of bytes, as leniently as the service reads them.

Elements come in any order, unknown ones are ignored, the last of duplicates wins, an unreadable
integer reads as 0, and what an enumeration, a date or a number cannot hold as absent. Each of these
leaves a note. The readers are built once for each type, since this is half of what an answer costs.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from seqrkit.simulator.behaviours import Behaviour, behaviour
from seqrkit.soap import local, namespace

if TYPE_CHECKING:
    from lxml.etree import _Element

    from seqrkit.simulator.wire.message_tables import ElementTable, TypeTable

NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
MAX_NOTES: Final = 100
"""Notes kept of one message; a hostile one could cause a hundred thousand."""
MAX_INDEX: Final = 1000
"""How far a path counts siblings, for the same reason."""

_LEFT_OUT = "read as left out"
_TRUE = frozenset({"true", "1"})
_SHOWN = 40
_SPACE = " \t\r\n"
_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_END_OF_DAY = re.compile(r"T24:00:00(?:\.0+)?(?![.0-9])")
_RANGES = {"int": 2**31, "long": 2**63}


@dataclass(frozen=True, slots=True)
class Note:
    """A departure from the wire schema: which rule, where, what, and how it was put up with.

    `behaviour` is the entry of the table by which it was.
    """

    behaviour: Behaviour
    rule: str
    path: str
    wrong: str
    taken: str

    @property
    def sentence(self) -> str:
        """What is wrong, and what was made of it."""
        return f"{self.wrong}; {self.taken}"


class Notes(list[Note]):
    """The notes of one message."""

    def add(
        self,
        behaviour: Behaviour,
        rule: str,
        element: _Element,
        wrong: str,
        taken: str = _LEFT_OUT,
    ) -> None:
        """Write down a departure, unless there are too many already."""
        if len(self) < MAX_NOTES:
            self.append(Note(behaviour, rule, path_of(element), wrong, taken))

    def nil(self, element: _Element) -> None:
        """Write down an element that is marked as nil."""
        self.add(behaviour("read.nil"), "wire.nil", element, "xsi:nil is not in the schema")

    def unknown(self, place: str, element: _Element, names: Iterable[str]) -> None:
        """Write down an element that its place does not know; `names` are those it does."""
        name, space = local(element), namespace(element)
        if name in names and space:
            wrong = f"<{name}> is in namespace {_shown(space)}, and belongs into none"
        else:
            wrong = f"<{_cut(name)}> is not known here"
        rule = f"{place}.unknown-element"
        self.add(behaviour("read.unknown-element"), rule, element, wrong, "ignored")


Reader = Callable[["_Element", Notes], object]
_Slot = tuple[str, Reader | None, bool, bool]


def part_reader(part: TypeTable) -> Reader:
    """The reader of a structured type."""
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
            if child.keys() and child.get(NIL) in _TRUE:
                notes.nil(child)
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
                values.setdefault(attribute, []).append(value)
        return make(**values)

    return read


def _is_simple(child: ElementTable) -> bool:
    return child.part is None and not child.is_map


def _with_children(reader: Reader | None, element: _Element) -> object:
    """What an element of a simple type says that has children, which it must not have.

    A text says all but the children. Anything else is read as left out: a number whose digits
    stand on both sides of a child may mean either of two amounts.
    """
    if reader is not None:
        return None
    return "".join([element.text or "", *(each.tail or "" for each in element)])


def path_of(element: _Element) -> str:
    """Where an element is, from the operation on: sendInvoice/invoice/totalAmount/value."""
    steps = []
    for each in (element, *element.iterancestors()):
        if local(each) == "Body":
            break
        tag = str(each.tag)
        earlier = len(list(islice(each.itersiblings(tag, preceding=True), MAX_INDEX)))
        later = next(each.itersiblings(tag), None) is not None
        steps.append(f"{local(each)}[{earlier + 1}]" if earlier or later else local(each))
    return "/".join(reversed(steps))


def _reader(part: TypeTable, child: ElementTable) -> Reader | None:
    """The reader of one element; `None` for a plain string, which needs none."""
    if child.is_map:
        return _map_reader()
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
            elif each.get(NIL) in _TRUE:
                notes.nil(each)
            else:
                values.append(inner(each, notes))
        return values

    return read


def _map_reader() -> Reader:
    def read(element: _Element, notes: Notes) -> object:
        pairs: dict[str, str | None] = {}
        for parameter in element:
            if parameter.tag == "parameter":
                for entry in parameter:
                    _read_entry(entry, pairs, notes)
            elif parameter.tag == "entry":
                wrong = "an entry belongs into <parameters><parameter>, not right into <parameters>"
                rule, taken = "wire.parameter-map", "the map is read without it"
                notes.add(behaviour("read.parameter-map"), rule, parameter, wrong, taken)
            else:
                notes.unknown("parameterMap", parameter, ["parameter"])
        return pairs

    return read


def _read_entry(entry: _Element, pairs: dict[str, str | None], notes: Notes) -> None:
    if entry.tag != "entry":
        notes.unknown("mapArray", entry, ["entry"])
        return
    found: dict[str, str | None] = {}
    for each in entry:
        if each.tag not in {"key", "value"}:
            notes.unknown("parameter", each, ["key", "value"])
        else:
            found[local(each)] = None if each.get(NIL) in _TRUE else each.text or ""
    key = found.get("key")
    if key is not None:  # the schema allows an entry without one; it says nothing
        pairs[key] = found.get("value")


def _enumeration_reader(part: TypeTable, child: ElementTable) -> Reader:
    values, rule = child.values, f"{part.path}.{child.name}.enumeration"
    known = ", ".join(sorted(values))

    def read(element: _Element, notes: Notes) -> str | None:
        text = element.text or ""
        if text in values:
            return text
        trimmed = text.strip(_SPACE)
        if trimmed in values:
            wrong = f"{_shown(text)} has white space around it"
            notes.add(behaviour("read.enumeration"), rule, element, wrong, "taken off")
            return trimmed
        notes.add(
            behaviour("read.enumeration"), rule, element, f"{_shown(text)} is none of {known}"
        )
        return None

    return read


def _integer_reader(rule: str, base: str) -> Reader:
    bound = _RANGES[base]

    def read(element: _Element, notes: Notes) -> int:
        text = (element.text or "").strip(_SPACE)
        if _INTEGER.fullmatch(text) and -bound <= (value := int(text)) < bound:
            return value
        notes.add(
            behaviour("read.integer"), rule, element, f"{_shown(text)} is no xs:{base}", "read as 0"
        )
        return 0

    return read


def _decimal_reader(rule: str, base: str) -> Reader:
    def read(element: _Element, notes: Notes) -> Decimal | None:
        text = (element.text or "").strip(_SPACE)
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
        notes.add(behaviour("read.value"), rule, element, f"{_shown(text)} is no xs:{base}")
        return None

    return read


def _date_time_reader(rule: str, base: str) -> Reader:
    def read(element: _Element, notes: Notes) -> datetime | None:
        text = (element.text or "").strip(_SPACE)
        if _DATE_TIME.fullmatch(text):
            # XML Schema writes the midnight that ends a day as 24:00:00, which Python does not read
            midnight = _END_OF_DAY.sub("T00:00:00", text)
            with suppress(ValueError, OverflowError):  # the 30th of February, or past year 9999
                return datetime.fromisoformat(midnight) + timedelta(days=midnight != text)
        notes.add(behaviour("read.date"), rule, element, f"{_shown(text)} is no xs:{base}")
        return None

    return read


def _binary_reader(rule: str, base: str) -> Reader:
    def read(element: _Element, notes: Notes) -> bytes | None:
        try:
            return b64decode("".join((element.text or "").split()), validate=True)
        except ValueError:
            notes.add(
                behaviour("read.value"), rule, element, f"{_shown(element.text)} is no xs:{base}"
            )
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
    rule, wrong = f"{part.path}.{name}.repeated", f"<{name}> comes again"
    notes.add(behaviour("read.repeated"), rule, element, wrong, "the last one counts")


def _shown(text: str | None) -> str:
    return f'"{_cut(text)}"' if text else "nothing"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."

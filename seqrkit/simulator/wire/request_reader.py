"""Reads requests as leniently as the service does.

Elements may be in any order, unknown ones are ignored, and of repeated ones the last counts. An
unreadable integer is read as 0, any other unreadable value as missing. Each departure leaves a
note. The readers are built once for each type, because reading is half of the cost of an answer.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from seqrkit.simulator.behaviours import Behaviour, behaviour
from seqrkit.soap import local, namespace

if TYPE_CHECKING:
    from lxml.etree import _Element

    from seqrkit.simulator.wire.message_tables import ElementTable, TypeTable

NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
MAX_NOTES: Final = 100
"""Maximum number of notes on one message; a hostile one could cause a hundred thousand."""
MAX_INDEX: Final = 1000
"""Maximum number of siblings that a path counts, for the same reason."""

_MISSING = "read as missing"
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
    """A departure from the schema that was accepted: rule, place, what is wrong, how it was read.

    `behaviour` is the entry of the table of behaviours.
    """

    behaviour: Behaviour
    rule: str
    path: str
    wrong: str
    taken: str

    @property
    def breaks_schema(self) -> bool:
        """Whether the published schema rejects it; it does not know the keys of parameters."""
        return self.behaviour.id != "read.parameter-key"

    @property
    def sentence(self) -> str:
        """What is wrong, and how it was read."""
        return f"{self.wrong}; {self.taken}"


class Notes(list[Note]):
    """The notes of one message."""

    def add(
        self,
        behaviour: Behaviour,
        rule: str,
        element: _Element,
        wrong: str,
        taken: str = _MISSING,
    ) -> None:
        """Add a note, unless there are too many already."""
        if len(self) < MAX_NOTES:
            self.append(Note(behaviour, rule, path_of(element), wrong, taken))

    def attributes(self, element: _Element) -> bool:
        """Note attributes that change the meaning of an element; return whether it is nil."""
        if element.get("href") is not None:
            wrong = "href is a reference of rpc/encoded, but the service is document/literal"
            taken = "read without the content that it refers to"
            self.add(behaviour("read.href"), "soap.document-literal", element, wrong, taken)
        is_nil = element.get(NIL) in _TRUE
        if is_nil:
            self.add(behaviour("read.nil"), "wire.nil", element, "xsi:nil is not in the schema")
        return is_nil

    def unknown(self, place: str, element: _Element, names: Iterable[str]) -> None:
        """Add a note on an unknown element; `names` are those that the schema allows there."""
        name, space = local(element), namespace(element)
        if name in names and space:
            wrong = f"<{name}> is in namespace {_shown(space)}, but must be in none"
        else:
            wrong = f"<{_cut(name)}> is not allowed here"
        rule = f"{place}.unknown-element"
        self.add(behaviour("read.unknown-element"), rule, element, wrong, "ignored")

    def parameter(self, rule: str, entry: _Element, wrong: str) -> None:
        """Add a note on an entry of a parameter map."""
        taken = "the last value counts" if rule.endswith("repeated-key") else "ignored"
        self.add(behaviour("read.parameter-key"), rule, entry, wrong, taken)

    def unknown_key(self, rule: str, entry: _Element, key: str, known: Sequence[str]) -> None:
        """Add a note on an unknown key of a parameter map."""
        close = similar(key, known)
        advice = f"write {close}" if close else f"the known keys are {' and '.join(known)}"
        self.parameter(rule, entry, f'the key "{_cut(key)}" is not known; {advice}')


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


def path_of(element: _Element) -> str:
    """Return the path of an element: sendInvoice/invoice/totalAmount/value."""
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
                notes.add(
                    behaviour("read.parameter-map"), "wire.parameter-map", parameter, wrong, taken
                )
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
            found[local(each)] = None if each.get(NIL) in _TRUE else each.text or ""
    key = found.get("key")
    if key in pairs:
        notes.parameter("mapArray.entry.repeated-key", entry, f'the key "{_cut(key)}" is repeated')
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
        trimmed = text.strip(_SPACE)
        if trimmed in values:
            wrong = f"{_shown(text)} has white space around it"
            notes.add(behaviour("read.enumeration"), rule, element, wrong, "read without it")
            return trimmed
        notes.add(
            behaviour("read.enumeration"), rule, element, f"{_shown(text)} is not one of {known}"
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
            behaviour("read.integer"),
            rule,
            element,
            f"{_shown(text)} is not a valid xs:{base}",
            "read as 0",
        )
        return 0

    return read


def _decimal_reader(rule: str, base: str) -> Reader:
    def read(element: _Element, notes: Notes) -> Decimal | None:
        text = (element.text or "").strip(_SPACE)
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
        notes.add(
            behaviour("read.value"), rule, element, f"{_shown(text)} is not a valid xs:{base}"
        )
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
        notes.add(behaviour("read.date"), rule, element, f"{_shown(text)} is not a valid xs:{base}")
        return None

    return read


def _binary_reader(rule: str, base: str) -> Reader:
    def read(element: _Element, notes: Notes) -> bytes | None:
        try:
            return b64decode("".join((element.text or "").split()), validate=True)
        except ValueError:
            notes.add(
                behaviour("read.value"),
                rule,
                element,
                f"{_shown(element.text)} is not a valid xs:{base}",
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
    rule, wrong = f"{part.path}.{name}.repeated", f"<{name}> is repeated"
    notes.add(behaviour("read.repeated"), rule, element, wrong, "the last one counts")


def similar(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant: the same in another case, or a close one."""
    by_lower = {each.lower(): each for each in known}
    close = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.75)
    return by_lower[close[0]] if close else None


def _shown(text: str | None) -> str:
    return f'"{_cut(text)}"' if text else "an empty text"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."

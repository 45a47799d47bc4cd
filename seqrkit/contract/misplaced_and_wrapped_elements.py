"""Parts of messages that SOAP libraries put in a wrong place or under a wrong name.

Examples are `param0`, `arg0` and `parameters` around parameters, PHP's maps, `item` for an element
of an array, and a missing wrapper. A message is rewritten before it is compared with its type, so
that its content is judged too.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Final

from lxml.etree import _Element

from seqrkit.contract.finding_messages import alike, followed
from seqrkit.contract.findings import Finding, shorten
from seqrkit.contract.message_definitions import Field, MessageType
from seqrkit.contract.xsi_types import XSI_TYPE
from seqrkit.soap import local

NUMBERED: Final = re.compile(r"(?:arg|in|param|parameter|p|_)[0-9]{1,2}")
"""The names that SOAP libraries give to parameters without names."""
_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_DEEPEST: Final = 3
"""How many wrappers inside each other are removed."""

Found = tuple[_Element, Finding]


def rewritten(element: _Element, kind: MessageType) -> tuple[_Element, list[Found]]:
    """Return an element with its parts in place, and what had to be corrected."""
    # Nearly all messages: they need no copy.
    if _is_known(element, kind):
        return element, []
    tree = element.getroottree()  # a copy of the element alone would lack outer prefixes
    copy = deepcopy(tree).find(tree.getelementpath(element))
    if copy is None:
        return element, []
    rewriter = _Rewriter()
    rewriter.rewrite(copy, kind, local(copy))
    return copy, rewriter.found


def _is_known(element: _Element, kind: MessageType) -> bool:
    """Return whether a type and the types inside it have all elements, whatever their order."""
    for child in element.iterchildren("*"):
        field = kind.by_name.get(local(child))
        if field is None or (field.type is not None and not _is_known(child, field.type)):
            return False
    return True


class _Rewriter:
    """The rewriting of one message."""

    def __init__(self) -> None:
        self.found: list[Found] = []

    def rewrite(self, element: _Element, kind: MessageType, path: str) -> None:
        """Correct the children of an element of a type, and then theirs."""
        if kind.path == "parameterMap":
            return  # which is a map, with a rule of its own
        self._read_map(element, kind, path)
        self._unwrap(element, kind, path)
        self._wrap(element, kind, path)
        self._rename(element, kind, path)
        for child in element.iterchildren("*"):
            field = kind.by_name.get(local(child))
            if field is not None and field.type is not None:
                self.rewrite(child, field.type, f"{path}/{field.name}")

    def _unwrap(self, element: _Element, kind: MessageType, path: str) -> None:
        for _ in range(_DEEPEST):
            for each in [child for child in element.iterchildren("*") if _wraps(child, kind)]:
                message = (
                    f"<{shorten(local(each))}> surrounds what belongs directly inside "
                    f"<{local(element)}>; remove it, and keep what is inside"
                )
                self._add(element, each, kind, path, message)
                self._read_map(each, kind, f"{path}/{local(each)}")
                place = element.index(each)
                element[place : place + 1] = list(each)

    def _read_map(self, element: _Element, kind: MessageType, path: str) -> None:
        """Put the values of a map in place of its items, each with its key as name."""
        items = _items(element)
        if not items or local(items[0][0]) in kind.by_name:
            return
        if not any("is a map" in finding.message for _, finding in self.found):
            message = (
                f"<{shorten(local(element))}> is a map, <{shorten(local(items[0][0]))}> with <key> "
                "and <value>; send elements with the names in the WSDL (in PHP, use the WSDL)"
            )
            self._add(element, items[0][0], kind, path, message)
        element.attrib.pop(XSI_TYPE, None)
        for item, key, value in items:
            name = key.text or ""
            if _NAME.fullmatch(name):
                value.tag = name
                value.attrib.pop(XSI_TYPE, None)  # the library's type, not that of the service
                element.replace(item, value)

    def _wrap(self, element: _Element, kind: MessageType, path: str) -> None:
        """Put elements into the part that they belong to, if that is missing."""
        present = {local(child) for child in element.iterchildren("*")}
        for field in kind.fields:
            inner = None if field.type is None or field.name in present else field.type.by_name
            lost = [
                child
                for child in element.iterchildren("*")
                if inner
                and local(child) in inner
                and local(child) not in kind.by_name
                # The document lists it there, as another finding says.
                and not followed(f"{kind.path}.{local(child)}")
            ]
            # Only if at least half of the foreign elements fit: fewer do so by coincidence.
            if not lost or len(lost) * 2 < sum(name not in kind.by_name for name in present):
                continue
            message = (
                f"<{local(lost[0])}> is directly inside <{local(element)}>; put it into "
                f"<{field.name}>"
            )
            self._add(element, lost[0], kind, path, message)
            part = deepcopy(lost[0])  # which has a line, unlike a new element
            part.clear()
            part.tag = field.name
            element.insert(element.index(lost[0]), part)
            part.extend(lost)

    def _rename(self, element: _Element, kind: MessageType, path: str) -> None:
        """Name other elements by their content, and those with a number by their position."""
        present = {local(child) for child in element.iterchildren("*")}
        for number, child in enumerate(element.iterchildren("*")):
            name = local(child)
            absent = [field for field in kind.fields if field.repeated or field.name not in present]
            if name in kind.by_name or alike(name, [field.name for field in absent]):
                continue
            meant = _by_content(child, absent)
            has_number = NUMBERED.fullmatch(name) is not None
            if meant is None and has_number and not len(child) and number < len(kind.fields):
                meant = kind.fields[number]
            if meant is None or meant not in absent or (meant.type is not None and not len(child)):
                continue
            message = f"{kind.path} has no element <{shorten(name)}>; it stands for <{meant.name}>"
            if has_number:
                message += ": give parameters the names in the WSDL"
            self._add(child, child, kind, path, message)
            present.add(meant.name)
            child.tag = meant.name

    def _add(
        self, place: _Element, part: _Element, kind: MessageType, path: str, message: str
    ) -> None:
        rule, path = kind.rule("unknown-element"), f"{path}/{local(part)}"
        self.found.append((place, Finding(rule, path, part.sourceline, message)))


def _items(element: _Element) -> list[tuple[_Element, _Element, _Element]]:
    """Return the items of a map with their keys and values; empty for anything else."""
    found = []
    for item in element.iterchildren("*"):
        parts = list(item.iterchildren("*"))
        if [local(each).lower() for each in parts] != ["key", "value"]:
            return []
        found.append((item, parts[0], parts[1]))
    return found


def _wraps(element: _Element, kind: MessageType, depth: int = 0) -> bool:
    """Return whether an element that a type does not have contains the type's own elements."""
    if local(element) in kind.by_name:
        return False
    inside = list(element.iterchildren("*"))
    names = [key.text or "" for _, key, _ in _items(element)] or [local(each) for each in inside]
    known = sum(name in kind.by_name for name in names)
    if known:
        return known * 2 >= len(names)
    return len(inside) == 1 and depth < _DEEPEST and _wraps(inside[0], kind, depth + 1)


def _by_content(element: _Element, fields: list[Field]) -> Field | None:
    """Return the field whose type has most of the elements that are inside another element."""
    names = {key.text or "" for _, key, _ in _items(element)}
    names = names or {local(each) for each in element.iterchildren("*")}
    fits = [
        (len(names & field.type.by_name.keys()), field)
        for field in fields
        if field.type is not None
    ]
    most, best = max(fits, key=lambda each: each[0], default=(0, None))
    return best if most and most * 2 >= len(names) else None

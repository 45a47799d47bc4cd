"""Explain a closing tag that does not close the element that is open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from seqrkit.contract.findings import non_ascii, shorten


@dataclass(frozen=True, slots=True)
class OpenElement:
    """An element that is not closed yet: its name, line, position and the prefixes it declares."""

    name: str
    line: int
    start: int
    declared: Sequence[str]


class Mismatch(NamedTuple):
    """The likely slip, in words and as the only likely correction, if there is one."""

    kind: str
    message: str
    fix: tuple[int, int, str] | None


def mismatch(
    text: str,
    open_elements: Sequence[OpenElement],
    prefixes: Mapping[str, int],
    name: str,
    span: tuple[int, int],
) -> Mismatch:
    """Explain why the closing tag of a name, at a span of the text, closes nothing.

    `prefixes` counts how often each prefix is declared there.
    """
    start, end = span
    top, *outer = reversed(open_elements)
    opened, closed, close = f"<{shorten(top.name)}>", f"</{shorten(name)}>", f"</{top.name}>"
    fact = f"{closed} does not close {opened} of line {top.line}"
    write = f"write {shorten(close)}"
    rename = (start, end, close)
    # The explanations come from the most certain to the least certain.
    local, other = (each.rpartition(":")[2] for each in (top.name, name))
    if local == other:
        prefix = name.rpartition(":")[0]
        undeclared = bool(prefix) and not prefixes[prefix]
        why = f"the prefix {prefix} is not declared" if undeclared else "the prefixes differ"
        return Mismatch("prefix", f"{fact}: {why}; {write}", rename)
    if local.lower() == other.lower():
        return Mismatch("case", f"{fact}: upper and lower case differ; {write}", rename)
    again = next((each for each in outer if each.name == top.name), None)
    if again is not None:
        message = (
            f"{fact}: line {top.line} opens {opened} again inside {opened} of line {again.line}; "
            f"{write} in line {top.line}"
        )
        return Mismatch("reopened", message, (top.start, text.find(">", top.start) + 1, close))
    if any(each.name == name for each in outer):
        return _not_closed(text, top, name, span, fact)
    return _other_name(text, (top, *outer), name, span, fact)


def _other_name(
    text: str, inner: Sequence[OpenElement], name: str, span: tuple[int, int], fact: str
) -> Mismatch:
    """Explain the closing tag of a name that is not open; `inner` is open, the innermost first."""
    start, end = span
    close = f"</{inner[0].name}>"
    write = f"write {shorten(close)}"
    rename = (start, end, close)
    look_alike = non_ascii(name) or non_ascii(inner[0].name)
    if look_alike:
        return Mismatch("character", f"{fact}: one has the character {look_alike}; {write}", rename)
    following = re.compile(r"\s*</([^\s<>]+)\s*>").match(text, end)
    closes = [following is not None and following[1] == each.name for each in inner[:2]]
    again = re.search(rf"</{re.escape(name)}\s*>\s*\Z", text[text.rfind("<", 0, start) : start])
    is_extra = (again and not any(closes[1:])) or (closes[0] and f"<{name}" in text[:start])
    names = [each.rpartition(":")[2] for each in (name, inner[0].name)]
    if not is_extra and (any(closes[1:]) or get_close_matches(names[0], names[1:], cutoff=0.6)):
        return Mismatch("name", f"{fact}: the names differ; {write}", rename)
    return _not_opened(text, name, span, fact)


def _not_closed(
    text: str, top: OpenElement, name: str, span: tuple[int, int], fact: str
) -> Mismatch:
    """Explain the closing tag of an outer element: the inner one is not closed before it."""
    start, end = span
    opened, closed, close = f"<{shorten(top.name)}>", f"</{shorten(name)}>", f"</{top.name}>"
    overlap = re.compile(rf"\s*</{re.escape(top.name)}\s*>").match(text, end)
    if overlap is not None:
        message = f"{fact}: the elements overlap; close {opened} before {closed}"
        return Mismatch("overlap", message, (start, overlap.end(), f"{close}</{name}>"))
    again = re.compile(rf"\s*<{re.escape(top.name)}>").match(text, text.find(">", top.start) + 1)
    if again is not None and f"</{top.name}>" in text[top.start : start]:
        message = f"{fact}: {opened} is opened twice; remove one"
        return Mismatch("reopened", message, (top.start, text.find(">", top.start) + 1, ""))
    where, place = f"before {closed}", start
    content = text.find(">", top.start) + 1
    slashed = re.compile(rf"[^<]*(<{re.escape(top.name)}\s*/>)").match(text, content)
    if slashed is not None:
        message = f"{fact}: {shorten(slashed[1])} is written for {shorten(close)}"
        return Mismatch("reopened", message, (*slashed.span(1), close))
    own = text[content : text.find("<", content)].rstrip()
    sibling = _same_indent(text, top.start, start)
    if sibling is not None:  # which is rather beside the element than inside
        place = sibling.start(1)
        where = (
            f"before {shorten(sibling[2])} in line {text.count(chr(10), 0, sibling.start(2)) + 1}"
        )
    if own:  # an element with text has no elements inside
        where, place = f"after its text, in line {top.line}", content + len(own)
    message = f"{fact}: {opened} is not closed; add {shorten(close)} {where}"
    return Mismatch("missing-end", message, (place, place, close))


def _same_indent(text: str, start: int, end: int) -> re.Match[str] | None:
    """Find the next opening tag that begins its line at the same column as the tag at `start`."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    if not before or before.strip():
        return None
    return re.compile(rf"\n({before})(<[^\s<>/!?]+>?)").search(text, start, end)


def _not_opened(text: str, name: str, span: tuple[int, int], fact: str) -> Mismatch:
    """Explain the closing tag of an element that is not open."""
    start, end = span
    last = text.rfind("<", 0, start)
    shown = shorten(name)
    empty = re.compile(rf"<{re.escape(name)}(?:\s[^<>]*)?(/)>").match(text, last)
    if empty is not None:
        message = f"{fact}: <{shown}/> has closed the element already; write <{shown}>"
        return Mismatch("closed-twice", message, (empty.start(1), empty.end(1), ""))
    other = r"[^\w\x00-\x7f]"
    bare = re.compile(rf"(?:{other}|(?<![\w</:.-])){re.escape(name)}(?:>|{other})").search(
        text, text.find(">", last), start
    )
    if bare is not None:
        message = f"{fact}: the < of <{shown}> is missing"
        if non_ascii(bare[0]):
            message = f"{fact}: write <{shown}> with < and >, not with {non_ascii(bare[0])}"
        return Mismatch("missing-less-than", message, (*bare.span(), f"<{name}>"))
    if re.search(rf"</{re.escape(name)}\s*>\s*\Z", text[max(0, last) : start]):
        return Mismatch("closed-twice", f"{fact}: it occurs twice; remove one", (start, end, ""))
    content = text.rfind(">", 0, start) + 1
    if text[content:start].strip():
        message = f"{fact}: <{shown}> is missing before its text; write <{shown}>"
        return Mismatch("missing-start", message, (content, content, f"<{name}>"))
    if re.search(rf"<{re.escape(name)}[\s/>]", text) is None:
        message = f"{fact}: no <{shown}> is open; remove </{shown}>"
        return Mismatch("unopened", message, (start, end, ""))
    message = f"{fact}: no <{shown}> is open; its opening tag is missing, or this one is too many"
    return Mismatch("name", message, None)

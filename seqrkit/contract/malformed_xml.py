"""Explanations of text that is not well-formed XML.

libxml2 decides what is well-formed; its messages name neither prefixes nor the likely slip. The
scanner here reads a refused text from the start and stops at the first mistake, so that its time
grows with the length of the text only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from html.entities import name2codepoint
from typing import Final

from seqrkit.contract.findings import shorten

_WHITE: Final = " \t\r\n"
_NAME: Final = re.compile(r"[^\s<>/=\"'&!?]+")
_ATTRIBUTE: Final = re.compile(r"\s*([^\s=<>/\"']+)\s*(=?)\s*")
_ENTITY: Final = re.compile(r"&(?:(amp|lt|gt|quot|apos);|#[0-9]+;|#x[0-9a-fA-F]+;|(\w*)(;?))?")
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TAG_END: Final = re.compile(r"\s*(/?)>")
_DELIMITED: Final = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_PREDEFINED_PREFIXES: Final = frozenset({"", "xml", "xmlns"})


@dataclass(frozen=True, slots=True)
class Slip:
    """The first mistake of a text: what it is, where, and which tags it concerns.

    `kind` and `tags` are the same for the same slip in another message. `offset` is the position
    in the text; for ``trailing`` it is the end of the document.
    """

    kind: str
    message: str
    line: int
    offset: int
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Open:
    """An element that is not closed yet."""

    name: str
    line: int
    prefixes: frozenset[str]


def first_slip(text: str) -> Slip | None:
    """Return the first mistake of a text, or `None` if the scanner finds none."""
    return _Scanner(text).scan()


class _Scanner:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[_Open] = []
        self._rooted = False

    def scan(self) -> Slip | None:
        text, at = self._text, 0
        if not text.strip(_WHITE):
            return self._slip("empty", "the message is empty", 0)
        while True:
            start = text.find("<", at)
            slip = self._characters(at, len(text) if start < 0 else start)
            if slip is not None or start < 0:
                return slip or self._unclosed()
            opening = next((each for each in _DELIMITED if text.startswith(each, start)), None)
            if opening is not None:
                end = text.find(_DELIMITED[opening], start + len(opening))
                if end < 0:
                    return self._slip("unclosed", f"{opening} is not closed", start)
                if text.startswith("<?xml", start) and text[start + 5 : start + 6] in _WHITE:
                    slip = self._declaration(start)
                    if slip is not None:
                        return slip
                at = end + len(_DELIMITED[opening])
                continue
            found = self._tag(start)
            if isinstance(found, Slip):
                return found
            at = found

    def _characters(self, start: int, end: int) -> Slip | None:
        """Check the text between two tags."""
        part = self._text[start:end]
        if not self._open and part.strip(_WHITE + "\ufeff"):
            return self._outside(part, start)
        forbidden = _FORBIDDEN.search(part)
        if forbidden:
            message = f"the character U+{ord(forbidden[0]):04X} is not allowed in XML"
            return self._slip("character", message, start + forbidden.start())
        return self._references(start, end)

    def _outside(self, part: str, start: int) -> Slip:
        """Text before or after the document; the offset is where it begins."""
        offset = start + len(part) - len(part.lstrip(_WHITE + "\ufeff"))
        if self._rooted:
            return self._slip("trailing", "text follows the end of the document", offset)
        return self._slip("leading", "text precedes the first element", offset)

    def _ampersand(self, entity: re.Match[str]) -> Slip:
        name, offset = entity[2] or "", entity.start()
        if name in name2codepoint and entity[3]:
            message = f"&{name}; is an HTML entity; in XML write &#{name2codepoint[name]};"
            return self._slip("entity", message, offset)
        if entity[3] and name:
            return self._slip("entity", f"the entity &{name}; is not defined", offset)
        return self._slip("ampersand", f"{self._place()} contains a bare &; write &amp;", offset)

    def _declaration(self, start: int) -> Slip | None:
        if start == 0:
            return None
        if self._rooted:
            message = "a second XML declaration follows: the text contains several documents"
            return self._slip("trailing" if not self._open else "nested", message, start)
        before = "a byte order mark" if "\ufeff" in self._text[:start] else "white space"
        return self._slip(
            "leading", f"{before} precedes the XML declaration; begin with <?xml", start
        )

    def _tag(self, start: int) -> Slip | int:
        """Read the tag at `start`; return where it ends."""
        text = self._text
        closing = text.startswith("/", start + 1)
        name = _NAME.match(text, start + 1 + closing)
        if name is None or not (name[0][0].isalpha() or name[0][0] == "_"):
            if text.startswith("<!DOCTYPE", start):
                return self._slip("dtd", "a document type declaration is not allowed", start)
            return self._less_than(start)
        if closing:
            return self._end(name[0], start, name.end())
        if self._open and self._open[-1].name.rpartition(":")[2].lower() == "password":
            return self._less_than(start)  # the name of the tag may be part of a password
        if not self._open and self._rooted:
            message = f"<{shorten(name[0])}> follows the end of the document"
            return self._slip("trailing", message, start)
        return self._start(name[0], start, name.end())

    def _start(self, name: str, start: int, at: int) -> Slip | int:
        names, declared = [name], set[str]()
        seen: set[str] = set()
        while (end := _TAG_END.match(self._text, at)) is None:
            found = self._attribute(name, start, at)
            if isinstance(found, Slip):
                return found
            attribute, at = found
            if attribute in seen:
                message = f"<{shorten(name)}> has the attribute {shorten(attribute)} twice"
                return self._slip("attribute", message, start)
            seen.add(attribute)
            prefix, colon, local = attribute.partition(":")
            if attribute == "xmlns" or prefix == "xmlns":
                declared.add(local)
            elif colon:
                names.append(attribute)
        prefixes = (self._open[-1].prefixes if self._open else _PREDEFINED_PREFIXES) | declared
        for each in names:
            prefix = shorten(each.rpartition(":")[0])
            if each.rpartition(":")[0] not in prefixes:
                message = f"the prefix {prefix} of {shorten(each)} is not declared"
                message += f'; add xmlns:{prefix}="..."'
                return self._slip("undeclared", message, start, (each,))
        if not end[1]:
            self._open.append(_Open(name, self._line(start), prefixes))
        self._rooted = True
        return end.end()

    def _attribute(self, name: str, start: int, at: int) -> Slip | tuple[str, int]:
        """Read one attribute of the tag at `start`; return its name and where it ends."""
        text, found = self._text, _ATTRIBUTE.match(self._text, at)
        if found is None:
            return self._slip("unclosed", f"<{shorten(name)} is not closed by >", start)
        about = f"the attribute {shorten(found[1])} of <{shorten(name)}>"
        quote = text[found.end() : found.end() + 1]
        if not found[2] or quote not in {'"', "'"}:
            return self._slip("attribute", f"{about} needs a value in quotes", start)
        end = text.find(quote, found.end() + 1)
        if end < 0 or "<" in text[found.end() : end]:
            return self._slip("attribute", f"{about} has no closing quote", start)
        return self._references(found.end() + 1, end) or (found[1], end + 1)

    def _references(self, start: int, end: int) -> Slip | None:
        """Check that each & begins a reference that XML knows."""
        for entity in _ENTITY.finditer(self._text, start, end):
            if entity[2] is not None or entity[0] == "&":
                return self._ampersand(entity)
        return None

    def _end(self, name: str, start: int, at: int) -> Slip | int:
        text = self._text
        end = text.find(">", at)
        if end < 0 or text[at:end].strip(_WHITE):
            return self._slip("unclosed", f"</{shorten(name)} is not closed by >", start)
        if not self._open:
            message = f"</{shorten(name)}> closes an element that is not open"
            return self._slip("trailing" if self._rooted else "unopened", message, start)
        if self._open[-1].name == name:
            self._open.pop()
            return end + 1
        return self._mismatch(name, start)

    def _mismatch(self, name: str, start: int) -> Slip:
        top, *outer = reversed(self._open)
        opened, closed = f"<{shorten(top.name)}>", f"</{shorten(name)}>"
        fact = f"{closed} does not close {opened} of line {top.line}"
        tags = (top.name, name)
        local, other = (each.rpartition(":")[2] for each in tags)
        write = f"write </{shorten(top.name)}>"
        if local == other:
            prefix = name.rpartition(":")[0]
            undeclared = bool(prefix) and prefix not in top.prefixes
            why = f"the prefix {prefix} is not declared" if undeclared else "the prefixes differ"
            return self._slip("prefix", f"{fact}: {why}; {write}", start, tags)
        if local.lower() == other.lower():
            return self._slip("case", f"{fact}: upper and lower case differ; {write}", start, tags)
        again = next((each for each in outer if each.name == top.name), None)
        if again is not None and name != top.name:
            message = (
                f"{fact}: line {top.line} opens {opened} again inside {opened} of line "
                f"{again.line}; write </{shorten(top.name)}> in line {top.line}"
            )
            return self._slip("reopened", message, start, tags)
        if any(each.name == name for each in outer):
            message = f"{fact}: {opened} is not closed; add </{shorten(top.name)}> before {closed}"
            return self._slip("missing-end", message, start, tags)
        like = get_close_matches(other, [local], n=1, cutoff=0.6)
        why = "the names differ" if like else "the element is not open"
        return self._slip("name", f"{fact}: {why}; {write}", start, tags)

    def _less_than(self, start: int) -> Slip:
        return self._slip("less-than", f"{self._place()} contains a bare <; write &lt;", start)

    def _place(self) -> str:
        return f"<{shorten(self._open[-1].name)}>" if self._open else "the message"

    def _unclosed(self) -> Slip | None:
        if not self._open:
            return None
        top, end = self._open[-1], len(self._text)
        message = (
            f"the message ends inside <{shorten(top.name)}> of line {top.line}: it is truncated, "
            f"or </{shorten(top.name)}> is missing"
        )
        return self._slip("truncated", message, end, (top.name,))

    def _slip(self, kind: str, message: str, offset: int, tags: tuple[str, ...] = ()) -> Slip:
        return Slip(kind, message, self._line(offset), offset, tags)

    def _line(self, offset: int) -> int:
        return self._text.count("\n", 0, offset) + 1

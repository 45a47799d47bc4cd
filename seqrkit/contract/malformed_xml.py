"""Explanations of text that is not well-formed XML.

libxml2 decides what is well-formed; its messages name neither prefixes nor the likely slip. The
scanner here reads a refused text from the start and stops at the first mistake, so that its time
grows with the length of the text only.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from seqrkit.contract.attribute_slips import Problem, missing_declaration, read_attribute
from seqrkit.contract.comment_and_cdata_slips import SECTIONS, misplaced_declaration, read_section
from seqrkit.contract.findings import non_ascii, shorten
from seqrkit.contract.mismatched_tags import OpenElement, mismatch
from seqrkit.contract.xml_slips import REFERENCE_SLIPS, TAG_SLIPS, LocalSlip, Slip, is_forbidden
from seqrkit.soap import MASK
from seqrkit.soap.xml_declaration import malformed

_WHITE: Final = " \t\r\n"
_NAME: Final = re.compile(r"[^\s<>/=\"'&!?]+")
_SPACED_TAG: Final = re.compile(r"<(?:\s+(/?)|(/)(?=\s))\s*([^\W\d][\w.:-]*)")
_XML_NAME: Final = re.compile(r"[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?")
_ENTITY: Final = re.compile(r"&(?:(?:amp|lt|gt|quot|apos);|#(x[0-9a-fA-F]+|[0-9]+);|(\w*)(;?))?")
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LAST_TAG: Final = re.compile(r"</?[^\W\d][^<>]*+\Z|</?\Z")
_TAG_END: Final = re.compile(r"\s*(/?)>")
_MOST_SLIPS: Final = 20
_MOST_READ: Final = 500_000
"""How many characters are read again after corrections, since each reading starts at the first."""
_OUTER: Final = 3
"""The elements around the content of a message: Envelope, Body and operation."""
_PREDEFINED_PREFIXES: Final = frozenset({"", "xml", "xmlns"})


def first_slip(text: str) -> Slip | None:
    """Return the first mistake of a text, or `None` if the scanner finds none."""
    return _Scanner(text).scan()


def repaired(text: str) -> tuple[list[Slip], str | None]:
    """Return the mistakes of a text, and the text without them if each has a likely correction.

    Mistakes after one without a correction are not found.
    """
    slips: list[Slip] = []
    while (slip := first_slip(text)) is not None:
        slips.append(slip)
        if slip.fix is None or len(slips) > min(_MOST_SLIPS, _MOST_READ // len(text)):
            return slips, None
        start, end, replacement = slip.fix
        text = text[:start] + replacement + text[end:]
    return slips, text


class _Scanner:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line_ends = [each.start() for each in re.finditer("\n", text)]
        self._open: list[OpenElement] = []
        self._prefixes = Counter(_PREDEFINED_PREFIXES)
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
            wrong = None if self._rooted else malformed(text, start)
            if wrong is not None:
                fix = (start, wrong.end, "")
                return self._slip("declaration", wrong.sentence, start, fix=fix)
            opening = next((each for each in SECTIONS if text.startswith(each, start)), None)
            found = self._tag(start) if opening is None else self._delimited(opening, start)
            if isinstance(found, Slip):
                return found
            at = found

    def _delimited(self, opening: str, start: int) -> Slip | int:
        """Read a comment, a CDATA section, a declaration or an instruction; return its end."""
        template = self._local(TAG_SLIPS, start) if opening == "<?" else None
        if template is not None:
            return template
        innermost = self._open[-1].name if self._open else ""
        end = read_section(self._text, opening, start, innermost, self._line(start))
        is_declaration = self._text.startswith("<?xml", start) and self._text[start + 5] in _WHITE
        if is_declaration and start and isinstance(end, int):
            place = self._place() if self._open else ""
            end = misplaced_declaration(self._text, (start, end), place, after=self._rooted)
        if isinstance(end, Problem):
            return self._slip(end.kind, end.message, start, fix=end.fix)
        return end

    def _local(self, slips: Sequence[LocalSlip], offset: int) -> Slip | None:
        """Return the slip of a table that the text has at an offset."""
        for each in slips:
            found = each.pattern.match(self._text, offset)
            if found is not None:
                right = each.right(found)
                shown = {"wrong": found[0], "right": right, "code": non_ascii(found[0])}
                for key, part in shown.items():
                    shown[key] = MASK if self._in_password() else shorten(part)
                message = each.message.format(**shown)
                return self._slip(each.kind, message, offset, fix=(offset, found.end(), right))
        return None

    def _characters(self, start: int, end: int) -> Slip | None:
        """Check the text between two tags."""
        part = self._text[start:end]
        if not self._open and part.strip(_WHITE + "\ufeff"):
            return self._outside(part, start)
        forbidden = _FORBIDDEN.search(part)
        if forbidden:
            message = f"the character U+{ord(forbidden[0]):04X} is not allowed in XML; remove it"
            if forbidden[0] == "\0":
                message = f"there is a NUL byte in {self._place()}; remove it"
            offset = start + forbidden.start()
            return self._slip("character", message, offset, fix=(offset, offset + 1, ""))
        marked = part.find("]]>")
        if marked >= 0:
            offset = start + marked
            message = f"{self._place()} contains ]]>; write ]]&gt;"
            return self._slip("cdata", message, offset, fix=(offset, offset + 3, "]]&gt;"))
        return self._references(start, end)

    def _outside(self, part: str, start: int) -> Slip:
        """Text before or after the document; the offset is where it begins."""
        offset = start + len(part) - len(part.lstrip(_WHITE + "\ufeff"))
        if self._rooted:
            return self._slip("trailing", "text follows the end of the document", offset)
        return self._slip("leading", "text precedes the first element", offset)

    def _ampersand(self, entity: re.Match[str]) -> Slip:
        offset = entity.start()
        before, after = self._text.rfind(">", 0, offset), self._text.find("<", offset)
        tag = self._text.rfind("<", 0, before + 1)
        # Between a start tag and an end tag it is the value of an element.
        is_value = self._text.startswith("</", after) and not self._text.startswith("</", tag)
        alone = not is_value and self._text[before + 1 : after].strip(_WHITE) == entity[0]
        slip = self._local(REFERENCE_SLIPS, offset)
        if slip is not None:  # a reference between elements has no place there
            return replace(slip, fix=(offset, entity.end(), "")) if alone else slip
        fix = (offset, offset + 1, "" if alone else "&amp;")
        if entity[3] and entity[2]:
            name = entity[2]
            message = f"the entity &{name}; is not defined; for the text itself write &amp;{name};"
            return self._slip("entity", message, offset, fix=fix)
        message = f"{self._place()} contains a bare &; write &amp;"
        return self._slip("ampersand", message, offset, fix=fix)

    def _tag(self, start: int) -> Slip | int:
        """Read the tag at `start`; return where it ends."""
        slip = self._local(TAG_SLIPS, start)
        last = _LAST_TAG.match(self._text, start)
        if slip is not None or last is not None:
            return slip or self._truncated(last[0] if last else "", start)
        closing = self._text.startswith("/", start + 1)
        name = _NAME.match(self._text, start + 1 + closing)
        if name is None or not (name[0][0].isalpha() or name[0][0] == "_"):
            if self._text.startswith("<!DOCTYPE", start):
                return self._slip("dtd", "a document type declaration is not allowed", start)
            return self._less_than(start)
        slip = self._name(name, start)
        if slip is not None:
            return slip
        read = self._end if closing else self._start
        return read(name[0], start, name.end())

    def _name(self, name: re.Match[str], start: int) -> Slip | None:
        """Check the name of a tag, and whether an element can begin there."""
        forbidden = _FORBIDDEN.search(name[0])
        if forbidden:
            offset = name.start() + forbidden.start()
            message = f"the character U+{ord(forbidden[0]):04X} is inside of a tag; remove it"
            return self._slip("character", message, offset, fix=(offset, offset + 1, ""))
        if self._text[start + 1] == "/":
            return None
        # In a password, the name of the tag may be a part of the password.
        if self._in_password() or (self._open and self._is_text(name[0], name.end())):
            return self._less_than(start)
        if not self._open and self._rooted:
            message = f"<{shorten(name[0])}> follows the end of the document"
            return self._slip("trailing", message, start)
        return None

    def _is_text(self, name: str, end: int) -> bool:
        """Return whether an opening tag is rather a < in a text: without > or not a name."""
        following = self._text.find("<", end)
        unclosed = self._text.find(">", end, None if following < 0 else following) < 0
        is_name = _XML_NAME.fullmatch(name) is not None
        return (unclosed or not is_name) and f"</{name}>" not in self._text

    def _start(self, name: str, start: int, at: int) -> Slip | int:
        names, declared = [name], list[str]()
        seen: set[str] = set()
        while (end := _TAG_END.match(self._text, at)) is None:
            found = read_attribute(self._text, name, at)
            if isinstance(found, Problem):
                return self._slip(found.kind, found.message, start, fix=found.fix)
            slip = self._references(found.start, found.end)
            if slip is not None:
                return slip
            again = (at, found.end + 1, "")
            attribute, at = found.name, found.end + 1
            if attribute in seen:
                message = f"<{shorten(name)}> has the attribute {shorten(attribute)} twice"
                return self._slip("attribute", f"{message}; remove one", start, fix=again)
            seen.add(attribute)
            prefix, colon, local = attribute.partition(":")
            if attribute == "xmlns" or prefix == "xmlns":
                declared.append(local)
            elif colon:
                names.append(attribute)
        undeclared = self._undeclared(names, declared, start)
        if undeclared is not None:
            return undeclared
        if not end[1]:
            self._open.append(OpenElement(name, self._line(start), start, declared))
            self._prefixes.update(declared)
        elif not self._open and f"</{name}>" in self._text[at:]:
            message = f"<{shorten(name)}/> is empty, but closed again later; remove its /"
            return self._slip("closed-twice", message, start, fix=(*end.span(1), ""))
        self._rooted = True
        return end.end()

    def _undeclared(self, names: list[str], declared: list[str], start: int) -> Slip | None:
        """Return the slip of a prefix that neither a tag nor an element around it declares."""
        for each in names:
            prefix = each.rpartition(":")[0]
            if not self._prefixes[prefix] and prefix not in declared:
                declaration = missing_declaration(each)
                message = f"the prefix {shorten(prefix)} of {shorten(each)} is not declared"
                message += f"; add {declaration}"
                outer = self._open[0] if self._open else None
                tag = (start, names[0]) if outer is None else (outer.start, outer.name)
                place = tag[0] + 1 + len(tag[1])
                fix = (place, place, f" {declaration}")
                return self._slip("undeclared", message, start, (each,), fix)
        return None

    def _references(self, start: int, end: int) -> Slip | None:
        """Check that each & begins a reference that XML knows."""
        for entity in _ENTITY.finditer(self._text, start, end):
            if entity[2] is not None or entity[0] == "&":
                return self._ampersand(entity)
            if entity[1] and is_forbidden(entity[1]):
                at, message = entity.start(), f"{shorten(entity[0])} is not a character of XML"
                remove = self._slip(
                    "character", message + "; remove it", at, fix=(at, entity.end(), "")
                )
                return self._local(REFERENCE_SLIPS, at) or remove
        return None

    def _end(self, name: str, start: int, at: int) -> Slip | int:
        text = self._text
        end = text.find(">", at)
        if end > 0 and "<" not in text[at:end] and text[at:end].strip(_WHITE):
            message = f"the closing tag </{shorten(name)}> has more than a name; write </{name}>"
            fix = (at, end, "")
            whole = name + text[at:end].strip(_WHITE)
            if self._open and self._open[-1].name == whole:
                message = f"white space is inside the name of a tag; write </{shorten(whole)}>"
                fix = (start + 2, end, whole)
            return self._slip("unclosed", message, start, fix=fix)
        if end < 0 or text[at:end].strip(_WHITE):
            message = f"</{shorten(name)} is not closed by >"
            return self._slip("unclosed", message, start, fix=(at, at, ">"))
        if not self._open:
            message = f"</{shorten(name)}> closes an element that is not open"
            return self._slip("trailing" if self._rooted else "unopened", message, start)
        if self._open[-1].name == name:
            self._prefixes.subtract(self._open.pop().declared)
            return end + 1
        return self._mismatch(name, start, end + 1)

    def _mismatch(self, name: str, start: int, end: int) -> Slip:
        found = mismatch(self._text, self._open, self._prefixes, name, (start, end))
        return self._slip(found.kind, found.message, start, (self._open[-1].name, name), found.fix)

    def _less_than(self, start: int) -> Slip:
        spaced = _SPACED_TAG.match(self._text, start)
        if spaced is not None:
            slash, name = spaced[1] or spaced[2] or "", spaced[3]
            if (f"<{name}" if slash else f"</{name}") in self._text:
                tag = f"<{slash}{name}"
                message = f"white space follows < in line {self._line(start)}; write {tag}>"
                return self._slip("spaced", message, start, fix=(start, spaced.end(), tag))
        message = f"{self._place()} contains a bare <; write &lt;"
        return self._slip("less-than", message, start, fix=(start, start + 1, "&lt;"))

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
        ends = self._ends() if self._text.rstrip(_WHITE).endswith(">") else ""
        fix = (end, end, ends) if ends else None
        return self._slip("truncated", message, end, (top.name,), fix)

    def _truncated(self, tag: str, start: int) -> Slip:
        inside = "" if not self._open else f", inside {self._place()} of line {self._open[-1].line}"
        name = shorten(tag.split(maxsplit=1)[0])
        message = f"the message ends inside the tag {name}{inside}: it is truncated"
        ends = self._ends()
        fix = (start, len(self._text), ends) if ends.startswith(tag) else None
        return self._slip("truncated", message, start, fix=fix)

    def _ends(self) -> str:
        """Return the closing tags of open elements, if only those around the content are open."""
        closing = (f"</{each.name}>" for each in reversed(self._open))
        return "".join(closing) if len(self._open) <= _OUTER else ""

    def _slip(
        self,
        kind: str,
        message: str,
        offset: int,
        tags: tuple[str, ...] = (),
        fix: tuple[int, int, str] | None = None,
    ) -> Slip:
        if self._in_password():  # any character may be part of it, and what looks like a tag
            kept = "|".join(re.escape(each.name) for each in self._open)
            named = rf"(</?|&(?:amp;)?)(?!(?:{kept}|passw(?:or)?d|lt|amp)(?![\w.:-]))[\w.:-]+"
            message = re.sub(named, rf"\1{MASK}", message, flags=re.IGNORECASE)
            fix = None
        return Slip(kind, message, self._line(offset), offset, tags, fix)

    def _in_password(self) -> bool:
        return any("password" in each.name.lower() for each in self._open[-1:])

    def _line(self, offset: int) -> int:
        return bisect_left(self._line_ends, offset) + 1

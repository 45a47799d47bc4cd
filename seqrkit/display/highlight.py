"""Messages as lines of coloured pieces, with the findings that belong to each line.

Terminal and HTML draw the same lines. Pygments says what is what; anything may come in, XML or not,
and comes out as text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Final

from lxml import etree
from pygments.lexers.html import XmlLexer
from pygments.token import Comment, Name, String, _TokenType

from seqrkit import soap
from seqrkit.contract import Finding, Severity
from seqrkit.errors import MessageError

MAX_LINES: Final = 2_000
"""Lines of one message that are drawn; what follows is counted, not shown."""
MAX_PIECE: Final = 320
"""Characters of one value that are drawn, e.g. of a report in base64."""

SIGNAL: Final = {Severity.ERROR: "wrong", Severity.WARNING: "look"}
"""The palette's colour of a severity, which is also its CSS class."""


class Kind(StrEnum):
    """What a piece of a line is; the palette has a colour for each."""

    TAG = "tag"
    ATTRIBUTE = "attribute"
    VALUE = "value"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters of one kind, without a line break."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a message, its number from 1, and the findings at it."""

    number: int
    pieces: tuple[Piece, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def text(self) -> str:
        """The characters alone."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def indent(self) -> int:
        """How many spaces it starts with."""
        return len(self.text) - len(self.text.lstrip(" "))

    @property
    def severity(self) -> Severity | None:
        """The worst of its findings."""
        return worst(self.findings)


@dataclass(frozen=True, slots=True)
class Listing:
    """A message ready to be drawn.

    `elsewhere` are findings that belong to no line shown; `hidden` is how many lines are left out;
    `reindented` says that the message came on fewer lines than are shown.
    """

    lines: tuple[Line, ...]
    elsewhere: tuple[Finding, ...]
    hidden: int
    reindented: bool

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, those at a line first."""
        return (*(f for line in self.lines for f in line.findings), *self.elsewhere)


def listing(message: bytes, findings: Iterable[Finding] = ()) -> Listing:
    """The lines of a message, coloured, each with its findings.

    A message whose elements crowd a line, as services send them, is indented for reading; its
    findings then stand above it instead of at a line.
    """
    pretty, reindented = _readable(message)
    rows = _rows(pretty)
    at: defaultdict[int | None, list[Finding]] = defaultdict(list)
    for finding in findings:
        shown = not reindented and finding.line is not None and 1 <= finding.line <= len(rows)
        at[finding.line if shown else None].append(finding)
    visible = rows if len(rows) <= MAX_LINES else rows[:MAX_LINES]
    lines = tuple(Line(n, row, tuple(at.pop(n, ()))) for n, row in enumerate(visible, start=1))
    elsewhere = tuple(finding for rest in at.values() for finding in rest)
    return Listing(lines, elsewhere, len(rows) - len(visible), reindented)


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity among findings, or `None` when there are none."""
    found = {finding.severity for finding in findings}
    return next((s for s in (Severity.ERROR, Severity.WARNING) if s in found), None)


def count(findings: Iterable[Finding]) -> str:
    """How many, in words: ``2 errors, 1 warning``; empty when there are none."""
    severities = [finding.severity for finding in findings]
    counted = ((s, severities.count(s)) for s in (Severity.ERROR, Severity.WARNING))
    return ", ".join(f"{n} {s}{'s' if n > 1 else ''}" for s, n in counted if n)


_CROWDED: Final = 4
"""From so many ends of elements on one line, a message is indented before it is shown."""
_ENDS = re.compile(r">[ \t]*<")
_DECLARATION = re.compile(r"\s*(<\?xml[^>]*\?>)")
_KINDS: Final = {
    Name.Tag: Kind.TAG,
    Name.Attribute: Kind.ATTRIBUTE,
    String: Kind.ATTRIBUTE,
    Comment: Kind.COMMENT,
}
CONTROLS: Final = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"},
    **dict.fromkeys(range(0x7F, 0xA0), 0xFFFD),
    ord("\r"): None,
}
"""Control characters are shown, not obeyed: a reply must not be able to steer a terminal."""


def _readable(message: bytes) -> tuple[str, bool]:
    text = message.decode("utf-8", "replace").translate(CONTROLS)
    if max(len(_ENDS.findall(line)) for line in text.split("\n")) < _CROWDED:
        return text, False
    try:
        indented = soap.indent(soap.parse(message))
    except (MessageError, etree.LxmlError):
        return text, False  # not XML: it is shown as it came
    declaration = _DECLARATION.match(text)
    shown = (f"{declaration[1]}\n" if declaration else "") + indented.decode().partition("\n")[2]
    return shown, shown.strip() != text.strip()


@lru_cache(maxsize=256)
def _rows(text: str) -> tuple[tuple[Piece, ...], ...]:
    rows: list[tuple[Piece, ...]] = []
    row: list[Piece] = []
    for token, run in XmlLexer(stripnl=False, ensurenl=False).get_tokens(text):
        for i, part in enumerate(run.split("\n")):
            if i:
                rows.append(tuple(row))
                row = []
            if part:
                row.extend(_pieces(_kind(token), part))
    if row or not rows:
        rows.append(tuple(row))
    return tuple(rows)


def _pieces(kind: Kind, text: str) -> Iterator[Piece]:
    if len(text) <= MAX_PIECE:
        yield Piece(kind, text)
        return
    yield Piece(kind, text[:MAX_PIECE])
    yield Piece(Kind.COMMENT, f" … {len(text) - MAX_PIECE:,} more characters")


@cache
def _kind(token: _TokenType) -> Kind:
    lineage = token.split()
    return next((kind for parent, kind in _KINDS.items() if parent in lineage), Kind.VALUE)

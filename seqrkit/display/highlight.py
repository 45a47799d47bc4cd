"""Messages as lines of coloured pieces, with the findings of each line.

Terminal and HTML views draw the same lines. Pygments tells tags, attributes and comments apart. Any
bytes can be listed, XML or not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from lxml import etree
from pygments.lexers.html import XmlLexer
from pygments.token import Comment, Name, String

from seqrkit import soap
from seqrkit.contract import Finding, Severity
from seqrkit.errors import MessageError
from seqrkit.terminal_text import visible

MAX_LINES: Final = 2_000
"""Lines of one message that are shown; the rest is counted."""
MAX_PIECE: Final = 320
"""Characters of one value that are shown, e.g. of a report in base64."""

SIGNAL: Final = {Severity.ERROR: "wrong", Severity.WARNING: "look"}
"""The palette's colour of each severity, also used as CSS class."""


class Kind(StrEnum):
    """The kind of a piece; the palette has a colour for each."""

    TAG = "tag"
    ATTRIBUTE = "attribute"
    VALUE = "value"
    COMMENT = "comment"


class Piece(NamedTuple):
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
        """The characters without their kinds."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def indent(self) -> int:
        """Number of spaces at the start."""
        return len(self.text) - len(self.text.lstrip(" "))

    @property
    def severity(self) -> Severity | None:
        """Highest severity among its findings."""
        return worst(self.findings)


@dataclass(frozen=True, slots=True)
class Listing:
    """A message as lines.

    `elsewhere` holds the findings without a visible line; `hidden` is the number of lines left out;
    `reindented` is true if line breaks were added for reading.
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
    """Return the lines of a message with their findings.

    A message with many elements on one line, as services send it, is indented for reading; its
    findings are then listed above it, because their line numbers no longer apply.
    """
    pretty, reindented = readable(message)
    rows = _rows(pretty)
    at: defaultdict[int | None, list[Finding]] = defaultdict(list)
    for finding in findings:
        shown = not reindented and finding.line is not None and 1 <= finding.line <= len(rows)
        at[finding.line if shown else None].append(finding)
    lines = tuple(
        Line(n, row, tuple(at.pop(n, ()))) for n, row in enumerate(rows[:MAX_LINES], start=1)
    )
    elsewhere = tuple(finding for rest in at.values() for finding in rest)
    return Listing(lines, elsewhere, len(rows) - len(lines), reindented)


def worst(findings: Iterable[Finding]) -> Severity | None:
    """Return the highest severity among findings, or `None` without findings."""
    found = {finding.severity for finding in findings}
    return next((s for s in (Severity.ERROR, Severity.WARNING) if s in found), None)


def count(findings: Iterable[Finding]) -> str:
    """Return the number of findings in words: ``2 errors, 1 warning``; empty for none."""
    severities = [finding.severity for finding in findings]
    counted = ((s, severities.count(s)) for s in (Severity.ERROR, Severity.WARNING))
    return ", ".join(f"{n} {s}{'s' if n > 1 else ''}" for s, n in counted if n)


KNOWN_LINES: Final = 8192
"""Number of lines that are kept as drawn: a keystroke changes one of thousands."""
SHORT: Final = 200
"""Longer lines, in characters, are drawn each time: they could fill the memory."""
_CROWDED: Final = 4
"""Number of adjacent tags on one line from which on a message is indented."""
_ENDS = re.compile(r">[ \t]*<")
_DECLARATION = re.compile(r"\s*(<\?xml[^>]*\?>)")
_KINDS: Final = {
    Name.Tag: Kind.TAG,
    Name.Attribute: Kind.ATTRIBUTE,
    String: Kind.ATTRIBUTE,
    Comment: Kind.COMMENT,
}


def readable(message: bytes) -> tuple[str, bool]:
    """Return the text of a message, with line breaks if it is on one line, and whether it was."""
    text = visible(message.decode("utf-8", "replace"))
    if max(len(_ENDS.findall(line)) for line in text.split("\n")) < _CROWDED:
        return text, False
    try:
        indented = soap.indent(soap.parse(message))
    except (MessageError, etree.LxmlError):
        return text, False  # not XML: shown unchanged
    declaration = _DECLARATION.match(text)
    # An escaped control character (&#x85;) becomes the character itself when it is written again.
    body = visible(indented.decode().partition("\n")[2])
    shown = (f"{declaration[1]}\n" if declaration else "") + body
    return shown, shown.strip() != text.strip()


# A line of text and complete tags, which can be coloured alone.
_ALONE: Final = re.compile(r"[^<>\r]*(?:(?:<\?[^<>?\r]*\?>|<[^<>!?\r][^<>\r]*>)[^<>\r]*)*")


def _rows(text: str) -> Sequence[tuple[Piece, ...]]:
    lines = text.removesuffix("\n").split("\n")
    each = ((_row if len(line) <= SHORT else _row.__wrapped__)(line) for line in lines)
    rows = [row for row in each if row is not None]
    return rows if len(rows) == len(lines) else _coloured(text)


@lru_cache(maxsize=KNOWN_LINES)
def _row(line: str) -> tuple[Piece, ...] | None:
    return _coloured(line)[0] if _ALONE.fullmatch(line) else None


def _coloured(text: str) -> tuple[tuple[Piece, ...], ...]:
    rows: list[tuple[Piece, ...]] = []
    row: list[Piece] = []
    for token, run in XmlLexer(stripnl=False, ensurenl=False).get_tokens(text):
        for i, part in enumerate(run.split("\n")):
            if i:
                rows.append(tuple(row))
                row = []
            if part:
                names = tuple(token)  # of the token type and its parents
                kinds = (k for parent, k in _KINDS.items() if names[: len(parent)] == parent)
                row.extend(_pieces(next(kinds, Kind.VALUE), part))
    if row or not rows:
        rows.append(tuple(row))
    return tuple(rows)


def _pieces(kind: Kind, text: str) -> Iterator[Piece]:
    if len(text) <= MAX_PIECE:
        yield Piece(kind, text)
        return
    yield Piece(kind, text[:MAX_PIECE])
    yield Piece(Kind.COMMENT, f" … {len(text) - MAX_PIECE:,} more characters")

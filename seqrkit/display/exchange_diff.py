"""Side-by-side comparison of two exchanges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from seqrkit.display import highlight, outcome_phrases
from seqrkit.display.exchange_html import pieces_body, result_pill
from seqrkit.display.highlight import Line
from seqrkit.exchange import Exchange
from seqrkit.html import Markup, html, render

_AROUND: Final = 2
"""Equal lines shown before and after each difference."""
_ELEMENT: Final = re.compile(r"\s*<(/?)(?:[^\s<>/:]+:)?([^\s<>/]+)")


class Row(NamedTuple):
    """A line of each message, `None` without counterpart; or a number of equal lines left out.

    `sign` is one of `SAME`, `CHANGED`, `REMOVED` and `ADDED`.
    """

    sign: str
    left: Line | None = None
    right: Line | None = None
    left_out: int = 0

    @property
    def css_class(self) -> str:
        """The class that colours the row."""
        return _CLASS[self.sign]

    @property
    def code(self) -> tuple[Markup, Markup]:
        """Both lines as HTML; in a changed line, the part that differs is marked."""
        left, right = self.left, self.right
        if self.sign != CHANGED or left is None or right is None:
            return _coloured(left), _coloured(right)
        one, other = left.text, right.text
        start = _common(one, other)
        end = _common(one[start:][::-1], other[start:][::-1])
        return _marked(one, start, end), _marked(other, start, end)


SAME: Final = "="
CHANGED: Final = "≠"
REMOVED: Final = "−"  # noqa: RUF001 - the minus sign, as wide as the plus
ADDED: Final = "+"


_CLASS: Final = {SAME: "same", CHANGED: "changed", REMOVED: "removed", ADDED: "added"}


def diff_body(one: Exchange, other: Exchange) -> Markup:
    """Return requests and replies of two exchanges side by side, without the style."""
    return render(
        "display/exchange_diff.html",
        exchanges=(one, other),
        parts={
            "Request": list(rows(one.masked_request, other.masked_request)),
            "Reply": list(rows(one.masked_response or b"", other.masked_response or b"")),
        },
        pill=result_pill,
        milliseconds=outcome_phrases.milliseconds,
    )


def rows(one: bytes, other: bytes) -> Iterator[Row]:
    """Yield the lines of two messages side by side, leaving out most equal lines."""
    left, right = (highlight.listing(each).lines if each else () for each in (one, other))
    matcher = SequenceMatcher(
        # Otherwise difflib ignores lines that are frequent in long messages, such as </invoiceRow>.
        None,
        [line.text for line in left],
        [line.text for line in right],
        autojunk=False,
    )
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            yield from _same(left[i:i_end], right[j:j_end], first=i == 0, last=i_end == len(left))
            continue
        yield from _other(left[i:i_end], right[j:j_end])


def _other(left: Sequence[Line], right: Sequence[Line]) -> Iterator[Row]:
    """Yield lines that differ, aligned by the element they start or end."""
    matcher = SequenceMatcher(
        None, [_name(line) for line in left], [_name(line) for line in right], autojunk=False
    )
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            pairs = zip(left[i:i_end], right[j:j_end], strict=True)
            yield from (Row(CHANGED, *pair) for pair in pairs)
        else:
            yield from (Row(REMOVED, left=line) for line in left[i:i_end])
            yield from (Row(ADDED, right=line) for line in right[j:j_end])


def _name(line: Line) -> str:
    """Return the element that starts or ends on a line, without its prefix."""
    found = _ELEMENT.match(line.text)
    return "".join(found.groups()) if found else ""


def _same(left: Sequence[Line], right: Sequence[Line], *, first: bool, last: bool) -> Iterator[Row]:
    head = 0 if first else _AROUND
    tail = 0 if last else _AROUND
    both = [Row(SAME, a, b) for a, b in zip(left, right, strict=True)]
    hidden = len(both) - head - tail
    if hidden <= 1:  # the note that a line is left out takes a line itself
        yield from both
        return
    yield from both[:head]
    yield Row(SAME, left_out=hidden)
    yield from both[len(both) - tail :]


def _marked(text: str, start: int, end: int) -> Markup:
    stop = len(text) - end
    return html("{}<mark>{}</mark>{}", text[:start], text[start:stop], text[stop:])


def _coloured(line: Line | None) -> Markup:
    return Markup() if line is None else pieces_body(line.pieces)


def _common(one: str, other: str) -> int:
    """Return the number of characters that both start with."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))

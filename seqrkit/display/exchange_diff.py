"""Two exchanges side by side, and where they differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from html import escape
from typing import Final, NamedTuple

from seqrkit.display import exchange_html, highlight, phrases
from seqrkit.display.highlight import Line
from seqrkit.exchange import Exchange

_AROUND: Final = 2
"""Lines that are the same, and stand before and after a difference; the others are left out."""
_ELEMENT: Final = re.compile(r"\s*<(/?)(?:[^\s<>/:]+:)?([^\s<>/]+)")


class Row(NamedTuple):
    """A line of each side, `None` where a side has none; or lines of both that are left out."""

    sign: str
    left: Line | None = None
    right: Line | None = None
    left_out: int = 0


SAME: Final = "="
CHANGED: Final = "≠"
REMOVED: Final = "−"  # noqa: RUF001 - the minus sign, as wide as the plus
ADDED: Final = "+"


def diff_body(one: Exchange, other: Exchange) -> str:
    """Requests and replies of two exchanges side by side, without the style."""
    heads = "".join(f'<th scope="col" colspan="2">{_head(each)}</th>' for each in (one, other))
    parts = (
        ("Request", one.masked_request, other.masked_request),
        ("Reply", one.masked_response, other.masked_response),
    )
    body = "".join(_part(*part) for part in parts)
    return (
        '<table class="diff"><colgroup><col class="sign"><col class="number"><col>'
        '<col class="number"><col></colgroup><thead><tr><th scope="col">'
        '<span class="unseen">difference</span></th>'
        f"{heads}</tr></thead>{body}</table>"
    )


def rows(one: bytes, other: bytes) -> Iterator[Row]:
    """The lines of two messages beside each other, most of what is the same left out."""
    left, right = (highlight.listing(each).lines if each else () for each in (one, other))
    matcher = SequenceMatcher(
        None, [line.text for line in left], [line.text for line in right], autojunk=False
    )
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            yield from _same(left[i:i_end], right[j:j_end], first=i == 0, last=i_end == len(left))
            continue
        yield from _other(left[i:i_end], right[j:j_end])


def _other(left: Sequence[Line], right: Sequence[Line]) -> Iterator[Row]:
    """Lines that differ, those of one element beside each other."""
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
    """The element that begins or ends on a line, without its prefix."""
    found = _ELEMENT.match(line.text)
    return "".join(found.groups()) if found else ""


def _same(left: Sequence[Line], right: Sequence[Line], *, first: bool, last: bool) -> Iterator[Row]:
    head = 0 if first else _AROUND
    tail = 0 if last else _AROUND
    both = [Row(SAME, a, b) for a, b in zip(left, right, strict=True)]
    hidden = len(both) - head - tail
    if hidden <= 1:  # to say that a line is left out takes a line
        yield from both
        return
    yield from both[:head]
    yield Row(SAME, left_out=hidden)
    yield from both[len(both) - tail :]


def _head(exchange: Exchange) -> str:
    return (
        f'<b>{exchange.number}</b> <span class="op">{escape(exchange.operation)}</span> '
        f"{exchange_html.result_pill(exchange)} <small>{phrases.milliseconds(exchange)}</small>"
    )


def _part(title: str, one: bytes | None, other: bytes | None) -> str:
    found = list(rows(one or b"", other or b""))
    if all(row.sign == SAME for row in found):
        title, found = f"{title}: the same", []
    head = f'<tr class="part"><th scope="rowgroup" colspan="5">{title}</th></tr>'
    return f"<tbody>{head}{''.join(_rows(found))}</tbody>"


def _rows(found: Iterable[Row]) -> Iterator[str]:
    for row in found:
        if row.left_out:
            many = "s" if row.left_out > 1 else ""
            said = f"… {row.left_out} line{many} the same"
            yield f'<tr class="gap"><td colspan="5">{said}</td></tr>'
            continue
        left, right = _marked(row)
        sign = "" if row.sign == SAME else row.sign
        yield (
            f'<tr class="{_CLASS[row.sign]}"><td>{sign}</td>{_cells(row.left, left)}'
            f"{_cells(row.right, right)}</tr>"
        )


_CLASS: Final = {SAME: "same", CHANGED: "changed", REMOVED: "removed", ADDED: "added"}


def _cells(line: Line | None, code: str) -> str:
    if line is None:
        return '<td class="none"></td><td class="none"></td>'
    return f'<td>{line.number}</td><td><code style="--i:{line.indent}">{code}</code></td>'


def _marked(row: Row) -> tuple[str, str]:
    """Both lines as HTML; of a line that has changed, what has changed in it is marked."""
    left, right = row.left, row.right
    if row.sign != CHANGED or left is None or right is None:
        return _coloured(left), _coloured(right)
    one, other = left.text, right.text
    start = _common(one, other)
    end = _common(one[start:][::-1], other[start:][::-1])
    return _mark(one, start, end), _mark(other, start, end)


def _mark(text: str, start: int, end: int) -> str:
    stop = len(text) - end
    before, changed, after = (
        escape(each) for each in (text[:start], text[start:stop], text[stop:])
    )
    return f"{before}<mark>{changed}</mark>{after}"


def _coloured(line: Line | None) -> str:
    return "" if line is None else exchange_html.pieces_body(line.pieces)


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))

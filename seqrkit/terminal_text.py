"""Text of files and servers, made safe for a terminal and for its encoding."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

WORDING: Final[ContextVar[Callable[[str], str]]] = ContextVar("wording", default=str)
"""Rewords what errors say: the command line has options where Python has arguments."""

_LINES_AND_TABS: Final = "\t\n"
_ESCAPED: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""The categories of controls, invisible formats, surrogates and unusual line separators."""


class _Controls(dict[int, str | None]):
    """A translation that is made for each character when it is met for the first time."""

    def __missing__(self, code: int) -> str | None:
        self[code] = shown = _shown(chr(code))
        return shown


def _shown(character: str) -> str | None:
    # Half of a Windows line end; alone it would let a reply overwrite what stands before it.
    if character == "\r":
        return None
    if character in _LINES_AND_TABS or unicodedata.category(character) not in _ESCAPED:
        return character
    if character < " ":
        # Unicode has the pictures in the order of the controls.
        return chr(ord("\N{SYMBOL FOR NULL}") + ord(character))
    return character.encode("unicode_escape").decode()


_CONTROLS: Final = _Controls()


MAX_TEXT: Final = 2_000
"""Characters of one value that are shown."""


def one_line(text: str) -> str:
    """Return a text on one line, cut where it is long, without control characters."""
    cut = text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]} … {len(text) - MAX_TEXT:,} more"
    return visible(cut).replace("\n", " ")


def visible(text: str) -> str:
    """Return a text in which nothing can control a terminal or reorder what is displayed.

    C0 controls become control pictures; other controls, invisible formatting characters, unusual
    line separators and lone surrogates become escapes.
    """
    # Most texts are, and the check is many times faster than a translation.
    return text if text.isprintable() else text.translate(_CONTROLS)


_SPELLED: Final = {
    **dict.fromkeys("─━╌╸╺═", "-"),
    **dict.fromkeys("│┃║╎", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬╡╞╪", "+"),
    **dict.fromkeys("█▀▄▌▐■●•▲", "#"),
    **dict.fromkeys("\u2010\u2011\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\u2018\u2019\u201a", "'"),
    **dict.fromkeys("\u201c\u201d\u201e", '"'),
    "…": "...",
    "·": "-",
    "\N{MULTIPLICATION SIGN}": "x",
    "✓": "ok",
    "✔": "ok",
    "✗": "x",
    "→": "->",
    "←": "<-",
    "↔": "<->",
    "▶": ">",
    "◀": "<",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "\N{NO-BREAK SPACE}": " ",
}
"""Typographic characters, as ASCII writes them."""


def ascii_instead(error: UnicodeError) -> tuple[str, int]:
    """Handle what an output's encoding lacks: typographic characters in ASCII, others escaped."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    spelled = (_SPELLED.get(c) or c.encode("ascii", "backslashreplace").decode() for c in lacking)
    return "".join(spelled), error.end

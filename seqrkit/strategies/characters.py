"""Characters of generated texts, and texts that match a pattern: constructed, not filtered.

Hypothesis shrinks a character to ``0``, a text to as few of them as may be. The alphabets are few
wide ranges, since it looks through all of an alphabet's ranges for each character it draws.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from hypothesis import strategies as st

from seqrkit.contract.placeholders import placeholder

if TYPE_CHECKING:
    from seqrkit.strategies.drawn_choices import Drawn, Form

_NO_CHARACTERS: Final = "\ufffe\uffff"  # not in XML 1.0
_READ_AS_UTF_8: Final = "\u00c2\u00c3\u00e2"  # what follows can look like UTF-8 read as Latin-1
_REFERENCE_END: Final = ";"  # without it no text looks like an entity reference, escaped twice
_CONTROLS: Final = "".join(chr(code) for code in range(0x20) if chr(code) not in "\t\n\r")
WHITE_SPACE: Final = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\ufeff"
"""What a service may trim from a text; a byte order mark is white space in JavaScript."""

PLAIN: Final = st.characters(
    exclude_categories=["Cc", "Cs"],
    exclude_characters=_NO_CHARACTERS + _READ_AS_UTF_8 + _REFERENCE_END,
)
"""All scripts and planes of Unicode without control characters; XML allows them all."""
ANY: Final = st.characters(
    exclude_categories=["Cs"], exclude_characters=_CONTROLS + _NO_CHARACTERS + _READ_AS_UTF_8
)
"""Every character that XML 1.0 allows."""

_ATOM: Final = re.compile(
    r"(\[(?:\\.|[^\]\[\\])+\]|\\?[^()|\[\]{}*+?])([*+?]|\{[0-9]+(?:,[0-9]*)?\})?"
)
_QUANTITIES: Final = {"": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}
_LATIN_END: Final = 0x250
"""The first character that is not tried in a class; the patterns use only earlier ones."""
_MORE: Final = 12
"""By how many characters most texts exceed their minimum at most."""
_LONG: Final = 124
"""The first code of a longer text: one in 32 has 13 to 58 characters."""


class Run(NamedTuple):
    """A part of a pattern: an alphabet, and how many characters of it."""

    alphabet: str | None
    """`None` for a dot, which stands for any character."""
    least: int
    most: int | None

    def taken(self, drawn: Drawn, code: int, start: int) -> str:
        """Return characters of a drawn text, or those of the alphabet in their place."""
        more = code % (_MORE + 1) if code < _LONG else _MORE + 1 + 15 * (code - _LONG)
        size = self.least + more % (more + 1 if self.most is None else self.most - self.least + 1)
        found = drawn.characters(start, size) if code else "0" * size
        if self.alphabet is None:
            return found
        return "".join(self.alphabet[(ord(each) - ord("0")) % len(self.alphabet)] for each in found)


def text(least: int = 0, most: int | None = None) -> Form:
    """Return a form of ordinary texts; if `least` is not 0, none of them is blank."""
    ordinary = _runs(Run(None, least, most))

    def visible(code: int, drawn: Drawn) -> str:
        given = ordinary(code, drawn)
        return given if given.strip(WHITE_SPACE) else f"0{given[1:]}"

    return visible if least else ordinary


def trimmed(least: int = 0, most: int | None = None) -> Form:
    """Return a form of texts without white space at the beginning and the end."""
    ordinary = _runs(Run(None, least, most))

    def trim(code: int, drawn: Drawn) -> str:
        given = ordinary(code, drawn)
        first = given[:1].strip(WHITE_SPACE) or "0"
        last = given[-1:].strip(WHITE_SPACE) or "0"
        return f"{first}{given[1:-1]}{last}"[: len(given)]

    return trim


def matching(pattern: str, least: int = 0, most: int | None = None) -> Form:
    """Return a form of texts that match a whole pattern of XSD, within limits of length.

    A pattern that is one run of characters after another is built run by run. What has groups or
    alternatives is left to Hypothesis, and what has a limit besides to a filter; none has so far.
    """
    runs = runs_of(pattern)
    if runs is not None and len(runs) == 1:
        limits = [limit for limit in (most, runs[0].most) if limit is not None]
        return _runs(Run(runs[0].alphabet, max(least, runs[0].least), min(limits, default=None)))
    if runs is not None and most is None and least <= sum(run.least for run in runs):
        return _runs(*runs)
    whole = st.from_regex(f"(?:{pattern})", fullmatch=True, alphabet=PLAIN)
    fitting = whole.filter(lambda given: least <= len(given) <= (most or len(given)))
    return lambda _, drawn: drawn.draw(fitting)


def _runs(*runs: Run) -> Callable[[int, Drawn], str]:
    def made(code: int, drawn: Drawn) -> str:
        found = ""
        for run in runs:
            found += run.taken(drawn, code, code // (_MORE + 1) + len(found))
        # A text such as \\n looks like the escape of a string in source code.
        is_mistaken = found.startswith("\\") or placeholder(found)
        return made(0, drawn) if code and is_mistaken else found

    return made


@cache
def runs_of(pattern: str) -> Sequence[Run] | None:
    """Return a pattern as runs of characters, `None` if it has groups or alternatives."""
    runs: list[Run] = []
    place = 0
    while place < len(pattern):
        atom = _ATOM.match(pattern, place)
        if atom is None:
            return None
        place = atom.end()
        runs.append(Run(_alphabet(atom[1]), *_quantity(atom[2] or "")))
    return tuple(runs)


def _quantity(written: str) -> tuple[int, int | None]:
    if written in _QUANTITIES:
        return _QUANTITIES[written]
    least, comma, most = written.strip("{}").partition(",")
    return int(least), int(most or least) if most or not comma else None


def _alphabet(atom: str) -> str | None:
    if atom == ".":
        return None
    allowed = re.compile(atom)
    found = [chr(code) for code in range(_LATIN_END) if allowed.fullmatch(chr(code))]
    return "".join(sorted(found, key=lambda each: (each < "0", each)))

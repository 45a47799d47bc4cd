"""Characters of generated texts, and texts that match a pattern: constructed, not filtered.

Hypothesis shrinks a character to ``0``, a text to as few of them as may be. The alphabets are few
wide ranges, since it looks through all of an alphabet's ranges for each character it draws.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from seqrkit.contract.finding_messages import WHITE
from seqrkit.contract.placeholders import placeholder

_NO_CHARACTERS: Final = "\ufffe\uffff"  # not in XML 1.0
_READ_AS_UTF_8: Final = "\u00c2\u00c3\u00e2"  # what follows can look like UTF-8 read as Latin-1
_REFERENCE_END: Final = ";"  # without it no text looks like an entity reference, escaped twice
_CONTROLS: Final = "".join(chr(code) for code in range(0x20) if chr(code) not in "\t\n\r")

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


class Run(NamedTuple):
    """A part of a pattern: an alphabet, and how many characters of it."""

    alphabet: str | None
    """`None` for a dot, which stands for any character."""
    least: int
    most: int | None


def text(least: int = 0, most: int | None = None) -> SearchStrategy[str]:
    """Return a strategy of ordinary texts; if `least` is not 0, none of them is blank."""
    written = st.text(PLAIN, min_size=least, max_size=most).map(filled)
    return written.map(_visible) if least else written


def trimmed(least: int = 0, most: int | None = None) -> SearchStrategy[str]:
    """Return a strategy of texts without white space at the beginning and the end."""
    return text(least, most).map(_trim)


def _trim(given: str) -> str:
    first = "0" if given[:1].isspace() else given[:1]
    last = "0" if given[-1:].isspace() else given[-1:]
    return given if len(given) == 0 else f"{first}{given[1:-1]}{last}"[: len(given)]


def matching(pattern: str, least: int = 0, most: int | None = None) -> SearchStrategy[str]:
    """Return a strategy of texts that match a whole pattern of XSD, within limits of length.

    A pattern that is one run of characters after another is built run by run. What has groups or
    alternatives is left to Hypothesis, and what has a limit besides to a filter; none has so far.
    """
    runs = runs_of(pattern)
    if runs is None:
        made = st.from_regex(f"(?:{pattern})", fullmatch=True, alphabet=PLAIN)
    elif len(runs) == 1:
        (only,) = runs
        limits = [limit for limit in (most, only.most) if limit is not None]
        return _run(Run(only.alphabet, max(least, only.least), min(limits, default=None)))
    else:
        made = st.tuples(*map(_run, runs)).map("".join)
    if most is None and least <= sum(run.least for run in runs or ()):
        return made
    return made.filter(lambda given: least <= len(given) <= (most or len(given)))


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
    return "".join(chr(code) for code in range(_LATIN_END) if allowed.fullmatch(chr(code)))


def _run(run: Run) -> SearchStrategy[str]:
    if run.alphabet is not None and len(run.alphabet) == 1 and run.least == run.most:
        return st.just(run.alphabet * run.least)
    drawn = st.text(run.alphabet or PLAIN, min_size=run.least, max_size=run.most)
    return drawn.filter(lambda given: not placeholder(given))


def filled(given: str) -> str:
    """Return a text that is not a placeholder, which Hypothesis likes to try: null, None, NaN."""
    return f"0{given[1:]}" if placeholder(given) else given


def _visible(given: str) -> str:
    return given if given.strip(WHITE) else f"0{given[1:]}"

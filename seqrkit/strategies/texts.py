"""Which characters texts are made of, and texts of a pattern: constructed, never filtered.

Hypothesis shrinks a character to ``0``, a text to as few of them as may be.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from seqrkit.contract.wording import WHITE

PLAIN: Final = st.characters(
    exclude_categories=("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"),
)
"""What people write: every script, no control characters. All of it is allowed in XML."""

ANY: Final = st.characters(
    exclude_categories=["Cs"],
    exclude_characters="".join(
        chr(code) for code in (*range(0x20), 0xFFFE, 0xFFFF) if chr(code) not in "\t\n\r"
    ),
)
"""Every character that XML 1.0 allows, on every plane."""

_ONE_CLASS: Final = re.compile(r"(\[(?:\\.|[^\]\[\\])+\])([*+])")
_NO_LIMIT: Final = 1_000_000
_ALPHABET_END: Final = 0x250  # a class of a pattern is looked up in Latin, where they all are


def text(least: int = 0, most: int | None = None) -> SearchStrategy[str]:
    """Texts that people write; where at least one character is asked for, not blank ones."""
    written = st.text(PLAIN, min_size=least, max_size=most)
    return written.map(_visible) if least else written


def matching(pattern: str, least: int = 0, most: int | None = None) -> SearchStrategy[str]:
    """Texts that match a pattern of XSD as a whole, of a length between two limits."""
    known = _repeated_class(pattern)
    if known is not None:
        alphabet, fewest = known
        return st.text(st.sampled_from(alphabet), min_size=max(least, fewest), max_size=most)
    drawn = st.from_regex(f"(?:{pattern})", fullmatch=True, alphabet=PLAIN)
    if least <= 1 and most is None and not re.fullmatch(pattern, ""):
        return drawn
    longest = _NO_LIMIT if most is None else most
    return drawn.filter(lambda given: least <= len(given) <= longest)  # no pattern of ours yet


@cache
def _repeated_class(pattern: str) -> tuple[str, int] | None:
    """The characters of a pattern that is one class repeated, and how many it asks for."""
    whole = _ONE_CLASS.fullmatch(pattern)
    if whole is None:
        return None
    allowed = re.compile(whole[1])
    found = [chr(code) for code in range(_ALPHABET_END) if allowed.fullmatch(chr(code))]
    found.sort(key=lambda character: (not character.isalnum(), character))
    return "".join(found), 1 if whole[2] == "+" else 0


def _visible(given: str) -> str:
    return given if given.strip(WHITE) else f"0{given[1:]}"

"""The XML declaration (XML 1.0, section 2.8), and what is wrong with a malformed one."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_EQUALS: Final = r"[ \t\r\n]*=[ \t\r\n]*"
WELL_FORMED: Final = re.compile(
    rf"""<\?xml[ \t\r\n]+version{_EQUALS}(?:"1\.[0-9]+"|'1\.[0-9]+')"""
    rf"""(?:[ \t\r\n]+encoding{_EQUALS}(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?"""
    rf"""(?:[ \t\r\n]+standalone{_EQUALS}(?:"(?:yes|no)"|'(?:yes|no)'))?"""
    r"[ \t\r\n]*\?>",
    re.ASCII,
)
_INTENDED: Final = re.compile(
    r"<\s*(?:\?\s*xml(?![\w.-]*-)|xml(?=\s*version\s*=))[^<>]{0,300}>?", re.IGNORECASE
)
_PROBLEMS: Final = tuple(
    (re.compile(pattern, re.DOTALL), why)
    for pattern, why in (
        (r"(?!<\?xml\s)", "it must begin with <?xml and a blank, in lower case"),
        (r"(?!.*\?>\Z)", "it must end with ?>"),
        (".*[\u2018-\u201f\u2032\u2033\u00ab\u00bb`]", "its quotes must be straight"),
        (r".*=\s*[^\s\"']", "its values must be in quotes"),
        (
            r".*\s(?!(?:version|encoding|standalone)\s*=)[\w.:-]+\s*=",
            "it can only have version, encoding and standalone",
        ),
        (r"(?!.*\sversion\b)", "the version is missing"),
        (r".*\b(?:encoding|standalone)\b.*\sversion\b", "the version must come first"),
        (r".*\bstandalone\b.*\sencoding\b", "standalone must come last"),
        (r".*\sversion\s*=\s*[\"'](?!1\.[0-9]+[\"'])", "the version must be 1.0"),
        (r".*\sencoding\s*=\s*[\"'](?![A-Za-z][\w.-]*[\"'])", "the encoding is not a name"),
        (r".*\sstandalone\s*=\s*[\"'](?!(?:yes|no)[\"'])", "standalone must be yes or no"),
        (r".*=\s*([\"'])[^\"']*\1\w", "white space is missing between its values"),
        ("", "it is malformed"),
    )
)
"""Patterns of malformed declarations with what is wrong, the most likely first."""


class Malformed(NamedTuple):
    """A malformed declaration: where it ends in its text, and a sentence about it."""

    end: int
    sentence: str


def malformed(text: str, start: int = 0) -> Malformed | None:
    """Return what is wrong with the declaration that a text has at a position, if anything is."""
    found = _INTENDED.match(text, start)
    if found is None or WELL_FORMED.match(text, start):
        return None
    why = next(why for pattern, why in _PROBLEMS if pattern.match(found[0]))
    right = '<?xml version="1.0" encoding="utf-8"?>'
    return Malformed(found.end(), f"the XML declaration is malformed: {why}; write {right}")

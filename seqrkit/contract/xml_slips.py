"""Slips of XML that a pattern recognizes where they begin, each with its likely correction."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html.entities import name2codepoint
from typing import Final

from seqrkit.soap.fault import carried

_NAME: Final = r"[^\W\d][\w.:-]*"
_QUALIFIED: Final = r"[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?"
_LARGEST: Final = 0x10FFFF
_LONGEST: Final = 7
"""The most digits of a character's number."""


@dataclass(frozen=True, slots=True)
class Slip:
    """The first mistake of a text: what it is, where, and which tags it concerns.

    `kind` and `tags` are the same for the same slip in another message. `offset` is the position
    in the text; for ``trailing`` it is the end of the document. `fix` is the start and end of what
    to replace, and the replacement, if there is only one likely correction.
    """

    kind: str
    message: str
    line: int
    offset: int
    tags: tuple[str, ...] = ()
    fix: tuple[int, int, str] | None = None


@dataclass(frozen=True, slots=True)
class LocalSlip:
    """A pattern of wrong text, what is wrong with it, and the right text for a match."""

    kind: str
    pattern: re.Pattern[str]
    message: str
    right: Callable[[re.Match[str]], str]


def _slip(kind: str, pattern: str, message: str, right: str) -> LocalSlip:
    return LocalSlip(kind, re.compile(pattern), message, lambda found: found.expand(right))


def is_forbidden(number: str) -> bool:
    """Return whether XML does not allow the character of a reference, such as `x1F` or `0`."""
    digits = number.lstrip("x").lstrip("0") or "0"
    if len(digits) > _LONGEST:
        return True
    code = int(digits, 16 if number.startswith("x") else 10)
    return code > _LARGEST or carried(chr(code)) != chr(code)


def _character(found: re.Match[str]) -> str:
    """Return the reference to the character of a pair of surrogates."""
    high, low = (int(each, 16) for each in found.groups())
    return f"&#x{0x10000 + ((high - 0xD800) << 10) + low - 0xDC00:X};"


# Tried in this order; repetitions have a limit, so that no text takes quadratic time.
TAG_SLIPS: Final = (
    _slip("less-than", r"<<+(?=/?[A-Za-z_])", "< is doubled; write one, or &lt; for text", "<"),
    _slip("less-than", r"<//+(?=[A-Za-z_])", "/ is doubled; write {right}", "</"),
    _slip(
        "invisible",
        "<(/?[A-Za-z_][\\w.:-]{0,60}?)[\u00ad\u200b-\u200f\u2060\ufeff]+(?=[\\w.:-]*[\\s>/])",
        "the invisible character {code} is inside of the name of a tag; remove it",
        r"<\1",
    ),
    _slip(
        "template",
        r"<\?(?![A-Za-z_])[^<>]*\?>|<%[^<>]*%>",
        "{wrong} is a part of a template that was not filled in; write its value",
        "?",
    ),
    _slip(
        "comment",
        "<![\u2013\u2014]-?([^<>]*)[\u2013\u2014]>",
        "{wrong} has the dash {code}; a comment is <!-- ... -->",
        r"<!--\1-->",
    ),
    _slip(
        "spaced",
        r"<(/?[A-Za-z_][\w.-]*):[:\s]+(?=[A-Za-z_][\w.-]*[\s>/])",
        "{wrong} has a second colon or white space after the prefix; write {right}",
        r"<\1:",
    ),
    _slip("comment", r"<!-(?!-)", "a comment begins with <!--", "<!--"),
    _slip(
        "cdata",
        r"<!\[(?!CDATA\[)\s*(?i:cdata)\s*\[",
        "a CDATA section begins with <![CDATA[, in upper case and without blanks",
        "<![CDATA[",
    ),
    _slip(
        "unclosed",
        r"<([A-Za-z_][\w.:-]{0,60}?)(?=[A-Z0-9 ][^<>=]{0,300}</\1>)",
        "{wrong} is not closed by >; write {right}",
        r"<\1>",
    ),
    _slip(
        "character",
        "<([A-Za-z_/][^<>\"']{0,60}?)[\u00a0\u2000-\u200a\u202f\u3000](?=[^<>]{0,300}>)",
        "{wrong} has {code}, white space that XML does not know; write a blank",
        r"<\1 ",
    ),
    _slip("backslash", rf"<\\({_NAME})\s*>", "{wrong} has a backslash; write {right}", r"</\1>"),
    _slip("backslash", rf"<({_NAME})\s*\\>", "{wrong} has a backslash; write {right}", r"<\1/>"),
    _slip(
        "invisible",
        "<(/?)[\u00a0\u00ad\u200b-\u200f\u2060\ufeff]+",
        "the invisible character {code} follows <; remove it",
        r"<\1",
    ),
    _slip(
        "tag",
        rf"<(/?)[0-9]+[.-]*({_NAME})>",
        "{wrong} begins with a digit, which names in XML do not; write {right}",
        r"<\1\2>",
    ),
    _slip(
        "tag",
        rf"<(?!\s|{_QUALIFIED}>)(?=[^<>/=\"']{{1,60}}>[^<>]{{0,300}}</({_NAME})\s*>)[^<>/=\"']*?\1[^<>/=\"']*>",
        "{wrong} is not a tag of XML; write {right}",
        r"<\1>",
    ),
)
"""Slips where a < is."""

REFERENCE_SLIPS: Final = (
    _slip("entity", r"&#X([0-9A-Fa-f]+);", "{wrong} has an upper-case X; write {right}", r"&#x\1;"),
    _slip(
        "entity",
        r"&(amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+)(?=[\s<&]|\Z)",
        "{wrong} has no semicolon; write {right}",
        r"&\1;",
    ),
    LocalSlip(
        "entity",
        re.compile(r"&(?:AMP|LT|GT|QUOT|APOS);"),
        "{wrong} is in upper case; write {right}",
        lambda found: found[0].lower(),
    ),
    LocalSlip(
        "character",
        re.compile(r"&#x(d[89ab][0-9a-f]{2});&#x(d[c-f][0-9a-f]{2});", re.IGNORECASE),
        "{wrong} is a pair of surrogates; write the character as {right}",
        _character,
    ),
    LocalSlip(
        "entity",
        re.compile(rf"&(?!(?:amp|lt|gt|quot);)({'|'.join(name2codepoint)});"),
        "{wrong} is an HTML entity; in XML write {right}",
        lambda found: f"&#{name2codepoint[found[1]]};",
    ),
)
"""Slips where a & is."""

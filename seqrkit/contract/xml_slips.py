"""Slips of XML that a pattern recognizes where they begin, each with its likely correction."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html.entities import name2codepoint
from typing import Final

from seqrkit import schemas
from seqrkit.soap.fault import carried

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


_TABLES: Final = schemas.read_toml("xml-slips.toml")


def _slip(kind: str, form: str, says: str, write: str) -> LocalSlip:
    for name, part in _TABLES["part"].items():
        form = form.replace(f"{{{name}}}", part)
    return LocalSlip(kind, re.compile(form), says, lambda found: found.expand(write))


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


TAG_SLIPS: Final = tuple(_slip(**each) for each in _TABLES["tag"])
"""Slips where a < is, in the order in which they are tried."""

REFERENCE_SLIPS: Final = (
    *(_slip(**each) for each in _TABLES["reference"]),
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

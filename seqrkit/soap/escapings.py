"""Patterns of a character in every escaping: XML, HTML, URLs, JSON, JavaScript and Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5
from typing import Final
from unicodedata import normalize

# Each sign with which an escape begins or ends may itself be escaped. Repetitions are bounded, so
# that a hostile text takes no time.
_ENCODED: Final = r"(?:25){0,3}"
_SEMICOLON: Final = rf"(?:;|%{_ENCODED}3[Bb])?"
_HASH: Final = rf"(?:#|%{_ENCODED}23)"
_AGAIN: Final = rf"(?:(?:amp|{_HASH}0{{0,6}}38|{_HASH}[Xx]0{{0,6}}26){_SEMICOLON}){{0,3}}"
_BACKSLASH: Final = rf"(?:\\|%{_ENCODED}5[Cc])"
# Each escaping doubles the backslashes, so 16 are four escapings.
_BACKSLASHES: Final = f"{_BACKSLASH}{{0,16}}"
ANY_CHARACTER: Final = "|".join(
    (
        r"&(?:amp;){0,3}[#\w]{1,10};",
        rf"%{_ENCODED}[C-Fc-f][0-9A-Fa-f](?:%{_ENCODED}[89ABab][0-9A-Fa-f]){{1,3}}",
        rf"%{_ENCODED}[0-9A-Fa-f]{{2}}",
        r"\\{1,16}u[dD][89ABab]..\\{1,16}u[dD]...",
        r"\\{1,16}x[C-Fc-f][0-9A-Fa-f](?:\\{1,16}x[89ABab][0-9A-Fa-f]){1,3}",
        r"\\{1,16}3[0-7]{2}(?:\\{1,16}2[0-7]{2}){1,3}",
        r"\\{1,16}(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[0-3][0-7]{2}|.)",
        r".",
    )
)
"""A character in some escaping; what follows the beginning of a long secret."""


def written(character: str) -> str:
    """Return the pattern of a character as it is and in every escaping.

    Each alternative begins with a literal, from which `re` makes a fast search for the first one.
    """
    plain = rf"\\{_BACKSLASHES}" if character == "\\" else re.escape(character)
    if character == " ":
        plain = r"[ \t\r\n]{1,40}"  # a log or a page may break and indent the line there
    others = map(re.escape, look_alikes(character))
    again = "{1,2}" if character in "\"'" else ""  # CSV and SQL double their quotes
    return f"(?:{'|'.join((plain, *_escapings(character), *others))}){again}"


@lru_cache(maxsize=256)
def escaped(character: str) -> re.Pattern[str]:
    """Return the pattern of a character in every escaping, without its other forms."""
    return re.compile("|".join(_escapings(character)), re.DOTALL)


@lru_cache(maxsize=256)
def _escapings(character: str) -> tuple[str, ...]:
    """Return the patterns of the escapings of a character."""
    entity = f"{_AGAIN}(?:{'|'.join(_references(character))}){_SEMICOLON}"
    plain = re.escape(character)
    coded = [f"26{entity}", *_percent_encoded(character)]
    backslashed = "|".join(
        [*_backslash_codes(character), f"u0026{entity}", f"&{entity}", "%" + _any(coded), plain]
    )
    more = rf"{_BACKSLASHES}(?:{backslashed})"
    return (
        rf"\\{more}",
        f"&{entity}",
        f"%{_any([*coded, f'5[Cc]{more}'])}",
    )


def _references(character: str) -> Iterator[str]:
    """Yield what is between & and ; in the references to a character."""
    # HTML allows leading zeros, and no semicolon: the next digit would make it another character.
    yield rf"{_HASH}0{{0,6}}{ord(character)}(?![0-9])"
    yield rf"{_HASH}[Xx]0{{0,6}}{_hex(ord(character))}(?![0-9A-Fa-f])"
    yield from (
        name[:-1] for name, known in html5.items() if known == character and name[-1] == ";"
    )


def _any(encoded: list[str]) -> str:
    """Return the pattern of URL encodings after their %, which may be encoded itself."""
    return f"{_ENCODED}(?:{'|'.join(encoded)})"


def _percent_encoded(character: str) -> Iterator[str]:
    """Yield the URL encodings of a character after their %, that of JavaScript's escape() too."""
    for encoding in ("utf-8", "latin-1"):
        data = character.encode(encoding, "ignore")
        if data:
            yield f"%{_ENCODED}".join(_hex(byte, 2) for byte in data)
    yield f"%{_ENCODED}".join(f"u{_hex(unit, 4)}" for unit in _units(character))


def _backslash_codes(character: str) -> Iterator[str]:
    r"""Yield the escapes of JSON, JavaScript and Python after their backslash."""
    first, *rest = (_hex(unit, 4) for unit in _units(character))
    yield f"u{first}" + "".join(f"{_BACKSLASH}{{1,16}}u{unit}" for unit in rest)
    yield rf"u\{{0{{0,6}}{_hex(ord(character))}\}}"
    yield f"U{_hex(ord(character), 8)}"
    yield f"{_BACKSLASH}{{1,16}}".join(
        f"x{_hex(byte, 2)}" for byte in character.encode("utf-8", "replace")
    )
    yield f"{_BACKSLASH}{{1,16}}".join(
        f"{byte:03o}" for byte in character.encode("utf-8", "replace")
    )
    if character.isascii() or ord(character) < 1 << 8:
        yield f"x{_hex(ord(character), 2)}"
    if character in "\n\r\t\b\f":
        yield {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}[character]


@lru_cache(maxsize=256)
def look_alikes(character: str) -> tuple[str, ...]:
    """Return what stands for a character without an escape sign.

    For a space, what separates words elsewhere; for a quote, two; for a character beyond ASCII, a
    letter and its accent apart, and how it looks in a text that was decoded as another encoding.
    """
    # A form writes + for a space.
    if character == " ":
        return ("+", "\t", "\n", "\r", "\N{NO-BREAK SPACE}")
    if character in "\"'":
        return (character * 2,)
    if character.isascii():
        return ()
    utf_8 = character.encode("utf-8", "replace")
    found = {
        utf_8.decode("latin-1"),
        utf_8.decode("cp1252", "replace"),
        normalize("NFD", character),
    }
    for encoding in ("latin-1", "cp1252"):
        found.add(character.encode(encoding, "ignore").decode("utf-8", "surrogateescape"))
    return tuple(found - {"", character})


def _units(character: str) -> Iterator[int]:
    """Yield the UTF-16 code units of a character."""
    data = character.encode("utf-16-be", "surrogatepass")
    return (int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2))


def _hex(number: int, width: int = 1) -> str:
    """Return the pattern of a hexadecimal number in upper and lower case."""
    return "".join(
        digit if digit.isdigit() else f"[{digit}{digit.lower()}]" for digit in f"{number:0{width}X}"
    )

"""Passwords as values, masked wherever they reappear: in a fault, a web page, JSON or a header.

A service may escape what it repeats as XML, HTML, a URL or JSON, once or several times, each
character in its own way. So the pattern of a secret has, for each character, every way to write it.
Mask before shortening: half a password is not recognized.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape, unescape
from html.entities import html5
from itertools import chain, pairwise
from typing import Final
from urllib.parse import unquote

from seqrkit.soap.masking import MASK, decoded, mask_elements, password_spans

SHORTEST: Final = 4
"""Characters of the shortest value that is masked outside of password elements."""
_COMPARED: Final = 24
"""Characters of a secret that are compared; the rest is as long, so that the pattern is small."""
_MOST: Final = 16
"""Secrets of one message; a request has two passwords at most."""

_BACKSLASH_RUN: Final = re.compile(r"\\{3,}")
_ESCAPE_SIGN: Final = re.compile(r"[&%\\]")
_SHORTEST_IN_BASE64: Final = 6
"""Characters of the shortest part of a secret in base64 that is not a coincidence."""
# The last alternative ends the search where one is not closed; to try all others would take
# quadratic time.
_DIVISION = re.compile(
    r"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->|<\?(?!xml\s)[^<>]*\?>|(<!(?:--|\[CDATA\[).*)", re.DOTALL
)
_LOGIN = re.compile(r"://[^\s<>\"'/?#@:]*:([^\s<>\"'/?#@]+)@")
_CDATA_OR_COMMENT = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
# A number may be a part of a reference, and a word a part of the XML itself, by coincidence.
_REFERENCE: Final = (
    r"<(?:[\w.-]+:)?(?:clientReference|ersReference|invoiceReference|paymentReference"
    r"|transactionPeriodId)(?:\s[^<>]*)?>[^<]*"
)
_MARKUP: Final = r"</?[\w:.-]+|<\?xml[^>]*>|&\w+;|\bxmlns(?::[\w.-]+)?\s*=\s*(?:\"[^\"]*\"|'[^']*')"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Values to mask, the longest first, because a value may contain another one."""

    values: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, message: bytes, *more: str) -> Secrets:
        """Return the secrets of a message, its passwords and those in its URLs, and `more`."""
        return cls._sorted(frozenset({*_secrets_in(message), *more}))

    @classmethod
    def _sorted(cls, found: frozenset[str]) -> Secrets:
        values = (each for each in found if len(each) >= SHORTEST and each.strip("*"))
        return cls(tuple(sorted(values, key=lambda value: (-len(value), value))[:_MOST]))

    def __or__(self, other: Secrets) -> Secrets:
        """Return the secrets of both."""
        return self._sorted(frozenset({*self.values, *other.values}))

    def mask(self, text: str) -> str:
        """Return a text with each secret in it masked, however it is escaped."""
        for value in self.values:
            if len(text) < len(value):
                continue  # in every escaping it is at least as long
            if any(each in text for each in _in_base64(value)):
                text = _base64_pattern(value).sub(MASK, text)
            if not _may_contain(text, value) or not _pattern(value).search(text):
                continue
            if value.isalpha() or value.isdecimal():
                text = _ambiguous(value).sub(_kept_or_masked, text)
            else:
                text = _pattern(value).sub(MASK, text)
        return text

    def mask_bytes(self, data: bytes) -> bytes:
        """Return a message or any other body with password elements and each secret masked."""
        return self._changed(mask_elements(data), self._mask_message)

    def mask_repetitions(self, data: bytes) -> bytes:
        """Return a message with each secret masked, but for the password elements themselves."""
        return self._changed(data, self._mask_outside)

    def mask_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return HTTP headers with each secret masked."""
        everything = "\n".join(chain.from_iterable(headers.items()))
        if not any(_may_contain(everything, value) for value in self.values):
            return dict(headers)
        return {self.mask(name): self.mask(value) for name, value in headers.items()}

    def _mask_message(self, text: str) -> str:
        text = self.mask(text)
        if _CDATA_OR_COMMENT.search(text) is None and text.find("<?", 1) < 0:
            return text
        # A parser puts together what CDATA sections, comments and instructions divide.
        whole = _DIVISION.sub(_content, text)
        masked = self.mask(whole)
        return text if masked == whole else masked

    def _mask_outside(self, text: str) -> str:
        limits = [0, *(limit for span in password_spans(text) for limit in span), len(text)]
        pieces = [text[start:end] for start, end in pairwise(limits)]
        pieces[::2] = map(self.mask, pieces[::2])
        return "".join(pieces)

    def _changed(self, data: bytes, change: Callable[[str], str]) -> bytes:
        if not self.values:
            return data
        text, encoding = decoded(data)
        changed = change(text)
        return data if changed == text else changed.encode(encoding, "surrogateescape")


NO_SECRETS: Final = Secrets()


def mask(message: bytes) -> bytes:
    """Return a message with its own passwords masked, wherever they are in it."""
    return Secrets.of(message).mask_bytes(message)


@lru_cache(maxsize=8)  # an exchange is made anew, with the same request, when it gets its number
def _secrets_in(message: bytes) -> frozenset[str]:
    text, _ = decoded(message)
    found = {unquote(unescape(each)) for each in _LOGIN.findall(text)}
    for start, end in password_spans(text):
        content = _CDATA_OR_COMMENT.split(text[start:end])
        texts, literal = content[::2], content[1::2]
        value = "".join(
            unescape(part) + (cdata or "")
            for part, cdata in zip(texts, [*literal, None], strict=True)
        )
        found.add(value.strip())
        if "&" in value:
            found.add(unescape(value).strip())  # an element that was escaped itself
    return frozenset(found)


def _content(found: re.Match[str]) -> str:
    return found[2] or escape(found[1] or "", quote=False)


@lru_cache(maxsize=64)
def _in_base64(secret: str) -> tuple[str, ...]:
    """Return what base64 makes of a secret within a longer text, such as a login: 3 alignments."""
    data = secret.encode("utf-8", "replace")
    found = []
    for before in range(3):
        start, end = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        found.append(b64encode(bytes(before) + data).decode()[start:end])
    return tuple(each for each in found if len(each) >= _SHORTEST_IN_BASE64)


@lru_cache(maxsize=64)
def _base64_pattern(secret: str) -> re.Pattern[str]:
    parts = "|".join(map(re.escape, _in_base64(secret)))
    return re.compile(rf"[A-Za-z0-9+/]{{0,2}}(?:{parts})[A-Za-z0-9+/]?={{0,2}}")


def _may_contain(text: str, secret: str) -> bool:
    """Whether a text can contain a secret; making the secret's own pattern takes much longer.

    The text has the secret's beginning as it is, or at least one of its characters otherwise.
    """
    if secret in text:
        return True
    escapes = _ESCAPE_SIGN.search(text) is not None
    if not escapes and secret.isascii() and " " not in secret:
        return False
    # However often it is escaped, two backslashes are enough to find a character here.
    text = _BACKSLASH_RUN.sub(r"\\\\", text)
    beginning = secret[:_COMPARED]
    return (
        beginning in text
        or any(each in text for each in _all_look_alikes(beginning))
        or (escapes and any(_escaped(character).search(text) for character in set(beginning)))
    )


@lru_cache(maxsize=64)
def _all_look_alikes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(map(_look_alikes, text))))


def _kept_or_masked(found: re.Match[str]) -> str:
    if found["kept"] is not None:
        return found["kept"]
    start, end = found.span()
    around = found.string[max(start - 1, 0) : start] + found.string[end : end + 1]
    within_number = found[0].isdecimal() and any(map(str.isdecimal, around))
    return found[0] if within_number else MASK


@lru_cache(maxsize=64)
def _pattern(secret: str) -> re.Pattern[str]:
    rest = len(secret) - _COMPARED
    beginning = "".join(map(_written, secret[:_COMPARED]))
    return re.compile(
        beginning + (f"(?:{_ANY_CHARACTER}){{{rest}}}" if rest > 0 else ""), re.DOTALL
    )


@lru_cache(maxsize=64)
def _ambiguous(secret: str) -> re.Pattern[str]:
    kept = _REFERENCE if secret.isdecimal() else _MARKUP
    return re.compile(f"(?P<kept>{kept})|{_pattern(secret).pattern}", re.DOTALL)


# Each sign with which an escape begins or ends may itself be escaped. Repetitions are bounded, so
# that a hostile text takes no time.
_ENCODED: Final = r"(?:25){0,3}"
_SEMICOLON: Final = rf"(?:;|%{_ENCODED}3[Bb])?"
_HASH: Final = rf"(?:#|%{_ENCODED}23)"
_AGAIN: Final = rf"(?:(?:amp|{_HASH}0{{0,6}}38|{_HASH}[Xx]0{{0,6}}26){_SEMICOLON}){{0,3}}"
_BACKSLASH: Final = rf"(?:\\|%{_ENCODED}5[Cc])"
_BACKSLASHES: Final = f"{_BACKSLASH}{{0,16}}"
_ANY_CHARACTER: Final = "|".join(
    (
        r"&(?:amp;){0,3}[#\w]{1,10};",
        rf"%{_ENCODED}[C-Fc-f][0-9A-Fa-f](?:%{_ENCODED}[89ABab][0-9A-Fa-f]){{1,3}}",
        rf"%{_ENCODED}[0-9A-Fa-f]{{2}}",
        r"\\{1,16}u[dD][89ABab]..\\{1,16}u[dD]...",
        r"\\{1,16}x[C-Fc-f][0-9A-Fa-f](?:\\{1,16}x[89ABab][0-9A-Fa-f]){1,3}",
        r"\\{1,16}(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)",
        r".",
    )
)
"""A character in some escaping; what follows the beginning of a long secret."""


def _written(character: str) -> str:
    """Return the pattern of a character as it is and in every escaping.

    Each alternative begins with a literal, from which `re` makes a fast search for the first one.
    """
    plain = rf"\\{_BACKSLASHES}" if character == "\\" else re.escape(character)
    look_alikes = map(re.escape, _look_alikes(character))
    return f"(?:{'|'.join((plain, *_escapings(character), *look_alikes))})"


@lru_cache(maxsize=256)
def _escaped(character: str) -> re.Pattern[str]:
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
    if character.isascii() or ord(character) < 1 << 8:
        yield f"x{_hex(ord(character), 2)}"
    if character in "\n\r\t\b\f":
        yield {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}[character]


@lru_cache(maxsize=256)
def _look_alikes(character: str) -> tuple[str, ...]:
    """Return what stands for a character without an escape sign.

    For a space, what separates words elsewhere; for a character beyond ASCII, how it looks in a
    text that was decoded as another encoding than it is in.
    """
    if character == " ":
        return ("+", "\t", "\n", "\r", "\N{NO-BREAK SPACE}")
    if character.isascii():
        return ()
    utf_8 = character.encode("utf-8", "replace")
    found = {utf_8.decode("latin-1"), utf_8.decode("cp1252", "replace")}
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

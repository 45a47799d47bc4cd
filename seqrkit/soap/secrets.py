"""Passwords as values, masked wherever they reappear: in a fault, a web page, JSON or a header.

A service may escape what it repeats as XML, HTML, a URL or JSON, once or several times, each
character in its own way. So the pattern of a secret has, for each character, every way to write it.
Mask before shortening: half a password is not recognized.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape, unescape
from itertools import chain, pairwise
from typing import Final
from urllib.parse import unquote

from seqrkit.soap.escapings import ANY_CHARACTER, escaped, look_alikes, written
from seqrkit.soap.masking import MASK, decoded, mask_elements, password_spans

# The API's passwords have at least 4 characters (code 21); a shorter mask would hide ordinary
# words.
SHORTEST: Final = 4
"""Characters of the shortest value that is masked outside of password elements."""
_COMPARED: Final = 24
"""Characters of a secret that are compared; the rest is as long, so that the pattern is small."""
_MOST: Final = 16
"""Secrets of one message; a request has two passwords at most."""

_BACKSLASH_RUN: Final = re.compile(r"\\{3,}")
_ESCAPE_SIGN: Final = re.compile(r"[&%\\]")
_LOOKED_ALIKE: Final = frozenset(" \"'")
"""The characters of ASCII that can be written in another way without an escape sign."""
_SHORTEST_IN_BASE64: Final = 6
"""Characters of the shortest part of a secret in base64 that is not a coincidence."""
# The last alternative ends the search where one is not closed; to try all others would take
# quadratic time.
_DIVISION = re.compile(
    r"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->|<\?(?!xml\s)[^<>]*\?>|(<!(?:--|\[CDATA\[).*)", re.DOTALL
)
_LOGIN = re.compile(r"://[^\s<>\"'/?#@:]*:([^\s<>\"'/?#@]+)@")
_ASSIGNED = re.compile(
    r"(?:passw(?:or)?d|pwd)(?:\\*[\"']\s*:\s*\\*[\"']|(?:\s+value\s*)?=\s*[\"']?)([^\s\"'<>&;\\]+)",
    re.IGNORECASE,
)
"""A password in JSON, in an attribute or in a form."""
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
        # Asterisks alone are a mask already.
        values = (each for each in found if len(each) >= SHORTEST and each.strip("*"))
        return cls(tuple(sorted(values, key=lambda value: (-len(value), value))[:_MOST]))

    def with_those_of(self, response: bytes) -> Secrets:
        """Return these secrets and the passwords in a response, which may be those of others.

        These come first: a response that is full of passwords must not displace them.
        """
        lower = response.lower()
        has_login = b"://" in lower and b"@" in lower
        if not (has_login or b"passw" in lower or b"pwd" in lower or b"\0" in lower[:4]):
            return self
        others = self._sorted(_passwords_in(response)).values
        return self._sorted(frozenset({*self.values, *others[: _MOST - len(self.values)]}))

    def __or__(self, other: Secrets) -> Secrets:
        """Return the secrets of both."""
        return self._sorted(frozenset({*self.values, *other.values}))

    def mask(self, text: str) -> str:
        """Return a text with each secret in it masked, however it is escaped."""
        if not _may_contain_any(text, self.values):
            return text
        for value in self.values:
            if len(text) < len(value):
                continue  # in every escaping it is at least as long
            if any(each in text for each in _in_base64(value)):
                text = _base64_pattern(value).sub(MASK, text)
            for each in _in_hexadecimal(value):
                text = text.replace(each, MASK)
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
        if not _may_contain_any(everything, self.values):
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


# An exchange is made anew, with the same request, when it gets its number.
@lru_cache(maxsize=8)
def _secrets_in(message: bytes) -> frozenset[str]:
    return _passwords_in(message)


def _passwords_in(message: bytes) -> frozenset[str]:
    text, _ = decoded(message)
    found = {unquote(unescape(each)) for each in _LOGIN.findall(text) + _ASSIGNED.findall(text)}
    for start, end in password_spans(text):
        content = _CDATA_OR_COMMENT.split(text[start:end])
        texts, literal = content[::2], content[1::2]
        # A parser joins CDATA sections and texts, so the password is what they are together.
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
    # base64 turns 3 bytes into 4 characters: what precedes the secret decides how it is cut.
    for before in range(3):
        start, end = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        found.append(b64encode(bytes(before) + data).decode()[start:end])
    return tuple(each for each in found if len(each) >= _SHORTEST_IN_BASE64)


@lru_cache(maxsize=64)
def _in_hexadecimal(secret: str) -> tuple[str, ...]:
    """Return a secret as dumps and logs write bytes: 2 digits for each, in one of two cases."""
    data = secret.encode("utf-8", "replace")
    found = (data.hex(*separator) for separator in ((), (" ",), (":",)))
    return tuple(dict.fromkeys(form for each in found for form in (each, each.upper())))


@lru_cache(maxsize=64)
def _base64_pattern(secret: str) -> re.Pattern[str]:
    parts = "|".join(map(re.escape, _in_base64(secret)))
    return re.compile(rf"[A-Za-z0-9+/]{{0,2}}(?:{parts})[A-Za-z0-9+/]?={{0,2}}")


def _may_contain_any(text: str, secrets: tuple[str, ...]) -> bool:
    """Whether a text can contain one of the secrets; nearly no text does, and this is fast."""
    plain = _plain_forms(secrets)
    if plain is None or _ESCAPE_SIGN.search(text) is not None:
        return True
    return any(form in text for form in plain)


@lru_cache(maxsize=64)
def _plain_forms(secrets: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return each way to write secrets without an escape sign; `None` if there are too many."""
    if not all(each.isascii() and _LOOKED_ALIKE.isdisjoint(each) for each in secrets):
        return None
    forms = ((each, *_in_base64(each), *_in_hexadecimal(each)) for each in secrets)
    return tuple(chain.from_iterable(forms))


def _may_contain(text: str, secret: str) -> bool:
    """Whether a text can contain a secret; making the secret's own pattern takes much longer.

    The text has the secret's beginning as it is, or at least one of its characters otherwise.
    """
    if secret in text:
        return True
    escapes = _ESCAPE_SIGN.search(text) is not None
    if not escapes and secret.isascii() and _LOOKED_ALIKE.isdisjoint(secret):
        return False
    # However often it is escaped, two backslashes are enough to find a character here.
    text = _BACKSLASH_RUN.sub(r"\\\\", text)
    beginning = secret[:_COMPARED]
    return (
        beginning in text
        or any(each in text for each in _all_look_alikes(beginning))
        or (escapes and any(escaped(character).search(text) for character in set(beginning)))
    )


@lru_cache(maxsize=64)
def _all_look_alikes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(map(look_alikes, text))))


def _kept_or_masked(found: re.Match[str]) -> str:
    if found["kept"] is not None:
        return found["kept"]
    start, end = found.span()
    around = found.string[max(start - 1, 0) : start] + found.string[end : end + 1]
    # A password such as 1234 is part of many amounts and references by coincidence.
    within_number = found[0].isdecimal() and any(map(str.isdecimal, around))
    return found[0] if within_number else MASK


@lru_cache(maxsize=64)
def _pattern(secret: str) -> re.Pattern[str]:
    beginning = "".join(map(written, secret[:_COMPARED]))
    # At most so many: exactly so many would take quadratic time in a text that repeats itself.
    rest = f"(?:{ANY_CHARACTER}){{0,{max(len(secret) - _COMPARED, 0)}}}"
    return re.compile(beginning + rest, re.DOTALL)


@lru_cache(maxsize=64)
def _ambiguous(secret: str) -> re.Pattern[str]:
    kept = _REFERENCE if secret.isdecimal() else _MARKUP
    return re.compile(f"(?P<kept>{kept})|{_pattern(secret).pattern}", re.DOTALL)

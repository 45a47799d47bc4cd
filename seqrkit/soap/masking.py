"""Password masking in the bytes of messages, malformed and truncated ones included."""

from __future__ import annotations

import re
from html import escape, unescape  # xml.sax.saxutils has it too, but loads urllib and email
from typing import Final

MASK: Final = "********"
"""Replaces a password wherever an exchange is shown or saved."""

# Names are matched in any case, because a client that writes <Password> has written its password.
# What looks like the closing tag inside a CDATA section or a comment does not end the element.
# Names may end with it, such as userPassword, because other systems have other elements.
_NAME: Final = r"[\w.-]{0,40}?passw(?:or)?d"
# A quoted value may contain the end of a tag. The second form is for quotes that are not closed.
_ATTRIBUTES: Final = r"""(?:\s(?:[^<>"']|"[^"<]*"|'[^'<]*')*|\s[^<>]*)?"""
_PASSWORD = re.compile(
    rf"(<(?:[^\s<>/:]+:)?{_NAME}{_ATTRIBUTES}(?<!/)>)"
    r"((?:<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|.)*?)"
    rf"(?=</(?:[^\s<>/:]+:)?{_NAME}\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_UTF_7: Final = b"+ADw"
"""The character < in UTF-7, with which a message begins."""
_CLOSED_PASSWORD = re.compile(rf"</(?:[^\s<>/:]+:)?{_NAME}\s*>", re.IGNORECASE)
_ESCAPED_PASSWORD = re.compile(
    rf"(&lt;(?:[^\s&;:]+:)?{_NAME}(?:\s(?:(?!&lt;).)*?)?(?<!/)(?:&gt;|>))([^<]*?)"
    rf"(?=&lt;/(?:[^\s&;:]+:)?{_NAME}\s*(?:&gt;|>)|<|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_PERSONAL_BLOCK = re.compile(
    r"<(?:[\w.-]+:)?(cashierId|tokens?|creditUserRequest)(?:\s[^<>]*)?(?<!/)>"
    r".*?(?:</(?:[\w.-]+:)?\1\s*>|\Z)",
    re.DOTALL,
)


def _element(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"<(?:[\w.-]+:)?{name}(?:\s[^<>]*)?(?<!/)>(?P<content>.*?)(?=</|\Z)", re.DOTALL
    )


_PERSONAL: Final = {
    "cashierId": _element("cashierId"),
    "tokens": _element("value"),
    "token": _element("value"),
    "creditUserRequest": _element("userId"),
}
"""What is personal in an element: its own text, or that of a child."""
_CONTEXT = re.compile(r"<(?:[^\s<>/:]+:)?context[\s>].*?</(?:[^\s<>/:]+:)?context\s*>", re.DOTALL)


def mask_elements(data: bytes) -> bytes:
    """Return a message with the content of each password element masked; empty ones stay.

    Works on bytes that are not XML, and on a message that ends inside a password.
    """
    if data.lstrip()[: len(_UTF_7)] == _UTF_7:
        data = decoded(data)[0].encode("utf-8", "surrogateescape")
    # Most replies contain no password; the patterns take much longer than this search.
    if b"\0" not in data[:4] and b"passw" not in data.lower():
        return data
    text, encoding = decoded(data)
    text = _ESCAPED_PASSWORD.sub(_masked, _PASSWORD.sub(_masked, text))
    return text.encode(encoding, "surrogateescape")


def _masked(found: re.Match[str]) -> str:
    return found[1] + MASK if found[2] else found[0]


def password_spans(text: str) -> list[tuple[int, int]]:
    """Return where the contents of password elements begin and end, escaped elements included."""
    found = (*_PASSWORD.finditer(text), *_ESCAPED_PASSWORD.finditer(text))
    spans: list[tuple[int, int]] = []
    for start, end in sorted(each.span(2) for each in found):
        if not spans or start >= spans[-1][1]:  # not inside of one that was found before
            spans.append((start, end))
    return spans


def personal_values(data: bytes) -> frozenset[str]:
    """Return the personal data in a message: values of tokens, cashierId, the user of a credit."""
    text, _ = decoded(data)
    values = (unescape(text[start:end]).strip() for start, end in _personal_spans(text))
    return frozenset(values) - {"", MASK}


def mask_personal_data(data: bytes) -> bytes:
    """Return a message with the elements that contain personal data masked."""
    text, encoding = decoded(data)
    # From the end, because a mask of another length moves what follows it.
    for start, end in reversed(_personal_spans(text)):
        text = text[:start] + MASK + text[end:]
    return text.encode(encoding, "surrogateescape")


def _personal_spans(text: str) -> list[tuple[int, int]]:
    blocks = ((each.span(), _PERSONAL[each[1]]) for each in _PERSONAL_BLOCK.finditer(text))
    return [
        found.span("content")
        for (start, end), element in blocks
        for found in element.finditer(text, start, end)
        if found["content"].strip()
    ]


def mask_text(text: str) -> str:
    """Mask the passwords that a sentence repeats; a sentence that only names the element stays."""
    if _CLOSED_PASSWORD.search(text):
        return mask_elements(text.encode()).decode()
    # A parser's message quotes the document up to the mistake, which may be inside a password.
    before, opening, after = text.rpartition("password>")
    cut_off = bool(opening and after) and not any(map(str.isspace, after))
    return before + opening + MASK if cut_off else text


def unmask(data: bytes, password: str) -> bytes:
    """Put the caller's password back into the context of a message that was saved masked.

    Only a password that is the mask is replaced. The password that registerTerminal gives to its
    new terminal stays masked, because the caller's password is another one.
    """
    text, encoding = decoded(data)
    # Quotes need no escape in the text of an element, and others would change what was saved.
    secret = escape(password, quote=False)

    def fill(found: re.Match[str]) -> str:
        masked = found[2].strip() == MASK
        return found[1] + secret if masked else found[0]

    filled = _CONTEXT.sub(lambda context: _PASSWORD.sub(fill, context[0]), text)
    return filled.encode(encoding, "surrogateescape")


def decoded(data: bytes) -> tuple[str, str]:
    """Decode bytes so that encoding the text again gives the same bytes, except for UTF-7."""
    # Only the width matters: the tags around a password are ASCII in nearly every other encoding.
    if data.lstrip()[: len(_UTF_7)] == _UTF_7:
        return data.decode("utf-7", "replace"), "utf-8"
    if data[:4] in {b"\xff\xfe\0\0", b"<\0\0\0"}:
        encoding = "utf-32-le"
    elif data[:4] in {b"\0\0\xfe\xff", b"\0\0\0<"}:
        encoding = "utf-32-be"
    elif data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16-le" if data[:1] == b"\xff" else "utf-16-be"
    elif data[:4:2] == b"\0\0":
        encoding = "utf-16-be"
    elif data[1:4:2] == b"\0\0":
        encoding = "utf-16-le"
    else:
        return data.decode("utf-8", "surrogateescape"), "utf-8"
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape"), "utf-8"

"""Ways to write a text inside of XML, HTML, JSON and URLs, and a reader that undoes all of them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus, unquote

from hypothesis import strategies as st


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _code_units(text: str) -> str:
    data = text.encode("utf-16-be")
    units = (int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2))
    return "".join(f"\\u{unit:04X}" for unit in units)


ESCAPINGS: Mapping[str, Callable[[str], str]] = {
    "xml": lambda text: html.escape(text, quote=False),
    "html": html.escape,
    "decimal references": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "padded references": lambda text: "".join(f"&#00{ord(c)};" for c in text),
    "hexadecimal references": lambda text: "".join(f"&#x{ord(c):x};" for c in text),
    "upper-case references": lambda text: "".join(f"&#X{ord(c):X};" for c in text),
    "ASCII references": lambda text: (
        html.escape(text).encode("ascii", "xmlcharrefreplace").decode()
    ),
    "url": lambda text: quote(text, safe=""),
    "path": quote,
    "lower-case url": lambda text: re.sub("%..", lambda m: m[0].lower(), quote(text, safe="")),
    "form": quote_plus,
    "every byte": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "json": _json,
    "json with characters": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "json for html": lambda text: re.sub("[<>&'/]", lambda m: f"\\u{ord(m[0]):04x}", _json(text)),
    "php json": lambda text: _json(text).replace("/", "\\/"),
    "code units": _code_units,
    "octal": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
    "python": lambda text: repr(text)[1:-1],
    "python bytes": lambda text: repr(text.encode())[2:-1],
}
"""Each escaping of a whole text, by its name."""


EVERY_CHARACTER = (
    "decimal references",
    "padded references",
    "hexadecimal references",
    "upper-case references",
    "every byte",
    "code units",
    "octal",
)
"""Escapings of letters and digits as well, which nothing applies to what is escaped already."""
SPECIAL_CHARACTERS = sorted(set(ESCAPINGS) - set(EVERY_CHARACTER))


@st.composite
def escaped(draw: st.DrawFn, text: str) -> str:
    """A text as something writes it: plain, escaped up to three times, or a mixture."""
    if draw(st.booleans()):
        one = st.sampled_from(["xml", "hexadecimal references", "every byte", "code units"])
        return "".join(ESCAPINGS[draw(one)](character) for character in text)
    first = draw(st.none() | st.sampled_from(EVERY_CHARACTER))
    again = draw(st.lists(st.sampled_from(SPECIAL_CHARACTERS), max_size=2))
    for name in ([] if first is None else [first]) + again:
        text = ESCAPINGS[name](text)
    return text


_BACKSLASH = re.compile(
    r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([\"'\\/])|([nrt])|([0-3][0-7]{2}))", re.DOTALL
)


def readings(text: str) -> set[str]:
    """A text as each of its readers may see it, unescaped again and again."""
    seen = {text}
    for order in (_READERS, _READERS[::-1]):
        latest = text
        for _ in range(4):
            for read in order:
                latest = read(latest)
            seen.add(latest)
    return seen


def _without_backslashes(text: str) -> str:
    def character(found: re.Match[str]) -> str:
        if found[3]:
            return found[3]
        if found[4]:
            return {"n": "\n", "r": "\r", "t": "\t"}[found[4]]
        if found[5]:
            return chr(int(found[5], 8))
        return chr(int(found[1] or found[2], 16))

    read = _BACKSLASH.sub(character, text)
    return read.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _as_bytes(text: str) -> str:
    """Text in which UTF-8 was read, or written, a byte at a time."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


_READERS: tuple[Callable[[str], str], ...] = (
    html.unescape,
    unquote,
    _without_backslashes,
    _as_bytes,
)

"""Text of files and servers, made safe for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_REORDERING: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS: Final[Mapping[int, str | None]] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"},
    **{code: f"\\x{code:02x}" for code in range(0x7F, 0xA0)},
    **{ord(char): f"\\u{ord(char):04x}" for char in f"{_REORDERING}\u2028\u2029\ufeff"},
    **{code: f"\\u{code:04x}" for code in range(0xD800, 0xE000)},
    ord("\r"): None,
}
"""Translation that makes control characters visible instead of letting a terminal obey them.

C0 controls become control pictures; C1 controls, marks that reorder text, unusual line separators
and lone surrogates become escapes.
"""


def visible(text: str) -> str:
    """Return a text in which nothing can control a terminal or reorder what is displayed."""
    return text.translate(CONTROLS)

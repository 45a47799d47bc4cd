"""Texts that programs and templates write in place of a value."""

from __future__ import annotations

import re
from typing import Final

_UNSET: Final = "0001-01-01|1970-01-01|1899-12-30|1900-01-01"
"""Where the calendars of .NET, Unix, Delphi and SQL Server begin."""
_PATTERNS: Final = {
    "is what a program writes for a value that it does not have": (
        r"(?i:undefined|[<(]?null[>)]?|none|nil|nan|invalid date|\[object \w+\])|Array|Object"
    ),
    "is the name of an object of a program, not its value": (
        r"(?:[a-z]\w*\.){2,}[A-Z][\w$]*|(?:[\w$]+\.)*[\w$]+@[0-9a-f]{6,8}"
        r"|\[L[\w.$]+;@[0-9a-f]{6,8}|System\.[\w.`+]+(?:\[.*\])?"
        r"|<[\w.]+ object at 0x[0-9a-fA-F]+>|#<\w[^<>]*>"
    ),
    "is the date that a program writes for a value that it does not have": (
        rf"(?:{_UNSET})T00:00:00(?:\.0+)?(?:Z|[-+][0-9:]+)?"
    ),
    "is a placeholder that was not filled in": (
        r"\?|\{\{[^{}]*\}\}|[$#]\{[^{}]*\}|%[A-Z_]{2,}%|<%.*%>|%[sd]"
    ),
}
_FORMS: Final = {
    sentence: re.compile(rf"\s*(?:{pattern})\s*", re.ASCII)
    for sentence, pattern in _PATTERNS.items()
}
_IN_BYTES: Final = re.compile(
    rb">\s*(?:(?i:undefined|[<(]?null[>)]?|none|nil|nan|invalid date)|Array|Object|[?]|%\w{1,60}%?)"
    rb"\s*<|\{\{|[$#]\{|\[object |@[0-9a-f]{4,8}\s*<|>\s*(?:System\.|[a-z]\w*\.)| object at 0x"
    rb"|>\s*(?:#?&lt;)" + f"|>(?:{_UNSET})T00:00:00".encode()
)
"""What bytes with such a text contain; other bytes contain none."""


def may_have_placeholders(data: bytes) -> bool:
    """Return whether a message may have a text in place of a value, without parsing it."""
    return _IN_BYTES.search(data) is not None


def placeholder(text: str) -> str:
    """Return what is wrong with a text that stands for a value; empty if it is a value."""
    return next((sentence for sentence, form in _FORMS.items() if form.fullmatch(text)), "")

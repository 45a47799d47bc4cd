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
# Patterns that begin with a literal character are faster than one alternation. `*+` does not try
# each part of the indentation before a line again.
# Bytes without any of the three contain no such text.
_AFTER_TAG: Final = re.compile(
    rb">\s*+(?:(?:(?i:undefined|[<(]?null[>)]?|none|nil|nan|invalid date)|Array|Object|[?]"
    rb"|%\w{1,60}%?)\s*+<|System\.|[a-z]\w*\.|#?&lt;|" + f"(?:{_UNSET})T00:00:00)".encode()
)
_ADDRESS: Final = re.compile(rb"@[0-9a-f]{4,8}\s*<")
_ANYWHERE: Final = (b"{{", b"${", b"#{", b"[object ", b" object at 0x")


def may_have_placeholders(data: bytes) -> bool:
    """Return whether a message may have a text in place of a value, without parsing it."""
    known = any(each in data for each in _ANYWHERE)
    return known or any(each.search(data) for each in (_AFTER_TAG, _ADDRESS))


def placeholder(text: str) -> str:
    """Return what is wrong with a text that stands for a value; empty if it is a value."""
    return next((sentence for sentence, form in _FORMS.items() if form.fullmatch(text)), "")

"""Marks in the requests of a script, in place of values that are new each time it runs.

Such values are the references that the service returns, and identifiers that it accepts only once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from seqrkit import soap
from seqrkit.errors import MessageError
from seqrkit.exchange import Exchange
from seqrkit.suite.framework.example_steps import HOLDERS

_MARK: Final = "SEQRKIT{}VALUE{}"
_CHOSEN: Final = {"registerTerminal": "externalTerminalId", "assignSeqrId": "seqrId"}
"""By operation, the element whose text only one terminal may have."""
_UNIQUE: Final = re.compile(r"[0-9a-f]{32}\Z")
_START: Final = r"<(?:[\w.-]+:)?{}(?:\s[^>]*)?>"
_HOLDER: Final = "|".join(
    (_START.format(f"(?:{'|'.join(HOLDERS)})"), rf"</(?:[\w.-]+:)?key>\s*{_START.format('value')}")
)
"""What is before a reference in a request."""


class Value(NamedTuple):
    """A value that the service has returned: its variable, and the element that contains it."""

    variable: str
    element: str


def identifier(exchange: Exchange) -> str:
    """Return the part of a chosen identifier that makes it unique; empty if there is none."""
    name = _CHOSEN.get(exchange.operation)
    found = _UNIQUE.search(text_at(exchange.request, name)) if name else None
    return found[0] if found else ""


def as_mark(name: str) -> str:
    """Return the mark of a variable."""
    return _MARK.format(name.replace("_", "N"), "X")


def marked(request: bytes, values: Mapping[str, Value]) -> bytes:
    """Return a request with a mark in place of each value that the service has returned."""
    for text, name in values.items():
        pattern = f"({_HOLDER}){re.escape(text)}(?=<)".encode()
        request = re.sub(pattern, rb"\1" + as_mark(name.variable).encode(), request)
    return request


def text_at(request: bytes, *names: str) -> str:
    """Return the text at a path inside the element of a request; empty if there is none."""
    try:
        element = soap.read_payload(request)
    except MessageError:
        return ""
    for name in names:
        inside = (each for each in element.iterchildren("*") if soap.local(each) == name)
        child = next(inside, None)
        if child is None:
            return ""
        element = child
    return soap.text_of(element) or ""

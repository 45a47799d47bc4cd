"""The session format: JSON Lines with one exchange per line.

`record=` and `Journal(path)` write it, `Exchange.from_dict` and ``seqrkit lint`` read it. A file is
UTF-8 text; each line is one JSON object with the keys of `SavedExchange`. Lines are appended in the
order in which outcomes were known, and never changed. A reader ignores unknown keys, and takes a
missing optional key as null. An incomplete last line is what a crash left, and is ignored.

Passwords are masked in every message. A byte that is not UTF-8 is the lone surrogate U+DC00 plus
the byte (Python's ``surrogateescape``), so that reading a message gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, NotRequired, TypedDict, cast


class SavedExchange(TypedDict):
    """One exchange: a request and its outcome."""

    number: int
    """Position in the session, counted from 1."""
    operation: str
    """Name of the operation on the wire; empty if the bytes sent name none."""
    interface: str
    """`cashregister-2` or `extclientproxy-v2`."""
    endpoint: str
    """URL that the request was posted to, without credentials."""
    started_at: str
    """Start of the request: ISO 8601 with a UTC offset."""
    duration: float
    """Seconds until the outcome was known."""
    request: str
    """Body of the request."""
    request_headers: Mapping[str, str]
    """HTTP headers of the request, by name."""
    status: int | None
    """HTTP status of the response; null if none arrived."""
    response: str | None
    """Body of the response; null if none arrived."""
    response_headers: Mapping[str, str]
    """HTTP headers of the response, by name."""
    failure: NotRequired[str | None]
    """Sentence that says why there is no complete response; null if there is one."""
    failure_kind: NotRequired[str | None]
    """Name of the exception class of that failure."""
    result_code: NotRequired[int | None]
    """The reply's resultCode, for searches; readers take it from `response`."""
    findings: NotRequired[list[Mapping[str, object]]]
    """The linter's findings about the request when it was sent; readers lint again."""
    reply_findings: NotRequired[list[Mapping[str, object]]]
    """The linter's findings about the response, likewise."""


def to_line(exchange: Mapping[str, object]) -> bytes:
    """Return the line of a session file for one saved exchange."""
    # ASCII only, so that lone surrogates survive every program that copies the file.
    return json.dumps(exchange).encode() + b"\n"


def is_exchange(value: object) -> bool:
    """Return whether a value from JSON is a saved exchange."""
    return isinstance(value, dict) and isinstance(value.get("request"), str) and "response" in value


def read_lines(data: bytes) -> Iterator[tuple[int, SavedExchange]]:
    """Yield each exchange of a session file with its line number; skip other lines."""
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if is_exchange(value):
            yield number, cast("SavedExchange", value)


def to_text(message: bytes) -> str:
    """Return the text that a session file has for the bytes of a message."""
    return message.decode("utf-8", "surrogateescape")


def to_bytes(text: str) -> bytes:
    """Return the bytes of a message from the text in a session file."""
    # JSON of other programs can hold surrogates that do not stand for a byte.
    return _STRAY.sub("\ufffd", text).encode("utf-8", "surrogateescape")


_STRAY: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")

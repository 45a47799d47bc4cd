"""Exchanges from files: the JSON Lines of ``record=``, and HTTP archives of any tool."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from seqrkit.captures.har_entries import body_of, har_entries, headers_of, part_of
from seqrkit.captures.session_format import read_lines, to_text
from seqrkit.contract import SessionRules
from seqrkit.contract.message_identity import operation_of
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange
from seqrkit.schemas import interface_at
from seqrkit.vocabulary import NEWEST, Interface


def read_session(data: bytes, interface: Interface = NEWEST) -> tuple[Exchange, ...]:
    """Return the exchanges in a session file or in an HTTP archive (HAR 1.2), in their order.

    The messages are linted again. `interface` is that of requests to an address that names none.
    An incomplete last line, which a crash leaves, is skipped. Raises `ConfigurationError` if
    the file contains none.
    """
    archived, session = har_entries(_document(data)), SessionRules()
    saved: Iterator[Mapping[str, object]]
    if archived is None:
        saved = (each for _, each in read_lines(data))
    else:
        entries = filter(_Entry.is_soap, map(_Entry, archived))
        saved = (each.saved(n, interface) for n, each in enumerate(entries, 1))
    exchanges = tuple(Exchange.from_dict(each, session) for each in saved)
    if not exchanges:
        raise ConfigurationError(
            "no exchange is in it: a session is the file of record=, with one JSON object in a "
            "line, or an HTTP archive (HAR); `seqrkit lint` reads other captures"
        )
    return exchanges


def _document(data: bytes) -> object:
    """Return the JSON document that a file is; `None` for another file."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):  # a hostile file can nest deeper than Python's parser goes
        return None


class _Entry:
    """An entry of an archive. Tools leave out what they do not know."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self._entry = entry
        self._request = part_of(entry, "request")
        self._response = part_of(entry, "response")
        self._body = body_of(part_of(self._request, "postData"))

    def is_soap(self) -> bool:
        """Whether it is a POST with a body."""
        # A browser's archive has images and pages too.
        return self._request.get("method") == "POST" and bool(self._body)

    def saved(self, number: int, interface: Interface) -> Mapping[str, object]:
        """Return it in the session format; a status of 0 means that no response arrived."""
        url = str(self._request.get("url", ""))
        status = self._response.get("status") or None
        failure = self._entry.get("_error") or "the archive has no response"
        return {
            "number": number,
            "operation": operation_of(self._body),
            "interface": interface_at(url) or interface,
            "endpoint": url,
            "started_at": _moment(self._entry.get("startedDateTime")).isoformat(),
            "duration": _seconds(self._entry.get("time")),
            "request": to_text(self._body),
            "request_headers": headers_of(self._request),
            "status": status,
            "response": status and to_text(body_of(part_of(self._response, "content"))),
            "response_headers": headers_of(self._response),
            "failure": None if status else failure,
            "failure_kind": None if status else "TransportError",
        }


def _moment(text: object) -> datetime:
    """Return a time with its zone; the epoch for one that cannot be read, since it is a detail."""
    try:
        read = datetime.fromisoformat(str(text))
        return read if read.tzinfo is not None else read.replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def _seconds(milliseconds: object) -> float:
    try:
        found = float(str(milliseconds)) / 1000
    except ValueError:
        return 0.0
    # JSON of other tools may have NaN, which no duration can be.
    return found if isfinite(found) else 0.0

"""Exchanges from files: the JSON Lines of ``record=``, and HTTP archives of any tool."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

from seqrkit.captures.session_format import read_lines
from seqrkit.contract.message_identity import operation_of
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange
from seqrkit.vocabulary import NEWEST, PATHS, Interface


def read_session(data: bytes, interface: Interface = NEWEST) -> tuple[Exchange, ...]:
    """Return the exchanges in a session file or in an HTTP archive (HAR 1.2), in their order.

    The messages are linted again. `interface` is that of requests to an address that names none.
    An incomplete last line, which a crash leaves, is skipped. Raises `ConfigurationError` if there
    is no exchange.
    """
    archived = _archive(data)
    if archived is None:
        exchanges = tuple(Exchange.from_dict(saved) for _, saved in read_lines(data))
    else:
        entries = filter(_Entry.is_soap, map(_Entry, archived))
        exchanges = tuple(each.exchange(n, interface) for n, each in enumerate(entries, 1))
    if not exchanges:
        raise ConfigurationError(
            "no exchange is in it: a session is the file of record=, with one JSON object in a "
            "line, or an HTTP archive (HAR); `seqrkit lint` reads other captures"
        )
    return exchanges


def _archive(data: bytes) -> list[Mapping[str, Any]] | None:
    """Return the entries of an archive; `None` for another file."""
    try:
        entries = json.loads(data)["log"]["entries"]
    except (ValueError, TypeError, LookupError):
        return None
    return [each for each in entries if isinstance(each, dict)] if type(entries) is list else None


class _Entry:
    """An entry of an archive. Tools leave out what they do not know."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self._entry = entry
        self._request = _part(entry, "request")
        self._response = _part(entry, "response")

    def is_soap(self) -> bool:
        """Whether it is a POST with a body."""
        return self._request.get("method") == "POST" and bool(
            _body(_part(self._request, "postData"))
        )

    def exchange(self, number: int, interface: Interface) -> Exchange:
        """Return the exchange; a status of 0 means that no response arrived."""
        request = _body(_part(self._request, "postData"))
        url = str(self._request.get("url", ""))
        status = self._response.get("status") or None
        failure = self._entry.get("_error") or "the archive has no response"
        return Exchange.from_dict(
            {
                "number": number,
                "operation": operation_of(request),
                "interface": _interface_of(url) or interface,
                "endpoint": url,
                "started_at": _moment(self._entry.get("startedDateTime")).isoformat(),
                "duration": _seconds(self._entry.get("time")),
                "request": request.decode("utf-8", "surrogateescape"),
                "request_headers": dict(_headers(self._request)),
                "status": status,
                "response": status
                and _body(_part(self._response, "content")).decode("utf-8", "surrogateescape"),
                "response_headers": dict(_headers(self._response)),
                "failure": None if status else failure,
                "failure_kind": None if status else "TransportError",
            }
        )


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
    return found if isfinite(found) else 0.0


def _part(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def _body(part: Mapping[str, Any]) -> bytes:
    text = part.get("text") or ""
    try:
        if part.get("encoding") == "base64":
            return base64.b64decode(text)
    except ValueError:
        pass  # mislabelled: it is what it says
    return str(text).encode("utf-8", "surrogatepass")


def _headers(message: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for each in message.get("headers") or ():
        if isinstance(each, dict) and "name" in each:
            yield str(each["name"]), str(each.get("value", ""))


def _interface_of(url: str) -> Interface | None:
    path = urlsplit(url).path
    return next((known for known, suffix in PATHS.items() if path.endswith(suffix)), None)

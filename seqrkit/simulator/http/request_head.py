"""The head of one HTTP request: its request line and headers, as they arrive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from httptools import HttpParserInvalidURLError, HttpRequestParser, parse_url

from seqrkit.simulator.http.limits import Limits
from seqrkit.simulator.http.request_and_response import Scope

BAD_REQUEST, HEAD_TOO_LARGE, UNAVAILABLE = 400, 431, 503
_ASGI: Final = {"version": "3.0", "spec_version": "2.3"}


class Refused(Exception):
    """Raised in a callback of the parser for a request that is answered with an error."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class RequestHead:
    """A head that is arriving; `first_piece` is the size of the bytes in which it began, if any."""

    def __init__(self, limits: Limits, first_piece: int = 0) -> None:
        self.url = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.is_open: bool = first_piece > 0
        """Whether it has begun and is not complete."""
        self.later_pieces: int = 0
        """The bytes that came while it was open."""
        self._limits = limits
        self._first_piece = first_piece

    def check_size(self) -> None:
        """Raise `Refused` if the head is too large, as far as it has come.

        Its first piece is not counted: that may also hold the requests before it.
        """
        limits = self._limits
        if len(self.headers) <= limits.head_fields:
            if self._first_piece <= limits.head_bytes and not self.later_pieces:
                return
            # Four for the colon, the space and the line end, which the parser does not pass on.
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if max(self.later_pieces if self.is_open else 0, size) <= limits.head_bytes:
                return
        reason = (
            f"the headers are more than the limit of {limits.head_bytes:,} bytes in "
            f"{limits.head_fields} fields"
        )
        raise Refused(HEAD_TOO_LARGE, reason)

    def scope(self, parser: HttpRequestParser, connection: Mapping[str, object]) -> Scope:
        """Return the request's ASGI scope, with what is the same for all of its connection."""
        try:
            url = parse_url(self.url)
            # An absolute URL in the request line, as proxies write it, has no path if it names a
            # host only.
            path = url.path.decode("ascii")
        except (HttpParserInvalidURLError, AttributeError, UnicodeDecodeError) as error:
            raise Refused(BAD_REQUEST, "the request's target is not a URL or a path") from error
        return {
            "type": "http",
            "asgi": _ASGI,
            "http_version": parser.get_http_version(),
            "method": parser.get_method().decode("ascii"),
            # Nearly no request has escapes, and unquoting costs more than looking for one.
            "path": unquote(path) if "%" in path else path,
            "raw_path": url.path,
            "query_string": url.query or b"",
            "root_path": "",
            "headers": self.headers,
            **connection,
        }

    def without_upgrade(self, parser: HttpRequestParser) -> bytes:
        """Return the head as bytes, without its Upgrade header."""
        version = parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (parser.get_method(), self.url, version)]
        # .NET and Java offer HTTP/2 in each request; without the offer it is an ordinary request.
        lines += [b"%b: %b" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

"""One client's HTTP/1.1 connection: httptools parses, the ASGI application answers.

Requests are answered one after the other, in the order in which they came. Limits apply to the
head of a request and to the time that it takes; those of bodies are the application's.

An offer to upgrade is ignored. Java's HttpClient and `curl --http2` make one with each POST, and a
server that does not take it must read the request as if it were not there (RFC 9110, section 7.8).
httptools stops after the head of such a request, so the head is parsed a second time without its
Upgrade header, and the body after it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from httptools import (
    HttpParserCallbackError,
    HttpParserError,
    HttpParserInvalidURLError,
    HttpParserUpgrade,
    HttpRequestParser,
    parse_url,
)

from seqrkit.simulator.http.asgi_request import STATUS_LINES, AsgiRequest, Scope

if TYPE_CHECKING:
    from seqrkit.simulator.http.server import Server

DROP: Final = "seqrkit.drop"
"""A scope's extension: closes the connection after what has been sent."""
_BAD_REQUEST, _TIMEOUT, _HEAD_TOO_LARGE, _UNAVAILABLE = 400, 408, 431, 503


class Connection(asyncio.Protocol):
    """A client's connection to `server`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._limits = server.limits
        self._transport: asyncio.Transport
        self._addresses: dict[str, object] = {}
        self._parser = HttpRequestParser(self)
        self._timer: asyncio.TimerHandle | None = None
        self._current: AsgiRequest | None = None  # being answered
        self._arriving: AsgiRequest | None = None  # the one whose body comes
        self._waiting: deque[AsgiRequest] = deque()
        self._refusal = b""
        self._unsent: list[bytes] = []
        self._is_reading = True
        self._is_last = False
        self.is_writable: bool = True
        self._became_writable = asyncio.Event()
        self._head_is_open = False
        self._is_offer = False
        self._piece = 0  # bytes that have arrived last
        self._later_pieces = 0  # bytes of an open head without its first piece
        self._headers: list[tuple[bytes, bytes]] = []
        self._url = b""

    # What asyncio calls

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        self._transport = transport
        for name, info in (("server", "sockname"), ("client", "peername")):
            self._addresses[name] = transport.get_extra_info(info)[:2]
        self.server.connections.add(self)
        self._start_timer(self._limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio passes it
        """Tell the application that the client has gone."""
        self.server.connections.discard(self)
        self._stop_timer()
        self.resume_writing()
        for request in (self._current, *self._waiting):
            if request is not None:
                request.end()
        self._waiting.clear()

    def eof_received(self) -> bool:
        """Answer what is complete, then close: a client may close its side after the request."""
        requests = [each for each in (self._current, *self._waiting) if each is not None]
        if not requests or not requests[-1].is_complete:
            self._flush()  # a response may not have left yet
            return False
        self._is_last = True
        requests[-1].keep_alive = False
        return True

    def pause_writing(self) -> None:
        """Let the application wait: the client does not keep up."""
        self.is_writable = False
        self._became_writable.clear()

    def resume_writing(self) -> None:
        """Let the application send again."""
        self.is_writable = True
        self._became_writable.set()

    def data_received(self, data: bytes) -> None:
        """Parse what has arrived; most often that is one whole request."""
        if self._is_last or self._refusal:
            return
        self._piece = len(data)
        if self._head_is_open:
            self._later_pieces += len(data)
        try:
            self._parse(data)
        except HttpParserError as error:
            if not self._is_last:  # what comes after the last request does not matter
                self._refuse(*_status_and_reason(error))
            return
        if self._head_is_open:
            if self._is_head_too_large():
                self._refuse(_HEAD_TOO_LARGE, self._too_large())
            elif self._timer is None:
                self._start_timer(self._limits.head_seconds)

    # What httptools calls

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._stop_timer()
        self._head_is_open, self._later_pieces = True, 0
        self._headers, self._url = [], b""

    def on_url(self, url: bytes) -> None:
        """Take a part of the request's target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Start answering the request, unless its head will be parsed again."""
        self._head_is_open = False
        self._stop_timer()
        limits = self._limits
        if len(self._headers) > limits.head_fields or self._is_head_too_large():
            raise _Refused(_HEAD_TOO_LARGE, self._too_large())
        self._is_offer = self._parser.should_upgrade()
        if self._is_offer:
            if self._parser.get_method() == b"CONNECT":
                raise _Refused(_BAD_REQUEST, "this is not a proxy: CONNECT is not supported")
            return
        if len(self.server.connections) > limits.connections:
            reason = f"the limit of {limits.connections} connections is reached; try again later"
            raise _Refused(_UNAVAILABLE, reason)
        version = self._parser.get_http_version()
        self._arriving = request = AsgiRequest(
            self,
            self._scope(version),
            keep_alive=version != "1.0" and self._parser.should_keep_alive(),
            expects_continue=any(name == b"expect" for name, _ in self._headers),
        )
        self._waiting.append(request)
        if self._current is None:
            self._start_next()
        else:
            self._pause_reading()

    def on_body(self, body: bytes) -> None:
        """Hand a part of the body to the request that it belongs to."""
        if self._arriving is not None and self._arriving.add_body(body):
            self._pause_reading()

    def on_message_complete(self) -> None:
        """End the request's body."""
        if self._arriving is not None and not self._is_offer:
            self._is_last = not self._parser.should_keep_alive()
            self._arriving.complete()

    # What the request calls

    def write(self, data: bytes) -> None:
        """Send bytes, unless the client has gone.

        They leave when the event loop has run the tasks that are ready. Written at once they would
        wake clients one by one, and each wake-up costs the server as much as the write itself.
        """
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unsent.append(data)

    def _flush(self) -> None:
        unsent, self._unsent = self._unsent, []
        if unsent and not self._transport.is_closing():
            self._transport.write(b"".join(unsent))

    async def wait_until_writable(self) -> None:
        """Wait while the client does not keep up with what is sent."""
        await self._became_writable.wait()

    def resume_reading(self) -> None:
        """Read again after a pause."""
        if not self._is_reading and not self._transport.is_closing():
            self._is_reading = True
            self._transport.resume_reading()

    def response_complete(self, request: AsgiRequest) -> None:
        """Go on with the next request, or close."""
        self._current = None
        if not request.keep_alive or (self._refusal and not self._waiting):
            self.write(self._refusal)
            self.drop()
        elif self._waiting:
            self._start_next()
        else:
            self.resume_reading()
            if not self._head_is_open:
                self._start_timer(self._limits.idle_seconds)

    def drop(self) -> None:
        """Close the connection after what has been sent."""
        self._flush()
        self._transport.close()

    def shut_down(self) -> None:
        """Close when the current request is answered, or at once where there is none."""
        if self._current is None:
            self.drop()
        else:
            self._current.keep_alive = False

    def abort(self) -> None:
        """Close at once, whatever is still to be sent."""
        self._transport.abort()

    def _parse(self, data: bytes) -> None:
        while data:
            try:
                self._parser.feed_data(data)
            except HttpParserUpgrade as offer:
                data = self._head_without_upgrade() + data[offer.args[0] :]
                self._parser = HttpRequestParser(self)
            else:
                return

    def _head_without_upgrade(self) -> bytes:
        version = self._parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (self._parser.get_method(), self._url, version)]
        lines += [b"%b: %b" % header for header in self._headers if header[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def _scope(self, version: str) -> Scope:
        try:
            url = parse_url(self._url)
            path = url.path.decode("ascii")
        except (HttpParserInvalidURLError, AttributeError, UnicodeDecodeError) as error:
            raise _Refused(_BAD_REQUEST, "the request's target is not a URL or a path") from error
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": version,
            "method": self._parser.get_method().decode("ascii"),
            "scheme": "http",
            "path": unquote(path) if "%" in path else path,
            "raw_path": url.path,
            "query_string": url.query or b"",
            "root_path": "",
            "headers": self._headers,
            "extensions": {DROP: self.drop},
            **self._addresses,
        }

    def _start_next(self) -> None:
        self._current = self._waiting.popleft()
        self.server.start(self._current)

    def _pause_reading(self) -> None:
        if self._is_reading:
            self._is_reading = False
            self._transport.pause_reading()

    def _is_head_too_large(self) -> bool:
        """Return whether the head is too large, as far as it has come.

        Its first piece is not counted: that may also hold the requests before it.
        """
        limit = self._limits.head_bytes
        if self._piece <= limit and not self._later_pieces:
            return False
        size = len(self._url) + sum(len(name) + len(value) + 4 for name, value in self._headers)
        return max(self._later_pieces if self._head_is_open else 0, size) > limit

    def _too_large(self) -> str:
        most, fields = self._limits.head_bytes, self._limits.head_fields
        return f"the headers are more than the limit of {most:,} bytes in {fields} fields"

    def _refuse(self, status: int, reason: str) -> None:
        """Answer with an error, after the requests that came before, and close."""
        self._stop_timer()
        body = f"{reason}\n".encode()
        head = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n" % len(body)
        self._refusal = b"%b%bconnection: close\r\n\r\n%b" % (STATUS_LINES[status], head, body)
        if self._current is None:
            self.write(self._refusal)
            self.drop()

    def _start_timer(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(seconds, self._timed_out)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _timed_out(self) -> None:
        """Close an idle connection, or refuse a head that is too slow."""
        self._timer = None
        if not self._head_is_open:
            self.drop()
        elif self._current is not None:
            # the client waits for an answer, and has sent a part of its next request meanwhile
            self._start_timer(self._limits.head_seconds)
        else:
            reason = f"the headers were not complete after {self._limits.head_seconds:g} s"
            self._refuse(_TIMEOUT, reason)


class _Refused(Exception):
    """Raised in a callback of the parser for a request that is answered with an error."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def _status_and_reason(error: HttpParserError) -> tuple[int, str]:
    cause = error.__context__
    if isinstance(error, HttpParserCallbackError):
        if isinstance(cause, _Refused):
            return cause.status, str(cause)
        raise error  # a mistake of this module
    return _BAD_REQUEST, f"the request is not HTTP/1.1 ({error})"

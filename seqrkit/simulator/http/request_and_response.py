"""One HTTP request and its response, between a connection and the ASGI application."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from seqrkit.simulator.http.connection import Connection

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# asyncio's own high-water mark for what is written.
HIGH_WATER: Final = 65_536
"""Body bytes that may wait for the application before the connection stops reading."""
STATUS_LINES: Final = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}
_BODILESS: Final = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_DISCONNECT: Final[Event] = {"type": "http.disconnect"}
_log = logging.getLogger(__name__)


class AsgiRequest:
    """A request as ASGI sees it: `receive` returns its body, `send` writes its response.

    The first `receive` returns what has arrived so far, possibly nothing. So the application
    starts without delay, and can give the client a time for the rest.
    """

    def __init__(
        self, connection: Connection, scope: Scope, *, keep_alive: bool, expects_continue: bool
    ) -> None:
        self.scope = scope
        self.keep_alive: bool = keep_alive
        self.is_over: bool = False
        """True once the response is complete or the client has gone."""
        self._connection = connection
        self._expects_continue = expects_continue
        self._body = b""
        self.is_complete: bool = False
        """Whether the whole body has arrived."""
        self._was_received = False
        self._has_news = False
        self._news: asyncio.Event | None = None  # made when the application waits for more
        self._is_started = False
        self._head = b""
        self._is_chunked = False

    def add_body(self, part: bytes) -> bool:
        """Take a part of the body; return whether so much waits that reading should pause."""
        if not self.is_over:
            self._body += part
            self._tell()
        return len(self._body) > HIGH_WATER

    def complete(self) -> None:
        """Note that the body is complete."""
        self.is_complete = True
        self._tell()

    def end(self) -> None:
        """Note that the response is complete or the client has gone."""
        self.is_over, self._body = True, b""
        self._tell()

    async def run(self, app: App) -> None:
        """Let the application answer; one that fails or stops early ends the connection."""
        try:
            await app(self.scope, self.receive, self.send)
        except Exception:  # noqa: BLE001 - whatever it is, the connection must end
            _log.exception("the application failed on %s", self.scope["path"])
        if not self.is_over:
            # After the start only the end of the connection tells the client that the rest is
            # missing.
            if not self._is_started:
                await self._send_error()
            self._connection.drop()

    async def receive(self) -> Event:
        """Return ASGI's next event: a part of the body, or that the client is gone."""
        # Only when the application wants the body: a request that is refused needs none.
        if self._expects_continue:
            self._expects_continue = False
            self._connection.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._was_received and not self.is_over:
            self._connection.resume_reading()
            if not self._has_news:
                self._news = asyncio.Event()
                await self._news.wait()
        self._has_news = False
        self._was_received = True
        if self.is_over:
            return _DISCONNECT
        body, self._body = self._body, b""
        return {"type": "http.request", "body": body, "more_body": not self.is_complete}

    async def send(self, event: Event) -> None:
        """Write a part of the response; its head leaves together with the first part."""
        if not self._connection.is_writable:
            await self._connection.wait_until_writable()
        if self.is_over:
            return
        if event["type"] == "http.response.start":
            self._start(event)
            return
        body: bytes = event.get("body", b"")
        more: bool = event.get("more_body", False)
        # The length of what a GET would answer stays in the head (RFC 9110, 9.3.2).
        if self.scope["method"] == "HEAD":
            body = b""
        elif self._is_chunked:
            chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            body = chunk if more else chunk + b"0\r\n\r\n"
        # One segment for a small response, and one wake-up of the client.
        head, self._head = self._head, b""
        self._connection.write(head + body)
        if not more:
            self.end()
            self._connection.response_complete(self)

    def _start(self, event: Event) -> None:
        self._is_started, self._expects_continue = True, False
        lines = [STATUS_LINES[event["status"]], self._connection.server.date_header]
        is_sized = False
        for name, value in event["headers"]:
            # The server writes its own, since only it knows whether the connection stays.
            if name == b"connection":
                self.keep_alive = self.keep_alive and value != b"close"
                continue
            is_sized = is_sized or name == b"content-length"
            lines.append(b"%b: %b\r\n" % (name, value))
        if not is_sized and event["status"] not in _BODILESS and self.scope["method"] != "HEAD":
            # HTTP/1.0 knows no chunks: there the end of the connection ends the body
            self._is_chunked = self.scope["http_version"] == "1.1"
            if self._is_chunked:
                lines.append(b"transfer-encoding: chunked\r\n")
        if not self.keep_alive:
            lines.append(b"connection: close\r\n")
        lines.append(b"\r\n")
        self._head = b"".join(lines)

    def _tell(self) -> None:
        self._has_news = True
        if self._news is not None:
            self._news.set()

    async def _send_error(self) -> None:
        headers = [(b"content-length", b"0"), (b"connection", b"close")]
        await self.send({"type": "http.response.start", "status": 500, "headers": headers})
        await self.send({"type": "http.response.body"})

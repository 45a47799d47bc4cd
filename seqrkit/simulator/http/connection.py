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

from httptools import (
    HttpParserCallbackError,
    HttpParserError,
    HttpParserUpgrade,
    HttpRequestParser,
)

from seqrkit.simulator.http.request_and_response import STATUS_LINES, AsgiRequest
from seqrkit.simulator.http.request_head import BAD_REQUEST, UNAVAILABLE, Refused, RequestHead

if TYPE_CHECKING:
    from seqrkit.simulator.http.server import Server

DROP: Final = "seqrkit.drop"
"""A scope's extension: closes the connection after what has been sent."""
STREAM: Final = "seqrkit.stream"
"""A scope's extension: returns whether the response may be an event stream, which lasts long."""
_ALWAYS_ANSWERED: Final = b"/healthz"
_TIMEOUT: Final = 408


class Connection(asyncio.Protocol):
    """A client's connection to `server`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._limits = server.limits
        self._transport: asyncio.Transport
        self._loop: asyncio.AbstractEventLoop
        self._scope: dict[str, object] = {}  # what all requests have in common
        self.address: object = None
        """The client's host."""
        self._parser = HttpRequestParser(self)
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None  # set for the deadline or earlier
        self._stalled: asyncio.TimerHandle | None = None
        self._current: AsgiRequest | None = None  # being answered
        self._arriving: AsgiRequest | None = None  # the one whose body comes
        self._waiting: deque[AsgiRequest] = deque()
        self._refusal = b""
        self._unsent: list[bytes] = []
        self._is_reading = True
        self._is_last = False
        self.is_writable: bool = True
        self._became_writable = asyncio.Event()
        self._head = RequestHead(self._limits)  # the one that is arriving, or came last
        self._is_offer = False
        self._piece = 0  # bytes that have arrived last

    @property
    def waits_for_client(self) -> bool:
        """Whether the client is expected to send something, or to read what was sent."""
        return not self.is_writable or self._current is None or not self._current.is_complete

    # What asyncio calls

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self.address, *_ = client = transport.get_extra_info("peername")
        self._scope = {
            "scheme": self.server.scheme,
            "server": transport.get_extra_info("sockname")[:2],
            "client": client[:2],
            "extensions": {DROP: self.drop, STREAM: self._begin_stream},
        }
        # From the connection, not from its first request: idle ones count towards the limit too.
        self.server.connections.add(self)
        self._start_timer(self._limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio passes it
        """Tell the application that the client has gone."""
        self.server.connections.discard(self)
        self._stop_timer()
        self._cancel_timer()
        self.resume_writing()
        for request in (self._current, *self._waiting):
            if request is not None:
                request.end()
        self._waiting.clear()

    def eof_received(self) -> bool:
        """Answer what is complete, then close: a client may close its side after the request."""
        requests = [each for each in (self._current, *self._waiting) if each is not None]
        is_stream = self.server.connections.is_stream(self)
        if is_stream or not requests or not requests[-1].is_complete:
            self._flush()  # a response may not have left yet
            return False
        self._is_last = True
        requests[-1].keep_alive = False
        return True

    def pause_writing(self) -> None:
        """Let the application wait: the client does not keep up, and is not waited for long."""
        self.is_writable = False
        self._stalled = self._loop.call_later(self._limits.idle_seconds, self.abort)
        self._became_writable.clear()

    def resume_writing(self) -> None:
        """Let the application send again."""
        self.is_writable = True
        self._became_writable.set()
        if self._stalled is not None:
            self._stalled.cancel()

    def data_received(self, data: bytes) -> None:
        """Parse what has arrived; most often that is one whole request."""
        if self._is_last or self._refusal:
            return
        self._piece = len(data)
        if self._head.is_open:
            self._head.later_pieces += len(data)
        try:
            self._parse(data)
            if self._head.is_open:
                self._head.check_size()
                if self._deadline is None:
                    self._start_timer(self._limits.head_seconds)
        except HttpParserError as error:
            if not self._is_last:  # what comes after the last request does not matter
                self._refuse(*_status_and_reason(error))
        except Refused as error:
            self._refuse(error.status, str(error))

    # What httptools calls

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._stop_timer()
        self._head = RequestHead(self._limits, self._piece)

    def on_url(self, url: bytes) -> None:
        """Take a part of the request's target."""
        self._head.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._head.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Start answering the request, unless its head will be parsed again."""
        head = self._head
        head.is_open = False
        self._stop_timer()
        head.check_size()
        self._is_offer = self._parser.should_upgrade()
        if self._is_offer:
            if self._parser.get_method() == b"CONNECT":
                raise Refused(BAD_REQUEST, "this is not a proxy: CONNECT is not supported")
            return
        reason = self.server.connections.refusal(self)
        if reason and head.url != _ALWAYS_ANSWERED:
            raise Refused(UNAVAILABLE, reason)
        scope = head.scope(self._parser, self._scope)
        self._arriving = request = AsgiRequest(
            self,
            scope,
            keep_alive=scope["http_version"] != "1.0" and self._parser.should_keep_alive(),
            expects_continue=any(name == b"expect" for name, _ in head.headers),
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
            self._loop.call_soon(self._flush)
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
        self.server.connections.begin_wait(self)
        if not request.keep_alive or (self._refusal and not self._waiting):
            self.write(self._refusal)
            self.drop()
        elif self._waiting:
            self._start_next()
        else:
            self.resume_reading()
            if not self._head.is_open:
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
                data = self._head.without_upgrade(self._parser) + data[offer.args[0] :]
                self._parser = HttpRequestParser(self)
            else:
                return

    def _begin_stream(self) -> bool:
        return self.server.connections.begin_stream(self)

    def _start_next(self) -> None:
        self._current = self._waiting.popleft()
        self.server.start(self._current)

    def _pause_reading(self) -> None:
        if self._is_reading:
            self._is_reading = False
            self._transport.pause_reading()

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
        self._deadline = deadline = self._loop.time() + seconds
        # Deadlines move with every request, and mostly to later: a timer that is set stays.
        if self._timer is None or self._timer.when() > deadline:
            self._cancel_timer()
            self._timer = self._loop.call_at(deadline, self._look_at_deadline)

    def _stop_timer(self) -> None:
        self._deadline = None

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_at_deadline(self) -> None:
        self._timer = None
        if self._deadline is None:
            return
        if self._loop.time() < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._look_at_deadline)
        else:
            self._deadline = None
            self._timed_out()

    def _timed_out(self) -> None:
        """Close an idle connection, or refuse a head that is too slow."""
        if not self._head.is_open:
            self.drop()
        elif self._current is not None:
            # the client waits for an answer, and has sent a part of its next request meanwhile
            self._start_timer(self._limits.head_seconds)
        else:
            reason = f"the headers were not complete after {self._limits.head_seconds:g} s"
            self._refuse(_TIMEOUT, reason)


def _status_and_reason(error: HttpParserError) -> tuple[int, str]:
    cause = error.__context__
    if isinstance(error, HttpParserCallbackError):
        if isinstance(cause, Refused):
            return cause.status, str(cause)
        raise error  # a mistake of this module
    return BAD_REQUEST, f"the request is not HTTP/1.1 ({error})"

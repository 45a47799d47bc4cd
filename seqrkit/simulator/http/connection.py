"""One connection: uvicorn's, with limits to the head of a request and to the client's patience.

A head that comes in one piece, as nearly all do, costs nothing here but two method calls; the timer
runs only while one is incomplete. What waits for a body does so in `http.read_body`.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from seqrkit.simulator.http.limits import DEFAULT, Limits
from seqrkit.simulator.http.request_body import DROP
from seqrkit.simulator.http.request_parser import RequestParser
from seqrkit.simulator.http.response_writer import OneWriteProtocol

_REQUEST_TIMEOUT, _HEAD_TOO_LARGE = 408, 431


class Connection(OneWriteProtocol):
    """A client's connection, within `limits`."""

    limits: ClassVar[Limits] = DEFAULT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parser = RequestParser(self)  # type: ignore[assignment]
        self.app_state: dict[str, Any] = {DROP: self._drop}
        self._late: asyncio.TimerHandle | None = None
        self._chunk = 0  # bytes that have come just now
        self._open: object = None  # the scope of the request whose head comes in pieces
        self._since = 0  # bytes of it, without its first piece: that may hold earlier requests too
        self._is_too_large = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._head_has_come()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come; most often that is one whole request."""
        self._chunk = len(data)
        super().data_received(data)
        if self._head_is_open():
            self._await_rest()

    def on_headers_complete(self) -> None:
        """Judge the size of the head, and start the request."""
        self._head_has_come()
        suspicious = self._chunk > self.limits.head_bytes or self._open is self.scope
        if len(self.headers) > self.limits.head_fields or (
            suspicious and self._size() > self.limits.head_bytes
        ):
            self._is_too_large = True
            raise ValueError(self._too_large())  # the parser stops, and has this request refused
        super().on_headers_complete()
        # The application is told at once, so that it is not left waiting for a body without a
        # limit: it takes what is there, and sets the client a time for the rest.
        self.cycle.message_event.set()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be parsed, or is too large, and close."""
        if self._is_too_large:
            self._refuse(_HEAD_TOO_LARGE, self._too_large())
        else:
            super().send_400_response(msg)

    def _head_is_open(self) -> bool:
        """Whether a head has begun, and is not complete."""
        scope: object = self.scope  # both are None at first, whatever uvicorn's annotations say
        cycle: Any = self.cycle
        return scope is not None and (cycle is None or cycle.scope is not scope)

    def _is_answering(self) -> bool:
        cycle: Any = self.cycle
        return cycle is not None and not cycle.response_complete

    def _await_rest(self) -> None:
        if self.transport.is_closing():
            return
        if self._late is None:
            self._await_head()
        self._since = self._since + self._chunk if self._open is self.scope else 0
        self._open = self.scope
        if max(self._since, self._size()) > self.limits.head_bytes:
            self._refuse(_HEAD_TOO_LARGE, self._too_large())

    def _size(self) -> int:
        """The bytes of the head, as far as its lines are complete."""
        lines = sum(len(name) + len(value) + len(": \r\n") for name, value in self.headers)
        return len(self.url) + lines

    def _too_large(self) -> str:
        most, fields = self.limits.head_bytes, self.limits.head_fields
        return f"the headers are more than the limit of {most:,} bytes in {fields} fields"

    def _await_head(self) -> None:
        self._late = self.loop.call_later(self.limits.head_seconds, self._is_late)

    def _head_has_come(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _is_late(self) -> None:
        self._late = None
        if self.transport.is_closing():
            return
        if not self._head_is_open():
            self.transport.close()  # nothing has come at all
        elif self._is_answering():
            self._await_head()  # it has sent part of its next request while it waits
        else:
            sentence = f"the headers were not complete after {self.limits.head_seconds:g} s"
            self._refuse(_REQUEST_TIMEOUT, sentence)

    def _refuse(self, status: int, sentence: str) -> None:
        self._head_has_come()
        body = f"{sentence}\n".encode()
        head = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n" % len(body)
        answer = [STATUS_LINE[status], head, b"connection: close\r\n\r\n", body]
        self.transport.write(b"".join(answer))
        self.transport.close()

    def _drop(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()

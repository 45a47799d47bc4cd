"""One established connection: sends a request, reads the response, and knows what was sent."""

from __future__ import annotations

import selectors
import socket
import ssl
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import h11

from seqrkit.clock import elapsed
from seqrkit.http_client.failures import (
    AnswerTimeout,
    ConnectionBroken,
    HttpFailure,
    NotHttp,
    NotSent,
    TlsFailed,
)

# h11 allows 16 KiB by default; a gateway's cookies and policies must not cost a reply.
_MAX_HEAD: Final = 131_072
"""The most bytes that a response's status line and headers may have."""
_CHUNK: Final = 65_536
_SILENCE: Final = 0.5
"""Seconds to wait for the rest of an answer that is not valid HTTP."""
_GZIP: Final = b"\x1f\x8b"
_TRAILERS: Final = {zlib.MAX_WBITS | 16: 8, zlib.MAX_WBITS: 4, -zlib.MAX_WBITS: 0}
"""Bytes of the checksum (and, in gzip, the size) after the data, by zlib's window bits."""
_BEFORE_XML: Final = b" \t\r\n\xef\xbb\xbf"
_LAYERS: Final = 2
"""Compressions that are undone: by an application, and again by a proxy."""
_ACKNOWLEDGE_NOW: Final = getattr(socket, "TCP_QUICKACK", None)
"""The socket option that sends an outstanding acknowledgment at once; Linux has it."""
_CLIENT_REJECTED: Final = (
    "CERTIFICATE",
    "UNKNOWN_CA",
    "ACCESS_DENIED",
    "HANDSHAKE_FAILURE",
    "DECRYPT_ERROR",
)
"""Parts of OpenSSL's names of the alerts with which a server ends its side of the handshake."""


class Deadline:
    """A point in time after which nothing is waited for; `seconds` is how far it was at first."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = elapsed() + seconds

    def left(self) -> float:
        """Return the seconds left; raises `TimeoutError` when there are none."""
        seconds = self._end - elapsed()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def pause_for(self, work: Callable[[], object]) -> None:
        """Do some work; its time does not count."""
        start = elapsed()
        work()
        self._end += elapsed() - start


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response; `complete` is false if the body was cut off at the limit.

    `damage` is why the end of a body that is complete was not found, empty if it was.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool
    damage: str = ""


class _Body(NamedTuple):
    data: bytes
    complete: bool


class _Damaged(zlib.error):
    """A compressed body that is cut off or has a wrong checksum; `data` is what could be read."""

    def __init__(self, reason: object, data: bytes) -> None:
        super().__init__(str(reason))
        self.data = data


class Connection:
    """A connected socket (TLS established, where the URL asks for it) and its protocol state."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD)
        self._used = False  # whether an earlier request was answered
        self._sent = False  # whether a byte of the current request has left
        self._started = False  # whether a byte of the current response has arrived
        self._ended = False  # whether the peer has ended the connection
        self._raw = bytearray()  # the current response as it arrived

    def exchange(
        self,
        request: h11.Request,
        body: bytes,
        deadline: Deadline,
        limit: int,
        while_waiting: Callable[[], object],
    ) -> Response:
        """Send a request and read its response, at most `limit` bytes; raises `HttpFailure`."""
        self._sent = self._started = False
        self._raw.clear()
        head: Response | None = None
        chunks: list[bytes] = []
        try:
            self._send(request, body, deadline)
            deadline.pause_for(while_waiting)
            event = self._read_head(deadline)
            head = Response(event.status_code, _headers(event), b"", complete=False)
            complete = self._read_body(chunks, deadline, limit)
            read = _decoded(_Body(b"".join(chunks)[:limit], complete), head.headers, limit)
        except (OSError, h11.ProtocolError, zlib.error) as error:
            received = None
            if head is not None:
                received = replace(head, body=_readable(error, chunks, head.headers, limit))
            # The reply itself may be intact although its framing is wrong.
            if isinstance(error, h11.ProtocolError):
                self._drain(deadline, limit)
            raise self._failure(error, received, deadline) from error
        self._used = True
        return replace(head, body=read.data, complete=read.complete)

    def open_tunnel(self, request: h11.Request, deadline: Deadline) -> h11.Response:
        """Send a CONNECT request to a proxy and return the head of its answer."""
        try:
            self._send(request, b"", deadline)
            return self._read_head(deadline)
        except h11.ProtocolError as error:
            raise self._failure(error, None, deadline) from error

    def is_idle(self) -> bool:
        """Whether the exchange is finished and both sides are ready for another one."""
        states = {self._protocol.our_state, self._protocol.their_state}
        # Bytes after a response would be read as the answer to the next request.
        return states == {h11.DONE} and not self._protocol.trailing_data[0]

    def reopen(self) -> bool:
        """Get ready for the next request; false if the server has closed the idle connection."""
        # Not select.select(), which fails for file descriptors from 1024 on.
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            # Between two exchanges a server has nothing to say but that it closes.
            if selector.select(0):
                return False
        self._protocol.start_next_cycle()
        return True

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _send(self, request: h11.Request, body: bytes, deadline: Deadline) -> None:
        events = [request, *([h11.Data(data=body)] if body else []), h11.EndOfMessage()]
        data = memoryview(b"".join(self._protocol.send(event) or b"" for event in events))
        try:
            while data:
                self._socket.settimeout(deadline.left())
                # send() returns once at least one byte has left, and raises if none has.
                data = data[self._socket.send(data) :]
                self._sent = True
        except (ConnectionError, ssl.SSLError):
            # A server may close before it has read all. What it said first tells more than the
            # failed write: an answer (413, for one) or a TLS alert.
            return

    def _read_head(self, deadline: Deadline) -> h11.Response:
        while not isinstance(event := self._next_event(deadline), h11.Response):
            pass  # 100 Continue, 103 Early Hints: the answer is still to come
        return event

    def _read_body(self, chunks: list[bytes], deadline: Deadline, limit: int) -> bool:
        """Append the body to `chunks`; return false as soon as they exceed the limit."""
        size = 0
        while isinstance(event := self._next_event(deadline), h11.Data):
            chunks.append(bytes(event.data))
            size += len(event.data)
            if size > limit:
                return False
        return True

    def _next_event(self, deadline: Deadline) -> object:
        while (event := self._protocol.next_event()) is h11.NEED_DATA:
            self._socket.settimeout(deadline.left())
            if self._started:
                self._acknowledge()
            data = self._socket.recv(_CHUNK)
            self._ended = not data
            self._raw += data
            if self._ended and self._protocol.their_state is h11.SEND_RESPONSE:
                raise ConnectionResetError("closed by the server before its answer")
            # h11 waits for an empty line, which a mail server never sends.
            if not self._started and not b"HTTP/".startswith(data[:5]):
                raise h11.RemoteProtocolError(f"the answer begins with {data[:40]!r}")
            self._started = True
            self._protocol.receive_data(data)
        return event

    def _acknowledge(self) -> None:
        """Acknowledge at once the part of the response that has arrived.

        A server that writes head and body separately, without TCP_NODELAY, sends the body only
        after the acknowledgment of the head, which the kernel may delay by 40 ms.
        """
        is_tcp = self._socket.family in {socket.AF_INET, socket.AF_INET6}
        if _ACKNOWLEDGE_NOW is not None and is_tcp:
            self._socket.setsockopt(socket.IPPROTO_TCP, _ACKNOWLEDGE_NOW, 1)

    def _drain(self, deadline: Deadline, limit: int) -> None:
        """Read what follows a mistake in HTTP, because a whole message may be in it."""
        if not self._raw.lstrip().startswith(b"HTTP/"):
            return
        with suppress(OSError):
            data = b"" if self._ended else b"HTTP/"
            while data and len(self._raw) <= limit:
                self._socket.settimeout(min(deadline.left(), _SILENCE))
                data = self._socket.recv(_CHUNK)
                self._raw += data

    def _failure(
        self, error: Exception, received: Response | None, deadline: Deadline
    ) -> HttpFailure:
        """Translate what interrupted an exchange; no other place does."""
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        if isinstance(error, TimeoutError):
            reason = f"not finished within {deadline.seconds:g} s"
        # Checked before `_sent`: the request left this machine, but the server never read it.
        if self._is_rejected_certificate(error):
            return TlsFailed(str(error))
        if not self._sent:
            return NotSent(f"the connection ended before anything was sent: {reason}")
        if isinstance(error, TimeoutError):
            late = f"no complete answer within {deadline.seconds:g} s"
            return AnswerTimeout(late, received=received, raw=bytes(self._raw))
        # If the connection ended as well, the damage is only its consequence.
        if isinstance(error, h11.RemoteProtocolError | zlib.error) and not self._ended:
            return NotHttp(reason, received=received, raw=bytes(self._raw))
        return ConnectionBroken(reason, received=received, raw=bytes(self._raw))

    def _is_rejected_certificate(self, error: Exception) -> bool:
        """Whether the server ended its side of the handshake.

        In TLS 1.3 it judges the client's certificate when the client already regards the handshake
        as done, and reads no request before it has accepted it. So the alert comes in place of the
        first answer.
        """
        if self._used or self._started or not isinstance(error, ssl.SSLError):
            return False
        return any(word in (error.reason or "") for word in _CLIENT_REJECTED)


def _readable(
    error: Exception, chunks: list[bytes], headers: Mapping[str, str], limit: int
) -> bytes:
    """What can be read of a body that is damaged or cut off."""
    if isinstance(error, _Damaged):
        return error.data
    body = _Body(b"".join(chunks), complete=False)
    try:
        return _decoded(body, headers, limit).data
    except zlib.error:
        return body.data


def _headers(head: h11.Response) -> dict[str, str]:
    """The headers with the names as they were sent; the values of a repeated name are joined."""
    headers: dict[str, str] = {}
    for name, value in head.headers.raw_items():
        key, text = name.decode("latin-1"), value.decode("latin-1")
        # RFC 9110, section 5.3
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _decoded(body: _Body, headers: Mapping[str, str], limit: int) -> _Body:
    """The body without its Content-Encoding, where it really has the one that is declared."""
    named = {name.lower(): value for name, value in headers.items()}
    encodings = named.get("content-encoding", "").lower()
    for _ in range(_LAYERS):
        window_bits = _format(body.data, is_deflate="deflate" in encodings)
        if window_bits is None:
            break
        body = _inflated(body, window_bits, limit)
    return body


def _format(data: bytes, *, is_deflate: bool) -> int | None:
    """The compression that a body really has, as zlib's window bits, whatever its label says.

    No message begins with the signature of gzip or of zlib (RFC 1950, 2.2).
    """
    if data[:2] == _GZIP:
        return zlib.MAX_WBITS | 16
    if len(data) > 1 and data[0] & 0x8F == zlib.DEFLATED and int.from_bytes(data[:2]) % 31 == 0:
        return zlib.MAX_WBITS
    # "deflate" means zlib's format; some servers send the bare stream instead.
    is_bare = is_deflate and bool(data.strip()) and not data.lstrip(_BEFORE_XML).startswith(b"<")
    return -zlib.MAX_WBITS if is_bare else None


def _inflated(body: _Body, window_bits: int, limit: int) -> _Body:
    data, packed = b"", body.data
    while True:
        decoder = zlib.decompressobj(window_bits)
        # Never unpacks more than the limit: a bomb stays small.
        most = limit + 1 - len(data)
        try:
            data += decoder.decompress(packed, most)
        except zlib.error as error:
            # The checksum after the data may be the only damage.
            packed = packed[: len(packed) - _TRAILERS[window_bits]]
            data += zlib.decompressobj(window_bits).decompress(packed, most)
            raise _Damaged(error, data) from error
        if len(data) > limit:
            return _Body(data[:limit], complete=False)
        if body.complete and not decoder.eof:
            raise _Damaged("the compressed body ends early", data)
        packed = decoder.unused_data
        if packed[:2] != _GZIP:  # a gzip file may have several members
            return _Body(data, body.complete)

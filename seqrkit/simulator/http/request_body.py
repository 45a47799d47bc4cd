"""Request bodies and responses over ASGI: size, arrival, compression, media type.

The SOAP paths use these functions directly, without a framework, because they must be fast.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Final, NamedTuple

from seqrkit.errors import MessageError
from seqrkit.simulator.http.request_and_response import Event, Receive, Send
from seqrkit.soap import CONTENT_TYPE, charset_of

Headers = Mapping[bytes, bytes]

# Long enough for a slow line; a client that sends a byte a second must not hold its place.
BODY_SECONDS: Final = 30
"""Default time for the arrival of a body."""
DRAIN_SECONDS: Final = 2
"""How long the rest of a rejected body is read and discarded."""

TEXT: Final = b"text/plain; charset=utf-8"
XML: Final = CONTENT_TYPE.encode()
TOO_LARGE, UNSUPPORTED = 413, 415

_CLOSE: Final = ((b"connection", b"close"),)
_GZIP, _ZLIB, _RAW = 31, 15, -15
_WINDOWS: Final = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _RAW)}
"""zlib's window sizes for each content coding; clients mean two formats by deflate."""


class HttpError(Exception):
    """A request that is answered with an HTTP error: status, one sentence, and headers."""

    def __init__(
        self, status: int, sentence: str, headers: Iterable[tuple[bytes, bytes]] = ()
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers: tuple[tuple[bytes, bytes], ...] = tuple(headers)


class ClientDisconnected(Exception):
    """The client disconnected before its request was complete."""


class BadEncoding(MessageError):
    """A body that does not have the content coding that it declares."""

    rule = "http.content-encoding"


class MediaType(NamedTuple):
    """A Content-Type: its media type in lower case, and the charset, if it has one."""

    name: str
    charset: str | None

    @property
    def is_xml(self) -> bool:
        """Whether it is XML; a message without a Content-Type is read as XML."""
        return self.name in {"", "text/xml", "application/xml"} or self.name.endswith("+xml")


@lru_cache(maxsize=256)
def media_type(value: bytes) -> MediaType:
    """Read a Content-Type header."""
    text = value.decode("latin-1")
    return MediaType(text.partition(";")[0].strip().lower(), charset_of(text))


async def read_body(headers: Headers, receive: Receive, limit: int, seconds: float) -> bytes:
    """Return the decompressed body of a request that has to arrive within `seconds`.

    Raises `HttpError` above the limit (413), for a slow client (408) or an unknown content coding
    (415); `BadEncoding` for a broken one; `ClientDisconnected`.
    """
    length = headers.get(b"content-length", b"0")
    # Refused before a byte is read; the length of the text first, because int() refuses long ones.
    if len(length) > len(str(limit)) or int(length) > limit:
        raise _too_large(limit)
    event = await receive()
    body = _part(event)
    if event.get("more_body"):
        body = await _read_rest(body, receive, limit, seconds)
    if len(body) > limit:
        raise _too_large(limit)
    coding = headers.get(b"content-encoding")
    return body if coding is None else _decompressed(body, coding, limit)


async def drain(receive: Receive) -> None:
    """Discard the rest of a body for a moment; a client that is cut off sees no response."""
    with suppress(TimeoutError):
        # Closing with unread bytes makes the kernel send a reset, which can destroy the response.
        async with asyncio.timeout(DRAIN_SECONDS):
            while True:
                event = await receive()
                if event["type"] == "http.disconnect" or not event.get("more_body"):
                    return


async def respond(
    send: Send,
    status: int,
    content_type: bytes,
    body: bytes,
    headers: Iterable[tuple[bytes, bytes]] = (),
    *,
    more: bool = False,
) -> None:
    """Send a response; with `more`, the caller sends its empty end."""
    start = [(b"content-type", content_type), (b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def _read_rest(start: bytes, receive: Receive, limit: int, seconds: float) -> bytes:
    parts, size = [start], len(start)
    try:
        async with asyncio.timeout(seconds):
            more = True
            while more and size <= limit:
                event = await receive()
                parts.append(_part(event))
                size += len(parts[-1])
                more = event.get("more_body", False)
    except TimeoutError:
        sentence = f"the body was not complete after {seconds:g} s; send it without pauses"
        raise HttpError(408, sentence, _CLOSE) from None
    return b"".join(parts)


def _part(event: Event) -> bytes:
    if event["type"] == "http.disconnect":
        raise ClientDisconnected
    part: bytes = event.get("body", b"")
    return part


def _decompressed(body: bytes, coding: bytes, limit: int) -> bytes:
    name = coding.decode("latin-1").strip().lower()
    if name in {"", "identity"}:
        return body
    # Refused, because a guess would be reported as a message that is not XML.
    if name not in _WINDOWS:
        sentence = f"the content coding {name[:40]!r} is not supported; use gzip, deflate or none"
        raise HttpError(UNSUPPORTED, sentence, ((b"accept-encoding", b"gzip, deflate"),))
    for bits in _WINDOWS[name]:
        decompressor = zlib.decompressobj(bits)
        try:
            # One byte more than allowed shows that there is more, without unpacking a bomb.
            content = decompressor.decompress(body, limit + 1)
        except zlib.error:
            continue
        if len(content) > limit:
            raise _too_large(limit)
        # Without the end mark the body was cut, even if all of it could be unpacked.
        if decompressor.eof:
            return content
    msg = f"the body is not complete {name} data, although its Content-Encoding says so"
    raise BadEncoding(msg)


def _too_large(limit: int) -> HttpError:
    return HttpError(TOO_LARGE, f"the body is larger than the limit of {limit:,} bytes", _CLOSE)

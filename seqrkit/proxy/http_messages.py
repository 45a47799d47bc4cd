"""HTTP/1.1 messages as bytes: where one ends, and what its body is without framing."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

# As large as asyncio's own default for a line; most servers accept 8 to 16 kB.
HEAD_BYTES: Final = 65_536
"""The size limit of a start line with its headers."""
# Far above the service's own limit; the proxy holds a message in memory to record it.
MAX_BYTES: Final = 64 * 1024 * 1024
"""The size limit of a request, and of an answer that is recorded."""
HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        # An upgrade to HTTP/2 or a websocket would turn the rest into bytes that nobody can record.
        b"upgrade",
        b"http2-settings",
        # Answered by the proxy itself: it has the body before the endpoint is asked.
        b"expect",
    }
)
"""Headers about one connection, and offers that the proxy does not take."""
_REQUEST: Final = re.compile(rb"[A-Z]+ \S+ HTTP/1\.[01]")
_RESPONSE: Final = re.compile(rb"HTTP/1\.[01] \d{3}.*")
_BEGINS_HEAD: Final = re.compile(rb"[A-Za-z\r\n]")
_BODILESS: Final = {204, 304}
_WHITE: Final = b" \t"
# zlib's window of 15 bits, plus 32: look at the header for which of the two it is.
_GZIP_OR_ZLIB: Final = 47
# Broken framing has no end to wait for, and a client waits behind it.
_QUIET_SECONDS: Final = 1.0
"""Silence after which a message without an end counts as complete."""


class NotHttp(Exception):
    """What has arrived is not an HTTP message; `data` is what was read of it."""

    def __init__(self, data: bytes) -> None:
        super().__init__("not an HTTP message")
        self.data = data


@dataclass(frozen=True, slots=True)
class Head:
    """A start line and its headers: names, and what follows the colon, as they arrived."""

    start: bytes
    fields: Sequence[tuple[bytes, bytes]]
    raw: bytes = b""
    """The bytes that arrived, if nothing was replaced."""

    def get(self, name: bytes) -> bytes:
        """Return the value of a header, empty without one; `name` is in lower case."""
        found = (value for each, value in self.fields if each.lower() == name)
        return next(found, b"").strip(_WHITE)

    @property
    def method(self) -> bytes:
        """The method of a request."""
        return self.start.partition(b" ")[0]

    @property
    def target(self) -> bytes:
        """The path and query of a request."""
        return self.start.split(b" ")[1]

    @property
    def status(self) -> int:
        """The status of a response."""
        return int(self.start.split(b" ", 2)[1])

    @property
    def keeps_alive(self) -> bool:
        """Whether another message may follow on the connection."""
        said = self.get(b"connection").lower()
        # HTTP/1.1 stays open unless told, HTTP/1.0 closes unless told (RFC 9112, 9.3).
        is_old = b"HTTP/1.0" in self.start
        return b"keep-alive" in said if is_old else b"close" not in said

    def replaced(self, **values: bytes | None) -> Head:
        """Return a head with other values of headers; `None` removes one."""
        new = {
            name.replace("_", "-").encode(): None if value is None else b" " + value
            for name, value in values.items()
        }
        kept = []
        for name, value in self.fields:
            other = new.pop(name.lower(), value)
            if other is not None:
                kept.append((name, other))
        kept += [(name.title(), value) for name, value in new.items() if value is not None]
        return Head(self.start, kept)

    def without(self, names: frozenset[bytes]) -> Head:
        """Return a head without some headers."""
        return Head(self.start, [each for each in self.fields if each[0].lower() not in names])

    def to_bytes(self) -> bytes:
        """Return the bytes of the wire: those that arrived, if nothing was replaced."""
        # Not written anew: some servers and clients depend on case and spaces of header lines.
        if self.raw:
            return self.raw
        lines = [self.start, *(b"%b:%b" % each for each in self.fields), b"", b""]
        return b"\r\n".join(lines)

    def to_dict(self) -> dict[str, str]:
        """Return the headers as texts, the last of those with the same name."""
        return {
            name.decode("latin-1"): value.strip(_WHITE).decode("latin-1")
            for name, value in self.fields
        }


async def read_head(reader: asyncio.StreamReader, *, is_request: bool) -> Head | None:
    """Read a start line and headers; return `None` at the end of the stream.

    Lines may end with a line feed alone. Raises `NotHttp` for anything else.
    """
    # One byte first: a client of TLS or another protocol may never send the line feed.
    line = await reader.read(1)
    if not line:
        return None
    if not _BEGINS_HEAD.match(line):
        raise NotHttp(line)  # TLS, for example: its sender waits for an answer
    pattern = _REQUEST if is_request else _RESPONSE
    raw, lines = line, list[bytes]()
    while not lines or lines[-1]:
        try:
            rest = await reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            raise NotHttp(raw + error.partial) from None
        except asyncio.LimitOverrunError:
            raise NotHttp(raw + await reader.read(HEAD_BYTES)) from None
        raw += rest
        line = (line + rest).strip(b"\r\n")
        is_valid = not line or (b":" in line if lines else pattern.fullmatch(line))
        if not is_valid or len(raw) > HEAD_BYTES:
            raise NotHttp(raw)
        if line or lines:  # empty lines before the first one are allowed
            lines.append(line)
        line = b""
    fields = [(name, value) for name, _, value in (each.partition(b":") for each in lines[1:-1])]
    return Head(lines[0], fields, raw)


async def unframed(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Yield what else arrives until the connection ends, or nothing comes for a second."""
    with suppress(TimeoutError):
        while True:
            async with asyncio.timeout(_QUIET_SECONDS):
                part = await reader.read(HEAD_BYTES)
            if not part:
                return
            yield part


class Body:
    """The body that follows a head: its bytes on the wire, and its content without chunks."""

    def __init__(self, head: Head, *, is_request: bool, method: bytes = b"") -> None:
        # Transfer-Encoding wins over Content-Length, and HEAD, 204 and 304 have no body (RFC 9112,
        # 6.3).
        length = head.get(b"content-length")
        self.is_chunked: bool = b"chunked" in head.get(b"transfer-encoding").lower()
        self.length: int | None = int(length) if length.isdigit() else None
        bodiless = method == b"HEAD" or (not is_request and head.status in _BODILESS)
        if self.is_chunked:
            self.length = None
        elif bodiless or (is_request and self.length is None):
            self.length = 0
        if bodiless:
            self.is_chunked = False
        self.is_complete: bool = False
        """Whether it has arrived to its end."""

    @property
    def ends_with_connection(self) -> bool:
        """Whether the end of the connection is the end of the body."""
        return self.length is None and not self.is_chunked

    async def parts(self, reader: asyncio.StreamReader) -> AsyncIterator[tuple[bytes, bytes]]:
        """Yield its parts as they arrive: bytes on the wire and content; ends where it is cut.

        After a chunk without a size it yields what else arrives, without content.
        """
        try:
            async for part in self._chunks(reader) if self.is_chunked else self._sized(reader):
                yield part
        except asyncio.IncompleteReadError as cut:
            yield cut.partial, b""
        except (asyncio.LimitOverrunError, ValueError):
            async for piece in unframed(reader):
                yield piece, b""

    async def _sized(
        self, reader: asyncio.StreamReader, size: int | None = None
    ) -> AsyncIterator[tuple[bytes, bytes]]:
        left = self.length if size is None else size
        while left != 0:
            part = await reader.read(HEAD_BYTES if left is None else min(left, HEAD_BYTES))
            if not part:
                break
            left = None if left is None else left - len(part)
            yield part, part
        self.is_complete = size is None and not left

    async def _chunks(self, reader: asyncio.StreamReader) -> AsyncIterator[tuple[bytes, bytes]]:
        while True:
            line = await reader.readuntil(b"\n")
            yield line, b""
            # After the semicolon stand extensions, which may be ignored (RFC 9112, 7.1.1).
            size = int(line.partition(b";")[0], 16)
            if not size:
                break
            if not 0 < size <= MAX_BYTES:
                raise ValueError("not the size of a chunk")
            async for part in self._sized(reader, size):
                yield part
            yield await reader.readexactly(2), b""
        while line.strip():  # trailers
            line = await reader.readuntil(b"\n")
            self.is_complete = not line.strip()
            yield line, b""


def decoded(content: bytes, head: Head) -> bytes:
    """Return a body without its content coding; as it is if that cannot be removed."""
    if head.get(b"content-encoding").lower() not in {b"gzip", b"x-gzip", b"deflate"}:
        return content
    try:
        return zlib.decompressobj(_GZIP_OR_ZLIB).decompress(content, MAX_BYTES)
    except zlib.error:
        return content

"""What HTTP adds to a message: its size, its encodings, its media type, and the client's address.

Written for ASGI itself; the SOAP path does without a framework because it is the hot one.
"""

from __future__ import annotations

import asyncio
import codecs
import re
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from seqrkit.errors import ConfigurationError, MessageError
from seqrkit.simulator.http.asgi_request import Event, Receive, Scope, Send
from seqrkit.soap import CONTENT_TYPE

Headers = Mapping[bytes, bytes]

BODY_SECONDS: Final = 30
"""How long a client may take over its body, unless said otherwise."""
LINGER_SECONDS: Final = 2
"""How long the rest of a refused body is thrown away, so that the client gets to the answer."""

TEXT: Final = b"text/plain; charset=utf-8"
XML: Final = CONTENT_TYPE.encode()

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
_PUBLIC = re.compile(rf"https?://{_HOST.pattern}{_PREFIX.pattern}/?")
_PORTS = {"http": "80", "https": "443"}
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)


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
    """The client went away before its request was complete."""


class BadEncoding(MessageError):
    """A body that is not what its Content-Encoding says."""

    rule = "http.content-encoding"


@dataclass(frozen=True, slots=True)
class MediaType:
    """What a Content-Type says: whether it is XML, and in which character encoding, if it says."""

    is_xml: bool
    encoding: str | None


@lru_cache(maxsize=256)
def media_type(value: bytes) -> MediaType:
    """Read a Content-Type; none at all passes for XML."""
    text = value.decode("latin-1")
    kind = text.partition(";")[0].strip().lower()
    is_xml = kind in {"", "text/xml", "application/xml"} or kind.endswith("+xml")
    found = _CHARSET.search(text)
    encoding = None
    if found is not None:
        with suppress(LookupError):  # a charset nobody knows says nothing
            encoding = codecs.lookup(found[1]).name.replace(
                "utf-16-", "utf-16"
            )  # as libxml2 has it
    return MediaType(is_xml, encoding)


async def read_body(headers: Headers, receive: Receive, limit: int, seconds: float) -> bytes:
    """The body of a request, decompressed; `seconds` is how long the client may take over it.

    Raises `HttpError` past the limit (413), after too long (408) or for an unknown coding (415);
    `BadEncoding` for one that is broken, `ClientDisconnected` where the client has gone.
    """
    length = headers.get(b"content-length", b"0")
    if len(length) > len(str(limit)) or int(length) > limit:
        raise _too_large(limit)
    event = await receive()
    body = _part(event)
    if event.get("more_body"):
        body = await _read_rest(body, receive, limit, seconds)
    if len(body) > limit:
        raise _too_large(limit)
    coding = headers.get(b"content-encoding")
    return body if coding is None else _decoded(body, coding, limit)


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
        sentence = f"the body was not complete after {seconds:g} s; send it in one go"
        raise HttpError(408, sentence, _CLOSE) from None
    return b"".join(parts)


def _part(event: Event) -> bytes:
    if event["type"] == "http.disconnect":
        raise ClientDisconnected
    part: bytes = event.get("body", b"")
    return part


async def drain(receive: Receive) -> None:
    """Throw the rest of a body away for a moment; a client that is cut off sees no answer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while True:
                event = await receive()
                if event["type"] == "http.disconnect" or not event.get("more_body"):
                    return


def _decoded(body: bytes, coding: bytes, limit: int) -> bytes:
    name = coding.decode("latin-1").strip().lower()
    if name in {"", "identity"}:
        return body
    if name not in _WINDOWS:
        sentence = f"the content coding {name[:40]!r} is not read here; send gzip, deflate or none"
        raise HttpError(415, sentence, ((b"accept-encoding", b"gzip, deflate"),))
    for bits in _WINDOWS[name]:
        unpacker = zlib.decompressobj(bits)
        try:
            content = unpacker.decompress(body, limit + 1)
        except zlib.error:
            continue
        if len(content) > limit:
            raise _too_large(limit)
        if unpacker.eof:
            return content
    msg = f"the body is not the complete {name} that its Content-Encoding says"
    raise BadEncoding(msg)


_GZIP, _ZLIB, _RAW = 31, 15, -15
_WINDOWS: Final = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _RAW)}
_CLOSE: Final = ((b"connection", b"close"),)


def _too_large(limit: int) -> HttpError:
    return HttpError(413, f"the message is larger than the limit of {limit:,} bytes", _CLOSE)


def public_address(url: str) -> str:
    """Return a configured base URL without a slash at the end; empty stays empty.

    Raises `ConfigurationError` for anything but an absolute http or https URL.
    """
    found = _PUBLIC.fullmatch(url.strip())
    if url and found is None:
        raise ConfigurationError(
            f'the base URL "{url[:80]}" is invalid; it is like https://shop.example/seqr'
        )
    return url.strip().rstrip("/")


def base_url(
    scope: Scope, headers: Headers, *, trust_forwarded: bool = False, public: str = ""
) -> str:
    """Return the address under which the client sees the endpoint, without a slash at the end.

    That is `public` where one is configured, else scheme and Host of the request. With
    `trust_forwarded` the headers X-Forwarded-Proto, -Host, -Port and -Prefix count, which any
    client can send and only a proxy should.
    """
    if public:
        return public
    scheme = str(scope.get("scheme", "http"))
    host = headers.get(b"host", b"").decode("latin-1")
    prefix = ""
    if trust_forwarded:
        scheme = _first(headers, b"x-forwarded-proto", scheme).lower()
        host = _first(headers, b"x-forwarded-host", host)
        port = _first(headers, b"x-forwarded-port", "")
        if port.isascii() and port.isdigit() and port != _PORTS.get(scheme):
            host = f"{_without_port(host)}:{port}"
        prefix = _first(headers, b"x-forwarded-prefix", "").rstrip("/")
    if scheme not in _PORTS:
        scheme = "http"
    if _HOST.fullmatch(host) is None:
        name, number = scope.get("server") or ("127.0.0.1", 80)
        host = f"[{name}]:{number}" if ":" in name else f"{name}:{number}"
    return f"{scheme}://{host}{prefix if _PREFIX.fullmatch(prefix) else ''}"


def _first(headers: Headers, name: bytes, otherwise: str) -> str:
    value = headers.get(name, b"").decode("latin-1").partition(",")[0].strip()
    return value or otherwise


def _without_port(host: str) -> str:
    return re.sub(r":[0-9]*\Z", "", host)


async def respond(
    send: Send,
    status: int,
    kind: bytes,
    body: bytes,
    headers: Iterable[tuple[bytes, bytes]] = (),
    *,
    more: bool = False,
) -> None:
    """Send an answer; with `more`, the caller sends the empty end of it."""
    start = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body, "more_body": more})

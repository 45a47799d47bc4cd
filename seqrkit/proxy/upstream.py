"""Connections to the endpoint behind the proxy, with TLS and through another proxy."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from seqrkit.errors import ConfigurationError
from seqrkit.http_client.client import Proxy
from seqrkit.http_client.origin import Origin
from seqrkit.http_client.settings import proxy_of, tls_of
from seqrkit.proxy.http_messages import HEAD_BYTES, Head, NotHttp, read_head
from seqrkit.schemas import interface_at
from seqrkit.vocabulary import PATHS

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
# Shorter than most clients wait for an answer, so that they are told why.
CONNECT_SECONDS: Final = 10.0


class Unreachable(Exception):
    """The endpoint cannot be reached; the message is a sentence."""


class Upstream:
    """The endpoint to which requests are passed on.

    A path before the published one (such as ``/w/team-a``) is put before the path of each request.
    `connection` are the options of `seqrkit.client.Client` that concern the connection. Raises
    `ConfigurationError` for settings that are not valid.
    """

    def __init__(self, url: str, connection: Mapping[str, Any]) -> None:
        try:
            self.origin: Origin = Origin.of(url)
        except ValueError as error:
            raise ConfigurationError(f"{url} cannot be passed on to: {error}") from error
        path = urlsplit(url).path.rstrip("/")
        interface = interface_at(url)
        # Users paste the whole address of an interface; its path comes with each request.
        self.prefix: bytes = path.removesuffix(PATHS[interface] if interface else "").encode()
        self.url: str = f"{self.origin.scheme}://{self.origin.authority}"
        self._tls: ssl.SSLContext | None = None
        if self.origin.scheme == "https":
            self._tls = tls_of(connection.get("ca"), connection.get("client_certificate"))
        self._proxy = proxy_of(url, connection.get("proxy"))
        added = connection.get("headers") or {}
        self.headers: list[tuple[bytes, bytes]] = [
            (name.encode("latin-1"), f" {value}".encode("latin-1")) for name, value in added.items()
        ]
        """Headers that are added to each request, such as a gateway's key."""
        # A proxy must not end what a patient client would still wait for.
        self.seconds: float = connection.get("timeout") or 120.0
        """How long an answer may take."""

    @property
    def plain_proxy(self) -> Proxy | None:
        """The proxy that takes requests with whole URLs, because they are not encrypted."""
        return self._proxy if self._tls is None else None

    async def is_at(self, listening: Iterable[tuple[str, int]]) -> bool:
        """Return whether it is at one of these addresses of this machine."""
        if self._proxy is not None:
            return False
        loop, origin = asyncio.get_running_loop(), self.origin
        with suppress(OSError):  # an unknown name is answered with a fault
            for *_, found in await loop.getaddrinfo(origin.host, origin.port):
                for host, port in listening:
                    is_any = ip_address(host).is_unspecified and _is_local(str(found[0]))
                    if found[1] == port and (found[0] == host or is_any):
                        return True
        return False

    async def connect(self) -> Streams:
        """Return a new connection; raises `Unreachable`."""
        first = self.origin if self._proxy is None else self._proxy.origin
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                if self._proxy is None:
                    return await asyncio.open_connection(
                        first.host, first.port, ssl=self._tls, limit=HEAD_BYTES
                    )
                streams = await asyncio.open_connection(first.host, first.port, limit=HEAD_BYTES)
                if self._tls is not None:
                    await self._tunnel(*streams, self._proxy)
                    # The name of the endpoint: the certificate comes through the tunnel, not from
                    # the proxy.
                    await streams[1].start_tls(self._tls, server_hostname=self.origin.host)
                return streams
        except (OSError, TimeoutError, NotHttp) as error:
            # OpenSSL's own word for the certificate says more than the text of the exception.
            said = getattr(error, "verify_message", "") or getattr(error, "strerror", "")
            reason = said or ("no answer in time" if isinstance(error, TimeoutError) else error)
            raise Unreachable(f"{self.url} cannot be reached: {reason}") from error

    async def _tunnel(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, proxy: Proxy
    ) -> None:
        target = self.origin.host_and_port
        headers = "".join(f"{name}: {value}\r\n" for name, value in proxy.headers.items())
        writer.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{headers}\r\n".encode())
        head = await read_head(reader, is_request=False)
        if head is None or head.status // 100 != 2:  # noqa: PLR2004 - HTTP's successes
            said = "closed the connection" if head is None else f"answered {head.status}"
            raise Unreachable(f"{proxy.name} {said} to CONNECT {target}")


def _is_local(address: str) -> bool:
    """Return whether an address is one of this machine: only those can be bound."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
        return True


@dataclass(slots=True)
class Answer:
    """What the endpoint has answered to a POST, or why there is no answer."""

    head: Head | None = None
    raw: bytearray = field(default_factory=bytearray)
    """The answer as it has arrived so far: head and body, or what is not HTTP."""
    content: bytes = b""
    failure: str = ""
    kind: str = ""
    """The name of the exception for a failure."""
    status: int = 0
    """The status for the client if nothing has arrived to pass on."""
    ends_with_connection: bool = False
    """Whether the endpoint's connection ends with it."""

    def fail(self, failure: str, kind: str, status: int = 0) -> None:
        """Note why it is not complete."""
        self.failure, self.kind, self.status = failure, kind, status


class Link:
    """A connection to the endpoint, for one client after the other."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._streams: Streams | None = None

    @property
    def reader(self) -> asyncio.StreamReader:
        """The stream from the endpoint."""
        assert self._streams is not None  # noqa: S101 - it has been used
        return self._streams[0]

    async def opened(self) -> Streams:
        """Return the streams of an open connection; raises `Unreachable`."""
        # Servers close idle connections without a word; a sale must not fail for that.
        if self._streams is None or self._streams[0].at_eof() or self._streams[1].is_closing():
            self.close()
            self._streams = await self._upstream.connect()
        return self._streams

    async def send(self, head: Head, raw: bytes) -> Head:
        """Send a request, and return the head of its answer; raises `NotHttp`."""
        reader, writer = await self.opened()
        writer.write(head.to_bytes() + raw)
        await writer.drain()
        while True:
            received = await read_head(reader, is_request=False)
            # Not sent again: the endpoint may have carried it out, and whether to repeat is the
            # client's risk.
            if received is None:
                self.close()
                raise Unreachable(f"{self._upstream.url} closed the connection without an answer")
            if received.status >= 200:  # noqa: PLR2004 - the end of HTTP's interim answers
                return received

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

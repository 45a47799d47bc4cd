"""Requests to one origin, over connections that are kept alive."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import h11

from seqrkit.http_client.connection import Connection, Deadline, Response
from seqrkit.http_client.failures import HttpFailure, NotSent, TlsFailed
from seqrkit.http_client.origin import Origin

_MAX_IDLE: Final = 256
"""Idle connections to keep; when more threads send at once, the surplus is closed after use."""
_OK: Final = range(200, 300)

SocketAddress = tuple[socket.AddressFamily, Any]
Resolver = Callable[[str, int], Sequence[SocketAddress]]


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy and the value of Proxy-Authorization for it; `name` is how errors name it."""

    origin: Origin
    authorization: str | None = None
    name: str = "the proxy"

    @property
    def headers(self) -> dict[str, str]:
        """What a request to the proxy carries besides its own headers."""
        return {} if self.authorization is None else {"Proxy-Authorization": self.authorization}


def resolve(host: str, port: int) -> list[SocketAddress]:
    """Return the addresses of a host, in the order in which to try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]


class HttpClient:
    """Sends requests to one origin; threads may share it.

    `connect_timeout` (seconds) is for TCP, the proxy's CONNECT and TLS together. `tls` is required
    for https; `headers` are added to each request. `resolver` decides which addresses are
    connected to; it is called once for each new connection, and what it raises besides `OSError` is
    passed on.
    """

    def __init__(
        self,
        origin: Origin,
        *,
        connect_timeout: float,
        tls: ssl.SSLContext | None = None,
        proxy: Proxy | None = None,
        resolver: Resolver = resolve,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.origin = origin
        self._connect_timeout = connect_timeout
        self._tls = tls
        self._proxy = proxy
        self._resolver = resolver
        self._headers = headers
        self._idle: list[Connection] = []
        self._process = os.getpid()
        self._closed = False
        self._lock = threading.Lock()
        # A client that nobody closes leaves no open sockets, nor warnings about them.
        weakref.finalize(self, _close_all, self._idle)

    def request(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        timeout: float,
        limit: int,
        while_waiting: Callable[[], object] = lambda: None,
    ) -> Response:
        """Send a request and return the response, whatever its status; redirects are not followed.

        `timeout` (seconds) is for everything from the connection to the last byte of the response.
        At most `limit` bytes of the body, decompressed, are read. `while_waiting` is called when
        the request has been sent, and again if that fails on a connection which the server has
        closed; its time is not part of the timeout. Raises `HttpFailure`.
        """
        deadline = Deadline(timeout)
        head = self._head(method, target, headers, body)

        def exchange(connection: Connection) -> Response:
            return connection.exchange(head, body, deadline, limit, while_waiting)

        while (idle := self._take()) is not None:
            try:
                return self._kept_alive(idle, exchange)
            except NotSent:
                continue  # the server closed it a moment ago, and nothing was sent
        return self._kept_alive(self._connect(deadline), exchange)

    def close(self) -> None:
        """Close the idle connections; those in use are closed after their exchange."""
        with self._lock:
            self._closed = True
            _close_all(self._idle)

    def _head(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> h11.Request:
        # A reply of a kilobyte gains nothing by compression, and could be damaged by it.
        own = {"Host": self.origin.authority, "Accept-Encoding": "identity"}
        # Without a length, some servers wait for the body of an empty POST (RFC 9110, section 8.6).
        if body or method == "POST":
            own["Content-Length"] = str(len(body))
        if self._proxy is not None and self.origin.scheme == "http":
            # A proxy needs the whole URL of a plain request (RFC 9112, section 3.2.2).
            target = f"http://{self.origin.authority}{target}"
            own |= self._proxy.headers
        # In this order, so that a user's header replaces one of ours.
        sent = {**own, **headers, **self._headers}
        try:
            return h11.Request(method=method, target=target, headers=[*sent.items()])
        except (h11.LocalProtocolError, UnicodeError) as error:
            # Before anything is connected, so the caller may correct the header and send again.
            raise NotSent(f"the request cannot be written: {error}") from error

    def _kept_alive(
        self, connection: Connection, exchange: Callable[[Connection], Response]
    ) -> Response:
        """Return the response of an exchange, and keep the connection for the next one."""
        with ExitStack() as cleanup:
            cleanup.callback(connection.close)
            response = exchange(connection)
            with self._lock:
                # After `close`, an exchange that was still running must not leave a socket behind.
                room = len(self._idle) < _MAX_IDLE and not self._closed
                if room and connection.is_idle():
                    self._idle.append(connection)
                    cleanup.pop_all()
            return response

    def _take(self) -> Connection | None:
        """Return an idle connection that the server has not closed."""
        while True:
            with self._lock:
                if self._process != os.getpid():
                    # After a fork both processes would read the answers of one connection.
                    self._process = os.getpid()
                    _close_all(self._idle)
                if not self._idle:
                    return None
                # The latest one: a server closes those first that have been idle for longest.
                connection = self._idle.pop()
            if connection.reopen():
                return connection
            connection.close()

    def _connect(self, deadline: Deadline) -> Connection:
        """Return an established connection, TLS included; raises `NotSent`."""
        # Set before `left` can raise, because the message names it.
        limit = Deadline(min(self._connect_timeout, deadline.seconds))
        with ExitStack() as opened:
            try:
                limit = Deadline(min(self._connect_timeout, deadline.left()))
                if self._proxy is None:
                    sock = opened.enter_context(self._dial(self.origin, limit))
                else:
                    sock = opened.enter_context(self._reach(self._proxy, limit))
                if self.origin.scheme == "https":
                    if self._proxy is not None:
                        self._open_tunnel(sock, self._proxy, limit)
                    sock = opened.enter_context(self._encrypted(sock))
                    sock.settimeout(limit.left())
                    sock.do_handshake()
            except OSError as error:
                raise _not_sent(error, limit) from error
            opened.pop_all()
            return Connection(sock)

    def _dial(self, origin: Origin, limit: Deadline) -> socket.socket:
        """Connect to the first address that accepts: localhost is both ::1 and 127.0.0.1."""
        addresses = self._resolver(origin.host, origin.port)
        failure = OSError(f"{origin.host} has no address")
        for tried, (family, address) in enumerate(addresses):
            with ExitStack() as opened:
                sock = opened.enter_context(socket.socket(family, socket.SOCK_STREAM))
                # An address that does not answer leaves time for those after it.
                sock.settimeout(limit.left() / (len(addresses) - tried))
                try:
                    sock.connect(address)
                except OSError as error:
                    failure = error
                    continue
                # The last segment of a request must not wait for an acknowledgement.
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                opened.pop_all()
                return sock
        raise failure

    def _reach(self, proxy: Proxy, limit: Deadline) -> socket.socket:
        try:
            return self._dial(proxy.origin, limit)
        except OSError as error:
            raise NotSent(f"{proxy.name}: {_not_sent(error, limit).reason}") from error

    def _open_tunnel(self, sock: socket.socket, proxy: Proxy, limit: Deadline) -> None:
        """Have the proxy connect to the origin, which is not reached before it answers with 2xx."""
        target = self.origin.host_and_port
        request = h11.Request(
            method="CONNECT", target=target, headers=[("Host", target), *proxy.headers.items()]
        )
        try:
            answer = Connection(sock).open_tunnel(request, limit)
        except (OSError, HttpFailure) as error:
            why = _not_sent(error, limit).reason if isinstance(error, OSError) else str(error)
            raise NotSent(f"{proxy.name} does not open a tunnel: {why}") from error
        if answer.status_code not in _OK:
            reason = answer.reason.decode("latin-1")
            raise NotSent(
                f"{proxy.name} does not open a tunnel: HTTP {answer.status_code} {reason}"
            )

    def _encrypted(self, sock: socket.socket) -> ssl.SSLSocket:
        assert self._tls is not None, "https needs a TLS context"  # noqa: S101
        return self._tls.wrap_socket(
            # The handshake comes later, with the time that is left, and the socket closed if it
            # fails.
            sock,
            server_hostname=self.origin.host,
            do_handshake_on_connect=False,
        )


def _close_all(connections: list[Connection]) -> None:
    while connections:
        connections.pop().close()


def _not_sent(error: OSError, limit: Deadline) -> NotSent:
    if isinstance(error, TimeoutError):
        return NotSent(f"no connection within {round(limit.seconds, 2):g} s")
    if isinstance(error, ssl.SSLError):
        return TlsFailed(str(error))
    return NotSent(error.strerror or str(error))

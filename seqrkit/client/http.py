"""HTTP as this API needs it: one POST, one deadline for its whole answer, a limit on its size.

Built on urllib3 (pool, keep-alive, TLS, proxies). What urllib3 raises is translated here and
nowhere else; the table names every one of its exceptions.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3 import exceptions as foreign
from urllib3.connection import HTTPConnection, HTTPSConnection

from seqrkit.client.address import without_login
from seqrkit.errors import (
    ConfigurationError,
    ConnectionLost,
    EndpointUnreachable,
    NotAReply,
    SeqrError,
    TimedOut,
    TlsError,
)

if TYPE_CHECKING:
    from typing_extensions import Buffer, override
else:

    def override(method: object) -> object:
        """`typing.override`, which Python 3.11 lacks."""
        return method


_POOL_SIZE = 256
"""Connections kept alive; more threads than that at once open others and close them."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

TRANSLATED: Final[Mapping[type[Exception], type[SeqrError]]] = MappingProxyType(
    {
        # Before a byte of the request was sent.
        foreign.NewConnectionError: EndpointUnreachable,
        foreign.NameResolutionError: EndpointUnreachable,
        foreign.ConnectTimeoutError: EndpointUnreachable,
        foreign.ProxyError: EndpointUnreachable,
        foreign.SSLError: TlsError,
        foreign.LocationValueError: ConfigurationError,
        foreign.LocationParseError: ConfigurationError,
        foreign.URLSchemeUnknown: ConfigurationError,
        foreign.ProxySchemeUnknown: ConfigurationError,
        foreign.ProxySchemeUnsupported: ConfigurationError,
        foreign.EmptyPoolError: EndpointUnreachable,
        foreign.FullPoolError: EndpointUnreachable,
        foreign.ClosedPoolError: EndpointUnreachable,
        # After some of it was sent, or all of it.
        foreign.TimeoutError: TimedOut,
        foreign.ReadTimeoutError: TimedOut,
        foreign.TimeoutStateError: TimedOut,
        foreign.ProtocolError: ConnectionLost,
        foreign.IncompleteRead: ConnectionLost,
        foreign.InvalidChunkLength: ConnectionLost,
        foreign.UnrewindableBodyError: ConnectionLost,
        foreign.MaxRetryError: ConnectionLost,
        foreign.RequestError: ConnectionLost,
        foreign.PoolError: ConnectionLost,
        foreign.HTTPError: ConnectionLost,
        # An answer, but not one of HTTP as this API uses it.
        foreign.DecodeError: NotAReply,
        foreign.ResponseError: NotAReply,
        foreign.HostChangedError: NotAReply,
        foreign.ResponseNotChunked: NotAReply,
        foreign.BodyNotHttplibCompatible: NotAReply,
        foreign.InvalidHeader: NotAReply,
        foreign.HeaderParsingError: NotAReply,
    }
)
"""What each exception of urllib3 becomes; a test fails when urllib3 grows another."""


class Answer(NamedTuple):
    """What came back: `complete` is false where the body was cut off at the limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool


class Http:
    """Posts to one endpoint over kept-alive connections; threads may share it.

    `ca` is a PEM file or a directory of certificates that are trusted instead of the system's,
    `client_certificate` a PEM file with certificate and key, or the two files; `proxy` the URL of
    an HTTP proxy (otherwise the environment's, and none for loopback). `connect_timeout` is in
    seconds, `shown_as` the address that errors name in place of the real one. Raises
    `ConfigurationError` for what cannot be right.
    """

    def __init__(
        self,
        url: str,
        *,
        connect_timeout: float,
        ca: str | None = None,
        client_certificate: str | tuple[str, str] | None = None,
        proxy: str | None = None,
        shown_as: str | None = None,
    ) -> None:
        self.url = url
        self._shown_as = shown_as or url
        self._connect_timeout = connect_timeout
        options: dict[str, Any] = {"maxsize": _POOL_SIZE, "retries": False}
        if url.startswith("https:"):
            options["ssl_context"] = _ssl_context(ca, client_certificate)
        elif ca or client_certificate:
            raise ConfigurationError(
                f"ca and client_certificate are for https; the endpoint is {url}"
            )
        self._pools = _pools(proxy if proxy is not None else _proxy_of_environment(url), options)
        self._pools.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def post(
        self, body: bytes, headers: Mapping[str, str], *, timeout: float, limit: int
    ) -> Answer:
        """Post a body and read the answer, whatever its status; redirects are not followed.

        `timeout` is in seconds, from the last byte sent to the last one received. Raises what
        `TRANSLATED` makes of urllib3's exceptions.
        """
        try:
            response = self._pools.urlopen(
                "POST",
                self.url,
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(connect=self._connect_timeout, read=timeout),
                redirect=False,
                retries=False,
                preload_content=False,
            )
            try:
                return _read(response, limit)
            finally:
                response.release_conn()
        except (foreign.HTTPError, foreign.ProxySchemeUnsupported) as error:
            raise self._translated(error, timeout) from error

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._pools.clear()

    def _translated(self, error: Exception, timeout: float) -> SeqrError:
        kind = next(TRANSLATED[cls] for cls in type(error).__mro__ if cls in TRANSLATED)
        cause = _innermost(error)
        if kind is ConnectionLost:
            kind = _seen_closer(cause)
        reason = str(cause).strip() or type(cause).__name__
        if isinstance(error, foreign.ConnectTimeoutError) and isinstance(cause, TimeoutError):
            reason = f"no connection within {self._connect_timeout:g} s"
        if kind is TlsError and any(sign in reason for sign in _PLAIN_HTTP):
            reason += "; it looks as if plain http is spoken there"
        return kind(_SENTENCES[kind].format(url=self._shown_as, reason=reason, timeout=timeout))


_PLAIN_HTTP: Final = ("WRONG_VERSION_NUMBER", "wrong version number", "record layer failure")
"""What OpenSSL's releases say of bytes that are no TLS."""
_SENTENCES: Final[Mapping[type[SeqrError], str]] = {
    EndpointUnreachable: (
        "{url} cannot be reached ({reason}): check that the endpoint runs, its host name and "
        "port, and whether a firewall or proxy is in between."
    ),
    TlsError: (
        "The TLS connection to {url} failed ({reason}): check the host name and the certificate; "
        "trust a private authority with ca=, show a certificate with client_certificate=."
    ),
    TimedOut: (
        "{url} did not answer completely within {timeout:g} s: "
        "give it more time with timeout=, or see whether the service is well."
    ),
    ConnectionLost: "The connection to {url} broke before the reply was complete ({reason}).",
    NotAReply: "What answers at {url} does not speak HTTP as it should ({reason}).",
    ConfigurationError: "{url} cannot be posted to ({reason}).",
}


def _seen_closer(cause: BaseException) -> type[SeqrError]:
    """What a broken connection was, by its innermost reason."""
    if isinstance(cause, TimeoutError):
        return TimedOut
    if isinstance(cause, http.client.BadStatusLine) and not isinstance(cause, ConnectionError):
        return NotAReply
    return ConnectionLost


def _read(response: urllib3.BaseHTTPResponse, limit: int) -> Answer:
    try:
        body = response.read(limit + 1, decode_content=True)
    except foreign.SSLError as error:
        # The handshake is long past: whatever it is now, the request has been sent.
        raise foreign.ProtocolError(str(error), error) from error
    if len(body) > limit:
        response.close()
    return Answer(response.status, dict(response.headers), body[:limit], len(body) <= limit)


def _innermost(error: BaseException) -> BaseException:
    while True:
        inner = error.__cause__ or next(
            (each for each in error.args if isinstance(each, BaseException)), None
        )
        if inner is None or inner is error:
            return error
        error = inner


# urllib3's read timeout is for each read: a server that trickles a byte a second never meets it.
# These give the whole answer one deadline, headers included.
class _TimedReader(io.RawIOBase):
    """Reads a socket until a point in time."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, until: float) -> None:
        self._raw = raw
        self._socket = sock
        self._until = until

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Buffer) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    @override
    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """Takes the socket's timeout as the time for the whole response."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        timeout = sock.gettimeout()
        if timeout is not None:
            raw = self.fp.detach()
            self.fp = io.BufferedReader(_TimedReader(raw, sock, time.monotonic() + timeout))


class _HttpConnection(HTTPConnection):
    response_class = _TimedResponse

    @override
    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override] # as urllib3 itself
        try:
            return super().getresponse()
        except ssl.SSLError as error:
            # TLS 1.3 refuses a client's certificate only now; all else is a broken connection.
            if "ALERT" in (error.reason or ""):
                raise
            raise ConnectionResetError(str(error)) from error


class _HttpsConnection(_HttpConnection, HTTPSConnection):
    pass


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


def _pools(proxy: str | None, options: dict[str, Any]) -> urllib3.PoolManager:
    if not proxy:
        return urllib3.PoolManager(**options)
    parts = urlsplit(proxy)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(
            f"proxy= is {without_login(proxy)}; it is written http://host:port"
        )
    login = f"{parts.username}:{parts.password or ''}" if parts.username else None
    headers = urllib3.make_headers(proxy_basic_auth=login) if login else None
    return urllib3.ProxyManager(proxy, proxy_headers=headers, **options)


def _proxy_of_environment(url: str) -> str | None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in _LOOPBACK or host.startswith("127.") or proxy_bypass(host):
        return None
    return getproxies().get(parts.scheme)


def _ssl_context(
    ca: str | None, client_certificate: str | tuple[str, str] | None
) -> ssl.SSLContext:
    place = None if ca is None else Path(ca)
    try:
        context = ssl.create_default_context(
            cafile=ca if place and not place.is_dir() else None,
            capath=ca if place and place.is_dir() else None,
        )
    except OSError as error:
        raise ConfigurationError(
            f"ca={ca!r} holds no certificates to trust ({error.strerror or error}); "
            "name a PEM file or a directory of them"
        ) from error
    if client_certificate is not None:
        _show(context, client_certificate)
    return context


def _show(context: ssl.SSLContext, certificate: str | tuple[str, str]) -> None:
    files = (certificate,) if isinstance(certificate, str) else certificate
    try:
        context.load_cert_chain(*files)
    except OSError as error:
        raise ConfigurationError(
            f"client_certificate={certificate!r} cannot be used ({error.strerror or error}); name "
            "a PEM file with certificate and key, or a pair of files: (certificate, key)"
        ) from error

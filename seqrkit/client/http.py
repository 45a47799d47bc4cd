"""HTTP as this API needs it: POST to one endpoint, with errors that say whether it was sent.

The connections are `seqrkit.http_client`'s; its failures are translated here and nowhere else.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from seqrkit.errors import (
    ConfigurationError,
    ConnectionLost,
    EndpointUnreachable,
    NotAReply,
    SeqrError,
    TimedOut,
    TlsError,
)
from seqrkit.http_client import (
    AnswerTimeout,
    ConnectionBroken,
    HttpClient,
    HttpFailure,
    NotHttp,
    NotSent,
    Origin,
    Proxy,
    Response,
    TlsFailed,
    basic_authorization,
    request_target,
    without_credentials,
)

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

TRANSLATED: Final[Mapping[type[HttpFailure], type[SeqrError]]] = MappingProxyType(
    {
        TlsFailed: TlsError,
        NotSent: EndpointUnreachable,
        AnswerTimeout: TimedOut,
        ConnectionBroken: ConnectionLost,
        NotHttp: NotAReply,
    }
)
"""What each failure of the HTTP client becomes."""


class Http:
    """Posts to one endpoint over kept-alive connections; threads may share it.

    `ca` is a PEM file or a directory of certificates that are trusted instead of the system's (or
    those that SSL_CERT_FILE names), `client_certificate` a PEM file with certificate and key, or
    the two files; `proxy` the URL of an HTTP proxy (by default the environment's, and none for
    loopback). `connect_timeout` is in seconds, `shown_as` the address that errors name in place of
    the real one. Raises `ConfigurationError` for invalid arguments.
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
        self._target = request_target(url)
        tls: ssl.SSLContext | None = None
        if url.startswith("https:"):
            tls = _ssl_context(ca, client_certificate)
        elif ca or client_certificate:
            raise ConfigurationError(
                f"ca and client_certificate are for https; the endpoint is {url}"
            )
        try:
            origin = Origin.of(url)
        except ValueError as error:
            raise ConfigurationError(f"{url} cannot be posted to: {error}") from error
        self._client = HttpClient(
            origin,
            connect_timeout=connect_timeout,
            tls=tls,
            proxy=_proxy_of_environment(url) if proxy is None else _proxy(proxy, "proxy="),
        )

    def post(
        self, body: bytes, headers: Mapping[str, str], *, timeout: float, limit: int
    ) -> Response:
        """Post a body and read the answer, whatever its status; redirects are not followed.

        `timeout` is in seconds, from the connection to the last byte of the answer. Raises what
        `TRANSLATED` makes of the client's failures.
        """
        try:
            return self._client.request(
                "POST", self._target, headers=headers, body=body, timeout=timeout, limit=limit
            )
        except HttpFailure as failure:
            raise self._translated(failure, timeout) from failure

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._client.close()

    def _translated(self, failure: HttpFailure, timeout: float) -> SeqrError:
        kind = TRANSLATED[type(failure)]
        reason = failure.reason
        if kind is TlsError and any(sign in reason for sign in _PLAIN_HTTP):
            reason += "; it looks as if plain http is spoken there"
        return kind(_SENTENCES[kind].format(url=self._shown_as, reason=reason, timeout=timeout))


_PLAIN_HTTP: Final = ("WRONG_VERSION_NUMBER", "wrong version number", "record layer failure")
"""How OpenSSL's releases report bytes that are not TLS."""
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
        "allow more time with timeout=, or check whether the service is working."
    ),
    ConnectionLost: "The connection to {url} broke before the reply was complete ({reason}).",
    NotAReply: "What answers at {url} does not speak HTTP as it should ({reason}).",
}


def _proxy(value: str, source: str) -> Proxy | None:
    """The proxy that an argument or a variable, `source`, names; empty means none."""
    if not value:
        return None
    url = value if "://" in value or source == "proxy=" else f"http://{value}"
    shown = without_credentials(value)
    parts = urlsplit(url)
    if parts.scheme.startswith("socks"):
        raise ConfigurationError(
            f"{source} names a SOCKS proxy, {shown}, and only HTTP proxies are supported: set it "
            'to http://host:port, add the endpoint\'s host to NO_PROXY, or pass proxy="" for none'
        )
    try:
        origin = Origin.of(url)
    except ValueError:
        origin = None
    if origin is None or origin.scheme != "http":
        raise ConfigurationError(f"{source} is {shown}; it is written http://host:port")
    name = f"the proxy {shown}" if source == "proxy=" else f"the proxy {shown} of {source}"
    return Proxy(origin, basic_authorization(url), name)


def _proxy_of_environment(url: str) -> Proxy | None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in _LOOPBACK or host.startswith("127.") or proxy_bypass(host):
        return None
    proxies = getproxies()
    for scheme in (parts.scheme, "all"):
        if scheme in proxies:
            lower = f"{scheme}_proxy"
            names = [name for name in (lower, lower.upper()) if os.environ.get(name)]
            return _proxy(proxies[scheme], names[0] if names else "the system's proxy setting")
    return None


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

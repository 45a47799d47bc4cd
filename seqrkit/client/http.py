"""HTTP for this API: POST to one endpoint, with errors that say whether the request was sent.

The connections are those of `seqrkit.http_client`; only this module translates its failures.
"""

from __future__ import annotations

import errno
import os
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from seqrkit import soap
from seqrkit.errors import (
    ConfigurationError,
    ConnectionLost,
    EndpointUnreachable,
    MessageError,
    NotAReply,
    SeqrError,
    TimedOut,
    TlsError,
)
from seqrkit.exchange import REPLY_LIMIT, charset_in
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
"""The exception for each failure of the HTTP client."""


class Http:
    """Posts to one endpoint over kept-alive connections; threads may share it.

    The arguments are those of `Client`. Raises `ConfigurationError` for invalid ones.
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
                f"ca= and client_certificate= are for https; the endpoint is {url}"
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
        """Post a body and return the response, whatever its status; redirects are not followed.

        `timeout` is in seconds, from the connection to the last byte of the response. Raises the
        exceptions of `TRANSLATED`. A response that ends before its Content-Length, or never, but
        has a whole message is returned: the length is wrong, not the reply.
        """
        try:
            return self._client.request(
                "POST", self._target, headers=headers, body=body, timeout=timeout, limit=limit
            )
        except HttpFailure as failure:
            if failure.received is not None and _is_whole(failure.received):
                return replace(failure.received, complete=True)
            raise self._translated(failure, timeout) from failure

    def close(self) -> None:
        """Close the idle connections."""
        self._client.close()

    def _translated(self, failure: HttpFailure, timeout: float) -> SeqrError:
        kind = TRANSLATED[type(failure)]
        reason = failure.reason
        if kind is TlsError and any(sign in reason for sign in _PLAIN_HTTP):
            reason += "; the server seems to expect plain http"
        if kind is TlsError and "REQUESTS_CA_BUNDLE" in os.environ:
            reason += "; REQUESTS_CA_BUNDLE is not read, but SSL_CERT_FILE is"
        if kind is EndpointUnreachable and "HTTP 407" in reason:
            reason += "; it requires a login: proxy=http://user:password@host:port"
        if kind is NotAReply and _TLS_ALERT in reason:
            reason = "it expects TLS: write https:// in the address"
        return kind(_SENTENCES[kind].format(url=self._shown_as, reason=reason, timeout=timeout))


_TLS_ALERT: Final = repr(b"\x15\x03")[:-1]
"""How the answer of a server that expects TLS begins."""
_PLAIN_HTTP: Final = ("WRONG_VERSION_NUMBER", "wrong version number", "record layer failure")
"""How OpenSSL's releases report bytes that are not TLS."""
_SENTENCES: Final[Mapping[type[SeqrError], str]] = {
    EndpointUnreachable: (
        "{url} cannot be reached ({reason}): check its host name and port, whether the endpoint "
        "runs, and whether a firewall or proxy is in between."
    ),
    TlsError: (
        "The TLS connection to {url} failed ({reason}): check the host name and the certificate; "
        "trust a private authority with ca=, present a certificate with client_certificate=."
    ),
    TimedOut: (
        "{url} did not answer completely within {timeout:g} s: "
        "allow more time with timeout=, or check whether the service works."
    ),
    ConnectionLost: "The connection to {url} broke before the reply was complete ({reason}).",
    NotAReply: "The server at {url} does not answer with valid HTTP ({reason}).",
}


def _is_whole(received: Response) -> bool:
    charset = charset_in(received.headers)
    try:
        soap.payload_of(soap.parse(received.body, limit=REPLY_LIMIT, charset=charset))
    except MessageError:
        return False
    return True


def is_loopback(url: str) -> bool:
    """Return whether the host of a URL is this machine, by its name or its address."""
    host = urlsplit(url).hostname or ""
    return host in _LOOPBACK or host.startswith("127.") or host.endswith(".localhost")


def _proxy(value: str, source: str) -> Proxy | None:
    """Return the proxy of an argument or a variable, `source`; `None` if it is empty."""
    value = value.strip()
    if not value:
        return None
    url = value if "://" in value or source == "proxy=" else f"http://{value}"
    shown = without_credentials(value)
    parts = urlsplit(url)
    if parts.scheme.startswith("socks"):
        raise ConfigurationError(
            f"{source} is a SOCKS proxy, {shown}, but only HTTP proxies are supported: set it to "
            "http://host:port, add the endpoint's host to NO_PROXY, or use no proxy: proxy=''"
        )
    try:
        origin = Origin.of(url)
    except ValueError:
        origin = None
    if origin is None or origin.scheme != "http":
        raise ConfigurationError(f"{source} is {shown}; write it as http://host:port")
    name = f"the proxy {shown}" if source == "proxy=" else f"the proxy {shown} of {source}"
    return Proxy(origin, basic_authorization(url), name)


def _proxy_of_environment(url: str) -> Proxy | None:
    parts = urlsplit(url)
    # A proxy would look for loopback on its own machine.
    if is_loopback(url) or proxy_bypass(parts.hostname or ""):
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
    if ca is None:
        _check_variables()
    try:
        if ca is None or not Path(ca).is_dir():
            context = ssl.create_default_context(cafile=ca)
        else:
            context = ssl.create_default_context(capath=ca)
            _trust_files(context, Path(ca))
    except OSError as error:
        raise ConfigurationError(
            f"ca={ca!r} contains no certificates to trust ({error.strerror or error}); "
            "name a PEM file or a directory of PEM files"
        ) from error
    if client_certificate is not None:
        _load_client_certificate(context, client_certificate)
    return context


def _check_variables() -> None:
    """Raise `ConfigurationError` for a variable that OpenSSL would ignore without a word."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        places = os.environ.get(name, "").split(os.pathsep)
        if any(places) and not any(Path(each).exists() for each in filter(None, places)):
            raise ConfigurationError(
                f"{name} is {os.environ[name]}, which does not exist; name certificates to trust"
            )


def _trust_files(context: ssl.SSLContext, directory: Path) -> None:
    """Trust the certificates in a directory; OpenSSL itself reads only files named by a hash."""
    for file in sorted(directory.iterdir()):
        with suppress(OSError):  # not a certificate, or a directory
            context.load_verify_locations(cafile=file)
    if not context.cert_store_stats()["x509_ca"]:
        raise FileNotFoundError(errno.ENOENT, "no file in it is a certificate of an authority")


def _load_client_certificate(context: ssl.SSLContext, certificate: str | tuple[str, str]) -> None:
    files = (certificate,) if isinstance(certificate, str) else certificate
    try:
        context.load_cert_chain(*files)
    except OSError as error:
        raise ConfigurationError(
            f"client_certificate={certificate!r} cannot be used ({error.strerror or error}); name "
            "a PEM file with certificate and key, or a pair of files: (certificate, key)"
        ) from error

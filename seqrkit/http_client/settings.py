"""An `HttpClient` from settings as users give them: TLS, proxy and headers."""

from __future__ import annotations

import errno
import os
import ssl
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from seqrkit.errors import ConfigurationError
from seqrkit.http_client.client import HttpClient, Proxy
from seqrkit.http_client.origin import Origin, basic_authorization, without_credentials

MOST: Final = 1e9
"""Seconds of the longest timeout; the operating system has a limit as well."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def client_of(
    url: str,
    *,
    connect_timeout: float,
    ca: str | None = None,
    client_certificate: str | tuple[str, str] | None = None,
    proxy: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpClient:
    """Return a client for the origin of a URL.

    The arguments are those of `seqrkit.client.Client`; `headers` are added to each request. Raises
    `ConfigurationError` for invalid ones.
    """
    tls: ssl.SSLContext | None = None
    if url.startswith("https:"):
        tls = tls_of(ca, client_certificate)
    elif ca or client_certificate:
        raise ConfigurationError(
            f"ca= and client_certificate= are for https; the endpoint is {url}"
        )
    try:
        origin = Origin.of(url)
    except ValueError as error:
        raise ConfigurationError(f"{url} cannot be posted to: {error}") from error
    return HttpClient(
        origin,
        connect_timeout=connect_timeout,
        tls=tls,
        proxy=proxy_of(url, proxy),
        headers=headers or {},
    )


def check_seconds(**timeouts: object) -> None:
    """Raise `ConfigurationError` for a timeout that a socket cannot have."""
    # A timeout of 0 or None would make a socket non-blocking or wait for ever.
    for name, seconds in timeouts.items():
        if not (isinstance(seconds, int | float) and 0 < seconds <= MOST):
            raise ConfigurationError(
                f"{name}={seconds!r} is not a number of seconds above 0 (and at most {MOST:g})"
            )


def proxy_of(url: str, proxy: str | None) -> Proxy | None:
    """Return the proxy for a URL: the given one, else that of the environment."""
    return _proxy_of_environment(url) if proxy is None else _proxy(proxy, "proxy=")


def is_loopback(url: str) -> bool:
    """Return whether the host of a URL is this machine, by its name or its address."""
    host = urlsplit(url).hostname or ""
    return host in _LOOPBACK or host.startswith("127.") or host.endswith(".localhost")


def _proxy(value: str, source: str) -> Proxy | None:
    """Return the proxy of an argument or a variable, `source`; `None` if it is empty."""
    value = value.strip()
    if not value:
        return None
    # The environment's variables are commonly written without a scheme.
    url = value if "://" in value or source == "proxy=" else f"http://{value}"
    shown = without_credentials(value)
    if url.lower().startswith("socks"):
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
    # As curl does: the variable of the scheme comes before ALL_PROXY.
    for scheme in (parts.scheme, "all"):
        if scheme in proxies:
            lower = f"{scheme}_proxy"
            names = [name for name in (lower, lower.upper()) if os.environ.get(name)]
            return _proxy(proxies[scheme], names[0] if names else "the system's proxy setting")
    return None


def tls_of(ca: str | None, client_certificate: str | tuple[str, str] | None) -> ssl.SSLContext:
    """Return what is trusted and shown when connecting; raises `ConfigurationError`."""
    # With ca= these variables are not read at all.
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

"""The address under which clients see the endpoint, behind a proxy or not."""

from __future__ import annotations

import re
from typing import Final

from seqrkit.errors import ConfigurationError
from seqrkit.simulator.http.request_and_response import Scope
from seqrkit.simulator.http.request_body import Headers

WORLDS: Final = "/w/"
"""The path below which an endpoint serves other worlds."""
# With underscores, which hosts of Docker Compose have, although DNS does not allow them.
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
_PUBLIC = re.compile(rf"https?://{_HOST.pattern}{_PREFIX.pattern}/?")
_PORTS: Final = {"http": "80", "https": "443"}


def public_address(url: str) -> str:
    """Return a configured base URL without a slash at the end; an empty one stays empty.

    Raises `ConfigurationError` for anything but an absolute http or https URL.
    """
    if url and _PUBLIC.fullmatch(url.strip()) is None:
        raise ConfigurationError(
            f'the base URL "{url[:80]}" is invalid; write it like https://shop.example/seqr'
        )
    return url.strip().rstrip("/")


def base_url(
    scope: Scope, headers: Headers, *, trust_forwarded: bool = False, public: str = ""
) -> str:
    """Return the address under which the client sees the endpoint, without a slash at the end.

    That is `public` if it is configured, otherwise the scheme and Host of the request. With
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
    # Any client can send the header, and the value becomes a link on a page.
    if scheme not in _PORTS:
        scheme = "http"
    # The value is written into the WSDL and into pages, so it must not contain markup.
    if _HOST.fullmatch(host) is None:
        name, number = scope.get("server") or ("127.0.0.1", 80)
        host = f"[{name}]:{number}" if ":" in name else f"{name}:{number}"
    return f"{scheme}://{host}{prefix if _PREFIX.fullmatch(prefix) else ''}"


def _first(headers: Headers, name: bytes, default: str) -> str:
    # Several proxies append to the list; the first entry is what the client used.
    value = headers.get(name, b"").decode("latin-1").partition(",")[0].strip()
    return value or default


def _without_port(host: str) -> str:
    return re.sub(r":[0-9]*\Z", "", host)

"""The origin of a URL: what to connect to, and how headers name it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlsplit

PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}
"""The URL schemes that can be requested, with their default ports."""

_SAFE: Final = "/%:@!$&'()*+,;=~-._?"
"""What is left as it is in a path or query: reserved characters and existing escapes."""


_HOST = re.compile(r"[A-Za-z0-9_.-]+")
_URL = re.compile(r"(\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?//|\s*)([^/?#]*)(.*)", re.DOTALL)
"""Up to the authority, the authority, and the rest; the scheme may be missing, as in a proxy's."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a URL; the host is ASCII and an IPv6 address has no brackets."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin:
        """Return the origin of a URL; raises `ValueError` if it is not an HTTP URL."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("not an http:// or https:// URL with a host")
        host = parts.hostname
        if ":" not in host:
            host = host.encode("idna").decode()  # raises UnicodeError, which is a ValueError
            if not _HOST.fullmatch(host):
                raise ValueError(f"{host!r} is not the name of a host")
        port = PORTS[parts.scheme] if parts.port is None else parts.port
        # Neither certificates nor virtual hosts are named with the dot of an absolute name.
        return cls(parts.scheme, host.rstrip("."), port)

    @property
    def host_and_port(self) -> str:
        """The target of a CONNECT request: the port is given even if it is the default."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        default = PORTS[self.scheme] == self.port
        return self.host_and_port.rpartition(":")[0] if default else self.host_and_port


def request_target(url: str) -> str:
    """Return the path and query of a URL, with all that a request line cannot carry escaped."""
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe=_SAFE)
    return f"{path}?{quote(parts.query, safe=_SAFE)}" if parts.query else path


def basic_authorization(url: str) -> str | None:
    """Return the Authorization value for the user and password in a URL, `None` without them."""
    parts = urlsplit(url)
    if parts.username is None:
        return None
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Basic {b64encode(login.encode()).decode()}"


def without_credentials(url: str) -> str:
    """Return a URL without the user and password before its host; an @ elsewhere stays.

    It need not be a valid URL: people forget the scheme, or to escape a slash in the password.
    """
    # Not urlsplit, which raises for a password with a bracket or a port that is not a number.
    found = _URL.fullmatch(url)
    if found is None:
        return url
    start, authority, rest = found.groups()
    if "@" in authority:
        return start + authority.rpartition("@")[2] + rest
    port = authority.rpartition("]")[2].partition(":")[2]
    if port.strip("0123456789") and "@" in rest:  # no port, but a password with a bare slash
        return start + rest.rpartition("@")[2]
    return url

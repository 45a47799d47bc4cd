"""One POST to a merchant's notificationUrl, and to no address that it must not reach.

A URL comes from a client, so it could be aimed at any machine that this one reaches. Its host is
resolved here, every address is judged, and the connection goes to one of those that were: a name
cannot resolve to something else in between. Nothing is read but the status, and no redirect is
followed.
"""

from __future__ import annotations

import errno
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import SplitResult, quote, unquote, urlencode, urlsplit

from seqrkit._version import __version__

SECONDS: Final = 5.0
"""How long one POST may take, from the connection to the end of the answer."""
ANSWER_BYTES: Final = 65_536
"""What is read of an answer, so that the receiver can finish it; nobody looks at it."""
LONGEST_SHOWN: Final = 300
_SAFE: Final = "/%:@!$&'()*+,;=~-._?"
_PORTS: Final = {"http": 80, "https": 443}


_Address = tuple[socket.AddressFamily, tuple[str, int]]
_NOBODY_THERE: Final = frozenset(
    {
        errno.ECONNREFUSED,
        errno.ENETUNREACH,
        errno.EHOSTUNREACH,
        errno.EADDRNOTAVAIL,
        errno.EAFNOSUPPORT,
    }
)
"""Why a connection does not come about, so that nothing was sent yet."""


class Unacceptable(Exception):
    """A URL that is not posted to, whatever happens; says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a POST: the receiver's status, or a sentence that says why there is none.

    `final` is whether another try would come to the same.
    """

    status: int | None
    says: str
    final: bool = False


class _Target(NamedTuple):
    """A URL, taken apart."""

    scheme: str
    host: str
    port: int
    path: str
    login: str | None


def without_login(url: str) -> str:
    """A URL as it may be shown: no user, no password, not longer than anybody reads."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if "@" in parts.netloc:
            url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return url if len(url) <= LONGEST_SHOWN else f"{url[:LONGEST_SHOWN]}..."


def post(
    url: str, fields: dict[str, str], allow: AbstractSet[str], seconds: float = SECONDS
) -> Outcome:
    """Post `fields` as a form and say what became of it; never raises.

    Only addresses of this machine are posted to, and hosts that `allow` names, in lower case.
    """
    try:
        target = _target(url)
        return _posted_to_one(target, _resolved(target, allow), urlencode(fields).encode(), seconds)
    except Unacceptable as refusal:
        return Outcome(None, str(refusal), final=True)
    except (OSError, HTTPException) as error:
        return Outcome(None, _why(error, seconds))
    except ValueError as error:  # a port that is none, a host or login that cannot be one
        return Outcome(None, f"notificationUrl cannot be read ({error})", final=True)


def _why(error: OSError | HTTPException, seconds: float) -> str:
    """What is wrong with a receiver that gave no answer."""
    if isinstance(error, TimeoutError):
        return f"no answer within {seconds:g} s"
    if isinstance(error, ssl.SSLError):
        return f"the TLS connection failed ({error.reason or error})"
    if isinstance(error, OSError):
        return f"no connection ({error.strerror or error})"
    return f"no answer in HTTP ({type(error).__name__})"


def _target(url: str) -> _Target:
    parts = urlsplit(url)
    host, port = parts.hostname, parts.port
    if parts.scheme not in _PORTS or not host:
        raise Unacceptable("notificationUrl names no host that http:// or https:// leads to")
    host = host if ":" in host else host.encode("idna").decode()
    path = quote(parts.path or "/", safe=_SAFE)
    if parts.query:
        path += f"?{quote(parts.query, safe=_SAFE)}"
    number = _PORTS[parts.scheme] if port is None else port
    return _Target(parts.scheme, host.rstrip("."), number, path, _login(parts))


def _login(parts: SplitResult) -> str | None:
    if parts.username is None:
        return None
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _resolved(target: _Target, allow: AbstractSet[str]) -> list[_Address]:
    """The addresses of the host; raises `Unacceptable` where any of them is elsewhere."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    if target.host.lower() not in allow:
        elsewhere = [str(each[4][0]) for each in found if not _is_loopback(str(each[4][0]))]
        if elsewhere:
            raise Unacceptable(
                f"{target.host} is not this machine ({elsewhere[0]}): notifications go to "
                f"loopback only, unless --notify-allow {target.host} is given"
            )
    return [(each[0], (str(each[4][0]), int(each[4][1]))) for each in found]


def _posted_to_one(
    target: _Target, addresses: Sequence[_Address], body: bytes, seconds: float
) -> Outcome:
    """Post to the first address at which somebody listens: localhost is ::1 and 127.0.0.1."""
    *others, last = addresses
    for family, address in others:
        try:
            return _posted(target, family, address, body, seconds)
        except OSError as error:
            if error.errno not in _NOBODY_THERE:
                raise
    return _posted(target, *last, body, seconds)


def _is_loopback(address: str) -> bool:
    return ip_address(address.partition("%")[0]).is_loopback


def _posted(
    target: _Target,
    family: socket.AddressFamily,
    address: tuple[str, int],
    body: bytes,
    seconds: float,
) -> Outcome:
    connection = HTTPConnection(target.host, target.port)
    with closing(connection), _socket(target, family) as wire:
        wire.settimeout(seconds)
        overdue = threading.Event()
        watch = threading.Timer(seconds, _cut, (wire, overdue))
        watch.daemon = True
        watch.start()
        try:
            wire.connect(address)
            if isinstance(wire, ssl.SSLSocket):
                wire.do_handshake()
            connection.sock = wire
            connection.request("POST", target.path, body, _headers(target))
            with closing(connection.getresponse()) as answer:
                with suppress(OSError, HTTPException):
                    answer.read(ANSWER_BYTES)
                return Outcome(answer.status, f"HTTP {answer.status}")
        except (OSError, HTTPException):
            if overdue.is_set():
                raise TimeoutError from None
            raise
        finally:
            watch.cancel()


def _socket(target: _Target, family: socket.AddressFamily) -> socket.socket:
    bare = socket.socket(family, socket.SOCK_STREAM)
    if target.scheme == "http":
        return bare
    return ssl.create_default_context().wrap_socket(
        bare, server_hostname=target.host, do_handshake_on_connect=False
    )


def _headers(target: _Target) -> dict[str, str]:
    default = _PORTS[target.scheme] == target.port
    host = f"[{target.host}]" if ":" in target.host else target.host
    headers = {
        "Host": host if default else f"{host}:{target.port}",
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": f"seqrkit/{__version__}",
        "Connection": "close",
    }
    return headers if target.login is None else headers | {"Authorization": target.login}


def _cut(connection: socket.socket, overdue: threading.Event) -> None:
    """End whatever is being waited for: a timeout is for one read, this is for all of them."""
    overdue.set()
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)

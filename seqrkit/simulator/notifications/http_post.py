"""One POST to a merchant's notificationUrl, only to addresses that it may reach.

A URL comes from a client, so it could name any machine that this one reaches. Its host is resolved
once, every address is checked, and the connection goes to one of those that were checked: a name
cannot resolve to something else in between. Only the status is used, and no redirect is followed.
"""

from __future__ import annotations

import ssl
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlencode

from seqrkit._version import __version__
from seqrkit.http_client import (
    AnswerTimeout,
    HttpClient,
    HttpFailure,
    NotHttp,
    Origin,
    TlsFailed,
    basic_authorization,
    request_target,
    resolve,
    without_credentials,
)
from seqrkit.http_client.client import SocketAddress

SECONDS: Final = 5.0
"""Seconds for one POST, from the connection to the end of the answer."""
ANSWER_BYTES: Final = 65_536
"""Maximum number of response bytes to read before closing, so that the receiver can finish."""
MAX_SHOWN: Final = 300


class AddressNotAllowed(Exception):
    """The URL must not be posted to; the text says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a POST: the receiver's status, or a sentence that says why there is none.

    `final` is true if another attempt would have the same result.
    """

    status: int | None
    says: str
    final: bool = False


def shown(url: str) -> str:
    """Return a URL to show: without credentials, and shortened."""
    url = without_credentials(url)
    return url if len(url) <= MAX_SHOWN else f"{url[:MAX_SHOWN]}..."


def post(
    url: str,
    fields: dict[str, str],
    allow: AbstractSet[str],
    seconds: float = SECONDS,
    *,
    to_loopback: bool = True,
) -> Outcome:
    """Post `fields` as a form and return the outcome; never raises.

    Only the hosts in `allow`, in lower case, are posted to, and loopback addresses if `to_loopback`
    is true.
    """
    try:
        origin = Origin.of(url)
        client = HttpClient(
            origin,
            connect_timeout=seconds,
            tls=ssl.create_default_context() if origin.scheme == "https" else None,
            resolver=lambda host, port: _checked(
                host, resolve(host, port), allow, to_loopback=to_loopback
            ),
        )
        with closing(client):
            answer = client.request(
                "POST",
                request_target(url),
                headers=_headers(url),
                body=urlencode(fields).encode(),
                timeout=seconds,
                limit=ANSWER_BYTES,
            )
    except AddressNotAllowed as refusal:
        return Outcome(None, str(refusal), final=True)
    except HttpFailure as failure:
        if failure.received is not None:  # it answered; the rest of the body does not matter
            status = failure.received.status
            return Outcome(status, f"HTTP {status}")
        return Outcome(None, _why(failure, seconds))
    except ValueError as error:  # includes UnicodeError, for an invalid host name
        return Outcome(None, f"notificationUrl cannot be read ({error})", final=True)
    return Outcome(answer.status, f"HTTP {answer.status}")


def _why(failure: HttpFailure, seconds: float) -> str:
    """Return why a receiver gave no answer."""
    if isinstance(failure, AnswerTimeout) or isinstance(failure.__cause__, TimeoutError):
        return f"no answer within {seconds:g} s"
    if isinstance(failure, TlsFailed):
        return f"the TLS connection failed ({failure.reason})"
    if isinstance(failure, NotHttp):
        return f"no answer in HTTP ({failure.reason})"
    return f"no connection ({failure.reason})"


def _headers(url: str) -> dict[str, str]:
    login = basic_authorization(url)
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": f"seqrkit/{__version__}",
        # A receiver gets one notification in a while; an idle connection would outlive it.
        "Connection": "close",
    } | ({} if login is None else {"Authorization": login})


def _checked(
    host: str, addresses: list[SocketAddress], allow: AbstractSet[str], *, to_loopback: bool
) -> list[SocketAddress]:
    """Return the addresses of the host; raises `AddressNotAllowed` if one is not allowed."""
    if host.lower() not in allow:
        # All of them: a name with one loopback address could be used to reach another.
        elsewhere = [address for _, (address, *_) in addresses if not _is_loopback(address)]
        if elsewhere:
            raise AddressNotAllowed(
                f"{host} is not this machine ({elsewhere[0]}): notifications go to "
                f"loopback only, unless --notify-allow {host} is given"
            )
        if not to_loopback:
            raise AddressNotAllowed(
                f"{host} is this machine, and other machines can use this endpoint: notifications "
                "go to loopback only if --notify-loopback is given"
            )
    return addresses


def _is_loopback(address: str) -> bool:
    return ip_address(address.partition("%")[0]).is_loopback

"""Who may control an endpoint.

On loopback everybody on this machine, but no web page from elsewhere: a page can post to
127.0.0.1, and a name under its control can be made to point there (DNS rebinding), so the Host
must be this machine and an Origin, where there is one, the endpoint's own. Anywhere else, and
behind a proxy, a token is asked for.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

TOKEN: Final = "token"  # noqa: S105 - the name of a parameter
_TOKEN_BYTES: Final = 18
_OWN: Final = {"same-origin", "none"}
"""What Sec-Fetch-Site says of the endpoint's own pages, and of an address typed by hand."""
_SAFE: Final = {"GET", "HEAD"}


class Guarded(Exception):
    """A request that may not control this endpoint: HTTP status and why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Guard:
    """Judges requests to the control API; `token` is None where none is asked for."""

    def __init__(self, host: str, token: str | None = None, *, behind_proxy: bool = False) -> None:
        if not token and (behind_proxy or not is_loopback(host)):
            token = secrets.token_urlsafe(_TOKEN_BYTES)
        self.token = token or None

    def check(self, method: str, headers: Mapping[str, str], query: Mapping[str, str]) -> None:
        """Raise `Guarded` for a request that may not pass."""
        if self.token is None:
            _check_host(headers.get("host", ""))
        else:
            _check_token(self.token, headers.get("authorization", ""), query.get(TOKEN, ""))
        _check_origin(method, headers)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _check_host(host: str) -> None:
    """A name that is not this machine's own may belong to somebody else's page."""
    name = _name(f"//{host}")
    if name is None or (name and not is_loopback(name)):
        raise Guarded(
            403,
            f'the endpoint is asked for as "{host[:80]}", and may be controlled as localhost or '
            "127.0.0.1 only; for another name start it with a token",
        )


def _check_token(token: str, authorization: str, query: str) -> None:
    scheme, _, value = authorization.partition(" ")
    given = value.strip() if scheme.lower() == "bearer" else query
    if not given:
        raise Guarded(
            401,
            "a token is needed to control this endpoint; `seqrkit serve` printed it, and it goes "
            "into the header `Authorization: Bearer TOKEN` or into ?token=TOKEN",
        )
    if not hmac.compare_digest(_bytes(given), _bytes(token)):
        raise Guarded(401, "that is not this endpoint's token; `seqrkit serve` printed the one")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _name(url: str) -> str | None:
    """The host of a URL, empty where it names none; `None` for one that cannot be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return None


def _place(url: str) -> str | None:
    """Host and port of a URL, as they stand there; `None` for one that cannot be read."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return None


def _check_origin(method: str, headers: Mapping[str, str]) -> None:
    origin = headers.get("origin")
    foreign = origin is not None and _place(origin) != headers.get("host", "")
    site = headers.get("sec-fetch-site", "none")
    if foreign or (method not in _SAFE and site not in _OWN):
        raise Guarded(403, "a page of another site may not control this endpoint")

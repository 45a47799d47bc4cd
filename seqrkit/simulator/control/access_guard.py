"""Decides which requests may use the endpoint: one guard for SOAP and the control API.

A web page can post to 127.0.0.1 from the browser of someone who merely visits it, and a name under
its control can be made to resolve there (DNS rebinding). So on loopback the Host header must name
this machine or an allowed host, and an Origin header, which only browsers send, must be the
endpoint's own. Programs that are not browsers notice nothing of this. The control API also needs a
token where other machines can reach it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from seqrkit.errors import ConfigurationError
from seqrkit.simulator.endpoint_options import EndpointOptions
from seqrkit.simulator.http.own_address import base_url, public_address
from seqrkit.simulator.http.request_and_response import Scope
from seqrkit.simulator.http.request_body import Headers, HttpError

TOKEN: Final = "token"  # noqa: S105 - the name of a parameter
_TOKEN_BYTES: Final = 18
_MIN_TOKEN: Final = 16
"""The least number of characters of a token; half of them must differ."""
_OWN: Final = {b"same-origin", b"none"}
"""Sec-Fetch-Site values of the endpoint's own pages and of addresses typed by the user."""

BaseUrl = Callable[[Scope, Headers], str]
"""Returns the address under which the client sees the endpoint."""


class Guard:
    """Checks requests to an endpoint that listens on `host`.

    `token` is required for the control API; one is generated for an endpoint that other machines
    can reach. `allowed_hosts` are accepted in Host and Origin besides this machine's own names;
    `own_url` returns the address of the endpoint's own pages. Raises `ConfigurationError` for a
    token that is easily guessed.
    """

    def __init__(
        self,
        host: str,
        token: str | None = None,
        *,
        behind_proxy: bool = False,
        allowed_hosts: Iterable[str] = (),
        own_url: BaseUrl = base_url,
    ) -> None:
        self._own_url = own_url
        self.only_local: bool = is_loopback(host) and not behind_proxy
        """Whether only this machine can reach the endpoint."""
        if not token and not self.only_local:
            token = secrets.token_urlsafe(_TOKEN_BYTES)
        if token and (len(token) < _MIN_TOKEN or len(set(token)) < _MIN_TOKEN // 2):
            raise ConfigurationError(
                f"the token is too easy to guess; use at least {_MIN_TOKEN} characters, such as "
                f"{secrets.token_urlsafe(_TOKEN_BYTES)}"
            )
        self.token: str | None = token or None
        self._allowed = frozenset(each.strip("[]").lower() for each in allowed_hosts)

    def check_soap(self, scope: Scope, headers: Headers) -> None:
        """Raise `HttpError` for a SOAP request that a web page of another site may have sent."""
        self._check_host(headers)
        self._check_origin(scope, headers)

    def check_control(self, scope: Scope, headers: Headers, query: Mapping[str, str]) -> None:
        """Raise `HttpError` for a request that may not use the control API."""
        if self.token is None:
            self._check_host(headers)
        else:
            _check_token(self.token, _text(headers, b"authorization"), query.get(TOKEN, ""))
        self._check_origin(scope, headers)

    def _check_host(self, headers: Headers) -> None:
        given = headers.get(b"host")
        # Elsewhere the endpoint's public name is not known, and the token protects it.
        if not given or not self.only_local:
            return
        name, is_local = _named_host(given)
        if name is None or (name and not is_local and name not in self._allowed):
            host = given.decode("latin-1")
            raise HttpError(
                403,
                f'the Host header is "{host[:80]}", and this endpoint accepts only localhost and '
                "127.0.0.1; allow another name with `seqrkit serve --allow-host NAME`",
            )

    def _check_origin(self, scope: Scope, headers: Headers) -> None:
        """Refuse a page of another site; only browsers send these headers."""
        origin = headers.get(b"origin")
        if origin is not None:
            if not self._is_own(origin.decode("latin-1"), scope, headers):
                raise _other_site(origin.decode("latin-1"))
        # A page that only loads an address, as an image say, sends no Origin, nor do older browsers
        # with a form that is posted.
        elif headers.get(b"sec-fetch-site", b"none") not in _OWN:
            raise _other_site(_text(headers, b"referer"))

    def _is_own(self, origin: str, scope: Scope, headers: Headers) -> bool:
        # "null", the origin of a sandboxed frame, has no place, and is refused.
        place = _place(origin)
        own = {_text(headers, b"host").lower(), _place(self._own_url(scope, headers))}
        return bool(place) and (place in own or _name(origin) in self._allowed)


def guard_of(options: EndpointOptions) -> tuple[Guard, BaseUrl]:
    """Return the guard of an endpoint, and what returns the address under which it is seen.

    Raises `ConfigurationError` for a `base_url` that is none, and for a weak token.
    """
    public = public_address(options.base_url)
    trusts = options.trust_forwarded
    own_url = partial(base_url, trust_forwarded=trusts, public=public)
    guard = Guard(
        options.host,
        options.token,
        behind_proxy=trusts or bool(public),
        allowed_hosts=options.allow_hosts,
        own_url=own_url,
    )
    return guard, own_url


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches that address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _check_token(token: str, authorization: str, query: str) -> None:
    scheme, _, value = authorization.partition(" ")
    given = value.strip() if scheme.lower() == "bearer" else query
    if not given:
        raise HttpError(
            401,
            "a token is needed to control this endpoint; `seqrkit serve` printed it, and it goes "
            "into the header `Authorization: Bearer TOKEN`",
        )
    # Takes the same time for every wrong token.
    if not hmac.compare_digest(_bytes(given), _bytes(token)):
        raise HttpError(401, "the token is wrong; `seqrkit serve` printed the right one")


@lru_cache(maxsize=256)
def _named_host(header: bytes) -> tuple[str | None, bool]:
    """Return the name in a Host header, `None` if it has none, and whether it is this machine's."""
    name = _name(f"//{header.decode('latin-1')}")
    return name, bool(name) and is_loopback(name or "")


def _other_site(page: str) -> HttpError:
    which = f" ({page[:80]})" if page else ""
    name = _name(page) or "HOST"
    return HttpError(
        403,
        f"the request comes from a web page of another site{which}, which may not use this "
        f"endpoint; send it from a program, or allow the page's host with "
        f"`seqrkit serve --allow-host {name[:80]}`",
    )


def _text(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _name(url: str) -> str | None:
    """The host of a URL in lower case, empty where it has none; `None` for an invalid one."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return None


def _place(url: str) -> str | None:
    """Host and port of a URL in lower case; `None` for an invalid one."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return None

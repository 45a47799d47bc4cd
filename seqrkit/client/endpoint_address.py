"""The URL of an endpoint as people paste it, and the interface that it belongs to."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from seqrkit.errors import ConfigurationError
from seqrkit.http_client import without_credentials
from seqrkit.schemas import schema_set
from seqrkit.vocabulary import NEWEST, PATHS, Interface

_BREAK = re.compile(r"[\r\n\t]")
"""What `urlsplit` silently removes."""
_BASE = re.compile("(?:/w/[^/]+)?/?")
"""The path of an endpoint, or of another world of it, above the paths of its interfaces."""


def interface_of(endpoint: str, interface: str | None) -> Interface:
    """Return the given interface, else the one published at the path, else the default.

    Raises `ConfigurationError` for an unknown interface.
    """
    if interface is not None:
        return schema_set(interface).interface
    # A proxy or a test server may publish an interface at any path, or below one.
    given = _parts(endpoint).path.rstrip("/")
    return next((each for each in Interface if given.endswith(PATHS[each])), NEWEST)


def is_base(endpoint: str) -> bool:
    """Return whether a URL is that of a whole endpoint, whose interfaces are at paths below it."""
    return _BASE.fullmatch(_parts(endpoint).path) is not None


def address(endpoint: str, interface: Interface) -> str:
    """Return the URL to post to: without ``?wsdl``, and with the published path if it has none.

    The base address of another world of an endpoint, ``/w/NAME``, gets the published path as well.

    Raises `ConfigurationError` if it is not an http URL.
    """
    parts = _parts(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(
            f"the endpoint {without_credentials(endpoint)!r} is not an http address; write it as "
            f"https://host{PATHS[interface]}"
        )
    if parts.username is not None:
        raise ConfigurationError(
            "the endpoint's address contains a login, but the service reads credentials from the "
            "message only: use terminal_id= and terminal_password="
        )
    path = parts.path.rstrip("/") + PATHS[interface] if is_base(endpoint) else parts.path
    query = "" if parts.query.lower() == "wsdl" else parts.query
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _parts(endpoint: str) -> SplitResult:
    if not isinstance(endpoint, str):
        raise ConfigurationError(f"the endpoint is {endpoint!r}; give its address as a text")
    if _BREAK.search(endpoint.strip()):
        shown = without_credentials(endpoint)
        raise ConfigurationError(f"the endpoint {shown!r} contains a line break or a tab; omit it")
    try:
        parts = urlsplit(endpoint.strip())
        _ = parts.port  # raises if it is not a number
    except ValueError as error:
        raise ConfigurationError(
            f"the endpoint {without_credentials(endpoint)!r} is not an address: {error}"
        ) from error
    return parts

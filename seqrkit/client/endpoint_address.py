"""The address of an endpoint, as people paste it, and the interface it is for."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit, urlunsplit

from seqrkit.errors import ConfigurationError
from seqrkit.http_client import without_credentials
from seqrkit.schemas import schema_set
from seqrkit.vocabulary import NEWEST, PATHS, Interface

_BY_PATH = {path: interface for interface, path in PATHS.items()}


def interface_of(endpoint: str, interface: str | None) -> Interface:
    """The interface that was asked for, else the one published at the path, else the default.

    Raises `ConfigurationError` for an interface that was never published.
    """
    if interface is not None:
        return schema_set(interface).interface
    return _BY_PATH.get(_parts(endpoint).path.rstrip("/"), NEWEST)


def address(endpoint: str, interface: Interface) -> str:
    """The address to post to: without ``?wsdl``, and with the published path where it has none.

    Raises `ConfigurationError` for what is no http address.
    """
    parts = _parts(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(
            f"the endpoint {without_credentials(endpoint)!r} is no http address; it is written "
            f"https://host{PATHS[interface]}"
        )
    if parts.username is not None:
        raise ConfigurationError(
            "the endpoint's address has a login in it; the service takes credentials in the "
            "message only: terminal_id= and terminal_password=, for one"
        )
    path = PATHS[interface] if parts.path in {"", "/"} else parts.path
    query = "" if parts.query.lower() == "wsdl" else parts.query
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _parts(endpoint: str) -> SplitResult:
    try:
        parts = urlsplit(endpoint.strip())
        _ = parts.port  # raises for what is no port
    except ValueError as error:
        raise ConfigurationError(
            f"the endpoint {without_credentials(endpoint)!r} is no address: {error}"
        ) from error
    return parts

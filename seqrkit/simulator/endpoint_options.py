"""The options of an endpoint that its worlds and its workers share."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from os import PathLike

from seqrkit.simulator.http.limits import Limits
from seqrkit.simulator.http.tls import server_context
from seqrkit.simulator.store.settings import SettingsSource


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointOptions:
    """Options with the names and meanings of the parameters of `Endpoint`."""

    host: str
    strict: bool
    documented: bool
    seed: int | None
    trust_forwarded: bool
    base_url: str
    allow_hosts: tuple[str, ...]
    notify_allow: tuple[str, ...]
    notify_loopback: bool
    limits: Limits
    token: str | None
    certificate: str | PathLike[str] | None
    key: str | PathLike[str] | None
    power_safe: bool
    debug: bool
    settings: SettingsSource | None

    @property
    def scheme(self) -> str:
        """The scheme of the endpoint's address."""
        return "http" if self.certificate is None else "https"

    def tls(self) -> ssl.SSLContext | None:
        """Return what a server shows; raises `ConfigurationError` for files that are not usable."""
        return None if self.certificate is None else server_context(self.certificate, self.key)

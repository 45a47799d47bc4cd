"""The endpoint under test: where it is, and what the suite may do there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from attrs import field, frozen

from seqrkit.client.endpoint_address import address
from seqrkit.control_client.client import USUAL, Remote
from seqrkit.control_client.clock import RemoteClock
from seqrkit.environment import variable
from seqrkit.errors import ConfigurationError, EndpointError, SoapFault
from seqrkit.session import CREDENTIALS
from seqrkit.simulator.control.access_guard import is_loopback
from seqrkit.suite.framework import Need, embedded
from seqrkit.vocabulary import PATHS, Interface

if TYPE_CHECKING:
    from collections.abc import Collection

    from seqrkit.client import Pace
    from seqrkit.session import Session

ALLOW_WRITES: Final = "--allow-writes (in pytest: --seqr-allow-writes)"
"""The option that permits writes, under both of its names."""
TEST_HOSTS: Final = frozenset({"extdev.seqr.com", "extdev4.seqr.se"})
"""The vendor's hosts for integrators' tests. Source: the published guides and WSDLs."""
RATE: Final = 5.0
"""The default maximum of requests a second to an endpoint on another machine."""

_PROBE: Final = (
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
    b"<soapenv:Body/></soapenv:Envelope>"
)
"""A message without an operation: it has no effect on any service."""


@frozen(slots=False)
class Target:
    """The endpoint under test: embedded where `endpoint` is `None`.

    `interface` is the one to speak; else the one published at the address's path, else all.
    `credentials` are arguments of `seqrkit.connect`. `allow_writes` permits creating invoices and
    moving money at a host that is not a known test host; `pace` limits the rate of requests;
    `token` is the control token of a `seqrkit serve` on another machine.
    """

    endpoint: str | None = None
    interface: Interface | None = None
    credentials: Mapping[str, Any] = field(factory=dict, repr=False)
    allow_writes: bool = False
    pace: Pace | None = None
    token: str | None = field(default=None, repr=False)

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """The interfaces to test."""
        path = urlsplit(self.endpoint or "").path.rstrip("/")
        at = (interface for interface, known in PATHS.items() if known == path)
        chosen = self.interface or next(at, None)
        return tuple(Interface) if chosen is None else (chosen,)

    @property
    def name(self) -> str:
        """The endpoint's name in reports."""
        return self.endpoint or "the embedded endpoint"

    def address(self, interface: Interface) -> str:
        """Return the address for sending by hand: the endpoint's, or that of `seqrkit serve`."""
        return address(self.endpoint or USUAL, interface)

    @property
    def host(self) -> str:
        """The endpoint's host; empty for the embedded one."""
        return urlsplit(self.endpoint or "").hostname or ""

    @property
    def is_local(self) -> bool:
        """Whether the endpoint is on this machine."""
        return not self.endpoint or is_loopback(self.host)

    @property
    def may_write(self) -> bool:
        """Whether the suite may create invoices there."""
        return self.is_local or self.host in TEST_HOSTS or self.allow_writes

    @cached_property
    def unmet_needs(self) -> Mapping[Need, str]:
        """The needs that this target cannot meet, each with the reason."""
        if self.endpoint is None:
            return {}
        missing = {Need.INSIDE: "needs an endpoint embedded in this process"}
        if self.control is None:
            missing[Need.BUYER] = f"{self.host} has no simulated buyer"
        if self._clock is None:
            missing[Need.CLOCK] = f"{self.host} has no manual clock"
        if not self.may_write:
            missing[Need.WRITES] = (
                f"creates invoices or moves money, and {self.host} is not a known test host; "
                f"to permit it, use {ALLOW_WRITES}"
            )
        return missing

    def check_connection(self) -> None:
        """Check the target and the credentials before running any check.

        Raises `TransportError` if no SOAP service answers at the address of each interface, and
        `ConfigurationError` if credentials are missing.
        """
        for interface in () if self.endpoint is None else self.interfaces:
            with self.connect(interface) as session:
                with suppress(SoapFault):  # the usual reply to a message without an operation
                    session.send_raw(_PROBE, check=True)
                if self.may_write:
                    self._check_credentials(session)

    def _check_credentials(self, session: Session) -> None:
        try:
            for operation in session.contract.operations:
                session.context(operation)
        except ConfigurationError as error:
            missing = (variable(name) for name in CREDENTIALS if name not in self.credentials)
            raise ConfigurationError(
                f"the suite sends requests as a terminal and as a reseller's user to "
                f"{self.endpoint}; set their missing credentials: {', '.join(missing)}"
            ) from error

    def skip_reason(self, needs: Collection[Need]) -> str | None:
        """Return why a check with these needs cannot run here; `None` if it can."""
        return next((why for need, why in self.unmet_needs.items() if need in needs), None)

    def connect(self, interface: Interface) -> Session:
        """Return a session of an interface with the endpoint."""
        if self.endpoint is None:
            return embedded(interface)
        from seqrkit.session import connect, published

        test = published() if self.control is not None else {}
        session = connect(
            self.endpoint,
            interface=interface,
            pace=self.pace,
            allow_http=True,
            quiet=True,
            **{**test, **self.credentials},
        )
        session.control = self.control
        if self._clock is not None:
            session.clock = self._clock
        return session

    @cached_property
    def control(self) -> Remote | None:
        """The control API, if the endpoint is one of `seqrkit serve`."""
        if self.endpoint is None or not (self.is_local or self.token):
            return None
        remote = Remote(self.endpoint, self.token)
        try:
            remote.get("clock")
        except EndpointError:
            return None  # not an endpoint of seqrkit
        return remote

    @cached_property
    def _clock(self) -> RemoteClock | None:
        try:
            return None if self.control is None else RemoteClock(self.control)
        except ConfigurationError:
            return None  # a system clock

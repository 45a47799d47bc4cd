"""What a run is aimed at: an endpoint of its own, or somebody's, and what may be done there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from attrs import field, frozen

from seqrkit.client.address import address
from seqrkit.errors import ConfigurationError, EndpointError, SoapFault
from seqrkit.remote.clock import RemoteClock
from seqrkit.remote.control import USUAL, Remote
from seqrkit.session import CREDENTIALS
from seqrkit.simulator.control.guard import is_loopback
from seqrkit.suite.bench import embedded
from seqrkit.suite.property import Need
from seqrkit.vocabulary import PATHS, Interface, variable

if TYPE_CHECKING:
    from collections.abc import Collection

    from seqrkit.client import Pace
    from seqrkit.session import Session

TEST_HOSTS: Final = frozenset({"extdev.seqr.com", "extdev4.seqr.se"})
"""The vendor's hosts for integrators' tests. Source: the published guides and WSDLs."""
RATE: Final = 5.0
"""Requests a second that an endpoint on another machine gets at most, unless told otherwise."""

_NOTHING: Final = (
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
    b"<soapenv:Body/></soapenv:Envelope>"
)
"""A message that asks for nothing, and so does nothing wherever it arrives."""


@frozen(slots=False)
class Target:
    """The endpoint under test: embedded where `endpoint` is `None`.

    `interface` is the one to speak; else the one published at the address's path, else both.
    `credentials` are arguments of `seqrkit.connect`. `allow_writes` says that invoices may be made
    and money be moved at a host that nobody knows as one for tests; `pace` how fast
    requests may follow each other, `token` what a `seqrkit serve` elsewhere asks for.
    """

    endpoint: str | None = None
    interface: Interface | None = None
    credentials: Mapping[str, Any] = field(factory=dict, repr=False)
    allow_writes: bool = False
    pace: Pace | None = None
    token: str | None = field(default=None, repr=False)

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """What is spoken there."""
        path = urlsplit(self.endpoint or "").path.rstrip("/")
        at = (interface for interface, known in PATHS.items() if known == path)
        chosen = self.interface or next(at, None)
        return tuple(Interface) if chosen is None else (chosen,)

    @property
    def name(self) -> str:
        """How the endpoint is called."""
        return self.endpoint or "the embedded endpoint"

    def address(self, interface: Interface) -> str:
        """Where to send a message by hand; for the embedded endpoint, where `seqrkit serve` is."""
        return address(self.endpoint or USUAL, interface)

    @property
    def host(self) -> str:
        """The endpoint's host; empty for the embedded one."""
        return urlsplit(self.endpoint or "").hostname or ""

    @property
    def is_here(self) -> bool:
        """Whether the endpoint is on this machine."""
        return not self.endpoint or is_loopback(self.host)

    @property
    def may_write(self) -> bool:
        """Whether invoices may be made there."""
        return self.is_here or self.host in TEST_HOSTS or self.allow_writes

    @cached_property
    def unmet(self) -> Mapping[Need, str]:
        """What a property may need and does not get here, each with a sentence that says why."""
        if self.endpoint is None:
            return {}
        missing = {Need.INSIDE: "it needs an endpoint inside this process"}
        if self.control is None:
            missing[Need.BUYER] = f"there is no simulated buyer at {self.host}"
        if self._clock is None:
            missing[Need.CLOCK] = f"the clock of {self.host} cannot be turned"
        if not self.may_write:
            missing[Need.WRITES] = (
                f"refused: it makes invoices or moves money, and {self.host} is not known as a "
                "host for tests; --seqr-allow-writes says that it is one"
            )
        return missing

    def reach(self) -> None:
        """Raise where the suite has nobody to talk to, with a sentence.

        A `TransportError` where no SOAP service answers at the address of each interface, and
        `ConfigurationError` where credentials are missing that the suite needs there.
        """
        for interface in () if self.endpoint is None else self.interfaces:
            with self.connect(interface) as session:
                with suppress(SoapFault):  # which is how such a message is refused
                    session.send_raw(_NOTHING, check=True)
                if self.may_write:
                    self._introduce(session)

    def _introduce(self, session: Session) -> None:
        try:
            for operation in session.contract.operations:
                session.context(operation)
        except ConfigurationError as error:
            missing = (variable(name) for name in CREDENTIALS if name not in self.credentials)
            raise ConfigurationError(
                f"the suite acts as a terminal and as a reseller's user at {self.endpoint}, and "
                f"their credentials are not known: set {', '.join(missing)}"
            ) from error

    def why_not(self, needs: Collection[Need]) -> str | None:
        """Why something that needs this cannot be run here, as a sentence; `None` where it can."""
        return next((why for need, why in self.unmet.items() if need in needs), None)

    def connect(self, interface: Interface) -> Session:
        """A session of an interface with the endpoint."""
        if self.endpoint is None:
            return embedded(interface)
        from seqrkit.session import connect, published

        test = published() if self.control is not None else {}
        session = connect(
            self.endpoint,
            interface=interface,
            pace=self.pace,
            clock=self._clock,
            quiet=True,
            **{**test, **self.credentials},
        )
        session.control = self.control
        return session

    @cached_property
    def control(self) -> Remote | None:
        """The way to buyer and clock, where the endpoint is one of `seqrkit serve`."""
        if self.endpoint is None or not (self.is_here or self.token):
            return None
        remote = Remote(self.endpoint, self.token)
        try:
            remote.get("clock")
        except EndpointError:
            return None  # somebody else's
        return remote

    @cached_property
    def _clock(self) -> RemoteClock | None:
        try:
            return None if self.control is None else RemoteClock(self.control)
        except ConfigurationError:
            return None  # the real one

"""The endpoint under test: where it is, and what the suite may do there."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from attrs import field, frozen

from seqrkit.client import Credentials, Pace
from seqrkit.client.endpoint_address import address, interface_of, is_base
from seqrkit.control_client.client import TOKEN, USUAL, Remote, control_of, health_of, wsdl_of
from seqrkit.control_client.clock import RemoteClock
from seqrkit.environment_variables import variable
from seqrkit.errors import (
    LOGIN_REFUSALS,
    ConfigurationError,
    ConnectionLost,
    EndpointUnreachable,
    HttpError,
    NotAReply,
    SoapFault,
    TimedOut,
    TlsError,
    TransportError,
)
from seqrkit.session import CREDENTIALS, Session
from seqrkit.simulator.control.access_guard import is_loopback
from seqrkit.suite.framework import Need, embedded
from seqrkit.suite.framework.buyer import Buyer
from seqrkit.suite.framework.shop import principals
from seqrkit.vocabulary import NAMESPACE, Interface, PrincipalType, ResultCode

TEST_HOSTS: Final = frozenset({"extdev.seqr.com", "extdev4.seqr.se"})
"""The vendor's hosts for integrators' tests. Source: the published guides and WSDLs."""
RATE: Final = 5.0
"""The default maximum of requests a second to an endpoint on another machine."""

_PROBE: Final = (
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
    b"<soapenv:Body/></soapenv:Envelope>"
)
"""A message without an operation: it has no effect on any service."""

_OPERATION: Final = re.compile(rb"<(?:[\w.-]+:)?operation\s[^>]*?\bname=[\"'](\w+)")
"""An operation of a WSDL."""
_NAMED: Final = {PrincipalType.TERMINALID: "terminal", PrincipalType.RESELLERUSER: "reseller"}
"""How the variables of a principal's credentials begin."""


@frozen(slots=False)
class Target:
    """The endpoint under test: embedded where `endpoint` is `None`.

    `interface` is the one to speak; else the one published at the address's path, else all.
    `credentials` are arguments of `seqrkit.connect`. `allow_writes` permits creating invoices and
    moving money at a host that is not a known test host; `pace` limits the rate of requests;
    `token` is the control token of a `seqrkit serve` on another machine. `buyer` pays invoices;
    else the simulated phone under `control`, if it may be used. `seed` determines the
    clientReferences. `connection` are further arguments of the session; `prefix` begins the options
    in messages.
    """

    endpoint: str | None = None
    interface: Interface | None = None
    credentials: Mapping[str, Any] = field(factory=dict, repr=False)
    allow_writes: bool = False
    pace: Pace | None = None
    token: str | None = field(default=None, repr=False)
    buyer: Buyer | None = None
    may_use_phone: bool = True
    needs_control: bool = False
    seed: str = ""
    connection: Mapping[str, Any] = field(factory=dict, repr=False)
    prefix: str = "--"

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """The interfaces to test."""
        if self.interface is None and (self.endpoint is None or is_base(self.endpoint)):
            return tuple(Interface)
        # Another path, such as one behind a gateway, is the address of one interface.
        return (interface_of(self.endpoint or "", self.interface),)

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
        if self.control is None or not self.may_use_phone:
            missing[Need.PHONE] = f"{self.host} has no simulated phone{self._without_token}"
            if self.buyer is None:
                missing[Need.BUYER] = (
                    f"{self.host} has no simulated buyer{self._without_token}; use "
                    f"{self.prefix}buyer-command or {self.prefix}buyer manual"
                )
        if self._clock is None:
            missing[Need.CLOCK] = f"{self.host} has no manual clock"
        if not self.may_write:
            missing[Need.WRITES] = (
                f"creates invoices or moves money, and {self.host} is not a known test host; "
                f"to permit it, use {self.prefix}allow-writes"
            )
        return missing

    def can_meet(self, needs: Collection[Need]) -> bool:
        """Return whether a check with these needs could run here with other options."""
        if self.endpoint is None:
            return True
        own = {Need.INSIDE} if self.is_seqrkit else {Need.INSIDE, Need.PHONE, Need.CLOCK}
        return own.isdisjoint(needs)

    @property
    def _without_token(self) -> str:
        return f" ({TOKEN} is missing)" if self._is_guarded and not self.token else ""

    def check_connection(self) -> None:
        """Check the target and the credentials before running any check.

        Raises `TransportError` if no SOAP service answers at the address of each interface, and
        `ConfigurationError` if credentials or the control token are missing or refused.
        """
        if self.endpoint is None:
            return
        # First, because a silent server would let each request for its control API time out too.
        for interface in self.interfaces:
            with self._session(interface, self.credentials) as session:
                try:
                    session.send_raw(_PROBE, check=True)
                except SoapFault:
                    pass  # the usual reply to a message without an operation
                except (HttpError, NotAReply):
                    if not self._wsdl:
                        raise
        self._check_control()
        for interface in self.interfaces:
            with self.connect(interface) as session:
                self._log_in(session)

    def answers(self) -> bool:
        """Return whether the service still answers a request, in whatever way."""
        if self.endpoint is None:
            return True
        try:
            with self.connect(self.interfaces[0]) as session:
                session.send_raw(_PROBE)
        except (EndpointUnreachable, TlsError, TimedOut, ConnectionLost):
            return False
        except TransportError:
            pass  # an answer, though not a readable one
        return True

    def _check_control(self) -> None:
        if self._is_guarded and (self.token or self.needs_control or not self.credentials):
            said = "refused" if self.token else "missing"
            raise ConfigurationError(
                f"{self.endpoint} is an endpoint of seqrkit with a control token: {TOKEN} is {said}"
            )
        if self.needs_control and self.control is None:
            raise ConfigurationError(
                f"{self.endpoint} has no control API: {self.prefix}buyer control needs an endpoint "
                "of `seqrkit serve`"
            )

    def _log_in(self, session: Session) -> None:
        """Log in once with each principal; raise `ConfigurationError` if one is refused."""
        known = principals(session)
        if not known:
            missing = (variable(name) for name in CREDENTIALS if name not in self.credentials)
            raise ConfigurationError(
                f"the suite sends requests as a terminal or a reseller's user to {self.endpoint}; "
                f"set their missing credentials: {', '.join(missing)}"
            )
        for kind in known:
            with suppress(SoapFault, NotAReply):  # a SOAP answer; the checks say what is wrong
                if kind is PrincipalType.TERMINALID:
                    # Reads only, and of a reference that does not exist: nothing changes at the
                    # service.
                    code = session.get_payment_status("0", check=False).result_code
                else:
                    period = {"transactionPeriodId": "0"}
                    code = session.execute_report("0", None, period, check=False).result_code
                if code in LOGIN_REFUSALS:
                    names = (name for name in CREDENTIALS if name.startswith(_NAMED[kind]))
                    raise ConfigurationError(
                        f"{self.endpoint} refuses the {_NAMED[kind]} with resultCode {code:d} "
                        f"{ResultCode(code).name}: check {', '.join(map(variable, names))}"
                    )

    @cached_property
    def _wsdl(self) -> bytes:
        """The service's WSDL; empty if it publishes none."""
        if self.endpoint is None:
            return b""
        found = wsdl_of(self.address(self.interfaces[0]), **self.connection)
        return found if NAMESPACE.encode() in found else b""

    @cached_property
    def _listed(self) -> frozenset[str]:
        """The operations that the service's WSDL lists; empty if there is no whole WSDL."""
        # A truncated WSDL would leave out operations that the service has.
        whole = self._wsdl if self._wsdl.rstrip().endswith(b"definitions>") else b""
        return frozenset(name.decode() for name in _OPERATION.findall(whole))

    def offers(self, operation: str) -> bool:
        """Return whether the service has an operation; its WSDL must list it if it lists any."""
        return not self._listed or not operation or operation in self._listed

    def skip_reason(self, needs: Collection[Need]) -> str | None:
        """Return why a check with these needs cannot run here; `None` if it can."""
        return next((why for need, why in self.unmet_needs.items() if need in needs), None)

    @property
    def known_credentials(self) -> Mapping[str, str]:
        """The credentials given, or else the published ones at an endpoint of seqrkit."""
        from seqrkit.session import published

        has_published = self.endpoint is None or self.control is not None
        return {**(published() if has_published else {}), **self.credentials}

    def connect(self, interface: Interface) -> Session:
        """Return a session of an interface with the endpoint."""
        if self.endpoint is None:
            return embedded(interface)
        session = self._session(interface, self.known_credentials)
        session.control = self.control
        if self._clock is not None:
            session.clock = self._clock
        return session

    def _session(self, interface: Interface, credentials: Mapping[str, Any]) -> Session:
        from seqrkit.session import Session

        # Not from the environment, as `connect` takes them: a run has its own.
        return Session(
            self.address(interface),
            Credentials(**credentials),
            interface=interface,
            pace=self.pace,
            # A suite against a plain test service needs no warning for each session.
            allow_http=True,
            seed=int.from_bytes(sha256(f"{self.seed} {interface}".encode()).digest()[:8]),
            **self.connection,
        )

    @cached_property
    def control(self) -> Remote | None:
        """The control API, if the endpoint is one of `seqrkit serve`."""
        # A service of others is not asked for what it does not have.
        if self.endpoint is None or not (self.is_local or self.token or self.needs_control):
            return None
        return control_of(self.endpoint, self.token, **self.connection)

    @cached_property
    def _is_guarded(self) -> bool:
        """Whether it is an endpoint of seqrkit that refuses the control token."""
        return self.endpoint is not None and self.control is None and self.is_seqrkit

    @cached_property
    def is_seqrkit(self) -> bool:
        """Whether the endpoint says that it is one of seqrkit."""
        if self.endpoint is None:
            return True
        return bool(health_of(self.endpoint, **self.connection))

    @cached_property
    def _clock(self) -> RemoteClock | None:
        try:
            return None if self.control is None else RemoteClock(self.control)
        except ConfigurationError:
            return None  # a system clock

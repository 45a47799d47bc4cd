"""`connect` and its result: a client, with the phone and clock of a simulated endpoint."""

from __future__ import annotations

import os
import sys
from os import PathLike
from typing import TYPE_CHECKING, Any, Final

import attrs

from seqrkit.client import CONNECT_TIMEOUT, TIMEOUT, Client, Credentials, Pace
from seqrkit.client.endpoint_address import interface_of
from seqrkit.client.payment_wait import DEADLINE, INTERVAL
from seqrkit.client.progress_bar import in_notebook
from seqrkit.clock import ManualClock
from seqrkit.environment_variables import ENDPOINT, variable
from seqrkit.errors import ConfigurationError
from seqrkit.http_client import is_loopback
from seqrkit.notebook_repr import Bundle, Shown, view
from seqrkit.vocabulary import PATHS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seqrkit.clock import Clock
    from seqrkit.control_client.client import Remote
    from seqrkit.control_client.clock import RemoteClock
    from seqrkit.control_client.phone import RemotePhone
    from seqrkit.model import CustomerToken, Invoice
    from seqrkit.simulator import Endpoint, Phone
    from seqrkit.simulator.faults import Faults
    from seqrkit.verification import Verification
    from seqrkit.vocabulary import PrincipalType
    from seqrkit.widgets import Checkout, Form, Workbench

CREDENTIALS: Final = tuple(field.name for field in attrs.fields(Credentials))
EMBEDDED_HOST: Final = "http://embedded"
"""The embedded endpoint's address in exchanges and errors, because its port changes each time."""


class Session(Client, Shown):
    """A client with its simulated endpoint, made by `connect`; end it with ``with`` or `close`."""

    simulator: Endpoint | None = None
    """The embedded endpoint; `None` if the endpoint is elsewhere."""

    _control: Remote | None = None

    @property
    def control(self) -> Remote | None:
        """The control API of a standalone endpoint of seqrkit; can be assigned.

        It is looked for at a loopback address, elsewhere only if SEQR_CONTROL_TOKEN is set. `None`
        for the embedded endpoint and for other servers.
        """
        if self._control is None and self.simulator is None:
            self._control = control_at(self.address)
        return self._control

    @control.setter
    def control(self, control: Remote | None) -> None:
        self._control = control

    @property
    def phone(self) -> Phone | RemotePhone:
        """The simulated buyer's phone, at the embedded endpoint or at `seqrkit serve`.

        Raises `ConfigurationError` for any other endpoint.
        """
        if self.control is not None:
            from seqrkit.control_client.phone import RemotePhone

            return RemotePhone(self.control)
        if self.simulator is None:
            raise ConfigurationError(
                f"{self.endpoint} has no simulated phone: scan the code with the buyer's app, or "
                "connect() without an address for an endpoint with a phone"
            )
        return self.simulator.phone

    @property
    def endpoint_clock(self) -> ManualClock | RemoteClock:
        """The manual clock of the endpoint: embedded, or at `seqrkit serve --manual-clock`.

        Assign it to `clock`, so that waiting advances it instead of sleeping. Raises
        `ConfigurationError` for an endpoint with the system's clock, and for any other server.
        """
        if self.control is not None:
            from seqrkit.control_client.clock import RemoteClock

            return RemoteClock(self.control)
        clock = None if self.simulator is None else self.simulator.clock
        if not isinstance(clock, ManualClock):
            raise ConfigurationError(f"{self.endpoint} has no clock that can be advanced")
        return clock

    @property
    def faults(self) -> Faults:
        """The faults to inject at the embedded endpoint, none at first.

        Raises `ConfigurationError` if the endpoint is elsewhere.
        """
        if self.simulator is None:
            raise ConfigurationError(
                f"faults cannot be injected at {self.endpoint}: connect() without an address for "
                "an endpoint with faults, or add them with its /control API"
            )
        return self.simulator.faults

    def workbench(self, operation: str | None = None) -> Workbench:
        """Show every request as a form beside its envelope, in a notebook; `operation` is opened.

        Raises `ConfigurationError` for an operation that the interface does not have, and if
        ipywidgets is not installed.
        """
        from seqrkit.widgets import Workbench

        phone = None if self.simulator is None else self.simulator.phone
        page = None if self.control is None else f"{self.control.base_url}/phone"
        return Workbench(self, operation, phone=phone, phone_page=page)

    def form(self, operation: str, *, principal: PrincipalType | str | None = None) -> Form:
        """Show one request as a form, in a notebook; `principal` sends it, if there is a choice.

        Raises `ConfigurationError` for an operation that the interface does not have, and if
        ipywidgets is not installed.
        """
        from seqrkit.widgets import Form

        return Form(self, operation, principal=principal)

    def checkout(
        self,
        invoice: Invoice,
        tokens: Sequence[CustomerToken] = (),
        *,
        interval: float = INTERVAL,
        deadline: float = DEADLINE,
    ) -> Checkout:
        """Send an invoice, and show its code and its status in a notebook until it is paid.

        The status is polled every `interval` seconds for `deadline` seconds. Raises what
        `send_invoice` raises, and `ConfigurationError` if ipywidgets is not installed.
        """
        from seqrkit.widgets import Checkout

        return Checkout(self, invoice, tokens, interval=interval, deadline=deadline)

    def verify(
        self, *, operations: Sequence[str] = (), checks: Sequence[str] = (), **options: object
    ) -> Verification:
        """Run the contract suite at this session's endpoint, with a live table in a notebook.

        `operations` and `checks` (patterns of names) select some; `options` are those of
        `seqrkit verify`: ``profile="smoke"``, ``max_time="60"``. Also the headers and certificates
        of the session must be given again there. An interrupt ends the run and keeps the table.
        Raises `ConfigurationError` if the suite could not run.
        """
        from seqrkit.verification import run

        words = [f"--check={each}" for each in checks]
        words += [f"--operations={','.join(operations)}"] if operations else []
        for name, value in options.items():
            several = value if isinstance(value, list | tuple) else [value]
            option = f"--{name.replace('_', '-')}"
            words += [option if each is True else f"{option}={each}" for each in several]
        known = {variable(name): value for name, value in attrs.asdict(self._credentials).items()}
        given = {name: value for name, value in known.items() if value}
        url = self.simulator.url(self.interface) if self.simulator else self.address
        return run(self.endpoint, [url, *words], {**os.environ, **given})

    def close(self) -> None:
        """Close the connections, the journal's file and the embedded endpoint."""
        super().close()
        if self.simulator is not None:
            self.simulator.close()


@view.register
def _shown(session: Session) -> Bundle:
    from seqrkit.display.notebook_views import session_bundle  # deferred: drawn in notebooks only

    return session_bundle(session.exchanges, f"{session.interface} at {session.endpoint}")


def connect(
    endpoint: str | None = None,
    *,
    interface: str | None = None,
    terminal_id: str | None = None,
    terminal_password: str | None = None,
    reseller_id: str | None = None,
    reseller_user: str | None = None,
    reseller_password: str | None = None,
    timeout: float = TIMEOUT,
    connect_timeout: float = CONNECT_TIMEOUT,
    strict: bool = False,
    record: str | PathLike[str] | None = None,
    mask_personal_data: bool = False,
    ca: str | PathLike[str] | None = None,
    client_certificate: str | tuple[str, str] | None = None,
    proxy: str | None = None,
    headers: Mapping[str, str] | None = None,
    allow_http: bool = False,
    pace: Pace | None = None,
    clock: Clock | None = None,
    seed: int | None = None,
    db: str | PathLike[str] | None = None,
    documented: bool | None = None,
    quiet: bool = False,
) -> Session:
    """Connect to an endpoint: the one given, else SEQR_ENDPOINT, else one inside this process.

    Prints which one, unless `quiet`. Missing credentials come from the environment:
    SEQR_TERMINAL_ID, SEQR_TERMINAL_PASSWORD, SEQR_RESELLER_ID, SEQR_RESELLER_USER,
    SEQR_RESELLER_PASSWORD; the embedded endpoint has the published test credentials.

    `clock`, `seed`, `db` and `documented` are for the embedded endpoint: a manual clock and a seed
    make a session repeatable, `db` is the file that keeps its data, and `documented` rejects
    requests that break an error rule of the interface's own document. The other arguments are those
    of `Client`.

    Raises `ConfigurationError` for invalid arguments, `EndpointError` if the embedded endpoint
    cannot start.
    """
    address = endpoint or os.environ.get(ENDPOINT)
    spoken = interface_of(address or "", interface)
    embedded_only = {"db": db, "clock": clock, "seed": seed, "documented": documented}
    given = [f"{name}=" for name, value in embedded_only.items() if value is not None]
    # An ignored seed or clock would make a test that passes for another reason.
    if address and given:
        raise ConfigurationError(
            f"{' and '.join(given)} apply to the embedded endpoint only; leave them out for "
            f"{address}, or connect() without an address"
        )
    simulator = None if address else _embedded(db, clock, seed, documented=bool(documented))
    # The embedded endpoint does not know those of the environment, which are for another one.
    known = credentials_of(os.environ) if simulator is None else published()
    credentials = {
        "terminal_id": terminal_id,
        "terminal_password": terminal_password,
        "reseller_id": reseller_id,
        "reseller_user": reseller_user,
        "reseller_password": reseller_password,
    }
    known |= {name: value for name, value in credentials.items() if value is not None}
    try:
        session = Session(
            simulator.url(spoken) if simulator else address or "",
            Credentials(**known),
            interface=spoken,
            timeout=timeout,
            connect_timeout=connect_timeout,
            strict=strict,
            record=record,
            mask_personal_data=mask_personal_data,
            ca=ca,
            client_certificate=client_certificate,
            proxy=proxy,
            headers=headers,
            allow_http=allow_http,
            pace=pace,
            # One clock for both, so that waiting for a payment moves the endpoint's time too.
            clock=simulator.clock if simulator else None,
            seed=seed,
            shown_as=EMBEDDED_HOST + PATHS[spoken] if simulator else None,
        )
    except BaseException:
        if simulator is not None:
            simulator.close()
        raise
    session.simulator = simulator
    if not quiet:
        whence = "as given" if endpoint else f"from {ENDPOINT}"
        _say(session, "with the published test credentials" if simulator else whence)
    return session


def _embedded(
    db: str | PathLike[str] | None, clock: Clock | None, seed: int | None, *, documented: bool
) -> Endpoint:
    from seqrkit.simulator import Endpoint  # deferred: a remote endpoint needs no server

    simulator = Endpoint(db, clock, seed=seed, documented=documented)
    try:
        return simulator.start()
    except BaseException:
        simulator.close()
        raise


def credentials_of(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the credentials in an environment, as arguments of `connect`."""
    return {name: value for name in CREDENTIALS if (value := environment.get(variable(name)))}


def credentials_for(control: Remote | None) -> dict[str, str]:
    """Return the credentials of the environment, or the published ones at seqrkit's endpoints."""
    return credentials_of(os.environ) or ({} if control is None else published())


def control_at(url: str, **connection: Any) -> Remote | None:
    """Return the control API of an endpoint of seqrkit, `None` if it is another server."""
    # A real service must not get requests that only seqrkit knows.
    if not is_loopback(url) and variable("control_token") not in os.environ:
        return None
    from seqrkit.control_client.client import control_of

    return control_of(url, **connection)


def published() -> dict[str, str]:
    """Return the vendor's published test credentials, which the embedded endpoint accepts."""
    from seqrkit.simulator import PUBLISHED

    return {name: str(getattr(PUBLISHED, name)) for name in CREDENTIALS}


def _say(session: Session, whence: str) -> None:
    """Print the endpoint in one line: in the output of a notebook, else on stderr."""
    # On stdout it would get into what a script pipes on; notebooks show stderr as an error.
    stream = sys.stdout if in_notebook() else sys.stderr
    where = "the embedded endpoint" if session.simulator else session.endpoint
    stream.write(f"seqrkit: {where}, {session.interface} {whence}\n")

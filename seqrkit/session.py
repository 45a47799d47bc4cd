"""`connect()` and what it returns: a client, and where embedded its endpoint, phone and clock."""

from __future__ import annotations

import os
import sys
from os import PathLike
from typing import TYPE_CHECKING, Final

import attrs

from seqrkit.client import CONNECT_TIMEOUT, TIMEOUT, Client, Credentials, Pace
from seqrkit.client.endpoint_address import interface_of
from seqrkit.client.payment_wait import DEADLINE, INTERVAL
from seqrkit.client.progress_bar import in_notebook
from seqrkit.environment import ENDPOINT, variable
from seqrkit.errors import ConfigurationError
from seqrkit.notebook_repr import Bundle, Shown, view
from seqrkit.vocabulary import PATHS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seqrkit.clock import Clock
    from seqrkit.control_client.client import Remote
    from seqrkit.control_client.phone import RemotePhone
    from seqrkit.model import CustomerToken, Invoice
    from seqrkit.simulator import Endpoint, Phone
    from seqrkit.simulator.faults import Faults
    from seqrkit.vocabulary import PrincipalType
    from seqrkit.widgets import Checkout, Form, Workbench

CREDENTIALS: Final = tuple(field.name for field in attrs.fields(Credentials))
EMBEDDED_HOST: Final = "http://embedded"
"""How the embedded endpoint is named wherever an exchange is shown: its port changes each time."""


class Session(Client, Shown):
    """A client with what belongs to it: made by `connect`, closed with ``with`` or `close`."""

    simulator: Endpoint | None = None
    """The embedded endpoint; `None` where the endpoint is somewhere else."""

    control: Remote | None = None
    """The way to control a standalone endpoint, where somebody has put one here."""

    @property
    def phone(self) -> Phone | RemotePhone:
        """The simulated buyer's phone, on the embedded endpoint or the one under control.

        Raises `ConfigurationError` where the endpoint is another.
        """
        if self.control is not None:
            from seqrkit.control_client.phone import RemotePhone

            return RemotePhone(self.control)
        if self.simulator is None:
            raise ConfigurationError(
                f"there is no simulated buyer at {self.endpoint}: scan the code with the buyer's "
                "app, or connect() without an address to have an endpoint with a phone"
            )
        return self.simulator.phone

    @property
    def faults(self) -> Faults:
        """What is to go wrong on purpose at the embedded endpoint: nothing, until some are added.

        Raises `ConfigurationError` where the endpoint is somewhere else.
        """
        if self.simulator is None:
            raise ConfigurationError(
                f"{self.endpoint} cannot be made to fail from here: connect() without an address "
                "to have an endpoint with faults, or add them over its /control"
            )
        return self.simulator.faults

    def workbench(self, operation: str | None = None) -> Workbench:
        """Every request as a form in a notebook, its envelope beside it; `operation` is opened.

        Raises `ConfigurationError` for an operation that the interface does not have, and where
        ipywidgets is not installed.
        """
        from seqrkit.widgets import Workbench

        return Workbench(self, operation)

    def form(self, operation: str, *, principal: PrincipalType | str | None = None) -> Form:
        """One request as a form in a notebook; `principal` is who sends it, where that is open.

        Raises `ConfigurationError` for an operation that the interface does not have, and where
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
        """Send an invoice, and show its code and what happens to it in a notebook.

        It is asked about every `interval` seconds for `deadline` seconds. Raises what
        `send_invoice` raises, and `ConfigurationError` where ipywidgets is not installed.
        """
        from seqrkit.widgets import Checkout

        return Checkout(self, invoice, tokens, interval=interval, deadline=deadline)

    def close(self) -> None:
        """Close connections, the file of the journal and the embedded endpoint."""
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
    ca: str | PathLike[str] | None = None,
    client_certificate: str | tuple[str, str] | None = None,
    proxy: str | None = None,
    pace: Pace | None = None,
    clock: Clock | None = None,
    seed: int | None = None,
    db: str | PathLike[str] | None = None,
    quiet: bool = False,
) -> Session:
    """Connect to an endpoint: the one given, else SEQR_ENDPOINT, else one inside this process.

    Says which, unless `quiet`. Credentials that are not given come from the environment:
    SEQR_TERMINAL_ID, SEQR_TERMINAL_PASSWORD, SEQR_RESELLER_ID, SEQR_RESELLER_USER,
    SEQR_RESELLER_PASSWORD; the embedded endpoint has the published test credentials.

    `clock`, `seed` and `db` are for the embedded endpoint: a manual clock and a seed make
    everything repeatable, `db` is a file that keeps it. The other arguments are those of `Client`.

    Raises `ConfigurationError` for arguments that cannot be right, `EndpointError` where the
    embedded endpoint cannot start.
    """
    address = endpoint or os.environ.get(ENDPOINT)
    spoken = interface_of(address or "", interface)
    if address and db is not None:
        raise ConfigurationError(f"db= is for the embedded endpoint, and {address} is another")
    simulator = None if address else _embedded(db, clock, seed)
    known = credentials_of(os.environ) if simulator is None else published()
    given = {
        "terminal_id": terminal_id,
        "terminal_password": terminal_password,
        "reseller_id": reseller_id,
        "reseller_user": reseller_user,
        "reseller_password": reseller_password,
    }
    known |= {name: value for name, value in given.items() if value is not None}
    try:
        session = Session(
            simulator.url(spoken) if simulator else address or "",
            Credentials(**known),
            interface=spoken,
            timeout=timeout,
            connect_timeout=connect_timeout,
            strict=strict,
            record=record,
            ca=ca,
            client_certificate=client_certificate,
            proxy=proxy,
            pace=pace,
            clock=simulator.clock if simulator else clock,
            seed=seed,
            shown_as=EMBEDDED_HOST + PATHS[spoken] if simulator else None,
        )
    except BaseException:
        if simulator is not None:
            simulator.close()
        raise
    session.simulator = simulator
    if not quiet:
        whence = "as asked" if endpoint else f"from {ENDPOINT}"
        _say(session, "with the published test credentials" if simulator else whence)
    return session


def _embedded(db: str | PathLike[str] | None, clock: Clock | None, seed: int | None) -> Endpoint:
    from seqrkit.simulator import Endpoint  # deferred: a remote endpoint needs no server

    simulator = Endpoint(db, clock, seed=seed)
    try:
        return simulator.start()
    except BaseException:
        simulator.close()
        raise


def credentials_of(environment: Mapping[str, str]) -> dict[str, str]:
    """The credentials that an environment has, as arguments of `connect`."""
    return {name: value for name in CREDENTIALS if (value := environment.get(variable(name)))}


def published() -> dict[str, str]:
    """The credentials that the vendor published for testing, which the embedded endpoint has."""
    from seqrkit.simulator import PUBLISHED

    return {name: str(getattr(PUBLISHED, name)) for name in CREDENTIALS}


def _say(session: Session, whence: str) -> None:
    """Tell on one line what is connected to: on the page of a notebook, else on stderr."""
    stream = sys.stdout if in_notebook() else sys.stderr
    where = "the embedded endpoint" if session.simulator else session.endpoint
    stream.write(f"seqrkit: {where}, {session.interface} {whence}\n")

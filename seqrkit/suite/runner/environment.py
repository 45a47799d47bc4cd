"""What checks are run on: a contract to judge by, an endpoint to send to, and a profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol, Self

from seqrkit import contract
from seqrkit.contract import Contract
from seqrkit.suite.reports.contract_coverage import Coverage
from seqrkit.suite.runner.profile import PROFILES, Profile
from seqrkit.vocabulary import Interface

if TYPE_CHECKING:
    from types import TracebackType

    from seqrkit.schemas import SchemaSet
    from seqrkit.session import Session
    from seqrkit.suite.runner.shop import Shop


class Judges(Protocol):
    """Gives the contract of an interface: from the bundled schemas, or from others."""

    def __call__(self, interface: Interface, schemas: SchemaSet | None = None, /) -> Contract:
        """The contract; see `contract.load`."""


Connect = Callable[[Interface], "Session"]
"""Makes the session of an interface; asked once each."""


_QUICK: Final = 4
"""log2 of the work of a password's hash: how slow one is, is not what is looked at."""


def embedded(interface: Interface) -> Session:
    """A session with an endpoint of its own in this process, on a clock that is turned by hand."""
    from seqrkit.clock import ManualClock
    from seqrkit.session import connect

    session = connect(interface=interface, clock=ManualClock(), seed=0, quiet=True)
    if session.simulator is not None:
        session.simulator.service.desk.passwords.cost = _QUICK
    return session


class Bench:
    """Holds the sessions that checks share, and counts what of the contract they exercise.

    Close it, or use it with ``with``: that closes its sessions.
    """

    def __init__(
        self,
        profile: Profile = PROFILES["default"],
        connect: Connect = embedded,
        *,
        contract_of: Judges = contract.load,
    ) -> None:
        self.profile = profile
        self.coverage = Coverage()
        self.contract = contract_of
        """What the messages of an interface are judged by."""
        self._connect = connect
        self._sessions: dict[Interface, Session] = {}
        self._shops: dict[Interface, Shop] = {}

    def session(self, interface: Interface) -> Session:
        """The session of an interface, made when it is first asked for."""
        if interface not in self._sessions:
            self._sessions[interface] = self._connect(interface)
        return self._sessions[interface]

    def shop(self, interface: Interface) -> Shop:
        """The shop that checks share at the session of an interface."""
        from seqrkit.suite.runner.shop import Shop

        if interface not in self._shops:
            self._shops[interface] = Shop(self.session(interface))
        return self._shops[interface]

    def close(self) -> None:
        """Close all sessions."""
        self._shops.clear()
        while self._sessions:
            self._sessions.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

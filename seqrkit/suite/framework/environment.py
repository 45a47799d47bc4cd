"""The environment that checks share: contract, sessions, shops, profile and coverage."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol, Self

from seqrkit import contract
from seqrkit.contract import Contract
from seqrkit.suite.framework.contract_coverage import Coverage
from seqrkit.suite.framework.profile import PROFILES, Profile
from seqrkit.suite.framework.shop import Shop
from seqrkit.vocabulary import Interface

if TYPE_CHECKING:
    from seqrkit.schemas import SchemaSet
    from seqrkit.session import Session

_PASSWORD_COST: Final = 4
"""log2 of the work of a password hash: low, because its cost is not under test."""


class LoadContract(Protocol):
    """Loads the contract of an interface, from the bundled schemas or from others."""

    def __call__(self, interface: Interface, schemas: SchemaSet | None = None, /) -> Contract:
        """Return the contract; see `contract.load`."""


def embedded(interface: Interface) -> Session:
    """Return a session with a new endpoint in this process, which has a manual clock."""
    from seqrkit.clock import ManualClock
    from seqrkit.session import connect

    # The seed makes the references in failures repeatable.
    session = connect(interface=interface, clock=ManualClock(), seed=0, quiet=True)
    if session.simulator is not None:
        session.simulator.service.transactions.passwords.cost = _PASSWORD_COST
    return session


class CheckEnvironment:
    """What checks run in; close it, or use it with ``with``, to close its sessions."""

    def __init__(
        self,
        profile: Profile = PROFILES["default"],
        connect: Callable[[Interface], Session] = embedded,
        *,
        load_contract: LoadContract = contract.load,
    ) -> None:
        self.profile = profile
        self.coverage: Coverage = Coverage()
        self.contract = load_contract
        self._connect = connect
        self._sessions: dict[Interface, Session] = {}
        self._shops: dict[Interface, Shop] = {}

    def session(self, interface: Interface) -> Session:
        """Return the session of an interface, connected at the first call."""
        if interface not in self._sessions:
            self._sessions[interface] = self._connect(interface)
        return self._sessions[interface]

    def shop(self, interface: Interface) -> Shop:
        """Return the shop at the session of an interface."""
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

    def __exit__(self, *_: object) -> None:
        self.close()

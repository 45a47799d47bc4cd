"""The environment that checks share: contract, sessions, shops, profile and coverage."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol, Self

from seqrkit import contract
from seqrkit.contract import Contract
from seqrkit.errors import EndpointUnreachable
from seqrkit.exchange import Exchange
from seqrkit.schemas import SchemaSet
from seqrkit.session import Session
from seqrkit.suite.framework.buyer import Buyer, phone_buyer, verify_payment
from seqrkit.suite.framework.contract_coverage import Coverage
from seqrkit.suite.framework.example_steps import BuyerPays, Trace, position
from seqrkit.suite.framework.failure_causes import STOPPED
from seqrkit.suite.framework.profile import PROFILES, Profile
from seqrkit.suite.framework.shop import Shop
from seqrkit.vocabulary import Interface

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
    from seqrkit.simulator import PUBLISHED

    # The seed makes the references in failures repeatable.
    session = connect(interface=interface, clock=ManualClock(), seed=0, quiet=True)
    if session.simulator is not None:
        session.simulator.service.transactions.passwords.cost = _PASSWORD_COST
        gaming = {"id": PUBLISHED.reseller_id, "gaming": True}  # creditUser needs its token
        session.simulator.configure({"resellers": [gaming]})
    return session


class CheckEnvironment:
    """What checks run in; close it, or use it with ``with``, to close its sessions.

    `sources` are the letters of the statements that the endpoint must fulfil. `unmet` are
    the needs that it cannot meet; `offers` says whether it has an operation, `answers` whether it
    answers at all. `buyer` pays invoices; by default it uses the session's simulated phone.
    """

    def __init__(
        self,
        profile: Profile = PROFILES["default"],
        connect: Callable[[Interface], Session] = embedded,
        *,
        load_contract: LoadContract = contract.load,
        sources: str = "DVCA",
        buyer: Buyer | None = None,
        unmet: Callable[[], Collection[str]] = tuple,
        offers: Callable[[str], bool] = bool,
        answers: Callable[[], bool] = lambda: True,
    ) -> None:
        self.profile = profile
        self._unmet = unmet
        self._offers = offers
        self._answers = answers
        self.has_stopped: bool = False
        """Whether the service was found to answer nothing any more."""
        self.sources = sources
        self.buyer = buyer
        self.payments: list[BuyerPays] = []
        """The payments of the buyer since the trace began."""
        self.references: dict[tuple[str, str, str], int] = {}
        """The references that were given out, each with the number of the exchange."""
        self.causes: dict[str, str] = {}
        """Causes of later failures, by the state of invoice or terminal that is not reached."""
        self.shown: set[str] = set()
        """The causes of failures that a check has shown with its smallest example."""
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
            session = self.session(interface)
            buyer = self.buyer or phone_buyer(session)

            def pay(till: Session, reference: str) -> None:
                last = session.exchanges[-1].number if session.exchanges else 0
                self.payments.append(BuyerPays(reference, last))
                buyer(reference)
                if self.buyer is not None:
                    verify_payment(till, reference)

            self._shops[interface] = Shop(session, pay, self._offers)
        return self._shops[interface]

    @property
    def unmet(self) -> Collection[str]:
        """The needs that the endpoint cannot meet."""
        return self._unmet()

    def find_stop(self) -> bool:
        """Return whether the service has stopped answering, for which it gets another request."""
        self.has_stopped = self.has_stopped or not self._answers()
        return self.has_stopped

    def require_service(self) -> None:
        """Raise `EndpointUnreachable` if the service has stopped answering."""
        if self.has_stopped:
            raise EndpointUnreachable(STOPPED)

    def begin(self, interface: Interface) -> None:
        """Begin a new trace; earlier exchanges are forgotten, which bounds memory.

        Raises `EndpointUnreachable` if the service has stopped answering.
        """
        self.require_service()
        # A nightly run makes a million exchanges.
        self.session(interface).exchanges.forget()
        self.payments.clear()

    def trace(self, interface: Interface) -> Trace:
        """Return the steps since the trace began."""
        session = self._sessions.get(interface)
        exchanges = () if session is None else session.exchanges
        return tuple(sorted((*exchanges, *self.payments), key=position))

    def registrations(self, interface: Interface) -> Sequence[Exchange]:
        """Return the exchanges that have registered terminals, in order."""
        shop = self._shops.get(interface)
        return () if shop is None else shop.registrations

    @property
    def uncompared(self) -> int:
        """The number of checks whose transactions were not compared with reports yet."""
        return sum(len(shop.periods.cases) for shop in self._shops.values())

    def close(self) -> None:
        """Close all sessions."""
        self._shops.clear()
        while self._sessions:
            self._sessions.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

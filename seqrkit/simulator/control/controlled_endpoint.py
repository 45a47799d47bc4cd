"""The endpoint that the control API acts on."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

from seqrkit.clock import ManualClock
from seqrkit.simulator.authentication.login_throttle import LoginThrottle
from seqrkit.simulator.control.access_guard import Guard
from seqrkit.simulator.control.event_feed import Feed
from seqrkit.simulator.control.recent_exchanges import RecentExchanges
from seqrkit.simulator.exchange_log import ExchangeLog
from seqrkit.simulator.faults import Faults
from seqrkit.simulator.notifications.delivery import Notifications
from seqrkit.simulator.phone import Bill
from seqrkit.simulator.service import Service
from seqrkit.simulator.store.settings import KnownToken, SettingsSource
from seqrkit.simulator.transactions import snapshots
from seqrkit.simulator.transactions.ledger import Ledger

COUNT_BATCH: Final = 10_000
"""How many invoices are counted in one transaction."""
MAX_BILLS: Final = 1000
"""How many scanned bills the phone remembers."""

_Result = TypeVar("_Result")


class OtherWorld(Protocol):
    """Another world of the same endpoint."""

    @property
    def control(self) -> ControlledEndpoint:
        """The world as the control API sees it."""


class OtherWorlds(Protocol):
    """The other worlds of an endpoint; see `worlds.Worlds`."""

    def __iter__(self) -> Iterator[tuple[str, OtherWorld]]:
        """The names and worlds."""

    def get(self, name: str, *, manual_clock: bool | None = None) -> OtherWorld:
        """Return the world of a name; it is made if there is none."""

    def new_name(self) -> str:
        """Return a name that nobody has."""

    def remove(self, name: str) -> bool:
        """Remove a world; return whether there was one."""


class ControlledEndpoint:
    """An endpoint's service, exchanges, faults and notifications, and the phone's scanned bills.

    `is_busy` returns whether SOAP requests are being answered.
    """

    def __init__(
        self,
        service: Service,
        exchanges: ExchangeLog,
        faults: Faults,
        guard: Guard,
        notifications: Notifications,
        *,
        is_busy: Callable[[], bool],
        strict: bool = False,
    ) -> None:
        self.service = service
        self.exchanges = exchanges
        self.faults = faults
        self.guard = guard
        self.notifications = notifications
        self.strict = strict
        self.observers: list[Callable[[], None]] = []
        """Called after settings were applied, also by a reset."""
        self.worlds: OtherWorlds | None = None
        """The other worlds, if this endpoint may have any."""
        self.throttle: LoginThrottle = LoginThrottle(service.clock, only_local=guard.only_local)
        """Delays guesses of the token."""
        self._is_busy = is_busy
        self.recent: RecentExchanges = self._recent()
        self.feed: Feed = Feed()
        self._scanned: OrderedDict[str, Bill] = OrderedDict()  # the latest last
        self._counted = (0, 0)
        self._lock = threading.Lock()
        self._publish_events()

    def read(self, work: Callable[[Ledger], _Result]) -> _Result:
        """Return the result of work that only reads, in one transaction."""
        return self.service.transactions.run(work, reading=True)

    def _recent(self) -> RecentExchanges:
        return RecentExchanges(self.exchanges, self._knows_token, self._is_busy)

    def _knows_token(self, id_: str) -> bool:
        return self.read(lambda ledger: ledger.tx.get(KnownToken, id=id_) is not None)

    def reset(self) -> None:
        """Return to the initial state; a manual clock returns to its start."""
        # First, because it can fail: then nothing else is forgotten.
        self.service.reset()
        self._forget()
        self.exchanges.clear()
        self.recent = self._recent()
        self.faults.clear()
        self.notifications.clear()
        self.service.phone.remove_cards()
        self.service.phone.can_reserve = True
        self.service.phone.delivery_address = None
        self._notify_observers()

    def configure(self, settings: SettingsSource) -> None:
        """Apply settings; raises `ConfigurationError` if they are not valid."""
        self.service.configure(settings)
        with self._lock:
            self._counted = (0, 0)  # a seed invoice may be older than those counted
        self._notify_observers()

    def restore(self, snapshot: Mapping[str, Any]) -> Sequence[str]:
        """Replace what is stored by a snapshot; return the ids that have no password now."""
        without_password = snapshots.restore(self.service.transactions, snapshot)
        self._forget()
        self.notifications.clear()
        # Those of the snapshot, whose receivers have not been told yet.
        self.notifications.resume()
        return without_password

    def count_invoices(self) -> int:
        """Return the number of invoices; those counted before are not counted again.

        If the last one of those is gone, another process has reset the store: all are counted. A
        large store is counted in batches, so that no request waits for all of it.
        """
        with self._lock:
            more = COUNT_BATCH
            while more == COUNT_BATCH:
                more = self._count_batch()
            return self._counted[0]

    def _count_batch(self) -> int:
        counted = self._counted

        def read(ledger: Ledger) -> tuple[int, int, int]:
            count, last = counted
            if last and ledger.tx.invoice(str(last)) is None:
                count, last = 0, 0
            return count, *ledger.tx.count_invoices(last, COUNT_BATCH)

        count, more, last = self.read(read)
        self._counted = count + more, last
        return more

    def keep_bill(self, bill: Bill) -> Bill:
        """Remember a bill as the one scanned last."""
        with self._lock:
            self._scanned[bill.reference] = bill
            self._scanned.move_to_end(bill.reference)
            if len(self._scanned) > MAX_BILLS:
                self._scanned.popitem(last=False)
        return bill

    def bill(self, reference: str | None = None) -> Bill | None:
        """Return a scanned bill; without a reference the latest."""
        with self._lock:
            latest = next(reversed(self._scanned), "")
            return self._scanned.get(latest if reference is None else reference)

    def _forget(self) -> None:
        with self._lock:
            self._counted = (0, 0)
            self._scanned.clear()
        self.feed.publish("reset")

    def _notify_observers(self) -> None:
        for observer in tuple(self.observers):
            observer()

    def _publish_events(self) -> None:
        publish = self.feed.publish
        self.exchanges.observers.append(lambda exchange: publish("exchange", exchange))
        self.service.transactions.listeners.append(lambda changed: publish("invoice", *changed))
        self.faults.observers.append(lambda: publish("faults"))
        self.notifications.observers.append(lambda attempt: publish("invoice", attempt.reference))
        if isinstance(self.service.clock, ManualClock):
            self.service.clock.subscribe(lambda _now: publish("clock"))

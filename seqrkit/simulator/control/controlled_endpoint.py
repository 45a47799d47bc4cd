"""What the control API acts on: one endpoint, seen from outside of its SOAP interfaces."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from seqrkit.clock import ManualClock
from seqrkit.simulator.control.access_guard import Guard
from seqrkit.simulator.control.event_feed import Feed
from seqrkit.simulator.control.recent_exchanges import RecentExchanges
from seqrkit.simulator.exchange_log import ExchangeLog
from seqrkit.simulator.faults import Faults
from seqrkit.simulator.notifications.delivery import Notifications
from seqrkit.simulator.phone import Bill
from seqrkit.simulator.service import Service
from seqrkit.simulator.transactions import snapshots
from seqrkit.simulator.transactions.ledger import Ledger

PART: Final = 10_000
"""How many invoices are counted in one transaction, at most."""
BILLS: Final = 1000
"""How many bills the phone remembers to have scanned."""


class ControlledEndpoint:
    """An endpoint's service, traffic and faults, and what a controller has to remember of them."""

    def __init__(
        self,
        service: Service,
        traffic: ExchangeLog,
        faults: Faults,
        guard: Guard,
        *,
        strict: bool = False,
        notifications: Notifications | None = None,
    ) -> None:
        self.service = service
        self.exchanges = traffic
        self.faults = faults
        self.guard = guard
        self.strict = strict
        self.notifications = notifications
        self.recent = RecentExchanges(traffic)
        self.feed = Feed()
        self._scanned: OrderedDict[str, Bill] = OrderedDict()  # the latest last
        self._counted = (0, 0)
        self._lock = threading.Lock()
        self._watch()

    def reset(self) -> None:
        """Bring the endpoint back to its start; the clock stands where it stood."""
        snapshots.reset(self.service.transactions)
        self._forget()
        self.exchanges.clear()
        self.faults.clear()
        if self.notifications is not None:
            self.notifications.clear()
        self.service.phone.remove_cards()
        self.service.phone.can_reserve = True

    def restore(self, snapshot: Mapping[str, Any]) -> Sequence[str]:
        """Put a snapshot in the place of what the store holds; the ids without a password."""
        locked = snapshots.restore(self.service.transactions, snapshot)
        self._forget()
        return locked

    def count_invoices(self) -> int:
        """How many invoices there are; those counted before are not counted again.

        Where the last of those is gone, another process has put the store back: all are. Of a
        large store a part at a time, so that nobody's request waits for all of it.
        """
        with self._lock:
            more = PART
            while more == PART:
                more = self._count()
            return self._counted[0]

    def _count(self) -> int:
        counted = self._counted

        def work(ledger: Ledger) -> tuple[int, int, int]:
            count, last = counted
            if last and ledger.tx.invoice(str(last)) is None:
                count, last = 0, 0
            return count, *ledger.tx.count_invoices(last, PART)

        count, more, last = self.service.transactions.run(work, reading=True)
        self._counted = count + more, last
        return more

    def keep_bill(self, bill: Bill) -> Bill:
        """Remember a bill as the one scanned last."""
        with self._lock:
            self._scanned[bill.reference] = bill
            self._scanned.move_to_end(bill.reference)
            if len(self._scanned) > BILLS:
                self._scanned.popitem(last=False)
        return bill

    def bill(self, reference: str | None = None) -> Bill | None:
        """A bill that was scanned; without a reference the latest."""
        with self._lock:
            latest = next(reversed(self._scanned), "")
            return self._scanned.get(latest if reference is None else reference)

    def _forget(self) -> None:
        with self._lock:
            self._counted = (0, 0)
            self._scanned.clear()
        self.feed.publish("reset")

    def _watch(self) -> None:
        self.exchanges.observers.append(lambda seen: self.feed.publish("exchange", seen))
        self.service.transactions.listeners.append(
            lambda changed: self.feed.publish("invoice", *changed)
        )
        self.faults.observers.append(lambda: self.feed.publish("faults"))
        if self.notifications is not None:
            self.notifications.observers.append(
                lambda tried: self.feed.publish("invoice", tried.reference)
            )
        if isinstance(self.service.clock, ManualClock):
            self.service.clock.subscribe(lambda _now: self.feed.publish("clock"))

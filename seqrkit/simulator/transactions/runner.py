"""Runs units of work: one transaction, at one instant, after the events that are due by then.

The service's operations, the buyer's phone and the passing of time all go through here, so that
none of them can forget the clock or the commit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from seqrkit.clock import Clock
from seqrkit.simulator.authentication.passwords import Passwords, Unverified
from seqrkit.simulator.reference_numbers import ReferenceNumbers
from seqrkit.simulator.store.interface import MustWrite, Store
from seqrkit.simulator.transactions.ledger import Ledger

_log = logging.getLogger(__name__)
Result = TypeVar("Result")
Listener = Callable[[Sequence[str]], None]
"""Called after each commit with the references of the changed invoices; must not block."""
Notifier = Callable[[str, str], None]
"""Called after each commit with a notificationUrl and an invoiceReference; must not block."""


class TransactionRunner:
    """Runs units of work on a store; safe to use from several threads."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        numbers: ReferenceNumbers,
        passwords: Passwords,
        *,
        notify: Notifier | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.numbers = numbers
        self.passwords = passwords
        self.notify = notify
        self.listeners: list[Listener] = []

    def run(self, work: Callable[[Ledger], Result], *, reading: bool = False) -> Result:
        """Run `work` in one transaction; `reading` if it rarely changes anything.

        It may be run again from its start, so it must not change anything but the store.
        """
        while True:
            try:
                return self._read(work) if reading else self._write(work)
            except MustWrite:
                reading = False
            except Unverified as found:
                # The slow hash is computed outside the transaction, so that others do not wait.
                self.passwords.verify(found.stored, found.password)

    def replace(self, work: Callable[[Ledger], Result]) -> Result:
        """Run `work` that replaces what is stored, without the events that are due before it.

        It works also on a store in which such an event fails.
        """
        return self._write(work, with_due_events=False)

    def _read(self, work: Callable[[Ledger], Result]) -> Result:
        now = self.clock.now()
        with self.store.read() as tx:
            if tx.next_due(now) is not None:
                raise MustWrite
            return work(Ledger(tx, now, self.numbers))

    def _write(self, work: Callable[[Ledger], Result], *, with_due_events: bool = True) -> Result:
        with self.store.write() as tx:
            # The clock is read inside, so that transactions commit in the order of their times.
            ledger = Ledger(tx, self.clock.now(), self.numbers)
            if with_due_events:
                ledger.apply_due_events()
            result = work(ledger)
        if self.notify is not None:
            for notification in ledger.notifications:
                self._post(self.notify, notification.url, notification.reference)
        if ledger.changed:
            for listener in self.listeners:
                listener(ledger.changed)
        return result

    @staticmethod
    def _post(notify: Notifier, url: str, reference: str) -> None:
        try:
            notify(url, reference)
        except Exception:  # noqa: BLE001 - whatever it is, the payment is committed
            _log.exception("the notification of invoice %s could not be queued", reference)

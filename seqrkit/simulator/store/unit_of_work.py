"""Where every piece of work is done: one transaction, at one instant, with what is due done first.

The service's operations, the buyer's phone and the passing of time all come through here, so that
none of them can forget the clock or the commit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from seqrkit.clock import Clock
from seqrkit.simulator.authentication.passwords import Passwords, Unverified
from seqrkit.simulator.reference_numbers import Ids
from seqrkit.simulator.states.invoice_state import Notify
from seqrkit.simulator.store.interface import MustWrite, Store
from seqrkit.simulator.store.ledger import Ledger

_log = logging.getLogger(__name__)
Work = TypeVar("Work")
Watcher = Callable[[Sequence[str]], None]
"""Is told the references of the invoices that a commit changed, after it; must not block."""
Notifier = Callable[[str, str], None]
"""Is told a notificationUrl and the invoiceReference, after the commit; must not block."""


class Desk:
    """Store, clock and ids together; `run` does a piece of work with them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        passwords: Passwords,
        *,
        notify: Notifier | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.ids = ids
        self.passwords = passwords
        self.notify = notify
        self.watchers: list[Watcher] = []

    def run(self, work: Callable[[Ledger], Work], *, reading: bool = False) -> Work:
        """Do `work` in one transaction; `reading` for work that mostly changes nothing.

        It may be done again from its start, so it must not change anything but the store.
        """
        while True:
            try:
                return self._read(work) if reading else self._write(work)
            except MustWrite:
                reading = False
            except Unverified as found:
                self.passwords.verify(found.stored, found.password)

    def _read(self, work: Callable[[Ledger], Work]) -> Work:
        now = self.clock.now()
        with self.store.read() as tx:
            if tx.next_due(now) is not None:
                raise MustWrite
            return work(Ledger(tx, now, self.ids))

    def _write(self, work: Callable[[Ledger], Work]) -> Work:
        with self.store.write() as tx:
            # The clock is read inside, so that transactions happen in the order of their times.
            ledger = Ledger(tx, self.clock.now(), self.ids)
            ledger.apply_due_events()
            done = work(ledger)
        for notification in ledger.notifications:
            self._post(notification)
        if ledger.changed:
            for watcher in self.watchers:
                watcher(ledger.changed)
        return done

    def _post(self, notice: Notify) -> None:
        if self.notify is None:
            return
        try:
            self.notify(notice.url, notice.reference)
        except Exception:  # noqa: BLE001  whatever it is, the payment is committed and answered
            _log.exception("the notification of invoice %s was not taken", notice.reference)

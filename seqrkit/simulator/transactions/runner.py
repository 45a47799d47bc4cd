"""Runs units of work: one transaction, at one instant, after the events that are due by then.

The service's operations, the buyer's phone and the passing of time all go through here, so that
none of them can forget the clock or the commit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, TypeVar

from seqrkit.clock import Clock
from seqrkit.simulator.authentication.passwords import HashNeeded, Passwords
from seqrkit.simulator.reference_numbers import ReferenceNumbers
from seqrkit.simulator.store.records import QueuedNotification
from seqrkit.simulator.store.sql_transaction import CannotUndo, MustWrite, RolledBack
from seqrkit.simulator.store.transactional_store import Store
from seqrkit.simulator.transactions.ledger import Ledger

_log = logging.getLogger(__name__)
Result = TypeVar("Result")
Listener = Callable[[Sequence[str]], None]
"""Called after each commit with the references of the changed invoices; must not block."""
Notifier = Callable[[QueuedNotification], None]
"""Called after each commit with the notifications that it stored; must not block."""


class Work(NamedTuple):
    """A unit of work; `reading` if it rarely changes anything.

    It may be run again from its start, so it must not change anything but the store.
    """

    carry_out: Callable[[Ledger], Any]
    reading: bool = False


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
        """Run `work` in one transaction, and return its result; see `Work` for the parameters."""
        while True:
            (outcome,) = self.run_all([Work(work, reading)])
            # Computed outside the transaction, which is then run again and finds the result.
            if isinstance(outcome, HashNeeded):
                outcome.compute()
            elif isinstance(outcome, Exception):
                raise outcome
            else:
                result: Result = outcome
                return result

    def replace(self, work: Callable[[Ledger], Result], at: datetime | None = None) -> Result:
        """Run `work` that replaces what is stored, without the events that are due before it.

        It works also on a store in which such an event fails. `at` is its time, if not now.
        """
        (outcome,) = self._write([Work(work)], with_due_events=False, at=at)
        if isinstance(outcome, Exception):
            raise outcome
        result: Result = outcome
        return result

    def run_all(self, works: Sequence[Work]) -> list[Any]:
        """Run units of work in one transaction; return for each its result or its exception.

        What a unit has written before an exception is undone, and the others go on. Raises
        `StoreError` if the transaction fails as a whole: then nothing is stored.
        """
        # One that writes makes the batch write, because it is one transaction.
        if all(work.reading for work in works):
            with suppress(MustWrite):
                return self._read(works)
        return self._write(works)

    def _read(self, works: Sequence[Work]) -> list[Any]:
        now = self.clock.now()
        with self.store.read() as tx:
            # A reversal that is due must be seen by this reading, so it has to be written first.
            if tx.next_due(now) is not None:
                raise MustWrite
            ledgers = [Ledger(tx, now, self.numbers) for _ in works]
            return [_outcome(*each, savepoint=False) for each in zip(works, ledgers, strict=True)]

    def _write(
        self, works: Sequence[Work], *, with_due_events: bool = True, at: datetime | None = None
    ) -> list[Any]:
        """Run `work` without savepoints, and again with them if something has to be undone."""
        try:
            return self._written(works, with_due_events=with_due_events, at=at, savepoints=False)
        except CannotUndo:
            return self._written(works, with_due_events=with_due_events, at=at, savepoints=True)

    def _written(
        self,
        works: Sequence[Work],
        *,
        with_due_events: bool,
        at: datetime | None,
        savepoints: bool,
    ) -> list[Any]:
        outcomes = []
        with self.store.write() as tx:
            # The clock is read inside, so that transactions commit in the order of their times.
            due = Ledger(tx, at or self.clock.now(), self.numbers)
            if with_due_events:
                due.apply_due_events()
            ledgers = [due]
            for work in works:
                ledger = Ledger(tx, due.now, self.numbers, lapsed=due.lapsed)
                outcomes.append(_outcome(work, ledger, savepoint=savepoints))
                if not isinstance(outcomes[-1], Exception):
                    ledgers.append(ledger)
                    # Its own change may be due at once: the next unit must find the invoice as it
                    # is then.
                    if ledger.is_event_due and with_due_events:
                        ledger.apply_due_events()
        # After the commit only: a listener must not hear of what is rolled back.
        for ledger in ledgers:
            self._publish(ledger)
        return outcomes

    def _publish(self, ledger: Ledger) -> None:
        """Pass on what a transaction has changed, after its commit."""
        if self.notify is not None:
            for notification in ledger.notifications:
                self._post(self.notify, notification)
        if ledger.changed:
            for listener in self.listeners:
                listener(ledger.changed)

    @staticmethod
    def _post(notify: Notifier, notification: QueuedNotification) -> None:
        try:
            notify(notification)
        except Exception:  # noqa: BLE001 - whatever it is, the payment is committed
            _log.exception("the notification of invoice %s was not sent", notification.invoice)


def _outcome(work: Work, ledger: Ledger, *, savepoint: bool) -> object:
    """Return the result of a unit of work, or its exception."""
    try:
        return ledger.tx.isolated(partial(work.carry_out, ledger), savepoint=savepoint)
    # Both concern the whole transaction, which the caller repeats or gives up.
    except (CannotUndo, MustWrite, RolledBack):
        raise
    except Exception as error:  # noqa: BLE001 - it concerns this unit only
        return error

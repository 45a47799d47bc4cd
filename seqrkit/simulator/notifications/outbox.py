"""The notifications that are not delivered yet, in the store.

A notification is stored in the transaction of the payment, and deleted after its last attempt. If
the process ends in between, the next one sends it: a merchant is notified at least once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from seqrkit.errors import StoreError
from seqrkit.simulator.store.records import QueuedNotification
from seqrkit.simulator.store.transactional_store import Store

_log = logging.getLogger(__name__)


class Outbox:
    """The stored notifications; without a store nothing is stored."""

    def __init__(self, store: Store | None = None) -> None:
        self._store = store

    def waiting(self) -> Sequence[QueuedNotification]:
        """Return all notifications that are stored."""
        if self._store is None:
            return ()
        with self._store.read() as tx:
            return tx.find(QueuedNotification)

    def finish(self, notification: QueuedNotification) -> None:
        """Delete a notification that is not sent again."""
        self._change(notification)

    def postpone(self, notification: QueuedNotification) -> None:
        """Store the next attempt of a notification, unless it has been deleted by a reset."""
        self._change(notification, again=True)

    def _change(self, notification: QueuedNotification, *, again: bool = False) -> None:
        if self._store is None:
            return
        try:
            with self._store.write() as tx:
                # Deleted first, which tells whether a reset has removed it meanwhile.
                if tx.delete(notification) and again:
                    tx.save(notification)
        except StoreError as error:
            # It stays as it was stored, and is sent once more after a restart.
            _log.info("the notification of %s stays stored: %s", notification.invoice, error)

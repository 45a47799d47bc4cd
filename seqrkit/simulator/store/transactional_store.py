"""A database of the endpoint, and its transactions from BEGIN to COMMIT or ROLLBACK.

Requests that wait at the same time are one transaction, and each is isolated in it. `read` is
for requests that rarely change anything: such a transaction raises `MustWrite` when it has to
write, and the requests are repeated with `write`.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType

from seqrkit.simulator.store.sql_transaction import RolledBack, SqlTransaction


class TransactionScope(AbstractContextManager[SqlTransaction]):
    """A transaction from BEGIN to COMMIT or ROLLBACK, one thread at a time; reusable."""

    def __init__(
        self, transaction: SqlTransaction, lock: threading.RLock, closing: threading.Event
    ) -> None:
        self._transaction = transaction
        self._lock = lock
        self._closing = closing

    def __enter__(self) -> SqlTransaction:
        # A transaction object is reused, so the lock is held from BEGIN to COMMIT.
        self._lock.acquire()
        try:
            self._transaction.begin(self._closing)
        except self._transaction.failures as error:
            self._lock.release()
            raise self._transaction.failed(error) from error
        return self._transaction

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        transaction = self._transaction
        try:
            if error is None:
                transaction.end("COMMIT")
        except transaction.failures as refusal:
            raise transaction.failed(refusal) from refusal
        finally:
            try:
                if transaction.is_open:
                    transaction.end("ROLLBACK")
            finally:
                self._lock.release()
        # Raised after the lock is free: the handler may use the store.
        if isinstance(error, RolledBack):
            raise transaction.failed(error.__cause__ or error) from error
        if error is not None and transaction.is_failure(error):
            raise transaction.failed(error) from error


class Store:
    """A database of the endpoint. Safe to use from several threads.

    `lock` lets one thread at a time use the connection, which `close` closes.
    """

    def __init__(
        self,
        reading: SqlTransaction,
        writing: SqlTransaction,
        lock: threading.RLock,
        close: Callable[[], object],
    ) -> None:
        # Closes the connection of a store that was not closed, instead of a ResourceWarning.
        self._close = weakref.finalize(self, close)
        self._lock = lock
        self._closing = closing = threading.Event()
        self._read = TransactionScope(reading, lock, closing)
        self._write = TransactionScope(writing, lock, closing)

    def read(self) -> AbstractContextManager[SqlTransaction]:
        """Return a read-only transaction, which raises `MustWrite` on an attempt to write."""
        return self._read

    def write(self) -> AbstractContextManager[SqlTransaction]:
        """Return a transaction that is committed at its end, or rolled back on an exception."""
        return self._write

    def maintain(self) -> None:
        """Do what is due about once a second, beside the transactions.

        Raises `StoreError`, and so does every later transaction, if the database file is not there.
        """

    def end_waiting(self) -> None:
        """From now on, fail transactions that would wait for others; the store is being closed."""
        self._closing.set()

    def close(self) -> None:
        """Close the database, without waiting for others; closing it twice is harmless."""
        self.end_waiting()
        with self._lock:
            self._close()

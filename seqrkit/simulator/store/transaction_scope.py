"""The scope of a transaction: from BEGIN to COMMIT or ROLLBACK."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Generic, TypeVar

from seqrkit.simulator.store.sql_transaction import RolledBack, SqlTransaction

Kind = TypeVar("Kind", bound=SqlTransaction)


class TransactionScope(AbstractContextManager[Kind], Generic[Kind]):
    """A transaction from BEGIN to COMMIT or ROLLBACK, one thread at a time; reusable."""

    def __init__(self, transaction: Kind, lock: threading.RLock, closing: threading.Event) -> None:
        self._transaction = transaction
        self._lock = lock
        self._closing = closing

    def __enter__(self) -> Kind:
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

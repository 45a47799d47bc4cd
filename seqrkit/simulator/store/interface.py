"""The interface between the simulator and its store.

Requests that wait at the same time are one transaction, and each is isolated in it. `read` is
for requests that rarely change anything: such a transaction raises `MustWrite` when it has to
write, and the requests are repeated with `write`. `sqlite.py` and `postgresql.py` implement it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from seqrkit.simulator.store.sql_transaction import SqlTransaction


class Store(Protocol):
    """A database of the endpoint. Safe to use from several threads."""

    def read(self) -> AbstractContextManager[SqlTransaction]:
        """Return a read-only transaction, which raises `MustWrite` on an attempt to write."""

    def write(self) -> AbstractContextManager[SqlTransaction]:
        """Return a transaction that is committed at its end, or rolled back on an exception."""

    def maintain(self) -> None:
        """Do what is due about once a second, beside the transactions.

        Raises `StoreError`, and so does every later transaction, if the database file is not there.
        """

    def close(self) -> None:
        """Close the database, without waiting for others; closing it twice is harmless."""

"""The interface between the simulator and its store.

Requests that wait at the same time are one transaction, and each is isolated in it. `read` is
for requests that rarely change anything: such a transaction raises `MustWrite` when it has to
write, and the requests are repeated with `write`. Nothing here depends on a database; `sqlite.py`
implements it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from seqrkit.simulator.store.records import Movement, Period, StoredInvoice
from seqrkit.vocabulary import InvoiceStatus

Record = TypeVar("Record")
Result = TypeVar("Result")
Tables = Mapping[str, Iterable[Mapping[str, Any]]]
"""The content of a store as plain data: the rows of each table, with their fields by name."""


class MustWrite(Exception):
    """A read-only transaction has to write."""


class RolledBack(Exception):
    """The database has ended a transaction, with all that was written in it."""


class CannotUndo(Exception):
    """Work without a savepoint has failed after it had written: the whole transaction must end."""


class Transaction(Protocol):
    """Access to the records within one transaction."""

    def isolated(self, work: Callable[[], Result], *, savepoint: bool = True) -> Result:
        """Return the result of `work`; if it raises, undo what it has written.

        Without a savepoint this is faster, and raises `CannotUndo` if something has to be undone.
        Raises `StoreError` for a failure of the database in `work`, and `RolledBack` if that has
        ended the transaction.
        """

    def sequence(self) -> int:
        """Return the next number of the sequence that makes references unique."""

    def get(self, kind: type[Record], **columns: object) -> Record | None:
        """Return the first record with these values, or `None`; see `tables.TABLES` for columns."""

    def find(
        self, kind: type[Record], *, newest: int | None = None, **columns: object
    ) -> Sequence[Record]:
        """Return the records with these values in their order, or so many of the newest."""

    def save(self, record: object) -> None:
        """Add a record, or replace the one with the same key."""

    def delete(self, record: object) -> bool:
        """Delete the record with the same key; return whether there was one."""

    def invoice(self, reference: str) -> StoredInvoice | None:
        """Return the invoice of an invoiceReference."""

    def unused_invoice_reference(self, earliest: int) -> str:
        """Return `earliest`, or the number after the highest invoiceReference if that is later."""

    def next_due(self, now: datetime) -> StoredInvoice | None:
        """Return the invoice with the earliest due time at or before `now`."""

    def latest_invoices(
        self,
        limit: int,
        before: str | None = None,
        status: InvoiceStatus | None = None,
        text: str = "",
    ) -> Sequence[StoredInvoice]:
        """Return the newest invoices, newest first.

        Only those before a reference, in a status, and with a text somewhere in the stored data
        (which may match others where it is not ASCII).
        """

    def count_invoices(self, after: int, most: int) -> tuple[int, int]:
        """Count up to `most` invoices with a reference above `after`; also return the last one."""

    def movements(self, period: Period) -> Sequence[Movement]:
        """Return the movements of a period, in order."""

    def clear(self) -> None:
        """Delete all records."""

    def dump(self) -> Tables:
        """Return all records as plain data."""

    def load(self, tables: Tables) -> None:
        """Replace all records by those that `dump` returned.

        Raises `ConfigurationError` for data that is damaged or not from `dump`.
        """


class Store(Protocol):
    """A database of the endpoint. Safe to use from several threads."""

    def read(self) -> AbstractContextManager[Transaction]:
        """Return a read-only transaction, which raises `MustWrite` on an attempt to write."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Return a transaction that is committed at its end, or rolled back on an exception."""

    def maintain(self) -> None:
        """Do what is due about once a second, beside the transactions.

        Raises `StoreError`, and so does every later transaction, if the database file is not there.
        """

    def close(self) -> None:
        """Close the database, without waiting for others; closing it twice is harmless."""

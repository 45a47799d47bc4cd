"""Transactions in SQL, the same statements for each database."""

from __future__ import annotations

import json
import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, Protocol, TypeVar

import msgspec

from seqrkit.errors import ConfigurationError, StoreError
from seqrkit.simulator.store.records import Movement, Period, StoredInvoice
from seqrkit.simulator.store.tables import DAMAGED, INVOICES, TABLES, Table, instant
from seqrkit.vocabulary import InvoiceStatus

Record = TypeVar("Record")
Result = TypeVar("Result")
Tables = Mapping[str, Iterable[Mapping[str, Any]]]
"""The content of a store as plain data: the rows of each table, with their fields by name."""

SEARCHED_INVOICES: Final = 20_000
"""Invoices searched for a status at most, so that a search does not delay other requests."""
BUSY_SECONDS: Final = 10.0
"""How long a transaction waits for another process before it fails."""
_MAX_REFERENCE: Final = 2**63 - 1
_NO_LIMIT: Final = 2**63 - 1
_MAX_REASON: Final = 200
_MAX_DIGITS: Final = len(str(_MAX_REFERENCE))
_SELECT_INVOICE: Final = f"SELECT {', '.join(INVOICES.names)} FROM invoice"  # noqa: S608
_LATEST: Final = f"{_SELECT_INVOICE} WHERE reference < ? ORDER BY reference DESC LIMIT ?"
_LATEST_OF: Final = (
    f"{_SELECT_INVOICE} WHERE reference < ? AND status LIKE ? "  # noqa: S608
    "AND lower(record) LIKE ? ESCAPE '!' AND reference >= coalesce("
    "(SELECT reference FROM invoice WHERE reference < ? ORDER BY reference DESC "
    f"LIMIT 1 OFFSET {SEARCHED_INVOICES}), 0) ORDER BY reference DESC LIMIT ?"
)
_WILDCARD: Final = re.compile("[!%_]")
_OTHERS: Final = re.compile("[^\x00-\x7f]")
_COUNT: Final = (
    "SELECT count(*), max(reference) FROM "
    "(SELECT reference FROM invoice WHERE reference > ? ORDER BY reference LIMIT ?) AS counted"
)
_NEXT_DUE: Final = f"{_SELECT_INVOICE} WHERE due <= ? ORDER BY due, reference LIMIT 1"
_MOVEMENTS: Final = TABLES[Movement]
_SELECT_MOVEMENT: Final = f"SELECT {', '.join(_MOVEMENTS.names)} FROM movement"  # noqa: S608


class MustWrite(Exception):
    """A read-only transaction has to write."""


class RolledBack(Exception):
    """The database has ended a transaction, with all that was written in it."""


class CannotUndo(Exception):
    """Work without a savepoint has failed after it had written: the whole transaction must end."""


class Cursor(Protocol):
    """The result of a statement, as all drivers return it."""

    @property
    def rowcount(self) -> int:
        """The number of rows that the statement changed."""

    def fetchone(self) -> Any:  # noqa: ANN401 - the values of a row
        """Return the next row, or `None`."""

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""


@cache
def _select(
    table: Table[Any], columns: tuple[tuple[str, bool], ...], *, newest: bool = False
) -> str:
    """Return the statement for rows with these values; `columns` say which of them are NULL."""
    unknown = {name for name, _ in columns} - set(table.columns)
    if unknown:
        msg = f"the table {table.name} has no columns {unknown}"
        raise ValueError(msg)
    equal = (f"{name} IS NULL" if is_null else f"{name} = ?" for name, is_null in columns)
    where = f" WHERE {' AND '.join(equal)}" if columns else ""
    order = f"{table.key}{' DESC' if newest else ''}"
    names = ", ".join(table.names)
    return f"SELECT {names} FROM {table.quoted}{where} ORDER BY {order} LIMIT ?"  # noqa: S608


@cache
def _insert(table: Table[Any], *, replace: bool) -> str:
    """Return the statement for a new row."""
    names = ", ".join(table.names)
    places = ["?"] * len(table.names)
    updates = ", ".join(f"{name} = excluded.{name}" for name in table.names[1:])
    conflict = f" ON CONFLICT ({table.key}) DO UPDATE SET {updates}" if replace else ""
    return f"INSERT INTO {table.quoted} ({names}) VALUES ({', '.join(places)}){conflict}"  # noqa: S608


class SqlTransaction(ABC):
    """Access to the records within one transaction; subclasses know the database."""

    failures: tuple[type[BaseException], ...] = ()
    """The errors of the database's driver."""

    def __init__(self, name: str, *, writable: bool) -> None:
        self._name = name
        self._writable = writable
        self._has_written = False
        self._highest: dict[Table[Any], int] = {}  # the highest number of a table, once known

    @property
    @abstractmethod
    def is_open(self) -> bool:
        """Whether a transaction was begun and the database has not ended it."""

    @abstractmethod
    def begin(self, closing: threading.Event) -> None:
        """Begin the transaction; wait for other processes, unless the store is being closed."""

    @abstractmethod
    def _execute(self, statement: str, values: Sequence[Any] = ()) -> Cursor:
        """Carry out a statement, with `?` for each value."""

    def end(self, statement: str) -> None:
        """Carry out COMMIT or ROLLBACK."""
        self._highest.clear()
        self._execute(statement)

    def isolated(self, work: Callable[[], Result], *, savepoint: bool = True) -> Result:
        """Return the result of `work`; if it raises, undo what it has written.

        Without a savepoint this is faster, and raises `CannotUndo` if something has to be undone.
        Raises `StoreError` for a failure of the database in `work`, and `RolledBack` if that has
        ended the transaction.
        """
        has_savepoint = savepoint and self._writable
        if has_savepoint:
            self._execute("SAVEPOINT work")
        self._has_written = False
        try:
            result = work()
        except BaseException as error:
            if not self.is_open:  # SQLite rolls back when a disk is full
                raise RolledBack from error
            is_failure = self.is_failure(error)
            if has_savepoint:
                self._execute("ROLLBACK TO work")
                self._execute("RELEASE work")
                self._highest.clear()
            elif self._has_written or (is_failure and self._writable):
                # Some databases let nothing follow a failed statement.
                raise CannotUndo from error
            if is_failure:
                raise self.failed(error) from error
            raise
        if has_savepoint:
            self._execute("RELEASE work")
        return result

    def is_failure(self, error: BaseException | None) -> bool:
        """Whether an exception is a failure of the database, such as a damaged row."""
        return isinstance(error, (*self.failures, msgspec.MsgspecError))

    def failed(self, error: BaseException) -> StoreError:
        """Return the error for a failure of the database."""
        # libpq explains on several lines, and SQLite shows a text that is not UTF-8.
        reason = " ".join(str(error).partition(" with text ")[0].split())
        return StoreError(f"the database {self._name} failed: {reason}")

    def sequence(self) -> int:
        """Return the next number of the sequence that makes references unique."""
        rows = self._write("UPDATE sequence SET value = value + 1 RETURNING value").fetchall()
        return int(rows[0][0])

    def get(self, kind: type[Record], **columns: object) -> Record | None:
        """Return the first record with these values, or `None`; see `tables.TABLES` for columns."""
        table = TABLES[kind]
        row = self._found(table, columns, limit=1).fetchone()
        return None if row is None else table.to_record(row)

    def find(
        self, kind: type[Record], *, newest: int | None = None, **columns: object
    ) -> Sequence[Record]:
        """Return the records with these values in their order, or so many, newest first."""
        table = TABLES[kind]
        limit = _NO_LIMIT if newest is None else newest
        found = self._found(table, columns, limit, newest=newest is not None).fetchall()
        return tuple(map(table.to_record, found))

    def _found(
        self, table: Table[Any], columns: Mapping[str, object], limit: int, *, newest: bool = False
    ) -> Cursor:
        # A condition `= NULL` is never true, and databases use no index for other comparisons.
        nulls = tuple([(name, value is None) for name, value in columns.items()])
        values = [value for value in columns.values() if value is not None]
        return self._execute(_select(table, nulls, newest=newest), (*values, limit))

    def save(self, record: object) -> None:
        """Add a record, or replace the one with the same key."""
        self._save(TABLES[type(record)], record, replace=True)

    def _save(self, table: Table[Record], record: Record, *, replace: bool) -> None:
        # Numbered here, and not by the database, because the row's checksum covers its number.
        key = table.key_of(record)
        if key == 0:
            key = self._highest_number(table) + 1
        self._write(_insert(table, replace=replace), table.to_row(record, key))
        if table in self._highest:
            self._highest[table] = max(self._highest[table], key)

    def _highest_number(self, table: Table[Any]) -> int:
        # Read once in a transaction: no other can write meanwhile.
        if table not in self._highest:
            (highest,) = self._execute(f"SELECT max({table.key}) FROM {table.quoted}").fetchone()  # noqa: S608
            self._highest[table] = highest or 0
        return self._highest[table]

    def delete(self, record: object) -> bool:
        """Delete the record with the same key; return whether there was one."""
        table = TABLES[type(record)]
        self._highest.pop(table, None)
        statement = f"DELETE FROM {table.quoted} WHERE {table.key} = ?"  # noqa: S608
        return self._write(statement, (getattr(record, table.key),)).rowcount > 0

    def invoice(self, reference: str) -> StoredInvoice | None:
        """Return the invoice of an invoiceReference."""
        key = _invoice_key(reference)
        return None if key is None else self.get(StoredInvoice, reference=key)

    def unused_invoice_reference(self, earliest: int) -> str:
        """Return `earliest`, or the number after the highest invoiceReference if that is later."""
        return str(max(earliest, self._highest_number(INVOICES) + 1))

    def next_due(self, now: datetime) -> StoredInvoice | None:
        """Return the invoice with the earliest due time at or before `now`."""
        row = self._execute(_NEXT_DUE, (instant(now),)).fetchone()
        return None if row is None else INVOICES.to_record(row)

    def latest_invoices(
        self,
        limit: int,
        before: str | None = None,
        status: InvoiceStatus | None = None,
        text: str = "",
    ) -> Sequence[StoredInvoice]:
        """Return the newest invoices, newest first.

        Only those before a reference, in a status, and with a text somewhere in the stored data
        (which may match others where it is not ASCII); the last two among `SEARCHED_INVOICES`.
        """
        key = _MAX_REFERENCE if before is None else _invoice_key(before) or 0
        if status is None and not text:
            found = self._execute(_LATEST, (key, limit))
        else:
            written = json.dumps(text.lower(), ensure_ascii=False)[1:-1]  # as the record has it
            # SQLite's lower() knows ASCII only: any character stands for another one.
            pattern = _OTHERS.sub("_", _WILDCARD.sub(r"!\g<0>", written))
            found = self._execute(_LATEST_OF, (key, status or "%", f"%{pattern}%", key, limit))
        return tuple(map(INVOICES.to_record, found.fetchall()))

    def count_invoices(self, after: int, most: int) -> tuple[int, int]:
        """Count up to `most` invoices with a reference above `after`; also return the last one."""
        count, last = self._execute(_COUNT, (after, most)).fetchone()
        return count, last or after

    def movements(self, period: Period) -> Sequence[Movement]:
        """Return the movements of a period, in order."""
        owner, value = (
            ("reseller", period.reseller)
            if period.terminal is None
            else ("terminal", period.terminal)
        )
        statement = (
            f"{_SELECT_MOVEMENT} WHERE {owner} = ? AND number > ? AND number <= ? ORDER BY number"
        )
        found = self._execute(statement, (value, period.after, period.last)).fetchall()
        return tuple(map(_MOVEMENTS.to_record, found))

    def clear(self) -> None:
        """Delete all records."""
        self._highest.clear()
        for table in reversed(list(TABLES.values())):  # a table refers only to those before it
            self._write(f"DELETE FROM {table.quoted}")  # noqa: S608
        self._write("UPDATE sequence SET value = 0")

    def dump(self) -> Tables:
        """Return all records as plain data."""
        tables: dict[str, Iterable[Mapping[str, Any]]] = {
            table.name: [*map(table.to_dict, self._found(table, {}, _NO_LIMIT).fetchall())]
            for table in TABLES.values()
        }
        ((value,),) = self._execute("SELECT max(value) FROM sequence").fetchall()
        return tables | {"sequence": [{"value": value}]}

    def load(self, tables: Tables) -> None:
        """Replace all records by those that `dump` returned; unknown fields are ignored.

        Raises `ConfigurationError` for data that is damaged or not from `dump`.
        """
        self.clear()
        for table in TABLES.values():
            try:
                for fields in tables.get(table.name, ()):  # in older data a table can be missing
                    self._save(table, table.checked(fields), replace=False)
            except self.failures + DAMAGED as error:
                reason = " ".join(str(error)[:_MAX_REASON].split())
                msg = f"the table {table.name} cannot be read ({reason})"
                raise ConfigurationError(msg) from error
        # Restored as well, or references would be given out a second time.
        for sequence in tables["sequence"]:
            self._write("UPDATE sequence SET value = ?", (sequence["value"],))

    def _write(self, statement: str, values: Sequence[Any] = ()) -> Cursor:
        if not self._writable:
            raise MustWrite
        self._has_written = True
        return self._execute(statement, values)


def _invoice_key(reference: str) -> int | None:
    """Return the key of an invoiceReference; `None` for a text that cannot be one."""
    if not (reference.isascii() and reference.isdigit() and len(reference) <= _MAX_DIGITS):
        return None
    key = int(reference)
    # "007" is the text of no reference, although its number is one.
    return key if str(key) == reference and key <= _MAX_REFERENCE else None

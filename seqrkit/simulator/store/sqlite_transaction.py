"""Transactions on an SQLite connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeVar

import msgspec

from seqrkit.errors import ConfigurationError, StoreError
from seqrkit.simulator.store.interface import MustWrite, RolledBack, Tables
from seqrkit.simulator.store.records import Movement, Period, StoredInvoice
from seqrkit.simulator.store.tables import DAMAGED, INVOICES, TABLES, Table, instant
from seqrkit.vocabulary import InvoiceStatus

Record = TypeVar("Record")
Result = TypeVar("Result")

FAILURES: Final = (sqlite3.Error, msgspec.MsgspecError)
"""The errors of a failing database; the latter in a damaged row."""
SEARCHED_INVOICES: Final = 20_000
"""Invoices searched for a status at most, so that a search does not delay other requests."""
_MAX_REFERENCE: Final = 2**63 - 1
_MAX_REASON: Final = 200
_MAX_DIGITS: Final = len(str(_MAX_REFERENCE))
_SELECT_INVOICE: Final = f"SELECT {', '.join(INVOICES.names)} FROM invoice"  # noqa: S608
_LATEST: Final = f"{_SELECT_INVOICE} WHERE reference < ? ORDER BY reference DESC LIMIT ?"
_LATEST_IN_STATUS: Final = (
    f"{_SELECT_INVOICE} WHERE reference < ? AND status = ? AND reference >= coalesce("  # noqa: S608
    "(SELECT reference FROM invoice WHERE reference < ? ORDER BY reference DESC "
    f"LIMIT 1 OFFSET {SEARCHED_INVOICES}), 0) ORDER BY reference DESC LIMIT ?"
)
_COUNT: Final = (
    "SELECT count(*), max(reference) FROM "
    "(SELECT reference FROM invoice WHERE reference > ? ORDER BY reference LIMIT ?)"
)
_NEXT_DUE: Final = f"{_SELECT_INVOICE} WHERE due <= ? ORDER BY due, reference LIMIT 1"
_MOVEMENTS: Final = TABLES[Movement]
_SELECT_MOVEMENT: Final = f"SELECT {', '.join(_MOVEMENTS.names)} FROM movement"  # noqa: S608


@cache
def _select(table: Table[Any], columns: tuple[str, ...], *, newest: bool = False) -> str:
    unknown = set(columns) - set(table.columns)
    if unknown:
        msg = f"the table {table.name} has no columns {unknown}"
        raise ValueError(msg)
    # IS is = for all values but NULL, which the period of a whole shop has as its terminal.
    where = f" WHERE {' AND '.join(f'{name} IS ?' for name in columns)}" if columns else ""
    order = f"{table.key}{' DESC' if newest else ''}"
    return f"SELECT {', '.join(table.names)} FROM {table.name}{where} ORDER BY {order} LIMIT ?"  # noqa: S608


@cache
def _insert(table: Table[Any], *, replace: bool) -> str:
    names, places = ", ".join(table.names), ", ".join("?" * len(table.names))
    updates = ", ".join(f"{name} = excluded.{name}" for name in table.names[1:])
    conflict = f" ON CONFLICT ({table.key}) DO UPDATE SET {updates}" if replace else ""
    return f"INSERT INTO {table.name} ({names}) VALUES ({places}){conflict}"  # noqa: S608


class SqliteTransaction:
    """A `Transaction` on the connection of a store."""

    def __init__(self, connection: sqlite3.Connection, name: str, *, writable: bool) -> None:
        self.connection = connection
        self._execute = connection.execute
        self._name = name
        self._writable = writable

    def isolated(self, work: Callable[[], Result]) -> Result:
        """Return the result of `work`; if it raises, undo what it has written."""
        if self._writable:
            self._execute("SAVEPOINT work")
        try:
            result = work()
        except BaseException as error:
            if not self.connection.in_transaction:  # SQLite rolls back when a disk is full
                raise RolledBack from error
            if self._writable:
                self._execute("ROLLBACK TO work")
                self._execute("RELEASE work")
            if isinstance(error, FAILURES):
                raise self.failed(error) from error
            raise
        if self._writable:
            self._execute("RELEASE work")
        return result

    def failed(self, error: BaseException) -> StoreError:
        """Return the error for a failure of the database."""
        return StoreError(f"the database {self._name} failed: {error}")

    def sequence(self) -> int:
        """Return the next number of the sequence that makes references unique."""
        rows = self._write("UPDATE sequence SET value = value + 1 RETURNING value").fetchall()
        return int(rows[0][0])

    def get(self, kind: type[Record], **columns: object) -> Record | None:
        """Return the first record with these values, or `None`."""
        table = TABLES[kind]
        statement = _select(table, tuple(columns))
        row = self._execute(statement, (*columns.values(), 1)).fetchone()
        return None if row is None else table.to_record(row)

    def find(
        self, kind: type[Record], *, newest: int | None = None, **columns: object
    ) -> Sequence[Record]:
        """Return the records with these values in their order, or so many, newest first."""
        table = TABLES[kind]
        statement = _select(table, tuple(columns), newest=newest is not None)
        limit = -1 if newest is None else newest
        found = self._execute(statement, (*columns.values(), limit)).fetchall()
        return tuple(map(table.to_record, found))

    def save(self, record: object) -> None:
        """Add a record, or replace the one with the same key."""
        table = TABLES[type(record)]
        self._write(_insert(table, replace=True), table.to_row(record))

    def delete(self, record: object) -> bool:
        """Delete the record with the same key; return whether there was one."""
        table = TABLES[type(record)]
        statement = f"DELETE FROM {table.name} WHERE {table.key} = ?"  # noqa: S608
        return self._write(statement, (getattr(record, table.key),)).rowcount > 0

    def invoice(self, reference: str) -> StoredInvoice | None:
        """Return the invoice of an invoiceReference."""
        key = _invoice_key(reference)
        return None if key is None else self.get(StoredInvoice, reference=key)

    def unused_invoice_reference(self, earliest: int) -> str:
        """Return `earliest`, or the number after the highest invoiceReference if that is later."""
        (highest,) = self._execute("SELECT max(reference) FROM invoice").fetchone()
        return str(max(earliest, (highest or 0) + 1))

    def next_due(self, now: datetime) -> StoredInvoice | None:
        """Return the invoice with the earliest due time at or before `now`."""
        row = self._execute(_NEXT_DUE, (instant(now),)).fetchone()
        return None if row is None else INVOICES.to_record(row)

    def latest_invoices(
        self, limit: int, before: str | None = None, status: InvoiceStatus | None = None
    ) -> Sequence[StoredInvoice]:
        """Return the newest invoices; those in a status from the newest `SEARCHED_INVOICES`."""
        key = _MAX_REFERENCE if before is None else _invoice_key(before) or 0
        if status is None:
            found = self._execute(_LATEST, (key, limit))
        else:
            found = self._execute(_LATEST_IN_STATUS, (key, status, key, limit))
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
        for table in reversed(list(TABLES.values())):  # a table refers only to those before it
            self._write(f"DELETE FROM {table.name}")  # noqa: S608
        self._write("UPDATE sequence SET value = 0")

    def dump(self) -> Tables:
        """Return all records as plain data."""
        tables: dict[str, Iterable[Mapping[str, Any]]] = {
            table.name: [*map(table.to_dict, self._execute(_select(table, ()), (-1,)))]
            for table in TABLES.values()
        }
        ((value,),) = self._execute("SELECT value FROM sequence").fetchall()
        return tables | {"sequence": [{"value": value}]}

    def load(self, tables: Tables) -> None:
        """Replace all records by those that `dump` returned; unknown fields are ignored.

        Raises `ConfigurationError` for data that is damaged or not from `dump`.
        """
        self.clear()
        for table in TABLES.values():
            try:
                for fields in tables.get(table.name, ()):  # in older data a table can be missing
                    row = table.checked_row(fields)
                    self._write(_insert(table, replace=False), row)
            except (sqlite3.Error, *DAMAGED) as error:
                reason = " ".join(str(error)[:_MAX_REASON].split())
                msg = f"the table {table.name} cannot be read ({reason})"
                raise ConfigurationError(msg) from error
        for sequence in tables["sequence"]:
            self._write("UPDATE sequence SET value = ?", (sequence["value"],))

    def _write(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        if not self._writable:
            raise MustWrite
        return self._execute(statement, values)


def _invoice_key(reference: str) -> int | None:
    """Return the key of an invoiceReference; `None` for a text that cannot be one."""
    if not (reference.isascii() and reference.isdigit() and len(reference) <= _MAX_DIGITS):
        return None
    key = int(reference)
    return key if str(key) == reference and key <= _MAX_REFERENCE else None

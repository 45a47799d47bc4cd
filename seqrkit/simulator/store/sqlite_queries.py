"""What is asked of the store by those who look on, and all of it at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from seqrkit.simulator.store import sqlite_dump as copy
from seqrkit.simulator.store import sqlite_rows as rows
from seqrkit.simulator.store.interface import Happening, Movement, MustWrite, Sent, Tables, Terminal
from seqrkit.vocabulary import InvoiceStatus

Record = TypeVar("Record")

LOOKED_THROUGH: Final = 20_000
"""The most invoices that are looked through for those in a status, so that nobody waits for it."""

_LATEST: Final = f"{rows.SENT} WHERE reference < ? ORDER BY reference DESC LIMIT ?"
_LATEST_IN: Final = (
    f"{rows.SENT} WHERE reference < ? AND status = ? AND reference >= coalesce("  # noqa: S608
    "(SELECT reference FROM invoice WHERE reference < ? ORDER BY reference DESC "
    f"LIMIT 1 OFFSET {LOOKED_THROUGH}), 0) ORDER BY reference DESC LIMIT ?"
)
_LAST: Final = 2**63 - 1


class SqliteOverview:
    """The part of a `Transaction` that no operation needs."""

    def __init__(self, connection: sqlite3.Connection, *, writable: bool) -> None:
        self._execute = connection.execute
        self._writable = writable

    def _write(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        if not self._writable:
            raise MustWrite
        return self._execute(statement, values)

    def _row(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._execute(statement, values).fetchone()
        return row

    def _one(
        self, read: Callable[[tuple[Any, ...]], Record], statement: str, *values: object
    ) -> Record | None:
        row = self._row(statement, *values)
        return None if row is None else read(row)

    def add_happening(self, happening: Happening) -> None:
        """Keep a line of an invoice's timeline."""
        self._write(
            "INSERT INTO happening VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
            (
                rows.invoice_key(happening.invoice),
                rows.instant(happening.at),
                happening.event,
                happening.status,
                happening.version,
                happening.behaviour,
                happening.code,
            ),
        )

    def happenings(self, reference: str) -> Sequence[Happening]:
        """What happened to an invoice after it was sent, in order."""
        found = self._execute(
            f"{rows.HAPPENING} WHERE invoice = ? ORDER BY number",
            (rows.invoice_key(reference),),
        )
        return tuple(map(rows.happening, found.fetchall()))

    def sent(self, reference: str) -> Sent | None:
        """The invoice of that reference, and when it was sent."""
        statement = f"{rows.SENT} WHERE reference = ?"
        return self._one(rows.sent, statement, rows.invoice_key(reference))

    def latest_invoices(
        self, limit: int, before: str | None = None, status: InvoiceStatus | None = None
    ) -> Sequence[Sent]:
        """The newest invoices, newest first; in a status, only of the newest `LOOKED_THROUGH`."""
        key = _LAST if before is None else rows.invoice_key(before) or 0
        if status is None:
            found = self._execute(_LATEST, (key, limit))
        else:
            found = self._execute(_LATEST_IN, (key, status, key, limit))
        return tuple(map(rows.sent, found.fetchall()))

    def count_invoices(self, after: int, most: int) -> tuple[int, int]:
        """How many invoices have a reference above `after`, up to `most`, and the last of them."""
        statement = (
            "SELECT count(*), max(reference) FROM "
            "(SELECT reference FROM invoice WHERE reference > ? ORDER BY reference LIMIT ?)"
        )
        count, last = self._row(statement, after, most) or (0, None)
        return count, last or after

    def terminals(self, limit: int) -> Sequence[Terminal]:
        """The terminals, newest first."""
        found = self._execute(f"{rows.TERMINAL} ORDER BY number DESC LIMIT ?", (limit,))
        return tuple(map(rows.terminal, found.fetchall()))

    def movements_of(self, reference: str) -> Sequence[Movement]:
        """What moved for an invoice, in order."""
        found = self._execute(f"{rows.MOVEMENT} WHERE invoice = ? ORDER BY number", (reference,))
        return tuple(map(rows.movement, found.fetchall()))

    def clear(self) -> None:
        """Forget everything."""
        copy.clear(self._write)

    def dump(self) -> Tables:
        """Everything but passwords, as plain data."""
        return copy.dump(self._execute)

    def load(self, tables: Tables) -> Sequence[str]:
        """Put what `dump` gave in the place of everything; the ids without a password."""
        return copy.load(self._write, tables)

"""The store on SQLite: a file, or memory.

One connection and a lock: a transaction takes some 40 microseconds, less than handing it over to
another thread would. Other processes on the same file are kept out by SQLite itself, which waits
for them. WAL with synchronous=NORMAL keeps every commit through a kill -9 of the process.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import weakref
from contextlib import AbstractContextManager
from os import PathLike, fspath
from types import TracebackType
from typing import Final

from seqrkit.errors import StoreError
from seqrkit.simulator.store import state_codec
from seqrkit.simulator.store.sqlite_transaction import SqliteTransaction

APPLICATION_ID: Final = 0x53455152  # "SEQR" in ASCII
BUSY_SECONDS: Final = 10.0
"""How long a transaction waits for another process before it fails."""
_AGAIN_SECONDS: Final = 0.01
_WAL_PAGES: Final = 4000
"""Pages between checkpoints: rarely enough that few requests meet one, some 16 MB at most."""
_CACHE_KIBIBYTES: Final = 1000
"""What of a file is kept in memory here; the operating system has the rest at hand."""
_SCHEMA: Final = """
CREATE TABLE sequence (value INTEGER NOT NULL);
INSERT INTO sequence VALUES (0);
CREATE TABLE reseller (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, name TEXT NOT NULL, password TEXT NOT NULL,
    may_refund INTEGER NOT NULL, account_takes_refunds INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE terminal (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, reseller TEXT NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL, password TEXT NOT NULL,
    short_password INTEGER NOT NULL, external_id TEXT NOT NULL, seqr_id TEXT UNIQUE,
    state TEXT NOT NULL, current TEXT
);
CREATE INDEX terminal_of_reseller ON terminal (reseller);
CREATE TABLE invoice (
    reference INTEGER PRIMARY KEY, terminal INTEGER NOT NULL, status TEXT NOT NULL,
    due INTEGER, sent_at INTEGER NOT NULL, state TEXT NOT NULL, written TEXT NOT NULL
);
CREATE INDEX invoice_due ON invoice (due) WHERE due IS NOT NULL;
CREATE TABLE movement (
    number INTEGER PRIMARY KEY, reference TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    invoice TEXT NOT NULL, terminal INTEGER NOT NULL, reseller TEXT NOT NULL,
    value TEXT NOT NULL, currency TEXT NOT NULL, cashier TEXT, at TEXT NOT NULL
);
CREATE INDEX movement_of_reseller ON movement (reseller, number);
CREATE INDEX movement_of_terminal ON movement (terminal, number);
CREATE INDEX movement_of_invoice ON movement (invoice);
CREATE TABLE happening (
    number INTEGER PRIMARY KEY, invoice INTEGER NOT NULL, at INTEGER NOT NULL,
    event TEXT NOT NULL, status TEXT NOT NULL, version INTEGER NOT NULL, behaviour TEXT,
    code INTEGER
);
CREATE INDEX happening_of_invoice ON happening (invoice);
CREATE TABLE receipt (
    number INTEGER PRIMARY KEY, reference TEXT NOT NULL, mime_type TEXT, type TEXT, data BLOB,
    at TEXT NOT NULL
);
CREATE INDEX receipt_of_movement ON receipt (reference);
CREATE TABLE period (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, reseller TEXT NOT NULL,
    terminal INTEGER, marked_at TEXT NOT NULL, after INTEGER NOT NULL, last INTEGER NOT NULL
);
CREATE INDEX period_of_reseller ON period (reseller, terminal, number);
CREATE TABLE user (id TEXT PRIMARY KEY, currency TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE credit (
    number INTEGER PRIMARY KEY, reference TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL,
    terminal INTEGER NOT NULL, value TEXT NOT NULL, currency TEXT NOT NULL,
    received_value TEXT NOT NULL, received_currency TEXT NOT NULL, description TEXT NOT NULL,
    correlation_id TEXT, at TEXT NOT NULL
);
CREATE INDEX credit_of_user ON credit (user_id);
"""


def open_store(path: str | PathLike[str] | None = None) -> SqliteStore:
    """Open a database file, made where there is none; memory when no path is given.

    Raises `errors.StoreError` for a file that is no database, another program's, of another
    version of this one, or that cannot be opened or written.
    """
    name = ":memory:" if path is None else fspath(path)
    try:
        connection = sqlite3.connect(
            name,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
    except sqlite3.Error as error:
        msg = f"the database {name} cannot be opened ({error}); name a file that can be written"
        raise StoreError(msg) from error
    try:
        _prepare(connection, name)
    except BaseException:
        connection.close()
        raise
    return SqliteStore(connection, name)


def _prepare(connection: sqlite3.Connection, name: str) -> None:
    """Make the tables in a new file, or make sure that they are ours."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {state_codec.FORMAT}")
        connection.execute("COMMIT")
        _check(connection, name)
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            msg = f"another process keeps the database {name} locked; end it, or wait for it"
        else:
            msg = f"{name} is not usable as a database ({error}); give another file, or a new one"
        raise StoreError(msg) from error


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; SQLite itself does not wait for others who do the same."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(_AGAIN_SECONDS)
        else:
            return


def _check(connection: sqlite3.Connection, name: str) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        msg = f"{name} is another program's database; give another file, or a new one"
        raise StoreError(msg)
    if version != state_codec.FORMAT:
        msg = (
            f"{name} was written in format {version} and this seqrkit reads {state_codec.FORMAT}; "
            "start with a new file, or use the seqrkit that wrote it"
        )
        raise StoreError(msg)


class SqliteStore:
    """A `Store` in one database file, or in memory."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        lock = threading.RLock()
        reading = SqliteTransaction(connection, writable=False)
        writing = SqliteTransaction(connection, writable=True)
        self._lock = lock
        # A store that nobody closed is closed when it is forgotten, without a warning.
        self._close = weakref.finalize(self, connection.close)
        self._read = _Scope(connection, name, lock, "BEGIN", reading)
        self._write = _Scope(connection, name, lock, "BEGIN IMMEDIATE", writing)

    def read(self) -> AbstractContextManager[SqliteTransaction]:
        """A transaction that only reads; it raises `MustWrite` rather than write."""
        return self._read

    def write(self) -> AbstractContextManager[SqliteTransaction]:
        """A transaction that writes, committed at the end unless an exception leaves it."""
        return self._write

    def close(self) -> None:
        """Give back the file; closing twice does no harm."""
        with self._lock:
            self._close()


class _Scope(AbstractContextManager[SqliteTransaction]):
    """From BEGIN to COMMIT or ROLLBACK, one thread at a time; used again and again."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        name: str,
        lock: threading.RLock,
        begin: str,
        transaction: SqliteTransaction,
    ) -> None:
        self._connection = connection
        self._name = name
        self._lock = lock
        self._begin = begin
        self._transaction = transaction

    def __enter__(self) -> SqliteTransaction:
        self._lock.acquire()
        try:
            self._connection.execute(self._begin)
        except sqlite3.Error as error:
            self._lock.release()
            raise self._refused(error) from error
        return self._transaction

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._connection.execute("COMMIT")
        except sqlite3.Error as refusal:
            raise self._refused(refusal) from refusal
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            self._lock.release()
        if isinstance(error, sqlite3.Error):
            raise self._refused(error) from error

    def _refused(self, error: sqlite3.Error) -> StoreError:
        return StoreError(f"the database {self._name} refused: {error}")

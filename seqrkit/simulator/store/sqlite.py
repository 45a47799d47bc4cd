"""The store in SQLite: a database file, or memory.

One connection and a lock, because SQLite has one writer at a time. It excludes other processes on
the same file, and waits for them. WAL with synchronous=NORMAL keeps every commit when the process
is killed; synchronous=FULL also when the power fails.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final

from seqrkit.errors import ConfigurationError, StoreError
from seqrkit.simulator.store import database_file, migrations
from seqrkit.simulator.store.sql_transaction import (
    BUSY_SECONDS,
    Cursor,
    SqlTransaction,
)
from seqrkit.simulator.store.tables import INDEXES, JSON_COLUMN, TABLES
from seqrkit.simulator.store.transactional_store import Store

APPLICATION_ID: Final = 0x53455152  # "SEQR" in ASCII
_ATTEMPT_SECONDS: Final = 0.1
"""How long a statement waits for another process; closing the store and Ctrl-C wait as long."""
_RETRY_SECONDS: Final = 0.01
_LOG_BYTES: Final = 20_000_000
"""The size from which the write-ahead log is emptied."""
_MAX_LOG_PAGES: Final = 40_000
"""Pages after which a commit empties the log, and waits for the disk, if nothing else has."""
_CHECKPOINT: Final = "PRAGMA wal_checkpoint(PASSIVE)"
_ADD_SEQUENCE: Final = (
    "INSERT INTO sequence SELECT value FROM (SELECT coalesce(max(value), 0) AS value, count(*) AS "
    "rows FROM sequence) WHERE rows < 2"
)
_SCHEMA: Final = (
    "SELECT name, type, sql FROM sqlite_master "
    "WHERE type IN ('table', 'index') AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
)
_CACHE_KIBIBYTES: Final = 1000
"""The size of SQLite's cache; the operating system caches the file as well."""
_log = logging.getLogger(__name__)


def open_store(
    path: str | PathLike[str] | None = None,
    *,
    power_safe: bool = False,
    force: bool = False,
    is_quick: bool = False,
) -> SqliteStore:
    """Open a database file, which is created if missing, or memory if no path is given.

    A file of an older format is converted, and a copy of it kept. With `power_safe` a commit is on
    the disk when it returns; without, a power failure can lose it. With `is_quick` a new file can
    be damaged by a power failure until the caller has synchronized it. Raises `errors.StoreError`
    for a file that is not a database, belongs to another program, has an unknown format, is
    damaged (unless `force` is given), or cannot be opened or written.
    """
    name = database_file.MEMORY if path is None else fspath(path)
    is_new = database_file.create_private(name)
    if not force:
        database_file.check_size(name)
    try:
        connection = sqlite3.connect(
            name,
            timeout=_ATTEMPT_SECONDS,
            # Otherwise Python's driver begins transactions itself, and as DEFERRED.
            isolation_level=None,
            # Threads share the connection, one at a time under the store's lock.
            check_same_thread=False,
            # Room for every combination of table and columns, so that none is prepared twice.
            cached_statements=256,
        )
    except sqlite3.Error as error:
        msg = f"the database {name} cannot be opened ({error}); give a file that can be written"
        raise StoreError(msg) from error
    try:
        if is_new and is_quick and not power_safe:
            connection.execute("PRAGMA synchronous = OFF")
        _prepare(connection, name, force=force)
        if power_safe:
            connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    database_file.make_private(name)
    return SqliteStore(connection, name)


def _prepare(connection: sqlite3.Connection, name: str, *, force: bool) -> None:
    """Create the tables in a new file, or check and convert those of an existing one."""
    try:
        SqliteTransaction(connection, name, writable=True).begin(threading.Event())
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            # So that a file of another program is never written to.
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        else:
            _check_application(connection, name)
            if not force:
                database_file.check_structure(connection, name)
            _check_format(connection, name)
        _create_tables(connection)
        if not force:
            _check_tables(connection, name)
            database_file.check_records(connection, name)
        connection.execute("COMMIT")
        _use_wal(connection)
        # After the conversion, which drops tables that others still refer to.
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(_SCHEMA)  # opens the log, so that it is known which file that is
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_MAX_LOG_PAGES}")
        # A log that begins anew is cut to this size, so that a larger one has not been emptied.
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    # SQLite quotes a damaged schema in its error, which the driver then cannot decode.
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if _is_busy(error):
            msg = f"another process keeps the database {name} locked; stop it, or wait for it"
        else:
            reason = " ".join(str(error).split())  # a damaged schema can have any characters
            msg = f"{name} is not usable as a database ({reason}); give another file, or a new one"
        raise StoreError(msg) from error


def _is_busy(error: Exception) -> bool:
    """Whether another process keeps the database locked."""
    # Errors of the driver, as of a text that is not UTF-8, have no code. The first byte of an
    # extended code, such as that of a database that another process recovers, is the plain one.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _create_tables(connection: sqlite3.Connection) -> None:
    """Create the tables that do not exist: all in a new file, later additions in an older one."""
    create = "CREATE TABLE IF NOT EXISTS"
    connection.execute(f"{create} sequence (value INTEGER NOT NULL)")
    # In two rows, because a damaged value would otherwise look like any other.
    for _ in range(2):
        connection.execute(_ADD_SEQUENCE)
    for table in TABLES.values():
        columns = ", ".join(f"{name} {type_}" for name, type_ in table.columns.items())
        connection.execute(f"{create} {table.quoted} ({columns}, {JSON_COLUMN} TEXT NOT NULL)")
    for index in INDEXES:
        connection.execute(f"CREATE INDEX IF NOT EXISTS {index}")
    connection.execute(f"PRAGMA user_version = {migrations.FORMAT}")


def _check_tables(connection: sqlite3.Connection, name: str) -> None:
    """Refuse a file with other tables, as one whose name for a table is damaged."""
    with closing(sqlite3.connect(database_file.MEMORY)) as new:
        _create_tables(new)
        expected = {table: statement for table, _, statement in new.execute(_SCHEMA)}
    for table, kind, statement in connection.execute(_SCHEMA):
        # Further indexes do no harm.
        if statement != expected.get(table, "" if kind == "table" else statement):
            raise database_file.damaged(name, f"the {kind} {table!r} is not as it was created")


def _check_application(connection: sqlite3.Connection, name: str) -> None:
    """Refuse another program's file."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        msg = f"{name} is another program's database; give another file, or a new one"
        raise StoreError(msg)


def _check_format(connection: sqlite3.Connection, name: str) -> None:
    """Refuse a file of an unknown format; convert one of an older format."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == migrations.OLDEST:
        _convert(connection, name)
    elif version != migrations.FORMAT:
        msg = (
            f"{name} has storage format {version}, and this seqrkit reads formats "
            f"{migrations.OLDEST} to {migrations.FORMAT}; start with a new file, or use the "
            "seqrkit that wrote it"
        )
        raise StoreError(msg)


def _convert(connection: sqlite3.Connection, name: str) -> None:
    """Convert a file of format 3 within the open transaction, and keep a copy of it."""
    copy = f"{name}.format-{migrations.OLDEST}"
    # A copy from an earlier attempt is kept: it may be the only good one.
    while Path(copy).exists():
        copy += "~"
    database_file.create_private(copy)
    # Another connection, because the one that converts is inside its transaction.
    with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    master = "SELECT name FROM sqlite_master WHERE type = ? AND sql IS NOT NULL"
    for (index,) in connection.execute(master, ("index",)).fetchall():
        connection.execute(f"DROP INDEX {index}")
    tables = [table for (table,) in connection.execute(master, ("table",)).fetchall()]
    for table in tables:
        connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    _create_tables(connection)
    transaction = SqliteTransaction(connection, name, writable=True)
    try:
        transaction.load({migrations.RENAMED.get(t, t): _old_rows(connection, t) for t in tables})
    except ConfigurationError as error:
        msg = f"{name} cannot be converted from format {migrations.OLDEST}: {error}"
        raise StoreError(msg) from error
    for table in tables:
        connection.execute(f"DROP TABLE old_{table}")
    _log.warning(
        "%s was converted to storage format %d; the file as it was is %s",
        name,
        migrations.FORMAT,
        copy,
    )


def _old_rows(connection: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    rows = connection.execute(f"SELECT * FROM old_{table}")  # noqa: S608
    names = [column[0] for column in rows.description]
    return (migrations.upgrade(table, dict(zip(names, row, strict=True))) for row in rows)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log, and wait for other processes that do the same."""
    # The busy timeout of the connection does not apply to this statement.
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > give_up:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return


class SqliteTransaction(SqlTransaction):
    """A transaction on an SQLite connection."""

    failures = (sqlite3.Error,)

    def __init__(self, connection: sqlite3.Connection, name: str, *, writable: bool) -> None:
        super().__init__(name, writable=writable)
        self.connection = connection
        # A deferred one could not be upgraded if another process writes in between: SQLITE_BUSY at
        # once.
        self._begin = "BEGIN IMMEDIATE" if writable else "BEGIN"

    @property
    def is_open(self) -> bool:
        """Whether a transaction was begun and SQLite has not ended it, as on a full disk."""
        return self.connection.in_transaction

    def begin(self, closing: threading.Event) -> None:
        """Begin the transaction; wait for other processes, unless the store is being closed."""
        give_up = time.monotonic() + BUSY_SECONDS
        if self.is_open:  # the last one could not be rolled back
            self.connection.execute("ROLLBACK")
        while True:
            try:
                self.connection.execute(self._begin)
            except sqlite3.OperationalError as error:
                is_over = closing.is_set() or time.monotonic() > give_up
                if is_over or not _is_busy(error):
                    raise
            else:
                return

    def _execute(self, statement: str, values: Sequence[Any] = ()) -> Cursor:
        return self.connection.execute(statement, values)


class SqliteStore(Store):
    """A store in one database file, or in memory."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._name = name
        self._can_empty_log = True
        self._file = database_file.FileWatch(name)
        self._lost: StoreError | None = None
        reading = SqliteTransaction(connection, name, writable=False)
        writing = SqliteTransaction(connection, name, writable=True)
        super().__init__(reading, writing, threading.RLock(), connection.close)

    def read(self) -> AbstractContextManager[SqlTransaction]:
        """Return a read-only transaction, which raises `MustWrite` on an attempt to write."""
        self._check_not_lost()
        return super().read()

    def write(self) -> AbstractContextManager[SqlTransaction]:
        """Return a transaction that is committed at its end, or rolled back on an exception."""
        self._check_not_lost()
        return super().write()

    def maintain(self) -> None:
        """Raise `StoreError` if the file is not there; empty the write-ahead log if it is long."""
        try:
            self._file.check()
        except StoreError as error:
            if self._closing.is_set():  # SQLite deletes the log when it closes the file
                return
            self._lost = error
            raise
        # The size, because other processes write to the same log.
        if self._name == database_file.MEMORY or database_file.log_size(self._name) <= _LOG_BYTES:
            return
        try:
            self._empty_log()
        except sqlite3.Error as error:
            # Commits go on without it, and the next attempt follows in a second.
            if self._can_empty_log:
                _log.warning("the log of %s could not be emptied: %s", self._name, error)
            self._can_empty_log = False
        else:
            self._can_empty_log = True

    def _empty_log(self) -> None:
        """Move what was committed from the write-ahead log to the file."""
        with closing(sqlite3.connect(self._name)) as beside:
            # First without the lock, because this waits for the disk. Then the rest under the
            # lock: SQLite restarts the log only when all of it was copied.
            beside.execute(_CHECKPOINT)
            with self._lock:
                beside.execute(_CHECKPOINT)

    def _check_not_lost(self) -> None:
        if self._lost is not None:
            raise self._lost

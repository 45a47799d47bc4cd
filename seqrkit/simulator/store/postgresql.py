"""The store in PostgreSQL, for endpoints on several machines.

A lock of the database gives one store at a time the right to write to a schema: transactions commit
in the order of their times, as in SQLite, so references are unique and periods have no gaps.
Requests that wait at the same time share a transaction.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from seqrkit.errors import ConfigurationError, StoreError
from seqrkit.simulator.store import migrations
from seqrkit.simulator.store.sql_transaction import (
    BUSY_SECONDS,
    Cursor,
    SqlTransaction,
)
from seqrkit.simulator.store.tables import INDEXES, JSON_COLUMN, TABLES
from seqrkit.simulator.store.transactional_store import Store

if TYPE_CHECKING:
    import psycopg

SCHEMES: Final = ("postgresql://", "postgres://")
LOCK: Final = 0x53455152  # "SEQR" in ASCII
"""The advisory lock of the store that writes."""
_CONNECT_SECONDS: Final = 10
# Short attempts instead of one long wait, so that `close` is noticed in between.
_ATTEMPT: Final = "1s"
"""How long a transaction waits for the lock at once; closing the store waits as long."""
_FOREIGN: Final = re.compile(r" REFERENCES invoice\b")
"""The key of an invoice is a number, and the tables refer to it as a text."""


def open_store(url: str, *, power_safe: bool = False) -> PostgresqlStore:
    """Open a database by its address, and create its tables in an empty one.

    With `power_safe` a commit is on the disk when it returns, whatever the server's configuration
    says. Raises `StoreError` for a database that cannot be reached, has tables of another program
    or an unknown format, and `ConfigurationError` if psycopg is not installed.
    """
    try:
        import psycopg
    except ImportError as error:
        raise ConfigurationError(
            "a PostgreSQL database needs psycopg; run: pip install 'seqrkit[postgres]'"
        ) from error
    name = name_of(url)
    connection = Connection(url, power_safe=power_safe)
    try:
        number = _prepare(connection.opened(), name)
    except psycopg.Error as error:
        connection.close()
        reason = " ".join(str(error).split())
        msg = f"the PostgreSQL database cannot be used ({reason}); give an address as for psql"
        raise StoreError(msg) from error
    except BaseException:
        connection.close()
        raise
    return PostgresqlStore(connection, name, number)


def open_schema(
    shared: Connection, connection: psycopg.Connection[Any], name: str, schema: str
) -> PostgresqlStore:
    """Open a schema, which is created if there is none, on a connection that stores share."""
    return PostgresqlStore(shared, name, _prepare(connection, name, schema), schema)


def name_of(url: str) -> str:
    """Return what messages call a database: its address without passwords."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        # Without libpq's reason, which quotes the address with its password.
        raise StoreError(
            "the address of the PostgreSQL database is invalid; write it like "
            "postgresql://USER:PASSWORD@HOST/DATABASE, with %XX for special characters"
        ) from None
    shown = {name: parts[name] for name in ("host", "port", "dbname") if parts.get(name)}
    return " ".join(["PostgreSQL", *(f"{name}={value}" for name, value in shown.items())])


def _prepare(connection: psycopg.Connection[Any], name: str, schema: str = "") -> int:
    """Create the tables in an empty schema, or check the format of those that exist.

    A given schema is created if there is none. Return the number of the schema.
    """
    with connection.transaction():
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            msg = f"{name} stores texts as {encoding}; give a database with the encoding UTF8"
            raise StoreError(msg)
        # Two endpoints may start on an empty database at the same time.
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        if schema:
            connection.execute(
                f'CREATE SCHEMA IF NOT EXISTS "{schema}"; SET LOCAL search_path TO "{schema}"'
            )
        numbers = connection.execute(
            "SELECT oid::int4 FROM pg_namespace WHERE nspname = current_schema()"
        ).fetchall()
        existing = {
            table
            for (table,) in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
            )
        }
        if not existing:
            connection.execute(_TABLES)
            return int(numbers[0][0])
        if "seqrkit_format" not in existing:
            msg = f"{name} has tables of another program; give an empty database or schema"
            raise StoreError(msg)
        ((version,),) = connection.execute("SELECT version FROM seqrkit_format").fetchall()
    if version != migrations.FORMAT:
        msg = (
            f"{name} has storage format {version}, and this seqrkit reads format "
            f"{migrations.FORMAT}; use the seqrkit that wrote it, or an empty database"
        )
        raise StoreError(msg)
    return int(numbers[0][0])


def _type(sqlite: str) -> str:
    """Return a column's type in PostgreSQL; texts are ordered by their bytes, as in SQLite."""
    if sqlite.startswith("TEXT"):
        # Without it, texts would be in the order of the server's locale, and other than in SQLite.
        return _FOREIGN.sub("", sqlite.replace("TEXT", 'TEXT COLLATE "C"', 1))
    return sqlite.replace("INTEGER", "BIGINT", 1)


_TABLES: Final = "; ".join(
    (
        "CREATE TABLE seqrkit_format (version BIGINT NOT NULL)",
        f"INSERT INTO seqrkit_format VALUES ({migrations.FORMAT})",  # noqa: S608
        "CREATE TABLE sequence (value BIGINT NOT NULL)",
        "INSERT INTO sequence VALUES (0)",
        *(
            f"CREATE TABLE {table.quoted} ("
            + "".join(f"{name} {_type(type_)}, " for name, type_ in table.columns.items())
            + f"{JSON_COLUMN} TEXT NOT NULL)"
            for table in TABLES.values()
        ),
        *(f"CREATE INDEX {index}" for index in INDEXES),
    )
)
"""The statements for a new schema, sent at once, because each message takes its time."""


@cache
def _in_psycopg(statement: str) -> str:
    # psycopg's place for a value; no statement here contains a question mark otherwise.
    return statement.replace("?", "%s")


class Connection:
    """A connection that is opened again when the server has closed it.

    Who uses it holds `lock`.
    """

    def __init__(self, url: str, *, power_safe: bool) -> None:
        self.lock: threading.RLock = threading.RLock()
        self._url = url
        self._power_safe = power_safe
        self._connection: psycopg.Connection[Any] | None = None

    def opened(self) -> psycopg.Connection[Any]:
        """Return the connection; raises `psycopg.Error` if it cannot be opened."""
        import psycopg

        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._url,
                # Otherwise psycopg begins transactions itself, and not with our isolation and lock.
                autocommit=True,
                connect_timeout=_CONNECT_SECONDS,
                application_name="seqrkit",
            )
            self._connection.execute(f"SET lock_timeout = '{_ATTEMPT}'")
            if self._power_safe:
                # A server may be configured for speed, and this endpoint was asked for safety.
                self._connection.execute("SET synchronous_commit = on")
        return self._connection

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()


class PostgresqlTransaction(SqlTransaction):
    """A transaction on a connection to PostgreSQL."""

    def __init__(
        self, connection: Connection, name: str, number: int, schema: str, *, writable: bool
    ) -> None:
        import psycopg

        super().__init__(name, writable=writable)
        self.is_closed = False
        self.failures = (psycopg.Error,)
        self._opened = connection
        # A batch that reads has one snapshot for all statements, as in SQLite.
        begin = "BEGIN" if writable else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        select = f'; SET LOCAL search_path TO "{schema}"' if schema else ""
        lock = f"; SELECT pg_advisory_xact_lock({LOCK}, {number})" if writable else ""
        self._begin = f"{begin}{select}{lock}"

    @property
    def is_open(self) -> bool:
        """Whether a transaction was begun and the connection has not broken."""
        from psycopg.pq import TransactionStatus

        status = self.connection.info.transaction_status
        return status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}

    def begin(self, closing: threading.Event) -> None:
        """Begin the transaction; wait for other stores, unless this one is being closed."""
        from psycopg.errors import InterfaceError, LockNotAvailable, OperationalError

        if self.is_closed:
            raise InterfaceError("the store was closed")
        give_up = time.monotonic() + BUSY_SECONDS
        is_new = False
        while True:
            self.connection = self._opened.opened()
            if self.is_open:  # the last attempt has failed in the middle of it
                self.connection.execute("ROLLBACK")
            try:
                self.connection.execute(self._begin)
            except LockNotAvailable:
                if closing.is_set() or time.monotonic() > give_up:
                    raise
            except OperationalError:
                # The server was restarted: one attempt on a new connection.
                if is_new or not self.connection.closed:
                    raise
                is_new = True
            else:
                return

    def _execute(self, statement: str, values: Sequence[Any] = ()) -> Cursor:
        return self.connection.execute(_in_psycopg(statement), values)


class PostgresqlStore(Store):
    """A store in a schema of a PostgreSQL database, whose writers lock its `number`.

    With a `schema` the connection is shared with other stores, and stays open.
    """

    def __init__(self, connection: Connection, name: str, number: int, schema: str = "") -> None:
        reading = PostgresqlTransaction(connection, name, number, schema, writable=False)
        writing = PostgresqlTransaction(connection, name, number, schema, writable=True)

        def close() -> None:
            reading.is_closed = writing.is_closed = True  # `begin` would connect again
            if not schema:
                connection.close()

        super().__init__(reading, writing, connection.lock, close)

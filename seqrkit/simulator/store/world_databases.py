"""The databases of an endpoint's other worlds, beside its own.

They are where its own database is: in memory, in a folder beside its file, or in schemas of its
PostgreSQL database. So worlds survive a restart, and endpoints that share a database share them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from os import PathLike, fspath
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any, Final, Protocol

from seqrkit.errors import StoreError
from seqrkit.simulator.store import database_file, postgresql, sqlite
from seqrkit.simulator.store.transactional_store import Store

if TYPE_CHECKING:
    import psycopg

_SUFFIX: Final = ".db"
_MAX_SCHEMA: Final = 63
"""The length of a name in PostgreSQL; it would cut a longer one."""


class WorldDatabases(Protocol):
    """The databases of worlds, by the names of the worlds. Raises `StoreError` if one fails."""

    def open(self, name: str) -> Store:
        """Open the database of a world, which is created if there is none."""

    def used(self) -> Mapping[str, float]:
        """Return all worlds, with the time of their latest use that was noted, as `time.time`."""

    def note_use(self, name: str, at: float) -> None:
        """Note when a world was used; another endpoint may have removed it."""

    def remove(self, name: str) -> None:
        """Delete the database of a world, which has been closed here."""

    def close(self) -> None:
        """Close what the databases share."""


def world_databases(db: str | PathLike[str] | None, *, power_safe: bool = False) -> WorldDatabases:
    """Return the databases of the worlds of an endpoint with this database; see `open_store`."""
    name = database_file.MEMORY if db is None else fspath(db)
    if name == database_file.MEMORY:
        return _InMemory()
    if name.startswith(postgresql.SCHEMES):
        return _InSchemas(name, power_safe=power_safe)
    return _InFiles(name, power_safe=power_safe)


class _InMemory:
    def __init__(self) -> None:
        self._used: dict[str, float] = {}

    def open(self, name: str) -> Store:
        self._used[name] = time()
        return sqlite.open_store()

    def used(self) -> Mapping[str, float]:
        return dict(self._used)

    def note_use(self, name: str, at: float) -> None:
        self._used[name] = at

    def remove(self, name: str) -> None:
        self._used.pop(name, None)

    def close(self) -> None:
        self._used.clear()


class _InFiles:
    """Files in a folder beside the endpoint's; the time of a file is that of its latest use."""

    def __init__(self, db: str, *, power_safe: bool) -> None:
        self._folder = Path(f"{db}.worlds")
        self._power_safe = power_safe

    def open(self, name: str) -> Store:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            msg = f"the folder {self._folder} cannot be made ({error.strerror})"
            raise StoreError(msg) from error
        # Without waiting for the disk: `note_use` does, a second later and in another thread.
        return sqlite.open_store(self._file(name), power_safe=self._power_safe, is_quick=True)

    def used(self) -> Mapping[str, float]:
        found = {}
        for file in self._folder.glob(f"w-*{_SUFFIX}"):
            with suppress(OSError):  # another endpoint has removed it
                found[_small_to_capital(file.name)] = file.stat().st_mtime
        return found

    def note_use(self, name: str, at: float) -> None:
        with suppress(FileNotFoundError):
            os.utime(self._file(name), (at, at))
            database_file.synchronize(self._file(name))

    def remove(self, name: str) -> None:
        database_file.remove(self._file(name))
        with suppress(OSError):  # others are in it
            self._folder.rmdir()

    def close(self) -> None:
        pass

    def _file(self, name: str) -> str:
        # Some systems do not tell capital letters in file names from small ones.
        escaped = re.sub("[A-Z]", lambda letter: f"+{letter[0].lower()}", name)
        return str(self._folder / f"w-{escaped}{_SUFFIX}")


def _small_to_capital(file: str) -> str:
    name = file.removeprefix("w-").removesuffix(_SUFFIX)
    return re.sub(r"\+([a-z])", lambda letter: letter[1].upper(), name)


class _InSchemas:
    """Schemas named for the endpoint's own; the comment of a schema is the time of its use.

    All worlds share one connection, because a server has few of them; so they take turns.
    """

    def __init__(self, url: str, *, power_safe: bool) -> None:
        self._connection = postgresql.Connection(url, power_safe=power_safe)
        self._name = postgresql.name_of(url)
        self._prefix = ""

    def open(self, name: str) -> Store:
        with self._connected() as connection:
            schema = self._schema(name)
            if len(schema) > _MAX_SCHEMA:
                raise StoreError(f'the name of the schema "{schema}" is too long for PostgreSQL')
            store = postgresql.open_schema(
                self._connection, connection, f"{self._name} schema={schema}", schema
            )
            self.note_use(name, time())
            return store

    def used(self) -> Mapping[str, float]:
        with self._connected() as connection:
            found = connection.execute(
                "SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace "
                "WHERE starts_with(nspname, %s)",
                (self._prefix,),
            ).fetchall()
        return {name.removeprefix(self._prefix): float(at or 0) for name, at in found}

    def note_use(self, name: str, at: float) -> None:
        from psycopg.errors import InvalidSchemaName

        with self._connected() as connection, suppress(InvalidSchemaName):
            connection.execute(f"COMMENT ON SCHEMA \"{self._schema(name)}\" IS '{at:.0f}'")

    def remove(self, name: str) -> None:
        with self._connected() as connection:
            connection.execute(f'DROP SCHEMA IF EXISTS "{self._schema(name)}" CASCADE')

    def close(self) -> None:
        self._connection.close()

    def _schema(self, name: str) -> str:
        return f"{self._prefix}{name}".replace('"', '""')

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[Any]]:
        """Hold the connection, and raise `StoreError` for its failures."""
        import psycopg

        with self._connection.lock:
            try:
                connection = self._connection.opened()
                if not self._prefix:
                    ((own,),) = connection.execute("SELECT current_schema()").fetchall()
                    self._prefix = f"{own}_w_"
                yield connection
            except psycopg.Error as error:
                reason = " ".join(str(error).split())
                raise StoreError(f"the database {self._name} failed: {reason}") from error

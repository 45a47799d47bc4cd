"""All tables out of the store as plain data, and back. Passwords, hashed as they are, stay in it.

What comes back may come from anywhere, so all of it is judged before the transaction ends: names,
types, what the codec has to read later, and what refers to what.
"""

from __future__ import annotations

import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from seqrkit.errors import ConfigurationError
from seqrkit.simulator.store import sqlite_rows as rows
from seqrkit.simulator.store.interface import Tables

LOCKED: Final = "scrypt:1::"
"""What is kept as the password of those whose password nobody knows: no password verifies."""

_NAMES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
_SECRET: Final = "password"  # noqa: S105 - the name of a column
_BINARY: Final = "base64"
_KINDS: Final = {"INTEGER": int, "TEXT": str, "BLOB": bytes}
_UNREADABLE: Final = (
    sqlite3.Error,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What a reader raises over a cell that holds something else."""
_Cell = str | int | bytes | None


class Execute(Protocol):
    """Runs a statement."""

    def __call__(self, statement: str, values: tuple[Any, ...] = (), /) -> sqlite3.Cursor:
        """Run it with these values."""


def dump(execute: Execute) -> Tables:
    """Every table's columns and rows, without passwords."""
    return {name: _dump(execute, name) for name in _tables(execute)}


def clear(execute: Execute) -> None:
    """Empty every table; references begin anew."""
    for name in _tables(execute):
        execute(f"DELETE FROM {name}")  # noqa: S608 - our own table's name
    execute("INSERT INTO sequence VALUES (0)")


def load(execute: Execute, tables: Tables) -> Sequence[str]:
    """Put these tables in the place of all; the ids that have no password here are returned."""
    known = _tables(execute)
    if set(tables) != set(known):
        odd = ", ".join(sorted(set(tables) ^ set(known))[:5])
        raise ConfigurationError(f"that is no snapshot of this endpoint: the tables differ ({odd})")
    passwords = {
        name: dict(execute(f"SELECT id, {_SECRET} FROM {name}").fetchall())  # noqa: S608
        for name in known
        if any(column == _SECRET for column, _, _ in _columns(execute, name))
    }
    for name in known:
        execute(f"DELETE FROM {name}")  # noqa: S608
    locked: list[str] = []
    try:
        for name in known:
            locked += _load(execute, name, tables[name], passwords.get(name))
        _judge(execute)
    except _UNREADABLE as error:
        if isinstance(error, ConfigurationError):
            raise
        msg = f"the snapshot does not fit together ({error}); take it anew from a running endpoint"
        raise ConfigurationError(msg) from error
    return locked


def _tables(execute: Execute) -> list[str]:
    return [name for (name,) in execute(_NAMES).fetchall()]


def _columns(execute: Execute, table: str) -> list[tuple[str, str, bool]]:
    """Name and type of each column, and whether it may be empty."""
    found = execute(f"PRAGMA table_info({table})").fetchall()
    return [(name, kind, not required) for _, name, kind, required, _, _ in found]


def _dump(execute: Execute, table: str) -> Mapping[str, Any]:
    names = [name for name, _, _ in _columns(execute, table) if name != _SECRET]
    found = execute(f"SELECT {', '.join(names)} FROM {table}")  # noqa: S608
    return {"columns": names, "rows": [list(map(_plain, row)) for row in found.fetchall()]}


def _plain(cell: _Cell) -> str | int | Mapping[str, str] | None:
    return {_BINARY: b64encode(cell).decode()} if isinstance(cell, bytes) else cell


def _load(
    execute: Execute, table: str, content: Mapping[str, Any], passwords: dict[str, str] | None
) -> Iterable[str]:
    columns = _columns(execute, table)
    open_columns = [column for column in columns if column[0] != _SECRET]
    if content.get("columns") != [name for name, _, _ in open_columns]:
        raise ConfigurationError(f"the table {table} of the snapshot has other columns than here")
    places = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(c for c, _, _ in columns)}) VALUES ({places})"  # noqa: S608
    locked: list[str] = []
    for row in content["rows"]:
        cells = dict(_cells(table, open_columns, row))
        if passwords is not None:
            id_ = str(cells["id"])
            cells[_SECRET] = passwords.get(id_, LOCKED)
            if id_ not in passwords:
                locked.append(id_)
        execute(statement, tuple(cells[name] for name, _, _ in columns))
    return locked


def _cells(
    table: str, columns: list[tuple[str, str, bool]], row: Iterable[Any]
) -> Iterable[tuple[str, _Cell]]:
    for (name, kind, optional), given in zip(columns, row, strict=True):
        cell = b64decode(given[_BINARY], validate=True) if isinstance(given, dict) else given
        fits = cell is None if optional and cell is None else type(cell) is _KINDS[kind]
        if not fits:
            msg = f"the table {table} of the snapshot has a {name} that is no {kind.lower()}"
            raise ConfigurationError(msg)
        yield name, cell


_Reader = Callable[[tuple[Any, ...]], object]
_READ: Final[tuple[tuple[str, _Reader], ...]] = (
    (rows.TERMINAL, rows.terminal),
    (rows.SENT, rows.written),
    (rows.MOVEMENT, rows.movement),
    (rows.HAPPENING, rows.happening),
    (rows.PERIOD, rows.period),
    (rows.CREDIT, rows.credit),
)
_DANGLING: Final = (
    ("terminal", "reseller", "SELECT id FROM reseller"),
    ("invoice", "terminal", "SELECT number FROM terminal"),
    ("movement", "terminal", "SELECT number FROM terminal"),
    ("movement", "invoice", "SELECT CAST(reference AS TEXT) FROM invoice"),
    ("happening", "invoice", "SELECT reference FROM invoice"),
    ("period", "terminal", "SELECT number FROM terminal"),
    ("period", "reseller", "SELECT id FROM reseller"),
    ("credit", "terminal", "SELECT number FROM terminal"),
)


def _judge(execute: Execute) -> None:
    """Raise an error of some kind for rows that nobody could read, or that lead nowhere."""
    for statement, reader in _READ:
        for row in execute(statement):
            reader(row)
    for table, column, there in _DANGLING:
        statement = f"SELECT {column} FROM {table} WHERE {column} NOT IN ({there}) LIMIT 1"  # noqa: S608
        lost = execute(statement).fetchone()
        if lost is not None:
            msg = f"the table {table} of the snapshot names a {column} {lost[0]} that is not in it"
            raise ConfigurationError(msg)
    if execute("SELECT count(*) FROM sequence").fetchone() != (1,):
        raise ConfigurationError("the snapshot has not exactly one sequence")

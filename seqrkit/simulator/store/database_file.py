"""The database file: readable by its owner alone, undamaged when it is opened, and still there."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic
from typing import Final

import msgspec

from seqrkit.errors import StoreError
from seqrkit.simulator.store.tables import TABLES

MEMORY: Final = ":memory:"
_PRIVATE: Final = 0o600
_SIDE_FILES: Final = ("", "-wal", "-shm")
_SIZE: Final = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
_QUICK: Final = ("PRAGMA quick_check(1)",)
_FOREIGN_KEYS: Final = "PRAGMA foreign_key_check"
_COMPLETE: Final = ("PRAGMA integrity_check(1)", _FOREIGN_KEYS)
_SMALL_BYTES: Final = 32 * 1024 * 1024
"""A file up to this size is checked completely at the start, in about a second."""
_RECORD_SECONDS: Final = 0.5


def create_private(name: str) -> bool:
    """Create a missing database file that only its owner can read, as it has password hashes.

    Return whether it was missing.

    SQLite gives its side files the mode of the file. Leaves it to SQLite to say what is wrong with
    a file that cannot be created.
    """
    if name != MEMORY and not Path(name).exists():
        with suppress(OSError):
            # Created before SQLite opens it, which would use the umask and leave it readable for a
            # moment.
            os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR, _PRIVATE))
            return True
    return False


def remove(name: str) -> None:
    """Delete a database file and its side files."""
    for suffix in _SIDE_FILES:
        Path(name + suffix).unlink(missing_ok=True)


def make_private(name: str) -> None:
    """Let only the owner read a database that an earlier release has left readable for others."""
    if name == MEMORY or os.name != "posix":
        return
    for suffix in _SIDE_FILES:
        with suppress(OSError):  # a missing side file, or the file of another user
            Path(name + suffix).chmod(_PRIVATE)


def log_size(name: str) -> int:
    """Return the bytes of a database's write-ahead log."""
    try:
        return Path(f"{name}-wal").stat().st_size
    except OSError:  # SQLite creates it with the first write, and deletes it at the end
        return 0


def synchronize(name: str) -> None:
    """Write what was committed to the disk, if the file is there."""
    # By SQLite: to close the file here would end all locks of the process on it.
    address = f"{Path(name).absolute().as_uri()}?mode=rw"  # does not create a missing file
    with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as beside:
        beside.execute("PRAGMA wal_checkpoint(PASSIVE)")


def check_size(name: str) -> None:
    """Raise `StoreError` for a database of which nothing is left.

    SQLite would create a new database in it, and delete the log that is left beside it.
    """
    with suppress(OSError):  # a missing file; SQLite says what is wrong with others
        size = Path(name).stat().st_size
        # To SQLite, a file of one byte is empty as well.
        if size == 1 or (size == 0 and log_size(name)):
            raise damaged(name, f"of its content, {size} bytes are left")


def check_structure(connection: sqlite3.Connection, name: str) -> None:
    """Raise `StoreError` for a file whose structure is damaged; reads the whole file."""
    (size,) = connection.execute(_SIZE).fetchone()
    # Unlike quick_check, integrity_check compares the rows with the indexes, and foreign_key_check
    # with other tables; both take much longer.
    checks = _COMPLETE if size <= _SMALL_BYTES else _QUICK
    for check in checks:
        found = connection.execute(check).fetchone()
        if found in {None, ("ok",)}:
            continue
        if check == _FOREIGN_KEYS:
            table, row, parent, _ = found
            raise damaged(name, f"row {row} of {table} refers to a missing row of {parent}")
        raise damaged(name, found[0].strip().splitlines()[-1])


def check_records(connection: sqlite3.Connection, name: str) -> None:
    """Raise `StoreError` for a record that cannot be read.

    All tables must exist. Of one that takes longer than `_RECORD_SECONDS`, only the records stored
    last are read; requests that need a damaged one of the others are answered 90.
    """
    if len({*connection.execute("SELECT value FROM sequence")}) != 1:
        raise damaged(name, "the two copies of the sequence differ")
    for table in TABLES.values():
        end = monotonic() + _RECORD_SECONDS
        names = ", ".join(table.names)
        select = f"SELECT {names} FROM {table.quoted} ORDER BY rowid DESC"  # noqa: S608
        try:
            for row in connection.execute(select):
                table.to_record(row)
                if monotonic() > end:
                    break
        except msgspec.ValidationError as error:
            raise damaged(name, str(error)) from error
        except sqlite3.OperationalError as error:
            if hasattr(error, "sqlite_errorcode"):
                raise
            # Not SQLite's but its driver's, which could not decode a text.
            raise damaged(name, f"a text in the table {table.name} is not UTF-8") from error


def damaged(name: str, reason: str) -> StoreError:
    """Return the error about a damaged file."""
    reason = " ".join(reason.split())
    return StoreError(
        f"{name} is damaged ({reason}); restore a copy of it, or give another file "
        "(`seqrkit serve --force` uses it as it is)"
    )


class FileWatch:
    """Notices when an open database, or one of its side files, is deleted, replaced or cut.

    SQLite goes on with such a file, and everything that it writes is lost.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._files = () if name == MEMORY else tuple(name + suffix for suffix in _SIDE_FILES)
        self._identities: dict[str, tuple[int, int]] = {}
        self._bytes = 0
        self.check()

    def check(self) -> None:
        """Raise `StoreError` if something has happened to the files since they were last seen."""
        # Never opened: to close a file ends all locks of the process on it, SQLite's included.
        for file in self._files:
            try:
                status = Path(file).stat()
            except FileNotFoundError:
                if file in self._identities:
                    raise self._lost("deleted") from None
                continue  # SQLite creates side files when it needs them
            # Not the name: a file that was replaced has the same name, and another inode.
            identity = status.st_dev, status.st_ino
            if self._identities.setdefault(file, identity) != identity:
                raise self._lost("replaced")
            if file == self._name:
                # Only a VACUUM by another program does the same.
                if status.st_size < self._bytes:
                    raise self._lost("truncated")
                self._bytes = status.st_size

    def _lost(self, what: str) -> StoreError:
        return StoreError(
            f"the database {self._name} was {what} while it was in use; nothing more is stored, "
            "and requests are answered 90: restart the endpoint"
        )

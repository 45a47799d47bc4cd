"""The database file: readable by its owner alone, undamaged when it is opened, and still there."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from seqrkit.errors import StoreError

MEMORY: Final = ":memory:"
_PRIVATE: Final = 0o600
_SIDE_FILES: Final = ("", "-wal", "-shm")


def create_private(name: str) -> bool:
    """Create a missing database file that only its owner can read, as it has password hashes.

    Return whether it was missing.

    SQLite gives its side files the mode of the file. Leaves it to SQLite to say what is wrong with
    a file that cannot be created.
    """
    if name != MEMORY:
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


def check_undamaged(connection: sqlite3.Connection, name: str) -> None:
    """Raise `StoreError` for a file whose structure is damaged; reads the whole file."""
    # Not integrity_check, which also compares indexes and takes much longer.
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        first = str(found).strip().splitlines()[-1]
        msg = (
            f"{name} is damaged ({first}); restore a copy of it, or give another file "
            "(`seqrkit serve --force` uses it as it is)"
        )
        raise StoreError(msg)


class FileIdentity:
    """The file that a database had when it was opened.

    SQLite goes on with a file that was deleted or replaced, and everything that it writes is lost.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._opened = None if name == MEMORY else _identity(name)

    def check(self) -> None:
        """Raise `StoreError` if the file is gone or another file has its name."""
        if self._opened is not None and _identity(self._name) != self._opened:
            msg = (
                f"the database {self._name} was deleted or replaced while it was in use; nothing "
                "more is stored, and requests are answered 90: restart the endpoint"
            )
            raise StoreError(msg)


def _identity(name: str) -> tuple[int, int] | None:
    try:
        status = Path(name).stat()
    except OSError:
        return None
    # Not the name: a file that was replaced has the same name, and another inode.
    return status.st_dev, status.st_ino

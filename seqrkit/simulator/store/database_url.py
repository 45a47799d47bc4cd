"""Opens the database that `seqrkit serve --db` names."""

from __future__ import annotations

from os import PathLike, fspath

from seqrkit.simulator.store import postgresql, sqlite
from seqrkit.simulator.store.interface import Store


def open_store(
    db: str | PathLike[str] | None = None, *, power_safe: bool = False, force: bool = False
) -> Store:
    """Open a database file, memory if `db` is `None`, or PostgreSQL at a ``postgresql://`` address.

    With `power_safe` a commit is on the disk when it returns. `force` opens a damaged file. Raises
    `StoreError` for a database that cannot be used.
    """
    if db is not None and fspath(db).startswith(postgresql.SCHEMES):
        return postgresql.open_store(fspath(db), power_safe=power_safe)
    return sqlite.open_store(db, power_safe=power_safe, force=force)

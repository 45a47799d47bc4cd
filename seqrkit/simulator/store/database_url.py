"""Opens the database that `seqrkit serve --db` names."""

from __future__ import annotations

from os import PathLike, fspath

from seqrkit.errors import ConfigurationError
from seqrkit.simulator.store import postgresql, sqlite
from seqrkit.simulator.store.transactional_store import Store


def open_store(
    db: str | PathLike[str] | None = None, *, power_safe: bool = False, force: bool = False
) -> Store:
    """Open a database file, memory if `db` is `None`, or PostgreSQL at a ``postgresql://`` address.

    With `power_safe` a commit is on the disk when it returns. `force` opens a damaged file. Raises
    `StoreError` for a database that cannot be used, and `ConfigurationError` for another address.
    """
    name = "" if db is None else fspath(db)
    if name.startswith(postgresql.SCHEMES):
        return postgresql.open_store(name, power_safe=power_safe)
    scheme, is_address, _ = name.partition("://")
    if is_address:  # the rest may have a password
        raise ConfigurationError(
            f"a database at {scheme}:// is not supported; give a file or a postgresql:// address"
        )
    return sqlite.open_store(db, power_safe=power_safe, force=force)

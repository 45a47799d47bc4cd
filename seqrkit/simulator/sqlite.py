"""The store on SQLite: a file, or memory."""

from __future__ import annotations

from os import PathLike

from seqrkit.simulator.store import Store


def open_store(path: str | PathLike[str] | None = None) -> Store:
    """Open a database file, made where there is none; memory when no path is given.

    Raises `errors.StoreError` for a file that is no database of ours.
    """
    raise NotImplementedError

"""Failing examples of each check, kept apart in one Hypothesis database."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase

from seqrkit.errors import ConfigurationError


class CheckDatabase(ExampleDatabase):
    """The part of a database that holds the examples of one check.

    Hypothesis derives its keys from a function's source, which all checks share.
    """

    def __init__(self, database: ExampleDatabase, check: str) -> None:
        super().__init__()
        self._database = database
        self._prefix = check.encode() + b"\0"

    def save(self, key: bytes, value: bytes) -> None:
        """Save an example."""
        self._database.save(self._prefix + key, value)

    def fetch(self, key: bytes) -> Iterable[bytes]:
        """Return the saved examples of a key."""
        return self._database.fetch(self._prefix + key)

    def delete(self, key: bytes, value: bytes) -> None:
        """Remove an example."""
        self._database.delete(self._prefix + key, value)


def open_database(location: str) -> ExampleDatabase:
    """Return the database in a directory, or in a Redis server that several machines share."""
    if "://" not in location:
        return DirectoryBasedExampleDatabase(location)
    try:
        from hypothesis.extra.redis import RedisExampleDatabase
        from redis import Redis
    except ImportError as error:
        raise ConfigurationError(
            f"the database {location} needs the package redis; run: pip install redis"
        ) from error
    try:
        return RedisExampleDatabase(Redis.from_url(location), key_prefix=b"seqrkit:")
    except ValueError as error:
        raise ConfigurationError(f"{location} is not a valid database URL: {error}") from error

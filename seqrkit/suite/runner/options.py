"""A run as options ask for it: those of pytest, which ``seqrkit verify`` gives too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from attrs import evolve

from seqrkit.client import Pace
from seqrkit.control_client.client import TOKEN
from seqrkit.errors import ConfigurationError
from seqrkit.schemas import schema_set
from seqrkit.session import credentials_of
from seqrkit.suite import PROFILES
from seqrkit.suite.runner import baseline
from seqrkit.suite.runner.run import Run
from seqrkit.suite.runner.target import RATE, Target
from seqrkit.vocabulary import Interface

if TYPE_CHECKING:
    from hypothesis.database import ExampleDatabase

    from seqrkit.suite import Profile


class Options(Protocol):
    """The options by their names."""

    seqr_endpoint: str | None
    seqr_interface: str | None
    seqr_profile: str
    seqr_operations: str | None
    seqr_check: str | None
    seqr_seed: int | None
    seqr_shard: tuple[int, int] | None
    seqr_database: str | None
    seqr_baseline: str | None
    seqr_failures: str | None
    seqr_rate: float | None
    seqr_allow_writes: bool


def run(options: Options, environment: Mapping[str, str], *, workers: int = 1) -> Run:
    """The run of one of some workers; credentials are the environment's.

    Raises `ConfigurationError` for wrong options.
    """
    spoken = options.seqr_interface
    target = Target(
        options.seqr_endpoint,
        schema_set(spoken).interface if spoken else None,
        credentials_of(environment),
        allow_writes=options.seqr_allow_writes,
        token=environment.get(TOKEN),
    )
    rate = options.seqr_rate
    if rate is None and not target.is_here:
        rate = RATE
    if rate is not None:
        target = evolve(target, pace=Pace(rate / workers))
    known = options.seqr_baseline
    return Run(
        target,
        _profile(options),
        operations=_operations(options.seqr_operations),
        only=options.seqr_check or "",
        baseline=baseline.read(Path(known), datetime.now(UTC).date()) if known else None,
        failures=Path(options.seqr_failures) if options.seqr_failures else None,
    )


def _profile(options: Options) -> Profile:
    name = options.seqr_profile
    if name not in PROFILES:
        raise ConfigurationError(f'profile "{name}" is not one of {", ".join(PROFILES)}')
    seeded = PROFILES[name].seeded(options.seqr_seed, *(options.seqr_shard or (1, 1)))
    return evolve(seeded, database=_database(options.seqr_database))


def _database(where: str | None) -> ExampleDatabase | None:
    """The database of examples: a directory, or a Redis that several machines share."""
    if not where:
        return None
    if "://" not in where:
        from hypothesis.database import DirectoryBasedExampleDatabase

        return DirectoryBasedExampleDatabase(where)
    try:
        from hypothesis.extra.redis import RedisExampleDatabase
        from redis import Redis
    except ImportError as error:
        raise ConfigurationError(
            f"the examples in {where} need the package redis: pip install redis"
        ) from error
    try:
        return RedisExampleDatabase(Redis.from_url(where), key_prefix=b"seqrkit:")
    except ValueError as error:
        raise ConfigurationError(f"{where} is no database of examples: {error}") from error


def _operations(text: str | None) -> frozenset[str]:
    from seqrkit import contract

    named = frozenset(filter(None, (text or "").replace(",", " ").split()))
    known = {name for interface in Interface for name in contract.load(interface).operations}
    for wrong in sorted(named - known):
        raise ConfigurationError(
            f"there is no operation {wrong}; the operations are {', '.join(sorted(known))}"
        )
    return named

"""Makes a run from the options of pytest or ``seqrkit verify``."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from attrs import evolve

from seqrkit import contract
from seqrkit.client import Pace
from seqrkit.control_client.client import TOKEN
from seqrkit.errors import ConfigurationError
from seqrkit.schemas import schema_set
from seqrkit.session import credentials_of
from seqrkit.suite.framework import PROFILES, Profile
from seqrkit.suite.runner import baseline
from seqrkit.suite.runner.run import Run
from seqrkit.suite.runner.target import RATE, Target
from seqrkit.vocabulary import Interface


def run(options: Namespace, environment: Mapping[str, str], *, workers: int = 1) -> Run:
    """Return the run of one of several workers, from options that `suite_options` has completed.

    Credentials are read from the environment. Raises `ConfigurationError` for invalid options.
    """
    interface = options.seqr_interface
    target = Target(
        options.seqr_endpoint,
        schema_set(interface).interface if interface else None,
        credentials_of(environment),
        allow_writes=options.seqr_allow_writes,
        token=environment.get(TOKEN),
    )
    rate = options.seqr_rate
    if rate is None and not target.is_local:
        rate = RATE
    if rate is not None:
        target = evolve(target, pace=Pace(rate / workers))
    known = options.seqr_baseline
    return Run(
        target,
        _profile(options),
        operations=_operations(options.seqr_operations or ""),
        only=options.seqr_check or "",
        baseline=baseline.read(Path(known), datetime.now(UTC).date()) if known else None,
        failures=Path(options.seqr_failures) if options.seqr_failures else None,
    )


def _profile(options: Namespace) -> Profile:
    name = options.seqr_profile
    if name not in PROFILES:
        raise ConfigurationError(f'"{name}" is not a profile; use one of {", ".join(PROFILES)}')
    profile = PROFILES[name].seeded(options.seqr_seed, *(options.seqr_shard or (1, 1)))
    if options.seqr_database:
        from seqrkit.suite.framework.database import open_database

        profile = evolve(profile, database=open_database(options.seqr_database))
    return profile


def _operations(text: str) -> frozenset[str]:
    named = frozenset(filter(None, text.replace(",", " ").split()))
    known = {name for interface in Interface for name in contract.load(interface).operations}
    for wrong in sorted(named - known):
        raise ConfigurationError(
            f"unknown operation {wrong}; use one of {', '.join(sorted(known))}"
        )
    return named

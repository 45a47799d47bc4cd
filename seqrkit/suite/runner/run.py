"""A run of the suite, made from the options of pytest or ``seqrkit verify``."""

from __future__ import annotations

import shlex
from argparse import Namespace
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from attrs import evolve, frozen

from seqrkit import contract
from seqrkit.client import Pace
from seqrkit.control_client.client import TOKEN
from seqrkit.errors import ConfigurationError
from seqrkit.schemas import schema_set
from seqrkit.session import credentials_of
from seqrkit.suite.framework import PROFILES, Check, CheckEnvironment, Profile
from seqrkit.suite.properties import checks
from seqrkit.suite.runner.baseline import Baseline, Deviation, read_baseline
from seqrkit.suite.runner.target import RATE, Target
from seqrkit.vocabulary import Interface


@frozen(slots=False)
class Run:
    """What the checks of one process share.

    `operations` and `only` (a part of a check's name) select checks; requests that show failures
    are saved in the directory `failures`.
    """

    target: Target
    profile: Profile
    operations: Collection[str] = ()
    only: str = ""
    baseline: Baseline | None = None
    failures: Path | None = None

    @cached_property
    def environment(self) -> CheckEnvironment:
        """The environment in which the checks run."""
        return CheckEnvironment(self.profile, self.target.connect)

    @property
    def is_selection(self) -> bool:
        """Whether options select some of the checks."""
        return bool(self.operations or self.only)

    def plan(self, *groups: str) -> Iterator[tuple[Check, str | None]]:
        """Yield the selected checks of these groups, each with a reason if it must be skipped."""
        interfaces = self.target.interfaces
        for check in checks(*groups, interfaces=interfaces, operations=self.operations):
            if self.only in str(check):
                yield check, self.target.skip_reason(check.property.needs)

    def known(self, check: Check) -> Deviation | None:
        """Return the deviation that excuses a check's failure, if there is one."""
        if self.baseline is None:
            return None
        return self.baseline.known(check.property.id, str(check.case))

    def command(self, check: Check) -> str:
        """Return the command that repeats a check on the same examples."""
        profile = self.profile
        words = ["seqrkit", "verify", *filter(None, [self.target.endpoint])]
        words += ["--profile", profile.name]
        words += ["--allow-writes"] if self.target.allow_writes else []
        if profile.seed is not None:
            words += ["--seed", str(profile.seed)]
        if profile.shards > 1:
            words += ["--shard", f"{profile.shard}/{profile.shards}"]
        return shlex.join([*words, "--check", str(check)])

    def close(self) -> None:
        """Close the sessions of the run."""
        self.environment.close()


def run_from_options(
    options: Namespace, environment: Mapping[str, str], *, workers: int = 1
) -> Run:
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
        baseline=read_baseline(Path(known), datetime.now(UTC).date()) if known else None,
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

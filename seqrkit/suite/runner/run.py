"""A run of the suite: target, profile, selected checks and baseline."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator
from pathlib import Path

from seqrkit.suite.framework import Check, CheckEnvironment, Profile
from seqrkit.suite.properties import checks
from seqrkit.suite.runner.baseline import Baseline, Deviation
from seqrkit.suite.runner.target import Target


class Run:
    """What the checks of one process share.

    `operations` and `only` (a part of a check's name) select checks; requests that show failures
    are saved in the directory `failures`.
    """

    def __init__(
        self,
        target: Target,
        profile: Profile,
        *,
        operations: Collection[str] = (),
        only: str = "",
        baseline: Baseline | None = None,
        failures: Path | None = None,
    ) -> None:
        self.target = target
        self.environment: CheckEnvironment = CheckEnvironment(profile, target.connect)
        self.baseline = baseline
        self.failures = failures
        self._operations = operations
        self._only = only

    @property
    def is_selection(self) -> bool:
        """Whether options select some of the checks."""
        return bool(self._operations or self._only)

    def plan(self, *groups: str) -> Iterator[tuple[Check, str | None]]:
        """Yield the selected checks of these groups, each with a reason if it must be skipped."""
        interfaces = self.target.interfaces
        for check in checks(*groups, interfaces=interfaces, operations=self._operations):
            if self._only in str(check):
                yield check, self.target.skip_reason(check.property.needs)

    def known(self, check: Check) -> Deviation | None:
        """Return the deviation that excuses a check's failure, if there is one."""
        if self.baseline is None:
            return None
        return self.baseline.known(check.property.id, str(check.case))

    def command(self, check: Check) -> str:
        """Return the command that repeats a check on the same examples."""
        profile = self.environment.profile
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

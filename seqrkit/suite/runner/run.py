"""A run of the suite: its target, its profile, and what is known beforehand."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from seqrkit.suite import Bench, Check, Profile, checks
from seqrkit.suite.runner.baseline import Baseline, Deviation
from seqrkit.suite.runner.target import Target


class Planned(NamedTuple):
    """A check, and why it cannot be run where it can not."""

    check: Check
    why_not: str | None


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
        self.bench = Bench(profile, target.connect)
        self.baseline = baseline
        self.failures = failures
        self._operations = operations
        self._only = only

    @property
    def chosen(self) -> bool:
        """Whether some checks were chosen of all that there are."""
        return bool(self._operations or self._only)

    def plan(self, *chapters: str) -> Iterator[Planned]:
        """The checks of these chapters that concern the target and what was chosen."""
        interfaces = self.target.interfaces
        for check in checks(*chapters, interfaces=interfaces, operations=self._operations):
            if self._only in str(check):
                yield Planned(check, self.target.why_not(check.property.needs))

    def known(self, check: Check) -> Deviation | None:
        """The deviation that excuses a check's failure, if one does."""
        if self.baseline is None:
            return None
        return self.baseline.known(check.property.id, str(check.case))

    def again(self, check: Check) -> str:
        """The command that runs a check again, on the same examples."""
        profile = self.bench.profile
        words = ["seqrkit", "verify", *filter(None, [self.target.endpoint])]
        words += ["--profile", profile.name]
        words += ["--allow-writes"] if self.target.allow_writes else []
        if profile.seed is not None:
            words += ["--seed", str(profile.seed)]
        if profile.shards > 1:
            words += ["--shard", f"{profile.shard}/{profile.shards}"]
        return shlex.join([*words, "--check", str(check)])

    def close(self) -> None:
        """Close its sessions."""
        self.bench.close()

"""A run of the suite: its target, its profile, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from seqrkit.suite import Bench, Check, Profile, checks
from seqrkit.suite.target import Target


class Planned(NamedTuple):
    """A check, and why it cannot be run where it can not."""

    check: Check
    why_not: str | None


class Run:
    """What the checks of one process share."""

    def __init__(self, target: Target, profile: Profile, operations: Collection[str] = ()) -> None:
        self.target = target
        self.bench = Bench(profile, target.connect)
        self._operations = operations

    def plan(self, *chapters: str) -> Iterator[Planned]:
        """The checks of these chapters that concern the target and the chosen operations."""
        for check in checks(
            *chapters, interfaces=self.target.interfaces, operations=self._operations
        ):
            yield Planned(check, self.target.why_not(check.property.needs))

    def close(self) -> None:
        """Close its sessions."""
        self.bench.close()

"""The effort of a run: number of examples and steps, seed, shard and database of examples."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

if TYPE_CHECKING:
    from hypothesis import settings
    from hypothesis.database import ExampleDatabase


@frozen
class Profile:
    """How many examples a property is tested on, and how they are drawn.

    `steps` is the length of a run of the state machine. Without a `seed` each run draws new
    examples. With the same seed, each `shard` (from 1 to `shards`) draws different ones.
    `database` keeps failing examples, which are tried first in the next run. With `shrinks` false
    the first failing example is reported as it is. With `waits` false checks that must let a
    documented time pass are left out where the clock cannot be moved.
    """

    name: str
    examples: int
    steps: int
    seed: int | None = None
    shard: int = 1
    shards: int = 1
    database: ExampleDatabase | None = None
    shrinks: bool = True
    waits: bool = True

    def settings(self, check: str, *, examples: int | None = None) -> settings:
        """Return Hypothesis's settings for one check; they override Hypothesis's CI profile."""
        from hypothesis import HealthCheck, Phase, settings

        from seqrkit.suite.framework.example_database import CheckDatabase

        # It reruns a failure many times to comment on its values, at the cost of a service.
        unwanted = {Phase.explain} if self.shrinks else {Phase.explain, Phase.shrink}
        return settings(
            max_examples=self.examples if examples is None else examples,
            stateful_step_count=self.steps,
            database=self.database and CheckDatabase(self.database, check),
            phases=[phase for phase in Phase if phase not in unwanted],
            # The seed decides; a derandomized run would ignore it.
            derandomize=False,
            deadline=None,  # the time of an example depends on the load of the machine
            print_blob=False,
            # `explore` keeps further causes itself, each with its trace.
            report_multiple_bugs=False,
            # Generating a large message on a loaded machine is slow, and no fault of a service.
            suppress_health_check=[HealthCheck.too_slow],
        )

    def seed_of(self, check: str) -> int | None:
        """Return the seed of one check; `None` if each run draws new examples."""
        if self.seed is None:
            return None
        text = f"{self.seed} {self.shard}/{self.shards} {check}"
        # Not hash(), which differs between processes.
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])

    def seeded(self, seed: int | None, shard: int = 1, shards: int = 1) -> Profile:
        """Return this profile with another seed and shard."""
        return evolve(self, seed=seed, shard=shard, shards=shards)


PROFILES: Final = {
    profile.name: profile
    for profile in (
        Profile("quick", examples=5, steps=10, waits=False),
        Profile("default", examples=25, steps=20),
        Profile("nightly", examples=500, steps=50),
    )
}

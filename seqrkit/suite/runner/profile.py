"""How hard the suite looks, and where: examples, seed, shard and the database of examples."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

if TYPE_CHECKING:
    from hypothesis import settings
    from hypothesis.database import ExampleDatabase


@frozen
class Profile:
    """How many examples a property is tried on, and where they come from.

    `steps` is the length of a life in the state machine. Without a `seed` each run looks elsewhere.
    Of several machines each takes another `shard`, from 1 to `shards`: with the same seed they
    look at different examples. `database` keeps what failed, to be tried first the next time.
    `shrinks` is whether the smallest failure is looked for, or the first one will do.
    """

    name: str
    examples: int
    steps: int
    seed: int | None = None
    shard: int = 1
    shards: int = 1
    database: ExampleDatabase | None = None
    shrinks: bool = True

    def settings(self, check: str, *, examples: int | None = None) -> settings:
        """Return Hypothesis's settings for one check; Hypothesis's own CI profile is overruled."""
        from hypothesis import HealthCheck, Phase, settings

        from seqrkit.suite.runner.database import CheckDatabase

        unwanted = {Phase.explain} if self.shrinks else {Phase.explain, Phase.shrink}
        return settings(
            max_examples=self.examples if examples is None else examples,
            stateful_step_count=self.steps,
            database=self.database and CheckDatabase(self.database, check),
            phases=[phase for phase in Phase if phase not in unwanted],
            derandomize=False,
            deadline=None,  # how long an example takes on a busy machine says nothing
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=[HealthCheck.too_slow],
        )

    def seed_of(self, name: str) -> int | None:
        """The seed of one check; `None` where each run is to look elsewhere."""
        if self.seed is None:
            return None
        text = f"{self.seed} {self.shard}/{self.shards} {name}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])

    def seeded(self, seed: int | None, shard: int = 1, shards: int = 1) -> Profile:
        """The same, looking where seed and shard say."""
        return evolve(self, seed=seed, shard=shard, shards=shards)


PROFILES: Final = {
    profile.name: profile
    for profile in (
        Profile("quick", examples=5, steps=10),
        Profile("default", examples=25, steps=20),
        Profile("nightly", examples=500, steps=50),
    )
}

"""Profiles: settings of Hypothesis, and a seed for each check and shard."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.database import InMemoryExampleDatabase

from seqrkit.suite import PROFILES, Profile, checks


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_every_profile_overrides_hypothesis_s_ci_settings(profile: Profile) -> None:
    database = InMemoryExampleDatabase()
    kept = Profile("kept", profile.examples, profile.steps, database=database).settings("check")
    assert (kept.max_examples, kept.stateful_step_count) == (profile.examples, profile.steps)
    assert not kept.derandomize
    assert kept.database is not None
    kept.database.save(b"key", b"example")
    assert set(kept.database.fetch(b"key")) == {b"example"}
    other = Profile("kept", 1, 1, database=database).settings("other check").database
    assert other is not None
    assert not set(other.fetch(b"key"))
    assert kept.deadline is None
    assert set(kept.suppress_health_check) == {HealthCheck.too_slow}


def test_a_property_can_set_the_number_of_examples() -> None:
    asked: settings = PROFILES["default"].settings("check", examples=2)
    assert asked.max_examples == 2


def test_failures_are_shrunk_unless_the_profile_says_otherwise() -> None:
    profile = PROFILES["default"]
    assert Phase.shrink in profile.settings("check").phases
    quick = Profile("first", 1, 1, shrinks=False).settings("check").phases
    assert {Phase.generate, Phase.reuse} <= set(quick)
    assert Phase.shrink not in quick


def test_profiles_are_ordered_by_effort() -> None:
    looked = [(profile.examples, profile.steps) for profile in PROFILES.values()]
    assert looked == sorted(looked)
    assert list(PROFILES) == ["quick", "default", "nightly"]


def test_every_check_and_shard_has_its_own_seed() -> None:
    names = [str(each) for each in checks("requests")]
    profile = PROFILES["default"]
    shards = [profile.seeded(7, shard, 3) for shard in (1, 2, 3)]
    seeds = [shard.seed_of(name) for shard in shards for name in names]
    assert len(set(seeds)) == len(seeds) > 1000
    assert profile.seed_of("x") is None
    assert profile.seeded(7).seed_of("x") == profile.seeded(7).seed_of("x")


def test_seeds_do_not_depend_on_python_s_hash() -> None:
    assert Profile("any", 1, 1, seed=1).seed_of("name") == 14558700727343719365


def test_one_shard_of_one_has_the_seed_of_an_unsharded_run() -> None:
    profile = PROFILES["quick"]
    assert profile.seeded(3).seed_of("x") == profile.seeded(3, 1, 1).seed_of("x")
    assert profile.seeded(3).seed_of("x") != profile.seeded(3, 1, 2).seed_of("x")

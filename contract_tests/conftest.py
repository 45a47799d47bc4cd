"""Settings of all tests: Hypothesis profiles, environment variables, and checks of replies."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from contract_tests.profiles import NIGHTLY, PROFILE
from contract_tests.replies import Watch
from seqrkit.simulator.exchange_log import OBSERVERS

# Derandomized, so that no change fails on an unrelated example; the nightly profile draws new
# examples in every run, and `nox -s quick` draws few. No deadlines: the time of an example depends
# on the load of the machine.
settings.register_profile(
    "default",
    deadline=None,
    derandomize=True,
    max_examples=50,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "nightly", settings.get_profile("default"), derandomize=False, max_examples=2000
)
settings.register_profile("quick", settings.get_profile("default"), max_examples=10)
settings.load_profile(PROFILE)


SUITE_SEED = 1
"""The contract suite's seed in the default run, for the same reason."""


@pytest.hookimpl(tryfirst=True)  # before the plugin, which draws a seed if none is given
def pytest_configure(config: pytest.Config) -> None:
    """Give the contract suite a fixed seed unless the run is nightly or names one."""
    if not NIGHTLY and config.option.seqr_seed is None:
        config.option.seqr_seed = SUITE_SEED


# Set by a terminal, by its user or by pytest-xdist.
SCREEN = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"}


@pytest.fixture(autouse=True)
def _clean_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Remove variables by which tests would use a real endpoint or depend on the terminal."""
    monkeypatch.setenv("SEQRKIT_DATA", str(tmp_path_factory.getbasetemp() / "data"))
    for name in tuple(os.environ):
        if name.startswith("SEQR_") or name in SCREEN:
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def every_reply() -> Iterator[Watch]:
    """Fail the test if an endpoint in this process answers what wire.xsd does not allow."""
    watch = Watch()
    OBSERVERS.append(watch)
    try:
        yield watch
    finally:
        OBSERVERS.remove(watch)
    assert not watch.problems, "\n".join(watch.problems)

"""What all tests share: how hard Hypothesis looks, and a world that is nobody's."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from contract_tests.profiles import NIGHTLY, PROFILE
from contract_tests.replies import Watch
from seqrkit.simulator.exchange_log import OBSERVERS

# Derandomized, so that no change fails on an example that has nothing to do with it; the nightly
# profile draws new examples in every run. No deadlines: the time an example takes on a busy machine
# says nothing about the code.
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
settings.load_profile(PROFILE)


SUITE_SEED = 1
"""The contract suite's seed in the default run, for the same reason."""


@pytest.hookimpl(tryfirst=True)  # the plugin draws a seed in its own where none is given
def pytest_configure(config: pytest.Config) -> None:
    """Give the contract suite a fixed seed unless the run is nightly or names one."""
    if not NIGHTLY and config.option.seqr_seed is None:
        config.option.seqr_seed = SUITE_SEED


# Set by a terminal, by its user or by pytest-xdist.
SCREEN = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"}


@pytest.fixture(autouse=True)
def _nobodys_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sends anything to a real endpoint, nor depends on who runs it and how."""
    for name in tuple(os.environ):
        if name.startswith("SEQR_") or name in SCREEN:
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def every_reply() -> Iterator[Watch]:
    """Whatever an endpoint in this process answers during a test fits wire.xsd."""
    watch = Watch()
    OBSERVERS.append(watch)
    try:
        yield watch
    finally:
        OBSERVERS.remove(watch)
    assert not watch.problems, "\n".join(watch.problems)

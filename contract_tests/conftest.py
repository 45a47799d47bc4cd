"""What all tests share: how hard Hypothesis looks, and a world that is nobody's."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from contract_tests.profiles import PROFILE
from contract_tests.replies import Watch
from seqrkit.simulator.traffic import OBSERVERS

# No deadlines: how long an example takes on a busy machine says nothing about the code.
settings.register_profile(
    "default",
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
# Not derandomized: each run looks elsewhere, and a failure prints how to repeat it.
settings.register_profile("ci", settings.get_profile("default"), derandomize=False, print_blob=True)
settings.register_profile("nightly", settings.get_profile("ci"), max_examples=2000)
settings.load_profile(PROFILE)


# What a terminal, its owner or pytest-xdist says about the screen.
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

"""seqrkit in pytest: fixtures for the tests of a register, and the contract suite as tests.

Loaded by pytest wherever seqrkit is installed, so nothing heavy is imported until a test asks for
it. Every option can stand in the environment: ``--seqr-endpoint`` as SEQR_ENDPOINT.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from seqrkit.session import Session
    from seqrkit.simulator import Phone
    from seqrkit.suite import Trial
    from seqrkit.suite.run import Run

MARKS: Final = (
    "seqr_suite(chapter): the test takes `seqr_trial` and is run for each check of that chapter",
    "seqr_needs(need, ...): skipped where the endpoint has no buyer, clock, writes or inside",
)
_SEEDS: Final = 10**6
_RUN: Final = pytest.StashKey["Run"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Every ``--seqr-`` option, with its environment variable."""
    from seqrkit.vocabulary import variable

    group = parser.getgroup("seqr", "seqrkit: SEQR payments")

    def option(name: str, help: str, metavar: str, **more: Any) -> None:
        value = os.environ.get(variable(name.replace("-", "_"))) or None
        group.addoption(f"--seqr-{name}", default=value, help=help, metavar=metavar, **more)

    option("endpoint", "the endpoint to test; else one inside each process", "URL")
    option("interface", "the interface to speak; else the one of the endpoint's path", "NAME")
    option("profile", "how hard the suite looks: quick, default or nightly", "NAME")
    option("operations", "only what concerns these operations", "NAME,...")
    option("seed", "where random examples begin; the run's header tells it", "NUMBER", type=int)
    option("shard", "this machine's number of how many: others look elsewhere", "I/N", type=_shard)
    group.addoption(
        "--seqr-allow-writes",
        action="store_true",
        default=bool(os.environ.get(variable("allow_writes"))),
        help="make invoices and move money at a host that is not known as one for tests",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Marks, and one seed for all workers."""
    for mark in MARKS:
        config.addinivalue_line("markers", mark)
    if config.option.seqr_seed is None:
        # Drawn here so that a failure can say how to come back to it; workers inherit it.
        config.option.seqr_seed = random.SystemRandom().randrange(_SEEDS)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close what was opened."""
    run = config.stash.get(_RUN, None)
    if run is not None:
        run.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of a chapter is run for each of the chapter's checks."""
    mark = metafunc.definition.get_closest_marker("seqr_suite")
    if mark is None:
        return
    planned = [
        pytest.param(
            check,
            id=f"{check.property.id.partition('.')[2]}:{check.case}",
            marks=[pytest.mark.skip(reason=why_not)] if why_not else [],
        )
        for check, why_not in run_of(metafunc.config).plan(*mark.args)
    ]
    metafunc.parametrize("seqr_trial", planned, indirect=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs something that the endpoint has not."""
    needs = {need for mark in item.iter_markers("seqr_needs") for need in mark.args}
    if needs:
        from seqrkit.suite import Need

        why_not = run_of(item.config).target.why_not({Need(need) for need in needs})
        if why_not:
            pytest.skip(why_not)


@pytest.fixture
def seqr_trial(request: pytest.FixtureRequest) -> Trial:
    """A check of the suite, to be run; for tests marked with `seqr_suite`."""
    from seqrkit.suite import Trial

    return Trial(run_of(request.config).bench, request.param)


@pytest.fixture
def seqr(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session with the endpoint under test; an embedded one is fresh in every test."""
    target = run_of(request.config).target
    with target.connect(target.interfaces[0]) as session:
        yield session


@pytest.fixture
def seqr_endpoint(seqr: Session) -> str:
    """The address of `seqr`'s endpoint, to be given to the register under test."""
    return seqr.simulator.url(seqr.interface) if seqr.simulator else seqr.endpoint


@pytest.fixture
def seqr_phone(seqr: Session) -> Phone:
    """The simulated buyer's phone at `seqr`'s endpoint."""
    return seqr.phone


def run_of(config: pytest.Config) -> Run:
    """The run of this process, as the options ask for it."""
    run = config.stash.get(_RUN, None)
    if run is None:
        run = config.stash[_RUN] = _run(config)
    return run


def _run(config: pytest.Config) -> Run:
    from seqrkit.errors import ConfigurationError
    from seqrkit.suite.options import run

    try:
        return run(config.option, os.environ)
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from error


def _shard(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    shard, shards = int(number), int(of)
    if not 1 <= shard <= shards:
        raise ValueError(text)
    return shard, shards

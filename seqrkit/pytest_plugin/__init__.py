"""seqrkit in pytest: fixtures for the tests of a register, and the contract suite as tests.

Loaded by pytest wherever seqrkit is installed, so nothing heavy is imported until a test asks for
it. Every option can stand in the environment: ``--seqr-endpoint`` as SEQR_ENDPOINT.
"""

from __future__ import annotations

import os
import random
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Final

import pytest

from seqrkit.pytest_plugin.collector import Collector, run_of
from seqrkit.suite_options import OPTIONS
from seqrkit.vocabulary import ENDPOINT, variable

if TYPE_CHECKING:
    from seqrkit.remote.phone import RemotePhone
    from seqrkit.session import Session
    from seqrkit.simulator import Phone
    from seqrkit.suite import Check, Trial

MARKS: Final = (
    "seqr_suite(chapter): the test takes `seqr_trial` and is run for each check of that chapter",
    "seqr_needs(need, ...): skipped where the endpoint has no buyer, clock, writes or inside",
)
_SEEDS: Final = 10**6


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options as ``--seqr-`` options.

    Their defaults are `None`: pytest runs of other projects do not read the environment.
    """
    group = parser.getgroup("seqr", "seqrkit: SEQR payments")
    for option in OPTIONS:
        name, help_ = f"--seqr-{option.name}", f"{option.description}; {option.variable}"
        if option.metavar:
            group.addoption(name, metavar=option.metavar, help=help_, type=option.type)
        else:
            group.addoption(name, action="store_true", default=None, help=help_)


def pytest_configure(config: pytest.Config) -> None:
    """Marks, one seed for all workers, and who collects the results."""
    for mark in MARKS:
        config.addinivalue_line("markers", mark)
    asked = any(config.getoption(option.attribute) is not None for option in OPTIONS)
    if config.option.seqr_seed is None and not os.environ.get(variable("seed")):
        # Drawn here so that a failure can say how to come back to it; workers inherit it.
        config.option.seqr_seed = random.SystemRandom().randrange(_SEEDS)
    if asked and not hasattr(config, "workerinput"):
        run_of(config)  # what is wrong with the options is said before anything runs
    config.pluginmanager.register(Collector(config), "seqrkit-collector")


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

        unknown = needs - {*Need}
        if unknown:
            every = ", ".join(Need)
            raise pytest.UsageError(
                f"seqr_needs({', '.join(map(repr, unknown))}): it is of {every}"
            )
        why_not = run_of(item.config).target.why_not({Need(need) for need in needs})
        if why_not:
            pytest.skip(why_not)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A chapter with no check that concerns what was chosen is no test."""
    empty = [each for each in items if _is_suite(each) and _check_of(each) is None]
    if empty:
        config.hook.pytest_deselected(items=empty)
        items[:] = [each for each in items if each not in empty]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a check came to goes with the report, also from one process to another."""
    report = yield
    check = _check_of(item)
    if check is not None:
        from seqrkit.pytest_plugin.telling import tell

        tell(run_of(item.config), check, call, report)
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One worker where all would share an endpoint: each has one inside itself otherwise."""
    return 1 if config.option.seqr_endpoint or os.environ.get(ENDPOINT) else None


@pytest.fixture
def seqr_trial(request: pytest.FixtureRequest) -> Trial:
    """A check of the suite, to be run; for tests marked with `seqr_suite`."""
    from seqrkit.suite import Trial

    return Trial(run_of(request.config).bench, request.param)


@pytest.fixture
def seqr(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session with the endpoint under test; an embedded one is fresh in every test.

    The test fails where the endpoint is neither on this machine nor one of the vendor's test
    hosts: `--seqr-allow-writes` permits requests to it.
    """
    target = run_of(request.config).target
    if not target.may_write:
        pytest.fail(
            f"seqr sends requests that can create invoices and move money, and {target.host} is "
            "not a known test host; --seqr-allow-writes or SEQR_ALLOW_WRITES=1 permits it",
            pytrace=False,
        )
    with target.connect(target.interfaces[0]) as session:
        yield session


@pytest.fixture
def seqr_endpoint(seqr: Session) -> str:
    """The address of `seqr`'s endpoint, to be given to the register under test."""
    return seqr.simulator.url(seqr.interface) if seqr.simulator else seqr.endpoint


@pytest.fixture
def seqr_phone(seqr: Session) -> Phone | RemotePhone:
    """The simulated buyer's phone at `seqr`'s endpoint."""
    return seqr.phone


def _is_suite(item: pytest.Item) -> bool:
    return item.get_closest_marker("seqr_suite") is not None


def _check_of(item: pytest.Item) -> Check | None:
    """The check that an item runs, if it runs one: a chapter with none has a parameter unset."""
    if not _is_suite(item):
        return None
    from seqrkit.suite import Check

    callspec = getattr(item, "callspec", None)
    found = None if callspec is None else callspec.params.get("seqr_trial")
    return found if isinstance(found, Check) else None

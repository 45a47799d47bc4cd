"""The pytest plugin: fixtures for testing a cash register, and the contract suite as tests.

pytest loads it wherever seqrkit is installed, so heavy modules are imported only when a test uses
them. Each option has an environment variable: SEQR_ENDPOINT for ``--seqr-endpoint``.
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

import lazy_loader
import pytest

from seqrkit.environment_variables import ENDPOINT, variable
from seqrkit.pytest_plugin.results_collector import Collector, find_service, run_of
from seqrkit.suite_options import OPTIONS, with_names

if TYPE_CHECKING:
    from seqrkit.control_client.phone import RemotePhone
    from seqrkit.exchange import Exchange
    from seqrkit.pytest_plugin.register_endpoint import RegisterEndpoint as RegisterEndpoint
    from seqrkit.pytest_plugin.session_tests import SessionReplay as SessionReplay
    from seqrkit.session import Session
    from seqrkit.simulator import Phone
    from seqrkit.suite import Check
    from seqrkit.suite.runner.run import Run

# Registered, because pytest --strict-markers refuses a mark that nobody has declared.
MARKS: Final = (
    "seqr_suite(group): run the test, which calls `seqr_check`, for each check of a group",
    "seqr_session(pattern, ...): run the test for each of these session files, as `seqr_recording`",
    "seqr_drills(name, ...): the drills of `seqr_drill`, such as 'lost' or 'lost sendInvoice'",
    "seqr_interface(name): the interface of the test's endpoint",
    "seqr_needs(need, ...): skip the test if the endpoint lacks a buyer, clock, writes or inside",
)
# Short enough to be typed from a log.
_SEEDS: Final = 10**6


# Loads the type of a fixture when a test's annotation uses it.
__getattr__, _, _ = lazy_loader.attach(
    __name__,
    submod_attrs={"register_endpoint": ["RegisterEndpoint"], "session_tests": ["SessionReplay"]},
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options as ``--seqr-`` options.

    Their defaults are `None`: pytest runs of other projects do not read the environment.
    """
    group = parser.getgroup("seqr", "seqrkit: SEQR payments")
    for option in OPTIONS:
        name, help_ = f"--seqr-{option.name}", f"{option.description}; {option.variable}"
        if option.repeatable:
            group.addoption(name, metavar=option.metavar, help=help_, action="append")
        elif option.metavar:
            group.addoption(name, metavar=option.metavar, help=help_, type=option.type)
        else:
            group.addoption(name, action="store_true", default=None, help=help_)
    # Messages of `seqrkit verify`, which runs pytest, name its own options.
    group.addoption(
        "--seqr-verify",
        dest="seqr_prefix",
        action="store_const",
        const="--",
        default="--seqr-",
        help=argparse.SUPPRESS,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register marks and the collector of results; choose one seed for all workers."""
    for mark in MARKS:
        config.addinivalue_line("markers", mark)
    asked = any(config.getoption(option.attribute) is not None for option in OPTIONS)
    if config.option.seqr_seed is None and not os.environ.get(variable("seed")):
        # Chosen here so that workers inherit it and a failure can print how to repeat it.
        config.option.seqr_seed = random.SystemRandom().randrange(_SEEDS)
    if config.option.seqr_run_id is None and not os.environ.get(variable("run_id")):
        # Like the seed: all workers of one run must name their terminals after the same run.
        config.option.seqr_run_id = f"{random.SystemRandom().randrange(16**8):08x}"
    # Not in workers, which would each report the same mistake; nor in runs that never asked for
    # seqrkit.
    if asked and not hasattr(config, "workerinput"):
        run_of(config)  # reports wrong options before any test runs
    config.pluginmanager.register(Collector(config), "seqrkit-collector")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of the suite once for each check of its group, or a test once for each session."""
    files = metafunc.definition.get_closest_marker("seqr_session")
    if files is not None:
        from seqrkit.pytest_plugin.session_tests import parametrize

        parametrize(metafunc, files.args)
    if "seqr_drill" in metafunc.fixturenames:
        from seqrkit.drill.disturbances import OF_REPLIES, chosen
        from seqrkit.errors import ConfigurationError

        drills = metafunc.definition.get_closest_marker("seqr_drills")
        try:
            disturbances = chosen(drills.args if drills else (), OF_REPLIES)
        except ConfigurationError as error:
            pytest.fail(f"seqr_drills: {error}", pytrace=False)
        metafunc.parametrize("seqr_drill", disturbances, indirect=True, ids=lambda each: each.id)
    mark = metafunc.definition.get_closest_marker("seqr_suite")
    if mark is None:
        return
    from seqrkit.suite import GROUPS

    _refuse_unknown("seqr_suite", mark.args, GROUPS)
    run, options = run_of(metafunc.config), metafunc.config.option
    listed = f"{options.seqr_prefix}list runs no checks" if options.seqr_list else ""
    planned = [
        pytest.param(
            check,
            id=f"{check.property.id.partition('.')[2]}:{check.case}",
            marks=[pytest.mark.skip(reason=reason)] if (reason := skip_reason or listed) else [],
        )
        for check, skip_reason in run.plan(*mark.args)
    ]
    metafunc.parametrize("seqr_check", planned, indirect=True)


def _refuse_unknown(mark: str, words: Iterable[object], known: Collection[str]) -> None:
    """Fail, without a traceback, if a mark has words that are not known."""
    if unknown := [str(each) for each in words if each not in known]:
        said = f"{', '.join(unknown)} is not one of {', '.join(known)}"
        pytest.fail(f"{mark}: {said}", pytrace=False)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip tests that need what the endpoint lacks, and checks once the run has to end."""
    if _is_suite(item) and (end_reason := run_of(item.config).end_reason):
        pytest.skip(end_reason)
    needs = {need for mark in item.iter_markers("seqr_needs") for need in mark.args}
    if needs:
        from seqrkit.suite.framework import Need

        _refuse_unknown("seqr_needs", needs, tuple(Need))
        skip_reason = _run_of(item.config).target.skip_reason({Need(need) for need in needs})
        if skip_reason:
            pytest.skip(skip_reason)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests of the suite for which no checks match the options."""
    empty = [each for each in items if _is_suite(each) and _check_of(each) is None]
    if empty:
        config.hook.pytest_deselected(items=empty)
        items[:] = [each for each in items if each not in empty]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for a service and log in before the first check."""
    if any(map(_is_suite, session.items)):
        find_service(session.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Conclude the checks of a worker after the last one."""
    is_run = yield
    if nextitem is None and hasattr(item.config, "workerinput") and _is_suite(item):
        from seqrkit.pytest_plugin.reporting import conclude

        conclude(run_of(item.config), item)
    return is_run


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the result of a check to its report, which workers send to the main process."""
    error = call.excinfo  # before pytest puts its own exception in place of one that skips
    report = yield
    check = _check_of(item)
    if check is not None:
        from seqrkit.pytest_plugin.reporting import attach_result

        attach_result(run_of(item.config), check, error, report)
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Use one worker if all would share an endpoint; otherwise each has an embedded one."""
    # Several would advance the same clock.
    return 1 if config.option.seqr_endpoint or os.environ.get(ENDPOINT) else None


@pytest.fixture
def seqr_check(request: pytest.FixtureRequest) -> Callable[[], None]:
    """A function that runs a check of the suite, for tests marked with `seqr_suite`."""
    check: Check = request.param
    return partial(check.run, run_of(request.config).environment)


@pytest.fixture
def seqr(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session with the endpoint under test; each test gets a new embedded endpoint.

    ``@pytest.mark.seqr_interface("extclientproxy-v2")`` chooses its interface, as does a parameter:
    ``@pytest.mark.parametrize("seqr", ["extclientproxy-v2"], indirect=True)``. The test fails where
    the endpoint is neither on this machine, nor one of the vendor's test hosts, nor one of seqrkit:
    `--seqr-allow-writes` permits requests to it.
    """
    mark = request.node.get_closest_marker("seqr_interface")
    with _session(request, *(mark.args if mark else ())) as session:
        yield session


def _run_of(config: pytest.Config) -> Run:
    """Return the run for a test, which fails without a traceback if an option is not valid."""
    try:
        return run_of(config)
    except pytest.UsageError as error:
        pytest.fail(str(error), pytrace=False)


@contextmanager
def _session(request: pytest.FixtureRequest, interface: str = "") -> Iterator[Session]:
    from seqrkit.errors import ConfigurationError
    from seqrkit.schemas import schema_set

    target = _run_of(request.config).target
    interface = getattr(request, "param", interface)
    try:
        if not (target.may_write or target.is_seqrkit):
            pytest.fail(
                f"seqr sends requests that can create invoices and move money, and {target.host} "
                "is not a known test host; --seqr-allow-writes or SEQR_ALLOW_WRITES=1 permits it",
                pytrace=False,
            )
        spoken = schema_set(interface).interface if interface else target.interfaces[0]
        session = target.connect(spoken)
    except ConfigurationError as error:
        pytest.fail(with_names(error.sentence, _option), pytrace=False)
    with session:
        yield session


def _option(argument: str, _is_alternative: bool) -> str | None:  # noqa: FBT001 - with_names calls it
    """Return the option of pytest for an argument of `seqrkit.connect`."""
    names = (f"--seqr-{each.name}" for each in OPTIONS if each.key == argument)
    return next(names, None)


@contextmanager
def _endpoint(config: pytest.Config, session: Session) -> Iterator[RegisterEndpoint]:
    from seqrkit.pytest_plugin.register_endpoint import RegisterEndpoint

    made = RegisterEndpoint(session, run_of(config).target.known_credentials)
    with made.observed():
        yield made


@pytest.fixture
def seqr_endpoint(seqr: Session, request: pytest.FixtureRequest) -> Iterator[RegisterEndpoint]:
    """The address of the endpoint of `seqr`, for the register under test, and what it received."""
    with _endpoint(request.config, seqr) as endpoint:
        yield endpoint


@pytest.fixture
def seqr_drill(seqr_endpoint: RegisterEndpoint, request: pytest.FixtureRequest) -> RegisterEndpoint:
    """The endpoint, with one reply disturbed: the test runs once for each drill.

    The drills are those of `seqrkit drill` that disturb a reply, here always the first one of the
    operation; ``@pytest.mark.seqr_drills("lost")`` chooses some. `assert_books_balance` is the
    verdict.
    """
    seqr_endpoint.faults.add(request.param.fault())
    return seqr_endpoint


@pytest.fixture(scope="module")
def seqr_module_endpoint(request: pytest.FixtureRequest) -> Iterator[RegisterEndpoint]:
    """An endpoint for the tests of a module, also with `@given`; `reset` empties it."""
    with _session(request) as session, _endpoint(request.config, session) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def seqr_session_endpoint(request: pytest.FixtureRequest) -> Iterator[RegisterEndpoint]:
    """An endpoint for all tests, also with `@given`; `reset` empties it."""
    with _session(request) as session, _endpoint(request.config, session) as endpoint:
        yield endpoint


@pytest.fixture
def seqr_phone(seqr: Session) -> Phone | RemotePhone:
    """The simulated buyer's phone at the endpoint of `seqr`."""
    return seqr.phone


@pytest.fixture
def seqr_recording(request: pytest.FixtureRequest) -> tuple[Exchange, ...]:
    """The exchanges of a session file, for tests marked with `seqr_session`."""
    recording: tuple[Exchange, ...] = request.param
    return recording


@pytest.fixture
def seqr_replay(request: pytest.FixtureRequest) -> Iterator[SessionReplay]:
    """Sends recorded requests to the endpoint under test; fails if a reply means something else.

    Without an address it is a new embedded endpoint, as that of `seqrkit replay`.
    """
    from seqrkit.clock import ManualClock
    from seqrkit.pytest_plugin.session_tests import SessionReplay
    from seqrkit.session import connect

    mark = request.node.get_closest_marker("seqr_interface")
    interface = mark.args if mark else ()
    target = _run_of(request.config).target
    with (
        # A recording has its own pace, which only a manual clock can follow without waiting.
        connect(interface=next(iter(interface), None), clock=ManualClock(), quiet=True)
        if target.endpoint is None
        else _session(request, *interface)
    ) as session:
        yield SessionReplay(session)


def _is_suite(item: pytest.Item) -> bool:
    return item.get_closest_marker("seqr_suite") is not None


def _check_of(item: pytest.Item) -> Check | None:
    """Return the check that a test runs; `None` for other tests and for groups without checks."""
    if not _is_suite(item):
        return None
    from seqrkit.suite import Check

    callspec = getattr(item, "callspec", None)
    found = None if callspec is None else callspec.params.get("seqr_check")
    return found if isinstance(found, Check) else None

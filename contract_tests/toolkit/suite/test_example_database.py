"""A failing example of one machine is tried first on another that shares the database."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from fakeredis import TcpFakeServer
from hypothesis import strategies as st

from contract_tests.toolkit.suite.sample_checks import check
from seqrkit.errors import ConfigurationError
from seqrkit.suite import Check, CheckFailure
from seqrkit.suite.framework import CheckContext
from seqrkit.suite.runner.run import Run, run_from_options
from seqrkit.suite_options import OPTIONS, complete

SMALLEST = 123_456


@pytest.fixture
def redis() -> Iterator[str]:
    with TcpFakeServer(("127.0.0.1", 0)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"redis://127.0.0.1:{server.server_address[1]}/0"
        server.shutdown()


@pytest.fixture(params=["redis", "directory"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the location of each kind of database."""
    return str(
        request.getfixturevalue("redis") if request.param == "redis" else tmp_path / "database"
    )


def machine(database: str) -> Run:
    """Return a run as on another machine."""
    options = Namespace(**{option.attribute: None for option in OPTIONS})
    options.seqr_seed, options.seqr_database = 1, database
    complete(options, {})
    return run_from_options(options, {})


def large(tried: list[int], name: str = "one") -> Check:
    """Return a check that draws numbers and fails for large ones."""

    def test(value: int, context: CheckContext) -> None:
        tried.append(value)
        context.expect(value < SMALLEST, "it is large")

    made = check(lambda context: context.explore(st.integers(0), lambda n: test(n, context)))
    return Check(made.property, made.case._replace(name=name))


def test_a_failing_example_is_replayed_first_on_another_machine(database: str) -> None:
    with pytest.raises(CheckFailure):
        large([]).run(machine(database).environment)
    tried: list[int] = []
    with pytest.raises(CheckFailure):
        large(tried).run(machine(database).environment)
    assert tried[0] == SMALLEST


def test_it_is_replayed_only_in_the_same_check(database: str) -> None:
    with pytest.raises(CheckFailure):
        large([]).run(machine(database).environment)
    tried: list[int] = []
    with pytest.raises(CheckFailure):
        large(tried, "another").run(machine(database).environment)
    assert tried[0] != SMALLEST


def test_a_missing_redis_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "redis", None)
    with pytest.raises(ConfigurationError, match="needs the package redis; run: pip install redis"):
        machine("redis://127.0.0.1/0")

"""What failed on one machine is tried first on the next, where they share a database."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from fakeredis import TcpFakeServer
from hypothesis import strategies as st

from contract_tests.toolkit.suite.trials import check
from seqrkit.errors import ConfigurationError
from seqrkit.suite import Check, Trial, Violation
from seqrkit.suite.runner.options import run
from seqrkit.suite.runner.run import Run
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
    """Both that there are."""
    return str(request.getfixturevalue("redis") if request.param == "redis" else tmp_path / "kept")


def machine(database: str) -> Run:
    """Return a run on a machine of its own."""
    options = Namespace(**{option.attribute: None for option in OPTIONS})
    options.seqr_seed, options.seqr_database = 1, database
    complete(options, {})
    return run(options, {})


def looks(seen: list[int], name: str = "one") -> Check:
    """A check that looks at numbers, and fails over large ones."""

    def look(value: int, trial: Trial) -> None:
        seen.append(value)
        trial.expect(value < SMALLEST, "it is large")

    made = check(lambda trial: trial.explore(st.integers(0), lambda value: look(value, trial)))
    return Check(made.property, made.case._replace(name=name))


def test_what_failed_elsewhere_is_tried_first(database: str) -> None:
    with pytest.raises(Violation):
        Trial(machine(database).bench, looks([])).run()
    seen: list[int] = []
    with pytest.raises(Violation):
        Trial(machine(database).bench, looks(seen)).run()
    assert seen[0] == SMALLEST


def test_it_is_tried_in_the_same_check_only(database: str) -> None:
    with pytest.raises(Violation):
        Trial(machine(database).bench, looks([])).run()
    seen: list[int] = []
    with pytest.raises(Violation):
        Trial(machine(database).bench, looks(seen, "another")).run()
    assert seen[0] != SMALLEST


def test_without_the_package_it_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "redis", None)
    with pytest.raises(ConfigurationError, match="need the package redis: pip install redis"):
        machine("redis://127.0.0.1/0")

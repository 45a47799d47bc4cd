"""Endpoints for the tests of the endpoint's outer part."""

from collections.abc import Callable, Iterator
from itertools import count
from os import PathLike
from pathlib import Path

import pytest

from contract_tests.toolkit.simulator import postgresql_server
from contract_tests.toolkit.simulator.hosting import Hosted, hosted

NewDatabase = Callable[[], str | PathLike[str] | None]


@pytest.fixture(scope="session")
def lenient() -> Iterator[Hosted]:
    """An application as it is by default."""
    with hosted() as there:
        yield there


@pytest.fixture(scope="session")
def strict() -> Iterator[Hosted]:
    """An application in strict mode."""
    with hosted(strict=True) as there:
        yield there


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgresql_server.Server]:
    """A PostgreSQL server; the test is skipped where none is installed."""
    with postgresql_server.running() as server:
        yield server


@pytest.fixture(scope="module", params=["file", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database that several processes can use, as `--db` takes it."""
    if request.param == "file":
        return str(tmp_path_factory.mktemp("database") / "shop.db")
    server: postgresql_server.Server = request.getfixturevalue("postgresql")
    return server.new_database()


@pytest.fixture(params=["memory", "file", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    """A function that makes an empty database of each kind."""
    if request.param == "postgresql":
        server: postgresql_server.Server = request.getfixturevalue("postgresql")
        return server.new_database
    numbers = count(1)
    return lambda: None if request.param == "memory" else tmp_path / f"{next(numbers)}.db"

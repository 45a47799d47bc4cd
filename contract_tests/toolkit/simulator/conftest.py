"""Endpoints for the tests of the endpoint's outer part."""

from collections.abc import Iterator

import pytest

from contract_tests.toolkit.simulator.hosting import Hosted, hosted


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

"""Endpoints to control."""

from collections.abc import Iterator

import pytest

from contract_tests.toolkit.simulator.control.controlled import Controlled


@pytest.fixture(scope="module")
def shared() -> Iterator[Controlled]:
    """An endpoint of this file's tests."""
    there = Controlled()
    yield there
    there.close()


@pytest.fixture
def there(shared: Controlled) -> Controlled:
    """The same, as it is at the start."""
    shared.endpoint.control.reset()
    return shared

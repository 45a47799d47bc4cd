"""A shop, its endpoint with a manual clock, and a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_tests.toolkit.browser.lab import Lab, lab
from contract_tests.toolkit.browser.page import Page, browser
from contract_tests.toolkit.browser.shop import Shop
from seqrkit.clock import ManualClock
from seqrkit.simulator import Endpoint


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A webshop with its own endpoint."""
    with Endpoint(clock=ManualClock()) as endpoint:
        yield Shop(endpoint)


@pytest.fixture(scope="session")
def window() -> Iterator[Page]:
    """One browser for all tests, since starting it takes longer than most of them."""
    with browser() as page:
        yield page


@pytest.fixture(scope="session")
def jupyter(window: Page) -> Iterator[Lab]:
    """One JupyterLab for all tests."""
    with lab(window) as one:
        yield one


@pytest.fixture
def page(window: Page, shop: Shop) -> Iterator[Page]:
    """The browser's window in the size of a phone; fails if the console has errors."""
    assert shop.endpoint.is_running, "it goes after the page, which asks it things to the end"
    window.look(390)
    window.open("about:blank")  # console messages of the previous page arrive now
    _of_others = window.complaints
    yield window
    complaints = window.complaints
    window.open("about:blank")
    assert not complaints

"""Requests are judged as the contract says: valid ones, broken ones, those at the limits.

The properties are those of `seqrkit.suite.properties.requests`; this hands them to pytest.
"""

from collections.abc import Callable

import pytest


@pytest.mark.seqr_suite("requests")
def test_requests(seqr_check: Callable[[], None]) -> None:
    seqr_check()

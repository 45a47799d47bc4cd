"""Requests that are sent are answered as the contract says, and do what they should.

The properties are those of `seqrkit.suite.properties.replay`; this hands them to pytest.
"""

from collections.abc import Callable

import pytest


@pytest.mark.seqr_suite("replay")
def test_replay(seqr_check: Callable[[], None]) -> None:
    seqr_check()

"""Requests are answered as the contract says, and have their effect.

The properties are those of `seqrkit.suite.properties.replay`.
"""

from collections.abc import Callable

import pytest


@pytest.mark.seqr_suite("replay")
def test_replay(seqr_check: Callable[[], None]) -> None:
    seqr_check()

"""Whole payments agree with a model; every code and change of status is covered.

The properties are those of `seqrkit.suite.properties.life`.
"""

from collections.abc import Callable

import pytest


@pytest.mark.seqr_suite("life")
def test_life(seqr_check: Callable[[], None]) -> None:
    seqr_check()

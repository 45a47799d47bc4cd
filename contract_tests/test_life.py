"""Whole payments go as the model of them says; every code and transition is seen.

The properties are those of `seqrkit.suite.properties.life`; this hands them to pytest.
"""

from collections.abc import Callable

import pytest


@pytest.mark.seqr_suite("life")
def test_life(seqr_check: Callable[[], None]) -> None:
    seqr_check()

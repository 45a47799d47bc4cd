"""The examples of the two references have the findings that they are known to have.

The properties are those of `seqrkit.suite.properties.examples`; this hands them to pytest.
"""

from collections.abc import Callable

import pytest


@pytest.mark.seqr_suite("examples")
def test_examples(seqr_check: Callable[[], None]) -> None:
    seqr_check()

"""The references' examples break exactly the rules that they are known to break.

The properties are those of `seqrkit.suite.properties.examples`.
"""

from collections.abc import Callable

import pytest


@pytest.mark.seqr_suite("examples")
def test_examples(seqr_check: Callable[[], None]) -> None:
    seqr_check()

"""The linter and the validators judge valid, broken and unusual messages.

The properties are those of `seqrkit.suite.properties.requests`.
"""

from collections.abc import Callable

import pytest


@pytest.mark.seqr_suite("requests")
def test_requests(seqr_check: Callable[[], None]) -> None:
    seqr_check()

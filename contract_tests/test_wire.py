"""WSDL, XSD, model and documents agree, and messages survive writing and reading.

The properties are those of `seqrkit.suite.properties.wire`.
"""

from collections.abc import Callable

import pytest


@pytest.mark.seqr_suite("wire")
def test_wire(seqr_check: Callable[[], None]) -> None:
    seqr_check()

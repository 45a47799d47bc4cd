"""WSDL, XSD, model and documents agree, and what one reader writes the others read.

The properties are those of `seqrkit.suite.properties.wire`; this hands them to pytest.
"""

from collections.abc import Callable

import pytest


@pytest.mark.seqr_suite("wire")
def test_wire(seqr_check: Callable[[], None]) -> None:
    seqr_check()

"""WSDL, XSD, model and documents agree, and what one reader writes the others read.

The properties are those of `seqrkit.suite.properties.wire`; this hands them to pytest.
"""

import pytest

from seqrkit.suite import Trial


@pytest.mark.seqr_suite("wire")
def test_wire(seqr_trial: Trial) -> None:
    seqr_trial.run()

"""Requests that are sent are answered as the contract says, and do what they should.

The properties are those of `seqrkit.suite.properties.replay`; this hands them to pytest.
"""

import pytest

from seqrkit.suite import Trial


@pytest.mark.seqr_suite("replay")
def test_replay(seqr_trial: Trial) -> None:
    seqr_trial.run()

"""Requests are judged as the contract says: valid ones, broken ones, those at the limits.

The properties are those of `seqrkit.suite.properties.requests`; this hands them to pytest.
"""

import pytest

from seqrkit.suite import Trial


@pytest.mark.seqr_suite("requests")
def test_requests(seqr_trial: Trial) -> None:
    seqr_trial.run()

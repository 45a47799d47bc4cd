"""Whole payments go as the model of them says; every code and transition is seen.

The properties are those of `seqrkit.suite.properties.life`; this hands them to pytest.
"""

import pytest

from seqrkit.suite import Trial


@pytest.mark.seqr_suite("life")
def test_life(seqr_trial: Trial) -> None:
    seqr_trial.run()

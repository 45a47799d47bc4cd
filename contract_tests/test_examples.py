"""The examples of the two references have the findings that they are known to have.

The properties are those of `seqrkit.suite.properties.examples`; this hands them to pytest.
"""

import pytest

from seqrkit.suite import Trial


@pytest.mark.seqr_suite("examples")
def test_examples(seqr_trial: Trial) -> None:
    seqr_trial.run()

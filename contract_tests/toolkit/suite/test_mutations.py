"""The suite finds mistakes: each of many that are made on purpose, by a named property."""

import pytest

from contract_tests.toolkit.suite.mistakes import MISTAKES
from contract_tests.toolkit.suite.mistakes_in_money import MONEY
from contract_tests.toolkit.suite.mistakes_in_states import STATES
from contract_tests.toolkit.suite.mutation import Mutation


def test_there_are_as_many_as_were_asked_for() -> None:
    assert len({mutation.name for mutation in MISTAKES}) == len(MISTAKES) >= 60
    assert len(MONEY) + len(STATES) >= 20


@pytest.mark.parametrize("mutation", MISTAKES, ids=str)
def test_every_mistake_can_be_made_and_is_taken_back(mutation: Mutation) -> None:
    for _ in range(2):  # the second time finds what the first one left
        with mutation.bench() as bench:
            assert bench.profile.seed is not None

"""The suite finds mistakes: each of many that are made on purpose, by a named property.

Every run makes a few of them; ``nox -s mutations`` and the nightly run make all. The report of
pytest (``--junit-xml``) says for each which property caught it, in which case, and what it said.
"""

import pytest

from contract_tests.profiles import NIGHTLY
from contract_tests.toolkit.suite.mistakes import MISTAKES, SAMPLE
from contract_tests.toolkit.suite.mistakes_in_money import MONEY
from contract_tests.toolkit.suite.mistakes_in_states import STATES
from contract_tests.toolkit.suite.mutation import Mutation, holds
from contract_tests.toolkit.suite.rewriting import answering, rewritten
from seqrkit.contract import numbers
from seqrkit.simulator.behaviours import result_codes
from seqrkit.vocabulary import ResultCode


@pytest.fixture
def every_reply() -> None:
    """Not watched here: some of the mistakes are in the replies."""


@pytest.mark.parametrize("mutation", MISTAKES if NIGHTLY else SAMPLE, ids=str)
def test_the_suite_catches_it(mutation: Mutation, request: pytest.FixtureRequest) -> None:
    violation = mutation.caught()
    assert violation is not None, f"every check holds, although {mutation}"
    request.node.user_properties.append(("caught by", str(violation)))
    assert holds(violation), f"{violation}: so it is without the mistake"


def test_there_are_as_many_as_were_asked_for() -> None:
    assert len({mutation.name for mutation in MISTAKES}) == len(MISTAKES) >= 60
    assert len(MONEY) + len(STATES) >= 20
    assert len(SAMPLE) == 12


@pytest.mark.parametrize("mutation", MISTAKES, ids=str)
def test_every_mistake_can_be_made_and_is_taken_back(mutation: Mutation) -> None:
    for _ in range(2):  # the second time finds what the first one left
        with mutation.bench() as bench:
            assert bench.profile.seed is not None


def test_a_mistake_is_seen_wherever_the_function_was_imported_to() -> None:
    check_digit = numbers.ean_check_digit
    with rewritten(check_digit, "-weighted % 10", "weighted % 10"):
        assert check_digit("9638507") == "6"
    assert check_digit("9638507") == "4"


@pytest.mark.parametrize("old", ["is not written here", "e"])
def test_a_mistake_that_would_be_none_is_an_error(old: str) -> None:
    with (
        pytest.raises(LookupError, match="ean_check_digit has"),
        rewritten(numbers.ean_check_digit, old, "x"),
    ):
        pass


def test_a_behaviour_answers_its_own_code_again() -> None:
    def said() -> ResultCode | None:
        return result_codes.CANCEL_PAID.code

    with answering(result_codes.CANCEL_PAID, ResultCode.SYSTEM_ERROR):
        assert said() is ResultCode.SYSTEM_ERROR
    assert said() is ResultCode.CANNOT_CANCEL_PAID_INVOICE

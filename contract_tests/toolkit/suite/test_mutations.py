"""The suite catches seeded mistakes, each by a named property.

Every run makes a few of them; ``nox -s mutations`` and the nightly run make all. The report of
pytest (``--junit-xml``) names the property and case that caught each, with its message.
"""

import pytest

from contract_tests.profiles import NIGHTLY
from contract_tests.toolkit.suite.mistakes import MISTAKES, SAMPLE
from contract_tests.toolkit.suite.mistakes_in_money import MONEY
from contract_tests.toolkit.suite.mistakes_in_states import STATES
from contract_tests.toolkit.suite.mutation import Mutation, passes
from contract_tests.toolkit.suite.rewriting import answering, rewritten
from seqrkit.contract import numbers_and_check_digits
from seqrkit.simulator.behaviours import refusal
from seqrkit.vocabulary import ResultCode


@pytest.fixture
def every_reply() -> None:
    """Replace the fixture that checks replies: some of the mistakes are in replies."""


@pytest.mark.parametrize("mutation", MISTAKES if NIGHTLY else SAMPLE, ids=str)
def test_the_suite_catches_the_mistake(mutation: Mutation, request: pytest.FixtureRequest) -> None:
    caught = mutation.caught()
    assert caught is not None, f"every check passes with the mistake: {mutation}"
    check, failure = caught
    request.node.user_properties.append(("caught by", str(failure)))
    assert passes(check), f"fails without the mistake, too: {failure}"


def test_the_mistakes_are_distinct_and_enough() -> None:
    assert len({mutation.name for mutation in MISTAKES}) == len(MISTAKES) >= 60
    assert len(MONEY) + len(STATES) >= 20
    assert len(SAMPLE) == 12


@pytest.mark.parametrize("mutation", MISTAKES, ids=str)
def test_every_mistake_can_be_made_and_undone(mutation: Mutation) -> None:
    for _ in range(2):  # the second time fails if the first was not undone
        with mutation.environment() as environment:
            assert environment.profile.seed is not None


def test_a_rewritten_function_changes_wherever_it_was_imported() -> None:
    check_digit = numbers_and_check_digits.ean_check_digit
    with rewritten(check_digit, "-weighted % 10", "weighted % 10"):
        assert check_digit("9638507") == "6"
    assert check_digit("9638507") == "4"


@pytest.mark.parametrize("old", ["is not written here", "e"])
def test_rewriting_a_text_that_does_not_occur_once_is_an_error(old: str) -> None:
    with (
        pytest.raises(LookupError, match="in ean_check_digit, not once"),
        rewritten(numbers_and_check_digits.ean_check_digit, old, "x"),
    ):
        pass


def test_a_behaviour_answers_its_own_code_again() -> None:
    def code() -> ResultCode | None:
        return refusal("cancel.paid").code

    with answering(refusal("cancel.paid"), ResultCode.SYSTEM_ERROR):
        assert code() is ResultCode.SYSTEM_ERROR
    assert code() is ResultCode.CANNOT_CANCEL_PAID_INVOICE

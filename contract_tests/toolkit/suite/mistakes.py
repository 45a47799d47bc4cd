"""All seeded mistakes, and the sample of them that every run of the tests makes."""

from typing import Final

from contract_tests.toolkit.suite.mistakes_in_answers import ANSWERS
from contract_tests.toolkit.suite.mistakes_in_client import CLIENT
from contract_tests.toolkit.suite.mistakes_in_linter import LINTER
from contract_tests.toolkit.suite.mistakes_in_money import MONEY
from contract_tests.toolkit.suite.mistakes_in_states import STATES

MISTAKES: Final = (*MONEY, *STATES, *ANSWERS, *CLIENT, *LINTER)
_EVERY_TIME: Final = {
    "a refund is counted twice",
    "a payment is rounded to whole units",
    "a commit may be twice the reservation",
    "a period holds what the one before it held",
    "a new status does not raise the version",
    "a payment is reversed a second late",
    "cancelling a payment is answered as in progress",
    "a reply's elements are not in the schema's order",
    "a clientReference has a character too many",
    "the client ignores the amount of a commit",
    "the linter accepts 41 characters where 40 are the limit",
    "the linter adds rows to the nearest unit",
}
SAMPLE: Final = tuple(each for each in MISTAKES if each.name in _EVERY_TIME)
"""A few of each kind, each of which is caught within a second."""

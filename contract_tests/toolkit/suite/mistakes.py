"""All deliberate mistakes, and those of them that every run of the tests makes."""

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
    "a commit takes one more than was reserved",
    "a period holds what the one before it held",
    "a new status does not raise the version",
    "a payment is reversed a second late",
    "cancelling a payment is answered as in progress",
    "a reply's elements are not in the schema's order",
    "a clientReference has a character too many",
    "the client commits all, whatever it is told",
    "41 characters are as good as 40",
    "the linter adds rows to the nearest unit",
}
SAMPLE: Final = tuple(each for each in MISTAKES if each.name in _EVERY_TIME)
"""A few of each kind, which are caught within a second each."""

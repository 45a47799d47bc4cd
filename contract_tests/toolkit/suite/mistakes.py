"""All deliberate mistakes, and those of them that every run of the tests makes."""

from typing import Final

from contract_tests.toolkit.suite.mistakes_in_answers import ANSWERS
from contract_tests.toolkit.suite.mistakes_in_client import CLIENT
from contract_tests.toolkit.suite.mistakes_in_linter import LINTER
from contract_tests.toolkit.suite.mistakes_in_money import MONEY
from contract_tests.toolkit.suite.mistakes_in_states import STATES

MISTAKES: Final = (*MONEY, *STATES, *ANSWERS, *CLIENT, *LINTER)

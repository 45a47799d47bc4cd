import pytest

from contract_tests.toolkit.messages import CONTRACTS
from seqrkit import strategies
from seqrkit.contract import SESSION_RULES


def test_a_single_message_can_break_each_rule_except_those_of_sessions_and_of_the_linter() -> None:
    assert set(strategies.UNBREAKABLE) == {*SESSION_RULES, "wire.schema"}


@pytest.mark.parametrize("interface", CONTRACTS)
def test_examples_are_the_same_every_time(interface: str) -> None:
    once, again = (list(strategies.broken_examples("sendInvoice", interface)) for _ in range(2))
    assert once == again


def test_a_rule_that_a_message_cannot_break_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"no cancelInvoice breaks invoice\.title\.required"):
        strategies.broken("cancelInvoice", rule="invoice.title.required")
    with pytest.raises(LookupError, match=r"no rule 'invoice\.title'"):
        strategies.broken("sendInvoice", rule="invoice.title")

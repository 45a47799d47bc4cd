import pytest

from contract_tests.toolkit.messages import CONTRACTS
from seqrkit import strategies


def test_only_two_rules_cannot_be_broken_by_one_message() -> None:
    assert set(strategies.UNBREAKABLE) == {
        "context.clientReference.unique",  # takes two requests
        "wire.schema",  # says that the linter itself is wrong
    }


@pytest.mark.parametrize("interface", CONTRACTS)
def test_examples_are_the_same_every_time(interface: str) -> None:
    once, again = (list(strategies.broken_examples("sendInvoice", interface)) for _ in range(2))
    assert once == again


def test_a_rule_that_a_message_cannot_break_is_refused() -> None:
    with pytest.raises(LookupError, match=r"no cancelInvoice breaks invoice\.title\.required"):
        strategies.broken("cancelInvoice", rule="invoice.title.required")
    with pytest.raises(LookupError, match=r"no rule 'invoice\.title'"):
        strategies.broken("sendInvoice", rule="invoice.title")

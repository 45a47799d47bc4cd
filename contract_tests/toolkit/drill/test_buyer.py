"""The rules of a buyer: which applies, and what cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrkit.drill.buyer import ACTIONS, buyer_rules
from seqrkit.errors import ConfigurationError
from seqrkit.simulator.phone import Bill


class Shown:
    """An invoice as a buyer sees it."""

    def __init__(self, total: str, title: str = "Tea") -> None:
        from seqrkit.money import Amount

        self.total, self.title = Amount.of(total), title


def action(text: str, number: int, total: str, title: str = "Tea") -> str | None:
    """Return what the buyer does."""
    bill: Bill = Shown(total, title)  # type: ignore[assignment]
    rules = buyer_rules(text)
    return next((each.action for each in rules if each.applies(number, bill)), None)


RULES = (
    "decline number 3; cancel titled coffee; pay 10 SEK above 500 SEK; pay below 100 SEK; ignore"
)


@pytest.mark.parametrize(
    ("number", "total", "title", "expected"),
    [
        (1, "99.99 SEK", "Tea", "pay"),
        (1, "100 SEK", "Tea", "ignore"),
        (3, "1 SEK", "Tea", "decline"),
        (2, "1 SEK", "Iced Coffee", "cancel"),
        (1, "501 SEK", "Tea", "pay"),
        (1, "1 EUR", "Tea", "ignore"),
    ],
)
def test_the_first_rule_that_applies_counts(
    number: int, total: str, title: str, expected: str
) -> None:
    assert action(RULES, number, total, title) == expected


def test_a_part_can_be_paid() -> None:
    assert buyer_rules("pay 10.50 SEK")[0].part == "10.50 SEK"


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_one_sentence(text: str) -> None:
    try:
        rules = buyer_rules(text)
    except ConfigurationError as error:
        refused = str(error)
    else:
        refused = ""
        assert {each.action for each in rules} <= set(ACTIONS)
    assert "rules are separated by" in refused or "is not" in refused or not refused


@pytest.mark.parametrize("text", ["", " ; ", "pay number x", "pay below much", "decline 10 SEK"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        buyer_rules(text)

"""The strategies construct messages instead of filtering: few draws are rejected."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from contract_tests.toolkit.messages import CONTRACTS
from seqrkit import strategies

NAMES = [(interface, name) for interface, judge in CONTRACTS.items() for name in judge.elements]
DRAWS = 120
MAKERS: dict[str, Callable[[str, str], SearchStrategy[Any]]] = {
    "valid": strategies.valid,
    "broken": strategies.broken,
    "wild": lambda name, interface: strategies.wild(name, interface, limit=20_000),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_fewer_than_one_draw_in_ten_is_rejected(kind: str) -> None:
    each = [MAKERS[kind](name, interface) for interface, name in NAMES]
    begun = 0

    @st.composite
    def counted(draw: st.DrawFn) -> object:
        nonlocal begun
        begun += 1
        return draw(draw(st.sampled_from(each)))

    made = 0

    @settings(max_examples=DRAWS, database=None, phases=[Phase.generate])
    @given(counted())
    def draw(message: object) -> None:
        nonlocal made
        assert message is not None
        made += 1

    draw()
    assert made == DRAWS
    assert begun - made < DRAWS / 10  # Hypothesis cuts large messages short; those count too


def test_no_health_check_is_suppressed_for_them() -> None:
    @settings(max_examples=DRAWS, database=None, suppress_health_check=[])
    @given(strategies.valid("sendInvoice"))
    def drawn(message: strategies.Message) -> None:
        assert message is not None

    drawn()

"""The strategies construct and do not filter: next to nothing that is drawn is thrown away."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.statistics import collector
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
def test_fewer_than_one_draw_in_a_hundred_is_rejected(kind: str) -> None:
    each = [MAKERS[kind](name, interface) for interface, name in NAMES]

    @settings(max_examples=DRAWS, database=None, phases=[Phase.generate])
    @given(st.sampled_from(each).flatmap(lambda chosen: chosen))
    def draw(message: object) -> None:
        assert message is not None

    reports: list[dict[str, Any]] = []
    keep: Any = reports.append  # the collector has no types
    with collector.with_value(keep):
        draw()
    (report,) = reports
    found = Counter(case["status"] for case in report["generate-phase"]["test-cases"])
    assert found["valid"] == DRAWS
    assert found["invalid"] < DRAWS / 100  # an overrun is a draw that Hypothesis itself cut short


def test_no_health_check_is_suppressed_for_them() -> None:
    @settings(max_examples=DRAWS, database=None, suppress_health_check=[])
    @given(strategies.valid("sendInvoice"))
    def drawn(message: strategies.Message) -> None:
        assert message is not None

    drawn()

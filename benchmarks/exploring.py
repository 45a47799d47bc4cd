"""A run of Hypothesis that does nothing but generate: no database, no shrinking, no deadline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy


def exploring(
    strategy: SearchStrategy[Any],
    examples: int,
    look: Callable[[Any], None] = lambda _: None,
) -> Callable[[], None]:
    """A function that generates so many examples, and looks at each."""

    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(example: Any) -> None:  # noqa: ANN401 - of any kind
        look(example)

    return run

"""A figure of the table, and how two things are timed against each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

ROUND = 0.02
"""Seconds of one round: short, so that what disturbs the machine falls on both alike."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row of the table: what was measured, and what was asked of it."""

    what: str
    against: str
    ours: str
    theirs: str
    measured: float
    asked: float
    at_least: bool = False
    unit: str = "x"
    """Follows the numbers: `x` for a ratio, `ms` for a difference, empty for a count."""

    @property
    def verdict(self) -> str:
        """`ok`, or `short` where the measured figure falls short of the asked one."""
        kept = self.measured >= self.asked if self.at_least else self.measured <= self.asked
        return "ok" if kept else "short"

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as the table shows it."""
        bound = "at least" if self.at_least else "at most"
        return (
            self.what,
            self.against,
            self.ours,
            self.theirs,
            f"{self.measured:.2f} {self.unit}".rstrip(),
            f"{bound} {self.asked:g} {self.unit}".rstrip(),
            self.verdict,
        )


def alternate(sides: Sequence[Callable[[], object]], seconds: float) -> list[list[float]]:
    """Time each side in turn for `seconds` altogether: a list each side, seconds a call.

    The sides take turns in rounds of `ROUND` seconds, and the round at a place of one list was run
    right beside the round at the same place of the others.
    """
    counts = [_calls_in(side, ROUND) for side in sides]
    times: list[list[float]] = [[] for _ in sides]
    end = perf_counter() + seconds
    while perf_counter() < end:
        for side, count, into in zip(sides, counts, times, strict=True):
            into.append(_timed(side, count) / count)
    return times


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the quotients of rounds run beside each other."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))


def micros(times: Sequence[float]) -> str:
    """The median of seconds a call, as microseconds."""
    return f"{median(times) * 1e6:,.0f} us"


def millis(times: Sequence[float]) -> str:
    """The median of seconds a call, as milliseconds."""
    return f"{median(times) * 1e3:,.1f} ms"


def _calls_in(side: Callable[[], object], seconds: float) -> int:
    """How many calls fill that time; this warms the side up, too."""
    for _ in range(3):
        side()
    spent = _timed(side, 3) / 3
    return max(1, round(seconds / spent))


def _timed(side: Callable[[], object], count: int) -> float:
    start = perf_counter()
    for _ in range(count):
        side()
    return perf_counter() - start

"""Clocks: a manual one moves only when it is advanced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrkit.clock import ManualClock, SystemClock


@given(st.lists(st.floats(0, 1000), max_size=20))
def test_a_manual_clock_moves_only_by_what_it_is_advanced(steps: list[float]) -> None:
    clock = ManualClock()
    start = clock.now()
    for step in steps:
        clock.advance(step)
    passed = sum((timedelta(seconds=step) for step in steps), timedelta())
    assert clock.now() - start == passed
    assert clock.monotonic() == passed.total_seconds()


def test_sleeping_on_a_manual_clock_advances_it() -> None:
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    clock.sleep(20)
    assert clock.now() == datetime(2026, 3, 1, 0, 0, 20, tzinfo=UTC)


def test_a_manual_clock_that_moves_back_counts_on() -> None:
    clock = ManualClock()
    clock.advance(20)
    clock.move_to(clock.start)
    clock.advance(1)
    assert clock.now() == clock.start + timedelta(seconds=1)
    assert clock.monotonic() == 21


def test_subscribers_are_called_until_they_unsubscribe() -> None:
    clock = ManualClock()
    told: list[datetime] = []
    leave = clock.subscribe(told.append)
    clock.advance(1)
    leave()
    clock.advance(1)
    assert told == [clock.now() - timedelta(seconds=1)]


def test_a_clock_does_not_move_backwards() -> None:
    with pytest.raises(ValueError, match="only moves forward"):
        ManualClock().advance(-1)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        ManualClock(datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_system_clock_is_in_utc_and_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() <= clock.monotonic()
    clock.sleep(0)

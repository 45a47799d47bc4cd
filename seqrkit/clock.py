"""Clocks that are passed in: the system's, or one that only moves when it is advanced."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, Protocol

from seqrkit.notebook_repr import Shown

# Fixed, so that sessions of a manual clock are the same on any day; noon is one date in most zones.
DEFAULT_START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of time: later instants would leave Python's calendar no room for time-outs and zones."""

# freezegun replaces time.monotonic in every module. A wait for a server must end all the same.
elapsed: Final[Callable[[], float]] = (
    partial(time.monotonic)
    if sys.platform == "win32"
    else partial(time.clock_gettime, time.CLOCK_MONOTONIC)
)
"""Return the seconds since some fixed instant, also while a test library has frozen the time."""


class Clock(Protocol):
    """The interface of a clock."""

    def now(self) -> datetime:
        """Return the current instant, in UTC."""

    def monotonic(self) -> float:
        """Return the seconds since some fixed instant; the value never decreases."""

    def sleep(self, seconds: float) -> None:
        """Return after that many seconds on this clock."""


class SystemClock(Shown):
    """The system's clock."""

    def now(self) -> datetime:
        """Return the current instant, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the seconds since some fixed instant; the value never decreases."""
        return elapsed()

    def sleep(self, seconds: float) -> None:
        """Block the calling thread for that many seconds."""
        time.sleep(seconds)

    def __repr__(self) -> str:
        return "SystemClock()"


class ManualClock(Shown):
    """A clock that stands still until it is advanced or reset; sleeping on it advances it.

    Safe to use from several threads. Subscribers are called after each move, in the thread that
    moved the clock.
    """

    def __init__(self, start: datetime = DEFAULT_START) -> None:
        if start.tzinfo is None:
            msg = "a clock needs a start with a time zone, e.g. datetime(2026, 1, 1, tzinfo=UTC)"
            raise ValueError(msg)
        self.start: datetime = _checked(start.astimezone(UTC))
        """The first instant."""
        self._now = self.start
        self._passed_before = timedelta()
        self._lock = threading.Lock()
        self._subscribers: list[Callable[[datetime], None]] = []

    def now(self) -> datetime:
        """Return the instant at which the clock stands, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds that the clock has been advanced since it was created."""
        return (self._passed_before + (self._now - self.start)).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Advance the clock instead of waiting."""
        self.advance(seconds)

    def advance(self, seconds: float) -> datetime:
        """Move the clock forward and return the new instant.

        Raises `ValueError` for a negative number of seconds, and `OverflowError` for more than
        there are until the year 9999.
        """
        if seconds < 0:
            msg = f"a clock only moves forward, not by {seconds} s"
            raise ValueError(msg)
        with self._lock:
            self._now = _checked(self._now + timedelta(seconds=seconds))
        return self._moved()

    def move_to(self, instant: datetime) -> None:
        """Move the clock, also backwards as a reset does."""
        with self._lock:
            # A reset moves `now` back, and `monotonic` must never do so.
            self._passed_before += max(self._now - instant, timedelta())
            self._now = _checked(instant)
        self._moved()

    def subscribe(self, callback: Callable[[datetime], None]) -> Callable[[], None]:
        """Call `callback` with the new instant after each move; return a function that stops it."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def _moved(self) -> datetime:
        now = self._now
        # Outside the lock and over a copy: a callback may advance the clock or stop itself.
        for callback in tuple(self._subscribers):
            callback(now)
        return now

    def __repr__(self) -> str:
        return f"ManualClock({self._now.isoformat(timespec='seconds')})"


def _checked(instant: datetime) -> datetime:
    if instant > LATEST:
        raise OverflowError("a clock cannot go beyond the year 9998")
    return instant

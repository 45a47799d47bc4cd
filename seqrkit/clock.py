"""Time as a thing that is handed in: the system's, or one that moves only when told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from seqrkit.notebook_repr import Shown

DEFAULT_START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


class Clock(Protocol):
    """What the toolkit asks of a clock."""

    def now(self) -> datetime:
        """The instant, with its zone (UTC)."""

    def monotonic(self) -> float:
        """Seconds since some fixed instant; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Come back when that many seconds have passed on this clock."""


class SystemClock(Shown):
    """The machine's own clock."""

    def now(self) -> datetime:
        """The instant, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed instant; never goes back."""
        return time.perf_counter()

    def sleep(self, seconds: float) -> None:
        """Block the calling thread for that many seconds."""
        time.sleep(seconds)

    def __repr__(self) -> str:
        return "SystemClock()"


class ManualClock(Shown):
    """A clock that stands still until it is advanced; sleeping on it advances it.

    Safe to use from several threads. Those who subscribed are called, in the thread that moved the
    clock, after each move.
    """

    def __init__(self, start: datetime = DEFAULT_START) -> None:
        if start.tzinfo is None:
            msg = "a clock needs a start with a time zone, e.g. datetime(2026, 1, 1, tzinfo=UTC)"
            raise ValueError(msg)
        self._start = self._now = start.astimezone(UTC)
        self._lock = threading.Lock()
        self._subscribers: list[Callable[[datetime], None]] = []

    def now(self) -> datetime:
        """The instant this clock stands at, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds this clock has been advanced since it was made."""
        return (self._now - self._start).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Advance the clock instead of waiting."""
        self.advance(seconds)

    def advance(self, seconds: float) -> datetime:
        """Move the clock forward and return the new instant.

        Raises `ValueError` for a negative number: time does not run backwards here either.
        """
        if seconds < 0:
            msg = f"a clock only moves forward, not by {seconds} s"
            raise ValueError(msg)
        with self._lock:
            self._now += timedelta(seconds=seconds)
            now = self._now
        for callback in tuple(self._subscribers):
            callback(now)
        return now

    def subscribe(self, callback: Callable[[datetime], None]) -> Callable[[], None]:
        """Have `callback` called with the new instant after each move; returns the way out."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def __repr__(self) -> str:
        return f"ManualClock({self._now.isoformat(timespec='seconds')})"

"""How fast requests may follow each other."""

from __future__ import annotations

import threading

from seqrkit.clock import Clock, SystemClock
from seqrkit.errors import ConfigurationError


class Pace:
    """At most so many requests a second, evenly spread; clients may share one, and threads.

    Raises `ConfigurationError` for a rate that is not more than 0.
    """

    def __init__(self, rate: float, clock: Clock | None = None) -> None:
        if not rate > 0:
            raise ConfigurationError(f"a rate is more than 0 requests a second, not {rate:g}")
        self._between = 1 / rate
        self._clock = clock or SystemClock()
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Come back when the next request may be sent."""
        with self._lock:
            now = self._clock.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._between
        if turn > now:
            self._clock.sleep(turn - now)

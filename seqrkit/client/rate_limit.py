"""The rate limit of requests."""

from __future__ import annotations

import threading

from seqrkit.clock import Clock, SystemClock
from seqrkit.errors import ConfigurationError


class Pace:
    """A limit of `rate` requests a second, evenly spread; clients and threads may share it.

    Raises `ConfigurationError` for a rate of 0 or less.
    """

    def __init__(self, rate: float, clock: Clock | None = None) -> None:
        if not rate > 0:
            raise ConfigurationError(
                f"the rate is {rate:g}, but it must be more than 0 requests a second"
            )
        self._between = 1 / rate
        self._clock = clock or SystemClock()
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the next request may be sent."""
        with self._lock:
            now = self._clock.monotonic()
            turn = max(now, self._next)
            # The turn is taken inside the lock and waited for outside, so threads queue without
            # blocking.
            self._next = turn + self._between
        if turn > now:
            self._clock.sleep(turn - now)

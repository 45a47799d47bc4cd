"""Slows down guessing: failed logins of a principal are answered late after a number of them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from time import monotonic
from typing import Final

from seqrkit.clock import Clock, ManualClock

MAX_FAILURES: Final = 20
"""Failed logins of a principal in a minute that are answered at once."""
DELAY_SECONDS: Final = 2.0
"""How much longer each further answer is delayed."""
_MAX_DELAYS: Final = 10
_WINDOW_SECONDS: Final = 60.0
# The ids are the client's words, so their number must have a limit.
_PRINCIPALS: Final = 1000


class LoginThrottle:
    """Counts the failed logins of each principal: by the id that was sent, or by its address.

    Nothing is delayed at a local endpoint with a manual clock: tests send wrong passwords often.
    """

    def __init__(self, clock: Clock, *, only_local: bool) -> None:
        self._is_off = only_local and isinstance(clock, ManualClock)
        self._failures: OrderedDict[object, deque[float]] = OrderedDict()

    async def delay(self, principal: object) -> None:
        """Count a failed login, and return when it may be answered."""
        seconds = self.failed(principal, monotonic())
        if seconds and not self._is_off:
            await asyncio.sleep(seconds)

    def failed(self, principal: object, at: float) -> float:
        """Count a failed login at an instant in seconds; return how long its answer has to wait."""
        # Delayed rather than locked: a lock would let anyone shut out a shop.
        failures = self._failures.setdefault(principal, deque(maxlen=MAX_FAILURES + _MAX_DELAYS))
        self._failures.move_to_end(principal)
        if len(self._failures) > _PRINCIPALS:
            self._failures.popitem(last=False)
        failures.append(at)
        recent = sum(at - each < _WINDOW_SECONDS for each in failures)
        return max(0, recent - MAX_FAILURES) * DELAY_SECONDS

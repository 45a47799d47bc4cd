"""Slows down guessing: failed logins of a principal are answered late after a number of them."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Final

MAX_FAILURES: Final = 20
"""Failed logins of a principal in a minute that are answered at once."""
DELAY_SECONDS: Final = 2.0
_WINDOW_SECONDS: Final = 60.0
_PRINCIPALS: Final = 1000


class LoginThrottle:
    """Counts the failed logins of each principal, by the id that was sent."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def failed(self, principal: str, at: float) -> float:
        """Count a failed login at an instant in seconds; return how long its answer has to wait."""
        failures = self._failures.setdefault(principal, deque(maxlen=MAX_FAILURES + 1))
        self._failures.move_to_end(principal)
        if len(self._failures) > _PRINCIPALS:
            self._failures.popitem(last=False)
        failures.append(at)
        is_over = len(failures) > MAX_FAILURES and at - failures[0] < _WINDOW_SECONDS
        return DELAY_SECONDS if is_over else 0.0

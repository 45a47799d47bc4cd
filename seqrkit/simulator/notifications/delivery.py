"""Telling merchants of payments: a POST to notificationUrl, after the commit, in a thread apart.

Nothing here can hold up an answer or lose a payment. Where the clock is manual, tries happen as it
moves, each at its own time, whether it moves at once or in steps.
"""

from __future__ import annotations

import heapq
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

from seqrkit.clock import Clock, ManualClock
from seqrkit.errors import ConfigurationError
from seqrkit.simulator.faults import Faults, Kind
from seqrkit.simulator.notifications.http_post import Outcome, post, shown

PAUSES: Final = (1.0, 2.0)
"""Seconds from a try that failed to the next; when they are used up the merchant is not told.

So there are three tries; a pause of 4 s would belong to a fourth.
"""
WAITING: Final = 1000
"""Notifications that may wait to be sent."""
REMEMBERED: Final = 1000
"""Tries that are remembered."""
_OK: Final = 200
_log = logging.getLogger(__name__)
_TOO_MANY: Final = f"not sent: {WAITING} others are waiting"

Poster = Callable[[str, dict[str, str], frozenset[str]], Outcome]


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One try to tell a merchant of an invoice: when, where (without credentials), what came of it.

    `number` counts the tries of a notification from 1; 0 is one that was never sent. `status` is
    the receiver's, `None` where it gave none. `again_at` is when the next try is due.
    """

    reference: str
    url: str
    number: int
    at: datetime
    delivered: bool
    status: int | None
    says: str
    again_at: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return {
            "reference": self.reference,
            "url": self.url,
            "number": self.number,
            "at": self.at.isoformat(),
            "delivered": self.delivered,
            "status": self.status,
            "says": self.says,
            "again_at": None if self.again_at is None else self.again_at.isoformat(),
        }

    def __str__(self) -> str:
        return f"{self.reference} to {self.url}, try {self.number}: {self.says}"


@dataclass(frozen=True, slots=True, order=True)
class _Job:
    """A notification that waits for its time; those due at the same time keep their order."""

    due: datetime
    place: int
    url: str
    reference: str
    number: int = 1


class Notifications:
    """The notifications of an endpoint, and what became of them, oldest first.

    `allow` names the hosts besides this machine that are posted to. `faults` may lose or double
    them. Safe to use from several threads; calling it never blocks.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        allow: Iterable[str] = (),
        faults: Faults | None = None,
        poster: Poster = post,
    ) -> None:
        self.observers: list[Callable[[DeliveryAttempt], None]] = []
        """Called with each try, in the thread that made it."""
        self.allow: frozenset[str] = frozenset(_host(name) for name in allow)
        self._clock = clock
        self._faults = Faults() if faults is None else faults
        self._poster = poster
        self._tries: deque[DeliveryAttempt] = deque(maxlen=REMEMBERED)
        self._jobs: list[_Job] = []
        self._places = count()
        self._posting = False
        self._closed = False
        self._changed = threading.Condition()
        self._worker: threading.Thread | None = None
        self._unsubscribe = clock.subscribe(self._moved) if isinstance(clock, ManualClock) else None

    def __call__(self, url: str, reference: str) -> None:
        """Have a merchant told that something became of an invoice; comes back at once."""
        now = self._clock.now()
        struck = self._faults.inject_notification()
        lost = struck is not None and struck.kind is Kind.NOTIFICATION_LOST
        if lost and struck is not None:
            self._never(url, reference, now, f"lost on purpose, by fault {struck.id}")
            return
        dues = [now] if struck is None else [now, now + timedelta(seconds=struck.seconds)]
        with self._changed:
            room = WAITING - len(self._jobs)
            for due in dues[:room]:
                heapq.heappush(self._jobs, _Job(due, next(self._places), url, reference))
            self._wake()
        if room < len(dues):
            self._never(url, reference, now, _TOO_MANY)

    def __iter__(self) -> Iterator[DeliveryAttempt]:
        with self._changed:
            return iter(tuple(self._tries))

    def __len__(self) -> int:
        return len(self._tries)

    def of(self, reference: str) -> list[DeliveryAttempt]:
        """What was tried for one invoice."""
        return [each for each in self if each.reference == reference]

    def settle(self, seconds: float = 10) -> bool:
        """Wait until all that is due by now has been tried; false if that took too long.

        `seconds` are real ones. On a manual clock the tries that follow are due when it has moved.
        """
        with self._changed:
            return self._changed.wait_for(lambda: not self._posting and not self._is_due(), seconds)

    def clear(self) -> None:
        """Forget what was tried, and what waits."""
        with self._changed:
            self._tries.clear()
            self._jobs.clear()
            self._changed.notify_all()

    def close(self) -> None:
        """Send no more; what is waiting is not sent."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._changed.notify_all()

    def _wake(self) -> None:
        if self._worker is None and not self._closed:
            self._worker = threading.Thread(
                target=self._work, name="seqrkit notifications", daemon=True
            )
            self._worker.start()
        self._changed.notify_all()

    def _moved(self, _now: datetime) -> None:
        with self._changed:
            self._changed.notify_all()

    def _is_due(self) -> bool:
        return bool(self._jobs) and self._jobs[0].due <= self._clock.now()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                self._try(job)
            except Exception:  # noqa: BLE001 - the others are sent all the same
                _log.exception("the notification of invoice %s was not sent", job.reference)
            finally:
                with self._changed:
                    self._posting = False
                    self._changed.notify_all()

    def _next(self) -> _Job | None:
        """The next notification when it is due; `None` at the end."""
        with self._changed:
            while not self._closed:
                if self._is_due():
                    self._posting = True
                    return heapq.heappop(self._jobs)
                self._changed.wait(self._patience())
            return None

    def _patience(self) -> float | None:
        """How long nothing is due, in real seconds; a manual clock says itself when it moves."""
        if not self._jobs or isinstance(self._clock, ManualClock):
            return None
        return max(0.0, (self._jobs[0].due - self._clock.now()).total_seconds())

    def _try(self, job: _Job) -> None:
        at = job.due if isinstance(self._clock, ManualClock) else self._clock.now()
        outcome = self._poster(job.url, {"invoiceReference": job.reference}, self.allow)
        delivered = outcome.status == _OK
        again = None
        if not delivered and not outcome.final and job.number <= len(PAUSES):
            again = at + timedelta(seconds=PAUSES[job.number - 1])
        done = DeliveryAttempt(
            job.reference,
            shown(job.url),
            job.number,
            at,
            delivered,
            outcome.status,
            outcome.says,
            again,
        )
        with self._changed:
            self._tries.append(done)
            if again is not None and not self._closed:
                later = replace(job, due=again, place=next(self._places), number=job.number + 1)
                heapq.heappush(self._jobs, later)
        self._tell(done)

    def _never(self, url: str, reference: str, at: datetime, why: str) -> None:
        done = DeliveryAttempt(reference, shown(url), 0, at, delivered=False, status=None, says=why)
        with self._changed:
            self._tries.append(done)
        self._tell(done)

    def _tell(self, done: DeliveryAttempt) -> None:
        for observer in tuple(self.observers):
            observer(done)


def _host(name: str) -> str:
    host = name.strip().rstrip(".").lower()
    if not host or any(character in host for character in "/@*? ") or "://" in host:
        raise ConfigurationError(
            f'"{name[:80]}" is no host to allow notifications to; give its name or address alone, '
            "as it stands in notificationUrl, without scheme and port"
        )
    return host

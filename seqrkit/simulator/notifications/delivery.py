"""Delivers payment notifications: a POST to notificationUrl after the commit, with retries.

Deliveries run in their own threads, so they can neither delay an answer nor lose a payment, and a
receiver that hangs delays only its own. With a manual clock, attempts are made as it moves, each at
its own time, one after the other. Notifications are in the store until the last attempt, so a
restart delays them, and can repeat the latest, but loses none.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any, Final

from seqrkit.clock import Clock, ManualClock
from seqrkit.errors import ConfigurationError
from seqrkit.simulator.faults import Faults, Kind
from seqrkit.simulator.notifications.http_post import Outcome, post, shown
from seqrkit.simulator.notifications.outbox import Outbox
from seqrkit.simulator.store.records import QueuedNotification

PAUSES: Final = (1.0, 2.0)
"""Seconds after each failed attempt but the last, so there are three attempts."""
# Each may wait for a receiver that hangs, and costs little while it does.
MAX_THREADS: Final = 64
"""Maximum number of notifications that are sent at the same time."""
MAX_PER_RECEIVER: Final = 2
"""Maximum number of them that are sent to one receiver, that is to one host and port."""
ORPHANED: Final = timedelta(seconds=20)
"""How long a notification is due before another process sends it, perhaps a second time."""
MAX_ATTEMPTS: Final = 1000
"""Number of attempts that are remembered."""
_OK: Final = 200
_log = logging.getLogger(__name__)

Poster = Callable[[str, dict[str, str], frozenset[str]], Outcome]


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One attempt to notify a merchant of an invoice, with its time, URL and outcome.

    The URL is without credentials. `number` counts the attempts of a notification from 1; 0 means
    that it was never sent. `status` is the receiver's HTTP status, if it answered. `again_at` is
    the time of the next attempt.
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
        """Return the attempt as data for JSON."""
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
        return f"{self.reference} to {self.url}, attempt {self.number}: {self.says}"


@dataclass(frozen=True, slots=True, order=True)
class _Job:
    """A notification that waits; those due at the same time keep their order."""

    due: datetime
    place: int
    notification: QueuedNotification = field(compare=False)
    generation: int = field(compare=False)
    lost: str = field(default="", compare=False)
    """The fault that loses it, in words."""

    @property
    def receiver(self) -> str:
        """The part of the URL that names host and port."""
        url = self.notification.url
        return url.split("/", 3)[2] if url.count("/") > 1 else url


class Notifications:
    """The notifications of an endpoint and their delivery attempts, oldest first.

    `outbox` has the notifications that are not delivered yet. `allow` are the hosts that
    notifications may be sent to, besides this machine. `faults` can lose or duplicate them. Safe to
    use from several threads; calling it never blocks.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        outbox: Outbox | None = None,
        allow: Iterable[str] = (),
        faults: Faults | None = None,
        poster: Poster = post,
    ) -> None:
        self.observers: list[Callable[[DeliveryAttempt], None]] = []
        """Called with each attempt, in the thread that made it."""
        self.allow: frozenset[str] = frozenset(_host(name) for name in allow)
        self._clock = clock
        self._faults = Faults() if faults is None else faults
        self._poster = poster
        self._outbox = Outbox() if outbox is None else outbox
        self._attempts: deque[DeliveryAttempt] = deque(maxlen=MAX_ATTEMPTS)
        self._jobs: list[_Job] = []  # a heap
        self._parked: dict[str, deque[_Job]] = {}  # due, but their receivers are busy
        self._known: Counter[str] = Counter()
        self._generation = 0
        self._places = count()
        self._posting: Counter[str] = Counter()
        self._closed = False
        self._changed = threading.Condition()
        # In the order of a manual clock's times, so that a run can be repeated.
        self._max_threads = 1 if isinstance(clock, ManualClock) else MAX_THREADS
        self._idle = 0
        self._threads = 0
        self._unsubscribe = (
            clock.subscribe(self._clock_moved) if isinstance(clock, ManualClock) else None
        )

    def __call__(self, notification: QueuedNotification) -> None:
        """Send a notification that an invoice was paid or reserved."""
        if self._closed:
            return
        now = self._clock.now()
        injected = self._faults.inject_notification()
        dues = [now] if injected is None else [now, now + timedelta(seconds=injected.seconds)]
        with self._changed:
            if injected is not None and injected.kind is Kind.NOTIFICATION_LOST:
                self._queue(now, notification, lost=f"lost by fault {injected.id}")
            else:
                for due in dues:
                    self._queue(due, notification)
            self._wake()

    def resume(self, due_before: datetime | None = None) -> None:
        """Send what the store has from an earlier process, all or what was due before a time."""
        with self._changed:
            known = set(self._known)  # before reading: those sent meanwhile are not waiting
        for notification in self._outbox.waiting():
            if due_before is not None and notification.due >= due_before:
                continue
            with self._changed:
                if notification.id not in known and not self._known[notification.id]:
                    self._queue(notification.due, notification)
                    self._wake()

    def adopt(self) -> None:
        """Send what another process that shares the store has left there, because it is gone."""
        self.resume(due_before=self._clock.now() - ORPHANED)

    def __iter__(self) -> Iterator[DeliveryAttempt]:
        with self._changed:
            return iter(tuple(self._attempts))

    def __len__(self) -> int:
        return len(self._attempts)

    def of(self, reference: str) -> list[DeliveryAttempt]:
        """Return the attempts for one invoice."""
        return [each for each in self if each.reference == reference]

    def settle(self, seconds: float = 10) -> bool:
        """Wait until everything that is due has been attempted; return False after `seconds`.

        The seconds are real. With a manual clock, later attempts are due after it has moved.
        """
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._posting.total() and not self._is_due(), seconds
            )

    def clear(self) -> None:
        """Forget all attempts and all notifications that wait; the store is left alone."""
        with self._changed:
            self._attempts.clear()
            self._drop_jobs()

    def close(self) -> None:
        """Stop; notifications that wait stay in the store."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        with self._changed:
            self._closed = True
            self._drop_jobs()

    def _drop_jobs(self) -> None:
        self._jobs.clear()
        self._parked.clear()
        self._known.clear()
        self._generation += 1
        self._changed.notify_all()

    def _queue(self, due: datetime, notification: QueuedNotification, lost: str = "") -> None:
        self._known[notification.id] += 1
        place = next(self._places)
        heappush(self._jobs, _Job(due, place, notification, self._generation, lost))

    def _wake(self) -> None:
        if not self._idle and self._threads < self._max_threads and not self._closed:
            self._threads += 1
            threading.Thread(target=self._work, name="seqrkit notifications", daemon=True).start()
        self._changed.notify_all()

    def _clock_moved(self, _now: datetime) -> None:
        with self._changed:
            self._changed.notify_all()

    def _is_due(self) -> bool:
        return bool(self._jobs) and self._jobs[0].due <= self._clock.now()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                self._attempt(job)
            except Exception:  # noqa: BLE001 - the other notifications must be sent
                reference = job.notification.invoice
                _log.exception("the notification of invoice %s was not sent", reference)
            finally:
                self._done(job)

    def _next(self) -> _Job | None:
        """Wait until a notification is due, and return it; `None` at the end."""
        with self._changed:
            while not self._closed:
                job = self._take()
                if job is not None:
                    # More is due: another thread takes it while this one waits for its receiver.
                    if self._is_due():
                        self._wake()
                    return job
                self._idle += 1
                pause = self._until_due()
                self._changed.wait(None if pause is None else pause.total_seconds())
                self._idle -= 1
            return None

    def _take(self) -> _Job | None:
        """Take the first notification that is due and whose receiver can take another one."""
        while self._is_due():
            job = heappop(self._jobs)
            if self._posting[job.receiver] < MAX_PER_RECEIVER:
                self._posting[job.receiver] += 1
                return job
            self._parked.setdefault(job.receiver, deque()).append(job)
        return None

    def _done(self, job: _Job) -> None:
        """Let the next notification of a receiver be taken."""
        with self._changed:
            self._posting -= Counter([job.receiver])
            if job.generation == self._generation:
                self._known -= Counter([job.notification.id])
            parked = self._parked.get(job.receiver)
            if parked:
                heappush(self._jobs, parked.popleft())
            else:
                self._parked.pop(job.receiver, None)
            self._changed.notify_all()

    def _until_due(self) -> timedelta | None:
        """Return the real time until the next is due; a manual clock reports when it moves.

        It is a day at most: no thread can wait for the year 9999.
        """
        if not self._jobs or isinstance(self._clock, ManualClock):
            return None
        return min(max(self._jobs[0].due - self._clock.now(), timedelta()), timedelta(days=1))

    def _attempt(self, job: _Job) -> None:
        notification = job.notification
        # However late the thread runs, a test sees the times at which the attempts were due.
        at = job.due if isinstance(self._clock, ManualClock) else self._clock.now()
        if job.lost:
            self._record(notification, at, Outcome(None, job.lost, final=True), number=0)
            self._outbox.finish(notification)
            return
        fields = {"invoiceReference": notification.invoice}
        outcome = self._poster(notification.url, fields, self.allow)
        number, again = notification.attempt, None
        if outcome.status != _OK and not outcome.final and number <= len(PAUSES):
            again = at + timedelta(seconds=PAUSES[number - 1])
            later = replace(notification, due=again, attempt=number + 1)
            # Stored before it is queued, so a crash in between repeats an attempt and loses none.
            self._outbox.postpone(later)
            with self._changed:
                if job.generation == self._generation:
                    self._queue(again, later)
        else:
            self._outbox.finish(notification)
        self._record(notification, at, outcome, number, again)

    def _record(
        self,
        notification: QueuedNotification,
        at: datetime,
        outcome: Outcome,
        number: int,
        again: datetime | None = None,
    ) -> None:
        attempt = DeliveryAttempt(
            notification.invoice,
            shown(notification.url),
            number,
            at,
            outcome.status == _OK,
            outcome.status,
            outcome.says,
            again,
        )
        with self._changed:
            self._attempts.append(attempt)
        self._notify_observers(attempt)

    def _notify_observers(self, attempt: DeliveryAttempt) -> None:
        for observer in tuple(self.observers):
            observer(attempt)


def _host(name: str) -> str:
    host = name.strip().rstrip(".").lower()
    if not host or any(character in host for character in "/@*? ") or "://" in host:
        raise ConfigurationError(
            f'"{name[:80]}" is not a host name; give the name or address as in notificationUrl, '
            "without scheme and port"
        )
    return host

"""What the main process and its workers tell each other."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from seqrkit.simulator.exchange_log import ObservedExchange
from seqrkit.simulator.store.records import QueuedNotification


class State(NamedTuple):
    """What all workers share: the time of a manual clock, and how requests are answered."""

    now: datetime | None
    has_faults: bool
    documented: bool


class Done(NamedTuple):
    """What a worker has done since the last time."""

    exchanges: tuple[ObservedExchange, ...] = ()
    changed: tuple[str, ...] = ()
    """The references of invoices that have changed."""
    notifications: tuple[QueuedNotification, ...] = ()


class Injection(NamedTuple):
    """The question whether a fault is to be injected into a request."""

    operation: str
    terminal: str | None

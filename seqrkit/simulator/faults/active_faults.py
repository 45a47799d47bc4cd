"""The faults in force at one endpoint: which strikes, and how often each of them has."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, Final

from seqrkit.errors import ConfigurationError
from seqrkit.simulator.faults.delay import Delay
from seqrkit.simulator.faults.fault import Fault
from seqrkit.simulator.faults.fault_kinds import MEANINGS, Kind

MOST: Final = 1000
"""Faults at the same time; each is asked at every request."""


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """A fault in force: its id, and how many times it has struck. `left` is `None` for ever."""

    id: int
    fault: Fault
    struck: int = 0

    @property
    def left(self) -> int | None:
        """How many times it will still strike."""
        return None if self.fault.count is None else self.fault.count - self.struck

    def to_dict(self) -> dict[str, Any]:
        """Fault, id, count of strikes and the sentence, for JSON."""
        told = {"id": self.id, "struck": self.struck, "left": self.left, "says": str(self.fault)}
        return told | {"fault": self.fault.to_dict()}

    def __str__(self) -> str:
        return f"{self.id}. {self.fault} (struck {self.struck} times)"


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """What a fault decided about one request or notification: `seconds` is its delay."""

    id: int
    fault: Fault
    seconds: float = 0.0
    seed: float = 0.0
    """What else is random about it comes of this."""

    @property
    def kind(self) -> Kind:
        """What goes wrong."""
        return self.fault.kind


@dataclass(slots=True)
class _Entry:
    id: int
    fault: Fault
    random: Random
    struck: int = field(default=0)

    @property
    def is_spent(self) -> bool:
        return self.fault.count is not None and self.struck >= self.fault.count

    def try_to_inject(self) -> InjectedFault | None:
        if self.is_spent or (
            self.fault.probability < 1 and self.random.random() >= self.fault.probability
        ):
            return None
        self.struck += 1
        delay = self.fault.delay
        seconds = 0.0 if delay is None else delay.draw(self.random)
        return InjectedFault(self.id, self.fault, seconds, self.random.random())


class Faults:
    """The faults of an endpoint, oldest first; the first that strikes a request is the one.

    Safe to use from several threads. One that has struck as often as it may stays in the list, and
    does nothing, until it is removed. `seed` makes the draws repeatable.
    """

    def __init__(self, seed: int | None = 0) -> None:
        self.affects_requests: bool = False
        """Whether any fault could strike a request: all that a request has to look at."""
        self.observers: list[Callable[[], None]] = []
        """Called after each change of the list and each strike, in the thread of that change."""
        self._seed = seed
        self._ids = count(1)
        self._entries: dict[int, _Entry] = {}
        self._lock = threading.Lock()

    def add(
        self,
        kind: Fault | Kind | str,
        *,
        code: int | str | None = None,
        delay: Delay | float | str | None = None,
        carried_out: bool | None = None,
        operation: str | None = None,
        terminal: str | None = None,
        count: int | None = None,
        probability: float = 1.0,
        seed: int | None = None,
    ) -> ActiveFault:
        """Put a fault in force: a `Fault`, or a kind with what `Fault` says of its arguments.

        Raises `ConfigurationError` for what cannot be right.
        """
        details = {
            "code": code,
            "delay": delay,
            "carried_out": carried_out,
            "operation": operation,
            "terminal": terminal,
            "count": count,
            "probability": probability,
            "seed": seed,
        }
        fault = kind if isinstance(kind, Fault) else Fault.from_dict({"kind": kind, **details})
        with self._lock:
            if len(self._entries) >= MOST:
                raise ConfigurationError(f"there are {MOST} faults in force; remove some first")
            id_ = next(self._ids)
            entry = self._entries[id_] = _Entry(id_, fault, self._random(id_, fault))
            self._arm()
        self._tell()
        return _standing(entry)

    def get(self, id: int) -> ActiveFault:
        """A fault by its id; raises `ConfigurationError` for one that is not there."""
        with self._lock:
            entry = self._entries.get(id)
        if entry is None:
            raise ConfigurationError(f"there is no fault {id} in force")
        return _standing(entry)

    def remove(self, id: int) -> ActiveFault:
        """Take a fault away, and return it as it last was.

        Raises `ConfigurationError` for an id that is not there.
        """
        with self._lock:
            entry = self._entries.pop(id, None)
            self._arm()
        if entry is None:
            raise ConfigurationError(f"there is no fault {id} in force")
        self._tell()
        return _standing(entry)

    def clear(self) -> int:
        """Take all of them away; returns how many there were."""
        with self._lock:
            number = len(self._entries)
            self._entries.clear()
            self._arm()
        self._tell()
        return number

    def inject(self, operation: str, terminal: str | None) -> InjectedFault | None:
        """The fault that strikes a request of that operation by that caller, if one does."""
        return self._inject(lambda fault: fault.matches(operation, terminal), notification=False)

    def inject_notification(self) -> InjectedFault | None:
        """The fault that strikes a notification, if one does."""
        return self._inject(lambda _: True, notification=True)

    def __iter__(self) -> Iterator[ActiveFault]:
        with self._lock:
            entries = list(self._entries.values())
        return iter([_standing(entry) for entry in entries])

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return "\n".join(["<Faults", *(f"  {standing}" for standing in self), ">"])

    def _inject(
        self, matches: Callable[[Fault], bool], *, notification: bool
    ) -> InjectedFault | None:
        struck = None
        with self._lock:
            for entry in self._entries.values():
                of_notifications = MEANINGS[entry.fault.kind].of_notifications
                if of_notifications is notification and matches(entry.fault):
                    struck = entry.try_to_inject()
                    if struck is not None:
                        self._arm()
                        break
        if struck is not None:
            self._tell()
        return struck

    def _arm(self) -> None:
        self.affects_requests = any(
            not entry.is_spent and not MEANINGS[entry.fault.kind].of_notifications
            for entry in self._entries.values()
        )

    def _random(self, id_: int, fault: Fault) -> Random:
        if fault.seed is not None:
            return Random(fault.seed)  # noqa: S311 - repeatable is what is wanted
        return Random() if self._seed is None else Random(f"{self._seed}/{id_}")  # noqa: S311

    def _tell(self) -> None:
        for observer in tuple(self.observers):
            observer()


def _standing(entry: _Entry) -> ActiveFault:
    return ActiveFault(entry.id, entry.fault, entry.struck)

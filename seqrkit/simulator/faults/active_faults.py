"""The active faults of one endpoint: which one applies, and how often each was injected."""

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
from seqrkit.simulator.faults.fault_kinds import EFFECTS, Kind

MAX_FAULTS: Final = 1000
"""Maximum number of active faults; each is checked with every request."""


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """An active fault: its id, and how many times it was injected."""

    id: int
    fault: Fault
    times: int = 0

    @property
    def left(self) -> int | None:
        """How many times it will still be injected; `None` if unlimited."""
        return None if self.fault.count is None else self.fault.count - self.times

    def to_dict(self) -> dict[str, Any]:
        """Return the fault as data for JSON."""
        return {
            "id": self.id,
            "struck": self.times,
            "left": self.left,
            "says": str(self.fault),
            "fault": self.fault.to_dict(),
        }

    def __str__(self) -> str:
        return f"{self.id}. {self.fault} (injected {self.times} times)"


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """A fault that was injected into one request or notification; `seconds` is its delay."""

    id: int
    fault: Fault
    seconds: float = 0.0
    seed: float = 0.0
    """The seed of anything else that is random about it."""

    @property
    def kind(self) -> Kind:
        """The kind of the fault."""
        return self.fault.kind


@dataclass(slots=True)
class _Entry:
    id: int
    fault: Fault
    random: Random
    times: int = field(default=0)

    @property
    def is_spent(self) -> bool:
        return self.fault.count is not None and self.times >= self.fault.count

    def try_to_inject(self) -> InjectedFault | None:
        if self.is_spent or (
            self.fault.probability < 1 and self.random.random() >= self.fault.probability
        ):
            return None
        self.times += 1
        # Drawn inside the lock, so that a run with one client can be repeated.
        delay = self.fault.delay
        seconds = 0.0 if delay is None else delay.draw(self.random)
        return InjectedFault(self.id, self.fault, seconds, self.random.random())


class Faults:
    """The faults of an endpoint, oldest first; the first that applies to a request is injected.

    Safe to use from several threads. A fault that has reached its count stays in the list without
    effect until it is removed. `seed` makes random choices repeatable.
    """

    def __init__(self, seed: int | None = 0) -> None:
        # A plain attribute, read without the lock by every request.
        self.affects_requests: bool = False
        """Whether any fault can apply to a request; all that most requests have to check."""
        self.observers: list[Callable[[], None]] = []
        """Called after each change of the list and each injection, in the thread of that change."""
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
        """Add a fault: a `Fault`, or a kind with the arguments of `Fault`.

        Raises `ConfigurationError` for invalid arguments.
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
            if len(self._entries) >= MAX_FAULTS:
                raise ConfigurationError(f"there are {MAX_FAULTS} active faults; remove some first")
            id_ = next(self._ids)
            entry = self._entries[id_] = _Entry(id_, fault, self._random(id_, fault))
            self._update()
        self._notify_observers()
        return _snapshot(entry)

    def get(self, id: int) -> ActiveFault:
        """Return a fault by its id; raises `ConfigurationError` for an unknown id."""
        with self._lock:
            entry = self._entries.get(id)
        if entry is None:
            raise ConfigurationError(f"there is no fault {id}")
        return _snapshot(entry)

    def remove(self, id: int) -> ActiveFault:
        """Remove a fault, and return its last state.

        Raises `ConfigurationError` for an unknown id.
        """
        with self._lock:
            entry = self._entries.pop(id, None)
            self._update()
        if entry is None:
            raise ConfigurationError(f"there is no fault {id}")
        self._notify_observers()
        return _snapshot(entry)

    def clear(self) -> int:
        """Remove all faults; return how many there were."""
        with self._lock:
            number = len(self._entries)
            self._entries.clear()
            self._update()
        self._notify_observers()
        return number

    def inject(self, operation: str, terminal: str | None) -> InjectedFault | None:
        """Inject a fault into a request of that operation and caller, if one applies."""
        return self._inject(lambda fault: fault.matches(operation, terminal), notification=False)

    def inject_notification(self) -> InjectedFault | None:
        """Inject a fault into a notification, if one applies."""
        return self._inject(lambda _: True, notification=True)

    def __iter__(self) -> Iterator[ActiveFault]:
        with self._lock:
            entries = list(self._entries.values())
        return iter([_snapshot(entry) for entry in entries])

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return "\n".join(["<Faults", *(f"  {fault}" for fault in self), ">"])

    def _inject(
        self, matches: Callable[[Fault], bool], *, notification: bool
    ) -> InjectedFault | None:
        injected = None
        with self._lock:
            for entry in self._entries.values():
                affects_notifications = EFFECTS[entry.fault.kind].affects_notifications
                if affects_notifications is notification and matches(entry.fault):
                    injected = entry.try_to_inject()
                    if injected is not None:
                        self._update()
                        break
        if injected is not None:
            self._notify_observers()
        return injected

    def _update(self) -> None:
        self.affects_requests = any(
            not entry.is_spent and not EFFECTS[entry.fault.kind].affects_notifications
            for entry in self._entries.values()
        )

    def _random(self, id_: int, fault: Fault) -> Random:
        if fault.seed is not None:
            return Random(fault.seed)  # noqa: S311 - it must be repeatable
        # One generator for each fault: adding another must not change the choices of this one.
        return Random() if self._seed is None else Random(f"{self._seed}/{id_}")  # noqa: S311

    def _notify_observers(self) -> None:
        for observer in tuple(self.observers):
            observer()


def _snapshot(entry: _Entry) -> ActiveFault:
    return ActiveFault(entry.id, entry.fault, entry.times)

"""The events of an endpoint for its listeners: collected, and never more than a listener takes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Final

MAX_SUBJECTS: Final = 500
"""Subjects of one kind that wait for a listener; older ones are dropped."""
QUIET_SECONDS: Final = 15
"""How long a listener waits for events before it is given an empty collection."""

Events = dict[str, dict[object, None]]
"""The subjects of each kind of event, each once, in order."""


class Feed:
    """Takes events from any thread, and passes them to listeners in their event loop."""

    def __init__(self) -> None:
        self._listeners: set[_Listener] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    def publish(self, kind: str, *subjects: object) -> None:
        """Pass an event to every listener; almost free if there is none."""
        # Read without the lock: a listener that is just being added asks for the state itself.
        if not self._listeners:
            return
        with self._lock:
            for listener in self._listeners:
                listener.add(kind, subjects or (None,))

    async def listen(self, interval: float) -> AsyncIterator[Events]:
        """Yield the events since the last time, at most every `interval` seconds, until closed.

        Yields an empty collection after a while without events.
        """
        listener = _Listener(asyncio.get_running_loop())
        with self._lock:
            self._listeners.add(listener)
        try:
            while not self._is_closed:
                yield await listener.next(interval)
        finally:
            with self._lock:
                self._listeners.discard(listener)

    def close(self) -> None:
        """End all listeners."""
        with self._lock:
            self._is_closed = True
            for listener in self._listeners:
                listener.add("closed", (None,))

    def open(self) -> None:
        """Accept listeners again."""
        self._is_closed = False


class _Listener:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._events: Events = {}
        self._lock = threading.Lock()
        self._arrived = asyncio.Event()

    def add(self, kind: str, subjects: tuple[object, ...]) -> None:
        with self._lock:
            is_first = not self._events
            waiting = self._events.setdefault(kind, {})
            for subject in subjects:
                # Moved to the end, so that the oldest news is dropped first.
                waiting.pop(subject, None)
                waiting[subject] = None
            while len(waiting) > MAX_SUBJECTS:
                del waiting[next(iter(waiting))]
        if is_first and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrived.set)

    async def next(self, interval: float) -> Events:
        try:
            await asyncio.wait_for(self._arrived.wait(), QUIET_SECONDS)
        except TimeoutError:
            return {}
        # A pause after the first event, in which others are collected.
        if "closed" not in self._events:
            await asyncio.sleep(interval)
        self._arrived.clear()
        with self._lock:
            events, self._events = self._events, {}
        return events

"""News of an endpoint for those who listen: what happened, as it happens, and never too much."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Final

MOST: Final = 500
"""Of one kind; a listener who does not keep up hears of the latest ones."""

News = dict[str, dict[object, None]]
"""Of each kind what it was about, each once, in order."""


class Feed:
    """Takes news from any thread, and hands them to listeners in theirs."""

    def __init__(self) -> None:
        self._listeners: set[_Listener] = set()
        self._lock = threading.Lock()
        self._closed = False

    def publish(self, kind: str, *about: object) -> None:
        """Tell every listener; costs next to nothing where nobody listens."""
        if not self._listeners:
            return
        with self._lock:
            for listener in self._listeners:
                listener.hear(kind, about or (None,))

    async def listen(self, every: float) -> AsyncIterator[News]:
        """What happened since the last time, not more often than `every` seconds, until closed.

        Nothing (an empty `News`) where a while passed without any.
        """
        listener = _Listener(asyncio.get_running_loop())
        with self._lock:
            self._listeners.add(listener)
        try:
            while not self._closed:
                yield await listener.next(every)
        finally:
            with self._lock:
                self._listeners.discard(listener)

    def close(self) -> None:
        """Let every listener go."""
        with self._lock:
            self._closed = True
            for listener in self._listeners:
                listener.hear("closed", (None,))

    def open(self) -> None:
        """Let listeners come again."""
        self._closed = False


class _Listener:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._news: News = {}
        self._lock = threading.Lock()
        self._something = asyncio.Event()

    def hear(self, kind: str, about: tuple[object, ...]) -> None:
        with self._lock:
            first = not self._news
            kept = self._news.setdefault(kind, {})
            for each in about:
                kept.pop(each, None)
                kept[each] = None
            while len(kept) > MOST:
                del kept[next(iter(kept))]
        if first and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._something.set)

    async def next(self, every: float) -> News:
        try:
            await asyncio.wait_for(self._something.wait(), QUIET_SECONDS)
        except TimeoutError:
            return {}
        if "closed" not in self._news:
            await asyncio.sleep(every)
        self._something.clear()
        with self._lock:
            news, self._news = self._news, {}
        return news


QUIET_SECONDS: Final = 15
"""How long a listener hears nothing before it is told that."""

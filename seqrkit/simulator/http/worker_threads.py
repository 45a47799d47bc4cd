"""Threads that work for the event loop, so that it never waits for anything but its clients.

libxml2 keeps each element name that a thread has parsed for as long as the thread lives, so a
client that invents names would fill the memory. Therefore no thread that parses lives much longer
than `THREAD_SECONDS`, and the event loop's does not parse.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from time import monotonic
from typing import Any, Final, Generic, TypeVar

from lxml import etree

THREAD_SECONDS: Final = 1.0
"""How long a thread lives; the next one takes over what waits."""
MAX_BATCH: Final = 64
_M_ARENA_MAX: Final = -8
"""The parameter of mallopt(3) for the number of heaps."""
_HEAPS: Final = 2

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batches(Generic[Item]):
    """Passes items to a function in another thread: all that wait at the same time together.

    `process` must not raise. At most `most` items are passed together, and at most `threads`
    threads work at the same time. The threads are daemons that end when nothing waits. On Linux
    they run with this `niceness`, or with that of the process if it is higher.
    """

    def __init__(
        self,
        process: Callable[[Sequence[Item]], None],
        *,
        most: int = MAX_BATCH,
        threads: int = 1,
        niceness: int = 0,
    ) -> None:
        self._process = process
        self._niceness = niceness
        self._most = most
        self._max_threads = threads
        self._threads = 0
        self._idle = 0
        self._waiting: deque[tuple[asyncio.Future[None], Item]] = deque()
        self._changed = threading.Condition()
        self._began: float | None = None

    @property
    def count(self) -> int:
        """The number of items that wait."""
        return len(self._waiting)

    @property
    def busy_seconds(self) -> float:
        """How long the latest batch has been worked on, 0 if it is done."""
        began = self._began
        return 0.0 if began is None else monotonic() - began

    async def process(self, item: Item) -> None:
        """Return when the item has been processed."""
        future = asyncio.get_running_loop().create_future()
        with self._changed:
            self._waiting.append((future, item))
            if self._idle:
                self._changed.notify()
            elif self._threads < self._max_threads:
                self._start_thread()
        await future

    def _start_thread(self) -> None:
        self._threads += 1
        threading.Thread(target=self._run, name="seqrkit worker", daemon=True).start()

    def _run(self) -> None:
        start_parsing()
        # Only Linux has a niceness for each thread; elsewhere it would be the process's.
        if self._niceness and sys.platform == "linux":
            niceness = max(self._niceness, os.getpriority(os.PRIO_PROCESS, 0))
            with suppress(OSError):  # not allowed here; the thread has to work all the same
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
        end = monotonic() + THREAD_SECONDS
        while batch := self._next(end):
            self._began = monotonic()
            try:
                self._process([item for _, item in batch])
            finally:
                self._began = None
                _resolve(batch)

    def _next(self, end: float) -> list[tuple[asyncio.Future[None], Item]]:
        """Return the next batch; nothing if this thread has to end."""
        with self._changed:
            while not self._waiting and (left := end - monotonic()) > 0:
                self._idle += 1
                self._changed.wait(left)
                self._idle -= 1
            if monotonic() < end:
                return [self._waiting.popleft() for _ in range(self._most) if self._waiting]
            self._threads -= 1
            # What arrived while this thread was ending would wait for the next request.
            if self._waiting:
                self._start_thread()
            return []


def prepare_process() -> None:
    """Prepare a process that does nothing but serve: less memory, and shorter pauses."""
    # What is imported stays: the garbage collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    # glibc gives threads up to 8 heaps for each processor, and keeps what they have used. Threads
    # that are replaced every second would fill them all.
    with suppress(OSError, AttributeError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)


async def in_thread(work: Callable[[], Result]) -> Result:
    """Return the result of blocking work that is done in a new thread."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def finish(result: Result | None, error: Exception | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - raised where the result is awaited
            failure = error
        with suppress(RuntimeError):  # the event loop is closed
            loop.call_soon_threadsafe(finish, result, failure)

    threading.Thread(target=run, name="seqrkit work", daemon=True).start()
    result: Result = await future
    return result


def start_parsing() -> None:
    """Give a new thread a dictionary of names of its own.

    A thread takes over the names of the first parser that it uses. That must be a new parser, as
    this one is, and not one that other threads have used.
    """
    etree.fromstring("<a/>", etree.XMLParser())


def _resolve(batch: Sequence[tuple[asyncio.Future[None], object]]) -> None:
    def resolve(futures: Sequence[asyncio.Future[None]]) -> None:
        for future in futures:
            if not future.done():  # its request may have been cancelled
                future.set_result(None)

    for loop, members in groupby((future for future, _ in batch), asyncio.Future.get_loop):
        with suppress(RuntimeError):  # the event loop is closed
            loop.call_soon_threadsafe(resolve, tuple(members))

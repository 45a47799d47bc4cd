"""The threads that work for the event loop: batches, errors, and the end of a loop."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Sequence

import pytest

from seqrkit.simulator.http.worker_threads import Batches, in_thread


def test_what_waits_at_the_same_time_is_processed_together() -> None:
    first, others = threading.Event(), threading.Event()
    batches: list[list[int]] = []

    def process(items: Sequence[int]) -> None:
        batches.append([*items])
        first.set()
        assert others.wait(10)

    async def run() -> None:
        threads = Batches(process, most=3)
        one = asyncio.create_task(threads.process(1))
        await in_thread(first.wait)
        more = [asyncio.create_task(threads.process(number)) for number in range(2, 6)]
        await asyncio.sleep(0)
        assert threads.count == 4
        assert threads.busy_seconds > 0
        others.set()
        await asyncio.gather(one, *more)
        assert threads.busy_seconds == 0

    asyncio.run(run())
    assert batches == [[1], [2, 3, 4], [5]]


def test_no_more_threads_than_allowed_work_at_the_same_time() -> None:
    working, most, lock = 0, 0, threading.Lock()
    both = threading.Barrier(2)

    def process(_items: Sequence[int]) -> None:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        both.wait(10)
        with lock:
            working -= 1

    async def run() -> None:
        threads = Batches(process, most=1, threads=2)
        await asyncio.gather(*(threads.process(number) for number in range(6)))

    asyncio.run(run())
    assert most == 2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a niceness for each thread")
@pytest.mark.parametrize("refuses", [False, True])
def test_threads_of_a_process_with_a_higher_niceness_work(
    refuses: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: list[int] = []

    def process(_items: Sequence[int]) -> None:
        found.append(os.getpriority(os.PRIO_PROCESS, 0))

    def refuse(*_arguments: int) -> None:
        raise PermissionError

    def run() -> None:
        # Of this thread alone; those that it starts inherit it.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 12)
        if refuses:
            monkeypatch.setattr(os, "setpriority", refuse)
        asyncio.run(asyncio.wait_for(Batches(process, niceness=10).process(1), 10))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == [12]


def test_the_error_of_a_thread_is_raised_where_it_is_awaited() -> None:
    def fail() -> None:
        raise LookupError("nothing")

    with pytest.raises(LookupError, match="nothing"):
        asyncio.run(in_thread(fail))


def test_a_thread_that_ends_after_its_loop_disturbs_nobody() -> None:
    release, done = threading.Event(), threading.Event()

    def process(_items: Sequence[int]) -> None:
        release.wait(10)
        done.set()

    batches = Batches(process)

    async def leave() -> None:
        task = asyncio.create_task(batches.process(1))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    release.set()
    assert done.wait(10)
    asyncio.run(batches.process(2))

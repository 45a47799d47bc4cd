"""Threads that do one piece of work each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Result = TypeVar("_Result")


async def in_thread(work: Callable[[], _Result]) -> _Result:
    """Return the result of blocking work that is done in a new thread.

    A thread of a pool would live on, and with it the names of all elements that it has parsed: see
    `http.server.Server`.
    """
    with ThreadPoolExecutor(1, "seqrkit control") as executor:
        future = asyncio.get_running_loop().run_in_executor(executor, work)
        executor.shutdown(wait=False)
        return await future

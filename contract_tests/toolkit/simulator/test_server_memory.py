"""The names of elements that clients invent do not fill the endpoint's memory.

This test fails when lxml changes how it shares libxml2's dictionary of names between threads. It
measures a process of its own, whose memory no other test has used.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import sys
import threading
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest

from seqrkit import soap
from seqrkit.simulator.http import worker_threads as module

ROUNDS = 12
NAMES = 250_000
"""The names that each round reads; they take at least 32 bytes each."""


def resident() -> int:
    """The memory of this process in kilobytes."""
    found = re.search(r"^VmRSS:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1])


def measured() -> tuple[int, list[int]]:
    """Return how many threads have read names, and the memory after each round."""
    setattr(module, "THREAD_SECONDS", 0.01)  # noqa: B010 - in this process only
    numbers = count()
    used = []

    def parse(_items: Sequence[object]) -> None:
        used.append(threading.current_thread())
        for number in (next(numbers) for _ in range(NAMES // 50_000)):
            names = "".join(f"<name{number}_{each}/>" for each in range(50_000))
            assert len(soap.parse(f"<a>{names}</a>".encode())) == 50_000

    batches = module.Batches(parse)
    sizes = []
    for _ in range(ROUNDS):
        asyncio.run(batches.process(None))
        used[-1].join(60)
        sizes.append(resident())
    return len(set(used)), sizes


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_names_are_released_with_the_thread_that_read_them() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        threads, sizes = pool.apply(measured)
    assert threads == ROUNDS
    leaked = (ROUNDS - 2) * NAMES * 32 / 1024
    assert sizes[-1] - sizes[1] < leaked / 2, sizes

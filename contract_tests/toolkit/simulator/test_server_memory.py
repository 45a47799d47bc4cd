"""The names of elements that clients invent do not fill the endpoint's memory.

This test fails when lxml changes how it shares libxml2's dictionary of names between threads. It
measures a process of its own, whose memory no other test has used.
"""

from __future__ import annotations

import http.client
import multiprocessing
import re
import sys
import threading
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from seqrkit import soap
from seqrkit.simulator.endpoint import listen
from seqrkit.simulator.http import server as http_server
from seqrkit.simulator.http.asgi_request import Receive, Scope, Send

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
    setattr(http_server, "TICK_SECONDS", 0.01)  # noqa: B010 - in this process only
    numbers = count()
    threads = []

    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        threads.append(threading.current_thread())
        for number in (next(numbers) for _ in range(NAMES // 50_000)):
            names = "".join(f"<name{number}_{each}/>" for each in range(50_000))
            assert len(soap.parse(f"<a>{names}</a>".encode())) == 50_000
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    server = http_server.Server(application, listener)
    sizes = []
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
            for _ in range(ROUNDS):
                client.request("GET", "/")
                assert client.getresponse().read() == b""
                threads[-1].join(60)  # the event loop goes on in another one
                sizes.append(resident())
    finally:
        server.stop()
    return len(set(threads)), sizes


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_names_are_released_with_the_thread_that_read_them() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        threads, sizes = pool.apply(measured)
    assert threads == ROUNDS
    leaked = (ROUNDS - 2) * NAMES * 32 / 1024
    assert sizes[-1] - sizes[1] < leaked / 2, sizes

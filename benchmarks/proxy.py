"""What the proxy adds to a call, and how many calls it passes on."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from benchmarks.endpoint import PATH, sent
from benchmarks.figures import Figure, millis
from benchmarks.load import request, requests_a_second, seconds_each
from benchmarks.messages import get_payment_status
from benchmarks.processes import ROOT, server

_MARKER = b"<status>ISSUED<"
_TURN = 50
_PAUSE = 0.01
"""Seconds between two calls: a register polls once a second."""


def measure(seconds: float) -> Iterator[Figure]:
    """Yield the median that is added to single calls, and the rate at full load."""
    with TemporaryDirectory() as home, server("seqrkit", "serve") as port:
        body = get_payment_status(sent(port))
        with _proxy(port, Path(home, "session.jsonl")) as through:
            direct, proxied = list[float](), list[float]()
            end = perf_counter() + seconds
            while perf_counter() < end:
                for where, times in ((port, direct), (through, proxied)):
                    message = request(where, PATH, body)
                    for _ in range(_TURN):
                        times.extend(seconds_each(where, [message], _MARKER))
                        sleep(_PAUSE)
            rate = requests_a_second(through, request(through, PATH, body), _MARKER, seconds)
    added = (median(proxied) - median(direct)) * 1000
    yield Figure(
        what="a call through the proxy, median",
        against="without it",
        ours=millis(proxied),
        theirs=millis(direct),
        measured=added,
        asked=2,
        unit="ms more",
    )
    yield Figure(
        what="calls through the proxy, 32 connections",
        against="-",
        ours=f"{rate:,.0f} /s",
        theirs="-",
        measured=rate,
        asked=500,
        at_least=True,
        unit="/s",
    )


@contextmanager
def _proxy(port: int, file: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "seqrkit", "proxy", "--to", f"http://127.0.0.1:{port}"]
    with subprocess.Popen(
        [*command, "--port", "0", "--record", str(file)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:([0-9]+)/", process.stdout.readline())
        if found is None:
            msg = "the proxy did not start"
            raise RuntimeError(msg)
        try:
            yield int(found[1])
        finally:
            process.kill()

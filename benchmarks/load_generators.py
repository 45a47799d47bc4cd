"""What a request costs the load generator: `seqrkit load` and a Locust user that calls zeep."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure
from benchmarks.processes import ROOT, server
from seqrkit.session import published
from seqrkit.vocabulary import NEWEST, PATHS

USERS = 10
RESULT = "SEQRKIT_LOAD_RESULT"
"""The variable that names the file for the figures of the other load generator."""
ZEEP_USER = ROOT / "benchmarks" / "peers" / "zeep_locustfile.py"  # importing Locust patches Python


def measure(seconds: float) -> Iterator[Figure]:
    """Yield the processor time of a request, without the start of the program."""
    with TemporaryDirectory() as home, server("seqrkit", "serve", "--worlds", "2") as port:
        url = f"http://127.0.0.1:{port}"
        result = Path(home, "result.json")
        ours: list[object] = ["seqrkit", "load", url, "--users", USERS, "--json", result, "--for"]
        zeep: list[object] = [
            "locust",
            "-f",
            ZEEP_USER,
            "--headless",
            "--loglevel",
            "ERROR",
        ]
        zeep += ["--users", USERS, "--spawn-rate", USERS, "--host", url + PATHS[NEWEST], "-t"]
        fast = _cost(ours, result, seconds)
        slow = _cost(zeep, result, seconds)
    yield Figure(
        what="processor time of the load generator for a request",
        against="a Locust user that calls zeep",
        ours=f"{fast * 1e6:,.0f} us",
        theirs=f"{slow * 1e6:,.0f} us",
        measured=fast / slow,
        asked=1 / 3,
    )


def _cost(command: Sequence[object], result: Path, seconds: float) -> float:
    """Return seconds of a processor for each request, between a short and a long run."""
    (few, short), (many, long) = (
        _run(command, result, each) for each in (2, 2 + max(2, int(seconds)))
    )
    return (long - short) / (many - few)


def _run(command: Sequence[object], result: Path, seconds: int) -> tuple[int, float]:
    credentials = {f"SEQR_{name.upper()}": value for name, value in published().items()}
    before = _processor_time()
    subprocess.run(
        [sys.executable, "-m", *map(str, command), f"{seconds}"],
        cwd=ROOT,
        env=os.environ | credentials | {RESULT: str(result)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    requests: int = json.loads(result.read_text("utf-8"))["requests"]
    return requests, _processor_time() - before


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

"""The slowest replies of the endpoint with sixty-four tills, alone and with others beside them.

Each round measures every service once; an echo shows how much of it is the machine's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.endpoint import PATH
from benchmarks.figures import Figure, millis
from benchmarks.load import latencies, request
from benchmarks.messages import SEND_INVOICE
from benchmarks.peers import guesser
from benchmarks.processes import node_soap, running, server

TILLS = 64
TURN = 2.0
"""Seconds that one service is under load before it is the next one's turn."""
ALONE = "alone"

Turn = Callable[[float], list[float]]


def measure(seconds: float) -> Iterator[Figure]:
    """The 99th percentile relative to the median, over all rounds."""
    with ExitStack() as stack:
        turns = _turns(stack)
        for turn in turns.values():
            turn(TURN / 4)
        times: dict[str, list[float]] = {name: [] for name in turns}
        end = perf_counter() + seconds
        while perf_counter() < end:
            for name, turn in turns.items():
                times[name] += turn(TURN)
    ratios = {name: quantiles(each, n=100)[-1] / median(each) for name, each in times.items()}
    floors = [f"{ratios[each]:.2f} {each}" for each in ("echo", "npm's soap") if each in ratios]
    for name in (ALONE, "8 clients with wrong passwords", "a dashboard"):
        beside = "" if name == ALONE else f", beside {name}"
        yield Figure(
            what=f"sendInvoice, {TILLS} connections{beside}: 99 of 100 within",
            against=f"the median of {len(times[name]):,} replies ({', '.join(floors)})",
            ours=millis([quantiles(times[name], n=100)[-1]]),
            theirs=millis(times[name]),
            measured=ratios[name],
            asked=2,
        )


def _turns(stack: ExitStack) -> dict[str, Turn]:
    home = Path(stack.enter_context(TemporaryDirectory()))
    settings = home / "settings.toml"
    settings.write_text(guesser.SETTINGS, "utf-8")
    database = str(home / "x.db")
    ours = stack.enter_context(
        server("seqrkit", "serve", "--db", database, "--config", str(settings))
    )

    def turn(port: int, path: str, marker: bytes, beside: str = "") -> Turn:
        message = request(port, path, SEND_INVOICE)
        command = [sys.executable, "-m", f"benchmarks.peers.{beside}", "--port", str(port)]

        def measured(seconds: float) -> list[float]:
            with running(command) if beside else nullcontext():
                return latencies(port, message, marker, seconds, connections=TILLS)

        return measured

    code = b"<resultCode>0<"
    echo = stack.enter_context(server("benchmarks.peers.echo"))
    turns = {
        "echo": turn(echo, "/insert", b"Grand Cinema"),
        ALONE: turn(ours, PATH, code),
        "8 clients with wrong passwords": turn(ours, PATH, code, beside="guesser"),
        "a dashboard": turn(ours, PATH, code, beside="dashboard"),
    }
    node = node_soap(stack)
    if node is not None:
        turns["npm's soap"] = turn(node, "/", code)
    return turns

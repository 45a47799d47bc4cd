"""The endpoint in a process of its own, on a database file, against two other services.

One worker each, the same parser and event loop (httptools, uvloop), the same connections, the
same bytes; all are up at the same time, and take turns.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.figures import Figure, ratio
from benchmarks.load import CONNECTIONS, ask, request, requests_a_second
from benchmarks.messages import SEND_INVOICE, get_payment_status
from benchmarks.processes import node_soap, server
from seqrkit.vocabulary import NEWEST, PATHS

PATH = PATHS[NEWEST]
TURN = 0.4
"""Seconds that one service is under load before it is the next one's turn."""
SPYNE_STOPS = (3, 12)
"""The first Python that Spyne 2.14 does not run on."""

Rate = Callable[[float], float]


def measure(seconds: float) -> Iterator[Figure]:
    """Every invoice is committed before its reply; the echo's rows are as well."""
    with ExitStack() as stack:
        rates = _rates(stack)
        for rate in rates.values():
            rate(TURN)
        measured: dict[str, list[float]] = {name: [] for name in rates}
        end = perf_counter() + seconds
        while perf_counter() < end:
            for name, rate in rates.items():
                measured[name].append(rate(TURN))
    load = f"{CONNECTIONS} connections"
    send, status = f"sendInvoice on the endpoint, {load}", f"getPaymentStatus, {load}"
    spyne = "Spyne without a store (WSGI inline under uvicorn)"
    if "node" in measured:
        node = "npm's soap, which stores nothing"
        yield _figure(send, node, measured["send"], measured["node"], 1)
    if "spyne" in measured:
        yield _figure(send, spyne, measured["send"], measured["spyne"], 2)
    yield _figure(send, "ASGI echo, one SQLite insert", measured["send"], measured["insert"], 0.7)
    yield _figure(
        status, "ASGI echo, one indexed select", measured["status"], measured["select"], 0.6
    )
    yield _figure(
        f"sendInvoice with --power-safe, {load}",
        "without",
        measured["power"],
        measured["send"],
        0.5,
    )


def _rates(stack: ExitStack) -> dict[str, Rate]:
    """The requests and services that a round measures, in order."""
    home = stack.enter_context(TemporaryDirectory())
    database = str(Path(home, "endpoint.db"))
    ours = stack.enter_context(server("seqrkit", "serve", "--db", database))
    power_safe = stack.enter_context(
        server("seqrkit", "serve", "--power-safe", "--db", str(Path(home, "power-safe.db")))
    )
    echo = stack.enter_context(server("benchmarks.peers.echo"))
    status = get_payment_status(sent(ours))
    rates = {
        "send": load(ours, PATH, SEND_INVOICE, b"<resultCode>0<"),
        "power": load(power_safe, PATH, SEND_INVOICE, b"<resultCode>0<"),
        "insert": load(echo, "/insert", SEND_INVOICE, b"Grand Cinema"),
        "status": load(ours, PATH, status, b"<status>ISSUED<"),
        "select": load(echo, "/select", get_payment_status("7"), b"invoiceVersion"),
    }
    node = node_soap(stack)
    if node is not None:
        rates["node"] = load(node, "/", SEND_INVOICE, b"<resultCode>0<")
    if sys.version_info < SPYNE_STOPS:
        spyne = stack.enter_context(server("benchmarks.peers.spyne_service"))
        rates["spyne"] = load(spyne, "/", SEND_INVOICE, b"resultCode>0<")
    else:
        print("Spyne 2.14 does not run on this Python: its row is left out", file=sys.stderr)
    return rates


def load(port: int, path: str, body: bytes, marker: bytes) -> Rate:
    message = request(port, path, body)
    return lambda seconds: requests_a_second(port, message, marker, seconds)


def sent(port: int) -> str:
    """The reference of an invoice that the endpoint was sent."""
    reply = ask(port, request(port, PATH, SEND_INVOICE))
    found = re.search(rb"<invoiceReference>(\d+)<", reply)
    if found is None:
        msg = f"sendInvoice was not answered with a reference: {reply.decode(errors='replace')}"
        raise RuntimeError(msg)
    return found[1].decode()


def _figure(
    what: str, against: str, ours: list[float], theirs: list[float], asked: float
) -> Figure:
    return Figure(
        what=what,
        against=against,
        ours=f"{median(ours):,.0f} /s",
        theirs=f"{median(theirs):,.0f} /s",
        measured=ratio(ours, theirs),
        asked=asked,
        at_least=True,
    )

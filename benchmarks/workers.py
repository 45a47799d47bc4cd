"""Several workers, and PostgreSQL, against one worker and SQLite.

The load generator runs on the same processors. PostgreSQL is a server of the benchmark's own, with
its files in a scratch folder and without fsync, so that its figures do not depend on the disk.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import psycopg

from benchmarks.endpoint import PATH, TURN, Rate, load, sent
from benchmarks.endurance import FEW, MANY, Polls, among, fill
from benchmarks.figures import Figure, millis, ratio
from benchmarks.load import CONNECTIONS
from benchmarks.messages import SEND_INVOICE, get_payment_status
from benchmarks.processes import server
from contract_tests.toolkit.simulator import postgresql_server
from seqrkit.simulator.store.database_url import open_store

_POLLS = 5_000
_NEW_WORLDS = 50
_MULTIPLY = """
INSERT INTO invoice SELECT reference + %s, status, due, terminal, record FROM invoice
WHERE reference < %s
"""


def measure(seconds: float) -> Iterator[Figure]:
    """Yield the rates of two workers and of PostgreSQL, and what invoices and worlds cost there."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory()))
        postgresql = stack.enter_context(postgresql_server.running())
        status, send = _rates(stack, home, postgresql.new_database())
        for rate in (*status.values(), *send.values()):
            rate(TURN)
        measured: dict[Rate, list[float]] = {}
        end = perf_counter() + seconds
        while perf_counter() < end:
            for rate in (*status.values(), *send.values()):
                measured.setdefault(rate, []).append(rate(TURN))
        on = f"{CONNECTIONS} connections"
        for what, against, ours, theirs, asked in (
            ("getPaymentStatus, two workers", "one worker", status["two"], status["one"], 1.3),
            ("sendInvoice, two workers", "one worker", send["two"], send["one"], 0),
            ("getPaymentStatus, PostgreSQL", "SQLite", status["postgresql"], status["none"], 0),
            ("sendInvoice, PostgreSQL", "SQLite", send["postgresql"], send["none"], 0),
        ):
            yield Figure(
                what=f"{what}, {on}",
                against=against,
                ours=f"{median(measured[ours]):,.0f} /s",
                theirs=f"{median(measured[theirs]):,.0f} /s",
                measured=ratio(measured[ours], measured[theirs]),
                asked=asked,
                at_least=True,
            )
        yield _with_many(stack, postgresql, seconds)
        stores = {
            "in memory": (),
            "SQLite": ("--db", str(home / "worlds.db")),
            "PostgreSQL": ("--db", postgresql.new_database()),
        }
        for store, options in stores.items():
            yield _new_world(store, options)


def _rates(stack: ExitStack, home: Path, database: str) -> tuple[dict[str, Rate], dict[str, Rate]]:
    status, send = dict[str, Rate](), dict[str, Rate]()
    for name, options in {
        "none": ("--db", str(home / "none.db")),
        "one": ("--db", str(home / "one.db"), "--workers", "1"),
        "two": ("--db", str(home / "two.db"), "--workers", "2"),
        "postgresql": ("--db", database),
    }.items():
        port = stack.enter_context(server("seqrkit", "serve", *options))
        asked = get_payment_status(sent(port))
        status[name] = load(port, PATH, asked, b"<status>ISSUED<")
        send[name] = load(port, PATH, SEND_INVOICE, b"<resultCode>0<")
    return status, send


def _new_world(store: str, options: tuple[str, ...]) -> Figure:
    with server("seqrkit", "serve", *options) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        times = []
        for number in range(_NEW_WORLDS + 1):
            body = json.dumps({"name": f"world-{number}"})
            start = perf_counter()
            connection.request("POST", "/control/worlds", body)
            connection.getresponse().read()
            times.append(perf_counter() - start)
        connection.close()
    times = times[1:]  # the first request also imports the control API
    return Figure(
        what=f"a new world, {store}",
        against="",
        ours=millis(times),
        theirs="",
        measured=median(times) * 1e3,
        asked=20,
        unit="ms",
    )


def _with_many(stack: ExitStack, postgresql: postgresql_server.Server, seconds: float) -> Figure:
    few = _filled(stack, postgresql.new_database(), FEW)
    many = _filled(stack, postgresql.new_database(), MANY)
    for each in (few, many):
        each.turn(_POLLS)
    return among(few, many, seconds, store=", PostgreSQL")


def _filled(stack: ExitStack, database: str, number: int) -> Polls:
    """Return requests for invoices of a database that gets so many of them, mostly copies."""
    port = stack.enter_context(server("seqrkit", "serve", "--db", database))
    store = open_store(database)
    first = int(fill(store, FEW)[0])
    store.close()
    with psycopg.connect(database, autocommit=True) as connection:
        have = FEW
        while have < number:
            more = min(have, number - have)
            connection.execute(_MULTIPLY, (have, first + more))
            have += more
        connection.execute("ANALYZE")
    return Polls(port, [str(each) for each in range(first, first + number)])

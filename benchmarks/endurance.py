"""What a million invoices do to the endpoint, and how soon one is there.

The million goes into the database by the store's own interface, from beside the endpoint, which
has the file open all the while: by requests it would take the better part of an hour.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.figures import Figure, micros, millis
from benchmarks.load import request, seconds_each
from benchmarks.messages import TERMINAL, get_payment_status
from benchmarks.processes import ROOT, server
from seqrkit.model import Invoice
from seqrkit.money import Amount
from seqrkit.simulator.states.invoice_state import InvoiceState
from seqrkit.simulator.store import serialization
from seqrkit.simulator.store.records import StoredInvoice, Terminal
from seqrkit.simulator.store.sqlite import SqliteStore, open_store
from seqrkit.simulator.store.transactional_store import Store
from seqrkit.vocabulary import NEWEST, PATHS

PATH = PATHS[NEWEST]
FEW, MANY = 1_000, 1_000_000
STARTS = 5
_AT_ONCE = 20_000
"""Invoices in one transaction."""
_TURN = 200
"""Requests to one endpoint before it is the other one's turn."""
_POLLS = 20_000
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
_MEGABYTE = 1024 * 1024
_CONNECT = """
import sys
from time import perf_counter
import seqrkit
start = perf_counter()
with seqrkit.connect(quiet=True) as seqr:
    row = seqrkit.InvoiceRow(
        item_description="Movie ticket", item_quantity=1, item_total_amount="149.99 SEK")
    seqr.send_invoice(seqrkit.Invoice(
        title="Grand Cinema", client_invoice_id="42", cashier_id="Bob", footer="Enjoy the film",
        invoice_rows=[row], total_amount="149.99 SEK"))
    print(perf_counter() - start)
"""


def measure(seconds: float) -> Iterator[Figure]:
    """Each endpoint on a database file, in a process of its own."""
    yield from _with_many(seconds)
    yield _start()


def _with_many(seconds: float) -> Iterator[Figure]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory()))
        few_db, many_db = home / "few.db", home / "many.db"
        few = stack.enter_context(server("seqrkit", "serve", "--db", str(few_db)))
        many = stack.enter_context(server("seqrkit", "serve", "--db", str(many_db)))
        before = _resident(many)
        among_few, among_many = _filled(few, few_db, FEW), _filled(many, many_db, MANY)
        for each in (among_few, among_many):
            each.turn(_POLLS)
        after = _resident(many)
        yield among(among_few, among_many, seconds)
    yield Figure(
        what=f"memory of the endpoint after {MANY:,} invoices in a file",
        against="at its start",
        ours=f"{after / _MEGABYTE:.0f} MB",
        theirs=f"{before / _MEGABYTE:.0f} MB",
        measured=(after - before) / _MEGABYTE,
        asked=50,
        unit="MB more",
    )


def _start() -> Figure:
    """With the bytecode there that an installation leaves, wherever this machine keeps it."""
    command = [sys.executable, "-c", _CONNECT]
    environment = {name: os.environ[name] for name in os.environ if name != _NO_BYTECODE}
    with TemporaryDirectory() as bytecode:
        environment["PYTHONPYCACHEPREFIX"] = bytecode
        _, *times = [
            float(subprocess.check_output(command, cwd=ROOT, env=environment))
            for _ in range(1 + STARTS)
        ]
    return Figure(
        what="connect() to the first answered request, embedded",
        against="a fresh interpreter",
        ours=millis(times),
        theirs="-",
        measured=median(times),
        asked=1.5,
        unit="s",
    )


class Polls:
    """Questions for random invoices of an endpoint, by their references."""

    def __init__(self, port: int, references: Sequence[str]) -> None:
        self._references = references
        self._port = port
        self._random = random.Random(1)  # noqa: S311  the same every time

    def turn(self, number: int) -> list[float]:
        """The seconds that each of some took."""
        asked = self._random.choices(self._references, k=number)
        messages = (request(self._port, PATH, get_payment_status(each)) for each in asked)
        return seconds_each(self._port, messages, b"<status>ISSUED<")


def among(few: Polls, many: Polls, seconds: float, store: str = "") -> Figure:
    """How much longer a poll takes among many invoices; the two take turns."""
    fast: list[float] = []
    slow: list[float] = []
    end = perf_counter() + seconds
    while perf_counter() < end:
        fast += few.turn(_TURN)
        slow += many.turn(_TURN)
    return Figure(
        what=f"getPaymentStatus among {MANY:,} invoices{store}",
        against=f"among {FEW:,}",
        ours=micros(slow),
        theirs=micros(fast),
        measured=median(slow) / median(fast),
        asked=1.3,
    )


def _filled(port: int, db: Path, number: int) -> Polls:
    with _store(db) as store:
        return Polls(port, fill(store, number))


def fill(store: Store, number: int) -> Sequence[str]:
    """Put invoices of one row into a store, as sendInvoice would; their references."""
    total, now = Amount(Decimal("149.99"), "SEK"), datetime.now(UTC)
    content = serialization.encode_invoice(Invoice(title="Grand Cinema", total_amount=total))
    references: list[str] = []
    while len(references) < number:
        with store.write() as tx:
            terminal = tx.get(Terminal, id=TERMINAL)
            if terminal is None:
                msg = f"the endpoint has no terminal {TERMINAL}"
                raise RuntimeError(msg)
            for _ in range(min(_AT_ONCE, number - len(references))):
                reference = tx.unused_invoice_reference(1)
                state = InvoiceState(reference, total)
                tx.save(StoredInvoice(state, terminal.number, now, content))
                references.append(reference)
    return references


@contextmanager
def _store(db: Path) -> Iterator[SqliteStore]:
    store = open_store(db)
    try:
        yield store
    finally:
        store.close()


def _resident(port: int) -> int:
    """The resident memory, in bytes, of the process that listens on a port (Linux)."""
    inode = _socket(port)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            links = {str(each.readlink()) for each in (process / "fd").iterdir()}
        except OSError:
            continue  # it has ended meanwhile, or is somebody else's
        if f"socket:[{inode}]" in links:
            found = re.search(r"VmRSS:\s+(\d+) kB", (process / "status").read_text())
            return int(found[1]) * 1024 if found else 0
    msg = f"nobody listens on port {port}"
    raise RuntimeError(msg)


def _socket(port: int) -> str:
    """The inode of the socket that listens on a port of the loopback interface."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, *_, inode = line.split()[:10]
        if state == "0A" and int(local.partition(":")[2], 16) == port:
            return inode
    msg = f"nobody listens on port {port}"
    raise RuntimeError(msg)

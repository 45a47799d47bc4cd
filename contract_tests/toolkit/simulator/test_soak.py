"""An endpoint under everything at once for long: no wrong answer, balanced books, flat memory.

Cash registers sell and keep books; one gets injected faults; others send wrong passwords and
hostile bodies; a dashboard is open. Half an hour in the nightly run, which also judges the memory.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random

import httpx
import pytest

from contract_tests.profiles import NIGHTLY
from contract_tests.toolkit.simulator.hostile import bodies
from contract_tests.toolkit.simulator.messages import PLAIN
from contract_tests.toolkit.simulator.served import PATIENCE, Process, served
from contract_tests.toolkit.simulator.test_hostile import post
from contract_tests.toolkit.simulator.tills import Book, Crew, Gone, Soap, audit
from seqrkit.simulator.faults import Kind
from seqrkit.simulator.faults.fault_kinds import EFFECTS

SECONDS = int(os.environ.get("SEQRKIT_TESTS_SOAK", "1800" if NIGHTLY else "0"))
JUDGED = 300
"""Seconds of the shortest run whose memory is judged: a start is not a steady state."""
GROWTH = 1.1
LOOK = 1.0
"""Seconds between two looks of the dashboard."""
PAGES = ("state", "exchanges", "invoices", "faults", "terminals", "search?q=cinema", "clock")
FAULTS = [
    kind
    for kind, effect in EFFECTS.items()
    if not effect.affects_notifications and kind not in {Kind.NO_ANSWER, Kind.SLOW}
]


class Company:
    """Threads that work until the end; what goes wrong in one of them is raised by `join`."""

    def __init__(self, *work: Callable[[threading.Event], None]) -> None:
        self.over = threading.Event()
        self.failures: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, args=(each,)) for each in work]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """End all; raises what went wrong."""
        self.over.set()
        for thread in self._threads:
            thread.join()
        for failure in self.failures:
            raise failure

    def _run(self, work: Callable[[threading.Event], None]) -> None:
        try:
            work(self.over)
        except BaseException as error:  # noqa: BLE001 - raised by join, in the test's own thread
            self.failures.append(error)


def guesser(process: Process) -> Callable[[threading.Event], None]:
    """A client with wrong passwords, which are answered ever later."""

    def guess(over: threading.Event) -> None:
        client = process.client()
        for number in count():
            if over.is_set():
                break
            body = PLAIN.replace(b">12345678<", b">wrong-%d<" % number)
            status, answer = client.post(body)
            assert (status, b"<resultCode>20<" in answer) == (200, True)
        client.close()

    return guess


def attacker(process: Process) -> Callable[[threading.Event], None]:
    """A client that sends hostile bodies; every answer is judged."""

    def attack(over: threading.Event) -> None:
        client = process.client()
        for hostile in bodies(1, 10**9):
            if over.is_set():
                break
            post(client, hostile)
        client.close()

    return attack


def troubled(process: Process, terminal: str) -> Callable[[threading.Event], None]:
    """A cash register whose replies are damaged, and who adds the faults."""

    def sell(over: threading.Event) -> None:
        random, control = Random(1), process.client()  # noqa: S311 - the same every time
        body = PLAIN.replace(b"public_test_shop_terminal", terminal.encode())
        while not over.is_set():
            fault = {"kind": random.choice(FAULTS), "terminal": terminal, "count": 1}
            if fault["kind"] == Kind.RESULT_CODE:
                fault["code"] = 90
            assert control.control("faults", **fault)[0] in {200, 201}
            client = process.client()
            with suppress(*Gone):
                client.post(body)
            client.close()
            # Faults that are used up stay in the list, whose length is limited.
            httpx.delete(f"{process.base_url}/control/faults", trust_env=False, timeout=PATIENCE)
        control.close()

    return sell


def dashboard(process: Process) -> Callable[[threading.Event], None]:
    """The requests of a page, which also looks at /healthz."""

    def look(over: threading.Event) -> None:
        with httpx.Client(base_url=process.base_url, trust_env=False, timeout=PATIENCE) as client:
            while not over.wait(LOOK):
                give_up = time.monotonic() + PATIENCE
                while client.get("/healthz").status_code != 200:  # a busy machine can be slow
                    assert time.monotonic() < give_up
                for page in PAGES:
                    answer = client.get(f"/control/{page}")
                    assert answer.status_code == 200, (page, answer.text, process.errors)

    return look


def follower(process: Process) -> Callable[[threading.Event], None]:
    """The event stream of a page; apart, because the endpoint closes one that is not read."""

    def follow(over: threading.Event) -> None:
        url = f"{process.base_url}/control/events"
        with httpx.stream("GET", url, trust_env=False, timeout=PATIENCE) as stream:
            assert any(over.is_set() for _ in stream.iter_lines()), "the stream has ended"

    return follow


@pytest.mark.skipif(not SECONDS, reason="runs every night; SEQRKIT_TESTS_SOAK=60 for a minute")
@pytest.mark.skipif(sys.platform != "linux", reason="resident memory is read from /proc")
def test_everything_at_once(
    tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    db, book, memory = tmp_path / "shop.db", Book(), []
    with served(tmp_path / "errors", "--db", str(db)) as process:
        soap = Soap(process)
        terminal = soap.register("troubled").partition("<id>")[2].partition("<")[0]
        crew = Crew([process], book, number=2)
        crew.start()
        company = Company(
            guesser(process),
            attacker(process),
            troubled(process, terminal),
            dashboard(process),
            follower(process),
        )
        end = time.monotonic() + SECONDS
        while (left := end - time.monotonic()) > 0 and not company.failures:
            company.over.wait(min(left, SECONDS / 40))
            memory.append(process.resident() // 1024)
        company.join()
        process.popen.send_signal(signal.SIGTERM)
        crew.join()
        soap.close()
        assert process.gone() == 0
        assert process.errors == ""
    record_testsuite_property(f"soak of {SECONDS} s, acknowledged", book.entries)
    record_testsuite_property("soak, resident kB", memory)
    audit(db, book)
    assert book.entries
    if SECONDS >= JUDGED:
        half = len(memory) // 2
        assert max(memory[half:]) <= GROWTH * max(memory[half // 2 : half]), memory

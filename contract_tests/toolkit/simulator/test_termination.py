"""SIGTERM ends `seqrkit serve`, whatever hangs: with 0, or with 1 by its watchdog."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from contract_tests.profiles import NIGHTLY
from contract_tests.toolkit.simulator.messages import PLAIN, call, invoice
from contract_tests.toolkit.simulator.served import PATIENCE, ROOT, Process, served
from contract_tests.toolkit.simulator.tills import Buyer, told
from seqrkit.vocabulary import NEWEST, PATHS

pytestmark = pytest.mark.skipif(os.name != "posix", reason="other systems have no SIGTERM")

Hanging = Callable[[Process, Path, ExitStack], None]


def _sent(process: Process, head: str, body: bytes = b"") -> socket.socket:
    """A connection on which a request has been sent, and whose response nobody has read."""
    connection = socket.create_connection(("127.0.0.1", process.port), PATIENCE)
    more = f"Host: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(f"{head} HTTP/1.1\r\n{more}".encode() + body)
    return connection


def a_notification_receiver(process: Process, _db: Path, stack: ExitStack) -> None:
    receiver = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
    url = f"http://127.0.0.1:{receiver.getsockname()[1]}/"
    more = (
        "<acknowledgmentMode>NO_ACKNOWLEDGMENT</acknowledgmentMode>"
        f"<notificationUrl>{url}</notificationUrl>"
    )
    with closing(process.client()) as client, closing(Buyer(process)) as buyer:
        _, answer = client.post(call("sendInvoice", invoice(more=more)))
        buyer.pay(told(answer.decode(), "invoiceReference"))
    receiver.settimeout(PATIENCE)
    stack.enter_context(receiver.accept()[0])


def a_client_that_does_not_read(process: Process, _db: Path, stack: ExitStack) -> None:
    reader = stack.enter_context(_sent(process, f"GET {PATHS[NEWEST]}?wsdl"))
    request = b"GET /control/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    reader.settimeout(0)
    with suppress(BlockingIOError):  # the endpoint does not read either while it cannot write
        while True:
            reader.sendall(request * 1000)


def an_event_stream(process: Process, _db: Path, stack: ExitStack) -> None:
    stream = stack.enter_context(_sent(process, "GET /control/events"))
    assert stream.recv(1)


def hashes(process: Process, _db: Path, stack: ExitStack) -> None:
    for number in range(20):
        body = PLAIN.replace(b">12345678<", b">wrong-%d<" % number)
        stack.enter_context(_sent(process, f"POST {PATHS[NEWEST]}", body))


def a_delayed_response(process: Process, _db: Path, stack: ExitStack) -> None:
    with closing(process.client()) as client:
        assert client.control("faults", kind="no-answer")[0] == 200
    stack.enter_context(_sent(process, f"POST {PATHS[NEWEST]}", PLAIN))


def a_locked_database(process: Process, db: Path, stack: ExitStack) -> None:
    stack.enter_context(_locked(db))
    stack.enter_context(_sent(process, f"POST {PATHS[NEWEST]}", PLAIN))


@contextmanager
def _locked(db: Path) -> Iterator[None]:
    # Closed in the same thread, also when the test has failed.
    with closing(sqlite3.connect(db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


ALONE: list[Hanging] = [
    a_notification_receiver,
    a_client_that_does_not_read,
    an_event_stream,
    hashes,
    a_delayed_response,
    a_locked_database,
]


def everything(process: Process, db: Path, stack: ExitStack) -> None:
    for each in ALONE:
        each(process, db, stack)


@pytest.mark.parametrize("hanging", [*ALONE, everything] if NIGHTLY else ALONE[:1])
def test_a_serving_endpoint_ends(hanging: Hanging, tmp_path: Path) -> None:
    db = tmp_path / "shop.db"
    with served(tmp_path / "errors", "--db", str(db)) as process, ExitStack() as stack:
        hanging(process, db, stack)
        process.popen.send_signal(signal.SIGTERM)
        assert process.gone() in {0, 1}, process.errors


@pytest.mark.skipif(sys.platform != "linux", reason="open files are read from /proc")
def test_an_endpoint_that_waits_for_its_database_ends(tmp_path: Path) -> None:
    db = tmp_path / "shop.db"
    with _locked(db):
        command = [sys.executable, "-m", "seqrkit", "serve", "--port", "0", "--db", str(db)]
        process = subprocess.Popen(command, cwd=ROOT)
        while not _has_open(process.pid, db):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == -signal.SIGTERM


def _has_open(pid: int, file: Path) -> bool:
    """Whether a process has opened a file (Linux)."""
    opened = Path(f"/proc/{pid}/fd").iterdir()
    with suppress(FileNotFoundError):  # closed while they are read
        return any(os.path.realpath(each) == str(file) for each in opened)
    return False

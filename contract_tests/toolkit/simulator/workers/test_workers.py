"""Several processes on one port are one endpoint: clock, faults, exchanges, pages and money."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest

from contract_tests.profiles import NIGHTLY
from contract_tests.toolkit.simulator.conftest import NewDatabase
from contract_tests.toolkit.simulator.listener import Listener, listening
from contract_tests.toolkit.simulator.messages import invoice
from contract_tests.toolkit.simulator.postgresql_server import Server
from contract_tests.toolkit.simulator.served import PATIENCE, ROOT, Process, served
from contract_tests.toolkit.simulator.shop import Shop
from contract_tests.toolkit.simulator.tills import (
    TOTAL,
    Book,
    Buyer,
    Crew,
    Gone,
    Soap,
    audit,
    code,
    money,
    told,
)
from seqrkit.errors import ConfigurationError, EndpointError
from seqrkit.simulator import Endpoint

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes share a port on Linux")

PAID = 2_000 if NIGHTLY else 40
"""How many payments there are before and after one of two servers is killed."""
CLIENTS = 8
"""Enough connections that both workers have some: one in 128 runs would have none."""


@pytest.fixture(scope="module")
def process(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    errors = tmp_path_factory.mktemp("workers") / "errors"
    with served(errors, "--db", database, "--workers", "2", "--manual-clock") as process:
        yield process


@pytest.fixture(scope="module")
def clients(process: Process) -> Iterator[list[Soap]]:
    made = [Soap(process) for _ in range(CLIENTS)]
    yield made
    for each in made:
        each.close()


@pytest.fixture(scope="module")
def control(process: Process) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{process.base_url}/control", trust_env=False) as client:
        yield client


def workers_of(process: Process) -> list[int]:
    """The process ids of the workers."""
    threads = Path(f"/proc/{process.popen.pid}/task").glob("*/children")
    children = [int(each) for file in threads for each in file.read_text().split()]
    return [each for each in children if "spawn_main" in command_of(each)]


def command_of(process: int) -> str:
    """The command line of a process; empty if it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds that other processes do."""
    give_up = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_a_sale_is_seen_by_every_worker(process: Process, clients: list[Soap]) -> None:
    reference = clients[0].send()
    buyer = Buyer(process)
    buyer.pay(reference)
    buyer.close()
    assert {told(each.poll(reference), "status") for each in clients} == {"PAID"}


def test_a_fault_is_injected_as_often_as_it_says(
    control: httpx.Client, clients: list[Soap]
) -> None:
    fault = {"kind": "result-code", "code": 90, "count": 3, "operation": "getPaymentStatus"}
    assert control.post("/faults", json=fault).status_code in {200, 201}
    reference = clients[0].send()
    codes = Counter(code(each.poll(reference)) for each in clients for _ in range(2))
    assert codes == {90: 3, 0: 2 * CLIENTS - 3}
    control.delete("/faults")


def test_the_clock_moves_for_all_workers(
    process: Process, control: httpx.Client, clients: list[Soap]
) -> None:
    reference = clients[0].send()
    buyer = Buyer(process)
    buyer.pay(reference)
    buyer.close()
    control.post("/clock/advance", json={"seconds": 25})
    assert {told(each.poll(reference), "status") for each in clients} == {"CANCELED"}


def test_a_reset_moves_the_clock_of_all_workers_back(
    control: httpx.Client, clients: list[Soap]
) -> None:
    control.post("/clock/advance", json={"seconds": 86_400})
    control.post("/reset")
    today = control.get("/clock").json()["now"][:10]
    sent = [datetime.fromtimestamp(int(each.send()) / 1000, UTC) for each in clients]
    assert {f"{each:%Y-%m-%d}" for each in sent} == {today}


def test_settings_apply_to_all_workers(control: httpx.Client, clients: list[Soap]) -> None:
    untitled = re.sub("<title>.*</title>", "", invoice())
    assert {code(each("sendInvoice", untitled)) for each in clients} == {0}
    control.post("/settings", json={"documented": True})
    assert 0 not in {code(each("sendInvoice", untitled)) for each in clients}
    control.post("/settings", json={"documented": False})
    assert {code(each("sendInvoice", untitled)) for each in clients} == {0}


def test_the_main_process_has_all_exchanges(control: httpx.Client, clients: list[Soap]) -> None:
    for each in clients:
        each.poll("7777777")

    def polls() -> list[int]:
        listed = control.get("/exchanges").json()
        return [each["number"] for each in listed if "7777777" in str(each)]

    until(lambda: len(set(polls())) == CLIENTS)


def test_pages_and_events_come_from_the_main_process(process: Process) -> None:
    with httpx.Client(base_url=process.base_url, trust_env=False) as client:
        assert "<title>" in client.get("/").text
        assert client.head("/").text == ""
        assert (
            client.get("/healthz").json()["services"]["cashregister-2"].startswith(process.base_url)
        )
        assert client.post("/control/faults", content=b"{").status_code == 400
        assert client.get("/control/clock", headers={"Host": "evil.example"}).status_code == 403
        with client.stream("GET", "/control/events") as events:
            assert next(events.iter_text()) == "retry: 1000\n\n"


def test_a_killed_worker_is_replaced_and_nothing_is_lost(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    db = new_database()
    if db is None:
        pytest.skip("processes do not share memory")
    book = Book()
    with served(tmp_path / "errors", "--db", str(db), "--workers", "2") as process:
        killed = workers_of(process)
        assert len(killed) == 2
        crew = Crew([process], book)
        crew.start()
        for each in killed:
            for _ in range(PAID // 2):
                crew.done.acquire(timeout=2)  # some of the crew have gone with their worker
            os.kill(each, signal.SIGKILL)
        until(lambda: len(set(workers_of(process)) - set(killed)) == 2)
        soap = Soap(process)
        book.invoices.append(soap.send())
        soap.close()
        assert process.errors.count("another one is started") == 2
        process.kill()
        crew.join()
    audit(db, book)


def test_workers_end_with_the_main_process(tmp_path: Path) -> None:
    db = tmp_path / "damaged.db"
    shop = Shop(db=db)
    shop.send()
    shop.service.close()
    with closing(sqlite3.connect(db)) as damaged:
        damaged.execute("UPDATE invoice SET record = '[]'")
        damaged.commit()
    options = ("--db", str(db), "--workers", "2", "--force")  # which applies to workers as well
    with served(tmp_path / "errors", *options) as other:
        workers = [Path(f"/proc/{each}") for each in workers_of(other)]
        other.kill()
        until(lambda: not any(each.exists() for each in workers))


def test_why_a_worker_does_not_start_is_one_sentence(
    postgresql: Server, capfd: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(postgresql.address, autocommit=True) as connection:
        connection.execute("CREATE ROLE alone LOGIN CONNECTION LIMIT 1")
        connection.execute("CREATE SCHEMA AUTHORIZATION alone")
    db = postgresql.address.replace("user=seqrkit", "user=alone")
    with pytest.raises(EndpointError, match="too many connections"), Endpoint(db, workers=1):
        pass
    assert capfd.readouterr().err == ""


def test_workers_need_a_database_that_they_share() -> None:
    with pytest.raises(ConfigurationError, match="workers need a database"), Endpoint(workers=2):
        pass


def test_a_port_in_use_is_one_sentence(process: Process, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "seqrkit", "serve", "--workers", "2"]
    command += ["--db", str(tmp_path / "x.db"), "--port", str(process.port)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ended.returncode == 2
    assert re.search(rf"port {process.port} of 127\.0\.0\.1 is in use", ended.stderr)
    assert "Traceback" not in ended.stderr


def test_a_server_sends_and_reverses_what_a_killed_one_has_left(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    db = new_database()
    if db is None:
        pytest.skip("processes do not share memory")
    options = ("--db", str(db), "--manual-clock")
    with (
        listening() as merchant,
        served(tmp_path / "one", *options) as killed,
        served(tmp_path / "two", *options) as other,
    ):
        merchant.mute = threading.Event()  # both servers wait for an answer
        url = "<acknowledgmentMode>NO_ACKNOWLEDGMENT</acknowledgmentMode>"
        url += f"<notificationUrl>{merchant.url()}</notificationUrl>"
        written = invoice(more=url, total=money("totalAmount", TOTAL))
        paid: list[str] = []
        is_over = threading.Event()

        def sell(process: Process) -> None:
            with suppress(*Gone), closing(Soap(process)) as soap, closing(Buyer(process)) as buyer:
                while not is_over.is_set():
                    reference = told(soap("sendInvoice", written), "invoiceReference")
                    buyer.pay(reference)
                    paid.append(reference)

        with ThreadPoolExecutor() as pool:
            sellers = [pool.submit(sell, each) for each in (killed, other) * 2]
            until(lambda: len(paid) >= PAID // 2)
            killed.kill()
            until(lambda: len(paid) >= PAID)
            is_over.set()
            for each in sellers:
                each.result()
        merchant.mute.set()
        with httpx.Client(base_url=f"{other.base_url}/control", trust_env=False) as control:
            control.post("/clock/advance", json={"seconds": 25})
            until(lambda: heard(merchant) >= set(paid))
            for seconds in (0, 25):
                control.post("/clock/advance", json={"seconds": seconds})
                for reference in paid:
                    history = control.get(f"/invoices/{reference}").json()["timeline"]
                    statuses = [entry["status"] for entry in history]
                    assert statuses.count("CANCELED") == 1
                    assert statuses[-1] == "CANCELED"
        assert other.errors == ""


def heard(merchant: Listener) -> set[str]:
    """The references of the invoices whose payments a merchant was notified of."""
    return {each.decode().rpartition("=")[2] for each in merchant.bodies}

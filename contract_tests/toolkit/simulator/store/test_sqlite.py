"""The store: what it refuses to open, and what several connections do to one file."""

import multiprocessing
import sqlite3
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from contract_tests.toolkit.simulator.messages import PLAIN
from contract_tests.toolkit.simulator.shop import Shop
from seqrkit.clock import DEFAULT_START, ManualClock
from seqrkit.errors import StoreError
from seqrkit.simulator import Endpoint
from seqrkit.simulator.service import ServiceCall
from seqrkit.simulator.store.interface import MustWrite, Store
from seqrkit.simulator.store.records import Terminal
from seqrkit.simulator.store.sqlite import open_store


def test_a_file_that_is_not_a_database_is_refused_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("This is not a database, and it is long enough to be mistaken for one." * 9)
    with pytest.raises(StoreError, match=r"notes\.db is not usable .* give another file"):
        open_store(file)
    assert file.read_text().startswith("This is not")


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "theirs.db"
    theirs = sqlite3.connect(file)
    theirs.execute("CREATE TABLE customer (name TEXT)")
    theirs.commit()
    with pytest.raises(StoreError, match="another program's database"):
        open_store(file)
    assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("customer",)]
    theirs.close()


def test_a_store_of_another_format_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    open_store(file).close()
    old = sqlite3.connect(file)
    old.execute("PRAGMA user_version = 99")
    old.close()
    with pytest.raises(StoreError, match="has storage format 99"):
        open_store(file)


def test_a_missing_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path / "nowhere" / "shop.db")


def test_a_reopened_file_gives_the_same_answers(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    first = Shop(db=file)
    reference = first.send()
    first.scan(reference).pay()
    told = first.status(reference)
    first.service.close()
    second = Shop(db=file)
    assert second.status(reference) == told
    assert second.send() != reference


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return open_store(tmp_path / "shop.db" if request.param == "file" else None)


def test_a_read_only_transaction_does_not_write(store: Store) -> None:
    with pytest.raises(MustWrite), store.read() as tx:
        tx.sequence()


def test_an_exception_rolls_the_transaction_back(store: Store) -> None:
    def fail() -> None:
        with store.write() as tx:
            assert tx.sequence() == 1
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        fail()
    with store.write() as tx:
        assert tx.sequence() == 1


def test_a_closed_store_fails(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError, match="closed database"), store.read():
        pass
    store.close()


def test_a_service_answers_90_when_its_store_fails(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    shop.service.close()
    assert shop.status("1").result_code == 90
    assert "getPaymentStatus could not be carried out" in caplog.text


def test_the_event_loop_does_not_wait_for_a_locked_file(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with Endpoint(db=file) as endpoint, httpx.Client(trust_env=False) as client:
        asking = threading.Event()
        handle_all = endpoint.service.handle_all

        def observed(calls: Sequence[ServiceCall]) -> Sequence[object]:
            asking.set()
            return handle_all(calls)

        endpoint.application.service.handle_all = observed  # type: ignore[method-assign,assignment]
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        statuses: list[int] = []
        sending = threading.Thread(
            target=lambda: statuses.append(
                httpx.post(endpoint.url(), content=PLAIN, trust_env=False).status_code
            )
        )
        sending.start()
        assert asking.wait(10)
        assert client.get(f"{endpoint.base_url}/healthz").json()["server"] == "seqrkit"
        assert not statuses
        other.execute("ROLLBACK")
        other.close()
        sending.join(10)
        assert statuses == [200]


def test_health_reports_what_the_store_has_failed_with() -> None:
    with Endpoint() as endpoint, httpx.Client(trust_env=False) as client:
        address = f"{endpoint.base_url}/healthz"
        assert client.get(address).status_code == 200
        endpoint.service.transactions.store.close()
        assert client.post(endpoint.url(), content=PLAIN).status_code == 200
        answer = client.get(address)
        assert answer.status_code == 503
        assert "failed" in answer.json()["status"]


def test_a_power_safe_store_waits_for_the_disk(tmp_path: Path) -> None:
    for power_safe, level in ((False, 1), (True, 2)):
        opened = closing(open_store(tmp_path / "shop.db", power_safe=power_safe))
        with opened as store, store.read() as tx:
            assert tx.connection.execute("PRAGMA synchronous").fetchone() == (level,)


def test_a_locked_file_is_waited_for_and_then_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seqrkit.simulator.store.sqlite.BUSY_SECONDS", 0.05)
    file = tmp_path / "shop.db"
    shop = Shop(db=file)
    reference = shop.send()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert shop.call("cancelInvoice", invoice_reference=reference).result_code == 90
    assert shop.status(reference).status == "ISSUED"
    with pytest.raises(StoreError, match="another process keeps"):
        open_store(file)
    other.execute("ROLLBACK")
    other.close()
    assert shop.call("cancelInvoice", invoice_reference=reference).result_code == 0


def test_two_connections_never_give_the_same_reference(tmp_path: Path) -> None:
    file, clock = tmp_path / "shop.db", ManualClock()
    shops = [Shop(db=file, clock=clock), Shop(db=file, clock=clock)]
    references = [shop.sell() for _ in range(20) for shop in shops]
    assert len(set(references)) == len(references)


def test_threads_on_one_store_lose_no_sale(tmp_path: Path) -> None:
    shop = Shop(db=tmp_path / "shop.db")
    sold: list[str] = []
    threads = [
        threading.Thread(target=lambda: sold.extend(shop.sell() for _ in range(20)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(sold)) == 80


def sell_and_refund(file: Path, count: int, answers: "multiprocessing.Queue[list[str]]") -> None:
    shop = Shop(db=file)
    sold = [shop.sell() for _ in range(count)]
    answers.put(sold + [shop.refund(payment, "1 SEK").ers_reference for payment in sold])


@pytest.mark.skipif(sys.platform == "win32", reason="spawning imports the tests by name")
def test_two_processes_on_one_file_stay_correct(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    spawn = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[list[str]] = spawn.Queue()
    workers = [spawn.Process(target=sell_and_refund, args=(file, 30, answers)) for _ in range(2)]
    for worker in workers:
        worker.start()
    references = [reference for _ in workers for reference in answers.get(timeout=60)]
    for worker in workers:
        worker.join(timeout=60)
        assert worker.exitcode == 0
    answers.close()
    answers.join_thread()
    assert len(set(references)) == 120
    shop = Shop(db=file, clock=ManualClock(DEFAULT_START.replace(year=2100)))
    period = shop.mark()
    shop.clock.advance(3)
    text = shop.report("STD_RECON_001", period).report.content_string
    assert "<SalesCount>60</SalesCount>" in text
    assert "<SalesTotal>5940.00000</SalesTotal>" in text


def test_the_hot_statements_use_an_index(tmp_path: Path) -> None:
    """Not by the clock: the plans of the hot statements use an index, whatever the size."""
    file = tmp_path / "shop.db"
    Shop(db=file).service.close()
    plans = sqlite3.connect(file)
    for statement in (
        "SELECT 1 FROM invoice WHERE due <= 5 LIMIT 1",
        "SELECT record FROM invoice WHERE reference = 5",
        "SELECT id FROM terminal WHERE id = 'x'",
        "SELECT record FROM invoice WHERE due <= 5 ORDER BY due, reference LIMIT 1",
        "SELECT id FROM terminal WHERE id IS 'x' ORDER BY number LIMIT 1",
        "SELECT id FROM terminal WHERE seqr_id IS 'x' ORDER BY number LIMIT 1",
        "SELECT record FROM movement WHERE reference IS 'x' ORDER BY number LIMIT 1",
        "SELECT record FROM movement WHERE reseller = 'x' AND number > 1 AND number <= 2",
        "SELECT id FROM period WHERE reseller IS 'x' AND terminal IS NULL ORDER BY number DESC",
        "SELECT record FROM history WHERE invoice IS 'x' ORDER BY number",
        "SELECT record FROM credit WHERE user_id IS 'x' ORDER BY number",
    ):
        plan = plans.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        assert all(step[3].startswith("SEARCH") for step in plan), (statement, plan)
    plans.close()


def test_records_can_be_changed(store: Store) -> None:
    shop = Shop()
    with shop.service.transactions.store.write() as tx:
        terminal = tx.get(Terminal, id="public_test_shop_terminal")
        assert terminal is not None
        tx.save(replace(terminal, name="Other"))
        assert tx.get(Terminal, number=terminal.number) == replace(terminal, name="Other")
        assert tx.get(Terminal, number=99) is None
        with pytest.raises(ValueError, match="no columns"):
            tx.get(Terminal, name="Other")
    store.close()


def test_a_damaged_record_is_a_failure_of_the_store(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    reference = shop.send()
    with shop.service.transactions.store.write() as tx:
        tx._execute("UPDATE invoice SET record = '{}'")  # type: ignore[attr-defined]
    assert shop.status(reference).result_code == 90
    assert "the database :memory: failed: Object missing required field" in caplog.text

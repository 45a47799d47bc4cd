"""The store: what it refuses to open, and what several connections do to one file."""

import shutil
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from contract_tests.toolkit.simulator.messages import PLAIN
from contract_tests.toolkit.simulator.shop import Shop
from seqrkit.errors import StoreError
from seqrkit.simulator import Endpoint
from seqrkit.simulator.service import ServiceCall
from seqrkit.simulator.store import sqlite
from seqrkit.simulator.store.database_file import log_size
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


def test_another_programs_database_is_not_called_damaged(tmp_path: Path) -> None:
    file = tmp_path / "theirs.db"
    with closing(sqlite3.connect(file)) as theirs:
        theirs.execute("CREATE TABLE p (id INTEGER PRIMARY KEY)")
        theirs.execute("CREATE TABLE q (p INTEGER REFERENCES p)")
        theirs.execute("INSERT INTO q VALUES (7)")
        theirs.commit()
    with pytest.raises(StoreError, match="another program's database"):
        open_store(file)


@pytest.mark.parametrize("table", ["token", "report", "notification"])
def test_a_file_without_a_table_that_was_added_later_gets_it(table: str, tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    shop = Shop(db=file)
    reference = shop.send()
    shop.service.close()
    with closing(sqlite3.connect(file)) as older:
        older.execute(f"DROP TABLE {table}")
    shop = Shop(db=file)
    assert shop.status(reference).status == "ISSUED"
    with shop.service.transactions.store.read() as tx:
        assert table in dict(tx.dump())
    shop.service.close()


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    open_store(file).close()
    with closing(sqlite3.connect(file)) as other:
        other.execute("ALTER TABLE token RENAME COLUMN record TO other")
    with pytest.raises(StoreError, match="the table 'token' is not as it was created"):
        open_store(file)


@pytest.mark.parametrize("name", [b"m\xffre", b"m\nre"])
def test_a_file_with_an_unreadable_schema_is_refused_in_one_sentence(
    name: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "shop.db"
    open_store(file).close()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE more (token TEXT REFERENCES token)")
        other.execute("INSERT INTO more VALUES ('missing')")
        other.commit()
    file.write_bytes(file.read_bytes().replace(b"more", name))
    with pytest.raises(StoreError, match=r"shop\.db is (damaged|not usable)") as refusal:
        open_store(file)
    assert "\n" not in str(refusal.value)


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


@pytest.mark.parametrize("is_closed", [False, True])
def test_only_a_request_waits_for_a_locked_file(is_closed: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """Neither the event loop nor closing does; the request is answered 90 then."""
    file = tmp_path / "shop.db"
    with Endpoint(db=file) as endpoint, httpx.Client(trust_env=False) as client:
        asking = threading.Event()
        handle_all = endpoint.service.handle_all

        def observed(calls: Sequence[ServiceCall]) -> Sequence[object]:
            asking.set()
            return handle_all(calls)

        endpoint.application.service.handle_all = observed  # type: ignore[method-assign,assignment]
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            replies: list[bytes] = []
            sending = threading.Thread(
                target=lambda: replies.append(
                    httpx.post(endpoint.url(), content=PLAIN, trust_env=False).content
                )
            )
            sending.start()
            assert asking.wait(10)
            assert client.get(f"{endpoint.base_url}/healthz").json()["server"] == "seqrkit"
            assert not replies
            if is_closed:
                endpoint.close()
            else:
                other.execute("ROLLBACK")
            sending.join(10)
        assert (b"<resultCode>90<" if is_closed else b"<resultCode>0<") in replies[0]


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
            assert tx._execute("PRAGMA synchronous").fetchone() == (level,)


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


def in_the_file_alone(file: Path, copy: Path) -> int:
    """The number of invoices that are in the file, without those in its log."""
    shutil.copyfile(file, copy)
    with closing(sqlite3.connect(copy)) as alone:
        count: int = alone.execute("SELECT count(*) FROM invoice").fetchone()[0]
        return count


def test_any_store_empties_the_log_that_others_have_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_LOG_BYTES", 100_000)
    file, copy = tmp_path / "shop.db", tmp_path / "copy.db"
    shop = Shop(db=file)
    with closing(open_store(file)) as other:
        for _ in range(3):
            sent = 0
            before = in_the_file_alone(file, copy)
            while log_size(str(file)) <= 100_000:
                shop.send()
                sent += 1
            other.maintain()
            assert in_the_file_alone(file, copy) >= before + sent > before
            shop.send()
            assert log_size(str(file)) <= 100_000  # it began anew
    shop.service.close()


def test_a_log_that_cannot_be_emptied_stops_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "shop.db"
    shop = Shop(db=file)
    reference = shop.send()
    monkeypatch.setattr(sqlite, "_LOG_BYTES", 0)
    monkeypatch.setattr(sqlite, "_CHECKPOINT", "SELECT * FROM a_disk_that_is_full")
    for _ in range(3):
        shop.service.tick()
    assert shop.status(reference).status == "ISSUED"
    (record,) = caplog.records
    assert "could not be emptied" in record.getMessage()
    shop.service.close()
    shop.service.transactions.store.maintain()  # of a store that was closed meanwhile


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
        "SELECT id FROM terminal WHERE id = 'x' ORDER BY number LIMIT 1",
        "SELECT id FROM terminal WHERE seqr_id = 'x' ORDER BY number LIMIT 1",
        "SELECT record FROM movement WHERE reference = 'x' ORDER BY number LIMIT 1",
        "SELECT record FROM movement WHERE reseller = 'x' AND number > 1 AND number <= 2",
        "SELECT id FROM period WHERE reseller = 'x' AND terminal IS NULL ORDER BY number DESC",
        "SELECT record FROM history WHERE invoice = 'x' ORDER BY number",
        "SELECT record FROM credit WHERE user_id = 'x' ORDER BY number",
    ):
        plan = plans.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        assert all(step[3].startswith("SEARCH") for step in plan), (statement, plan)
    plans.close()

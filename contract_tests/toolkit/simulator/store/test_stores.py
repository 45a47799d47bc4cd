"""What every store does, in SQLite and in PostgreSQL, and that both keep the same."""

import multiprocessing
import sys
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from functools import partial
from os import PathLike

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.conftest import NewDatabase
from contract_tests.toolkit.simulator.postgresql_server import Server
from contract_tests.toolkit.simulator.shop import Shop
from seqrkit.clock import DEFAULT_START, ManualClock
from seqrkit.errors import SeqrError, StoreError
from seqrkit.model import Invoice
from seqrkit.money import Amount
from seqrkit.simulator.service import Service
from seqrkit.simulator.states.invoice_state import InvoiceState
from seqrkit.simulator.store.database_url import open_store
from seqrkit.simulator.store.records import StoredInvoice, Terminal
from seqrkit.simulator.store.serialization import encode_invoice
from seqrkit.simulator.store.sql_transaction import CannotUndo, MustWrite
from seqrkit.simulator.store.transactional_store import Store
from seqrkit.simulator.transactions import snapshots
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.simulator.transactions.runner import Work


@pytest.fixture
def store(new_database: NewDatabase) -> Iterator[Store]:
    with closing(open_store(new_database())) as store:
        yield store


def test_a_reopened_database_gives_the_same_answers(database: str) -> None:
    first = Shop(db=database)
    reference = first.send()
    first.scan(reference).pay()
    told = first.status(reference)
    first.service.close()
    second = Shop(db=database)
    assert second.status(reference) == told
    assert second.send() != reference


def test_invoices_are_found_by_a_text(database: str) -> None:
    shop = Shop(db=database)
    reference = shop.send(title="Årets 100% bok")
    shop.send(title="Årets 1000 böcker")
    with closing(open_store(database)) as store, store.read() as tx:
        for text in ("årets 100% ", "ÅRETS 100% BOK"):
            (found,) = tx.latest_invoices(10, text=text)
            assert found.state.reference == reference
    shop.service.close()


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


def test_a_rollback_that_fails_keeps_no_lock(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        with store.write() as tx:
            assert tx.sequence() == 1
            monkeypatch.setattr(tx, "end", broken)
            raise ArithmeticError

    def broken(statement: str) -> None:
        raise OSError(statement)

    with pytest.raises(OSError, match="ROLLBACK"):
        fail()
    monkeypatch.undo()
    with ThreadPoolExecutor(1) as other:
        assert other.submit(lambda: written(store)).result(10) == 1


def written(store: Store) -> int:
    with store.write() as tx:
        return tx.sequence()


def test_an_exception_in_isolated_work_undoes_that_work_alone(store: Store) -> None:
    def fail() -> None:
        tx.sequence()
        raise ArithmeticError

    with store.write() as tx:
        assert tx.isolated(tx.sequence) == 1
        with pytest.raises(ArithmeticError):
            tx.isolated(fail)
        assert tx.isolated(tx.sequence) == 2


def test_without_a_savepoint_only_work_that_has_written_ends_the_transaction(store: Store) -> None:
    def fail() -> None:
        raise ArithmeticError

    def write_and_fail() -> None:
        tx.sequence()
        raise ArithmeticError

    with store.write() as tx:
        assert tx.isolated(tx.sequence, savepoint=False) == 1
        with pytest.raises(ArithmeticError):
            tx.isolated(fail, savepoint=False)
    with pytest.raises(CannotUndo), store.write() as tx:
        tx.isolated(write_and_fail, savepoint=False)
    with store.write() as tx:
        assert tx.sequence() == 2


@given(fails=st.lists(st.sampled_from(["", "before", "after"]), min_size=1, max_size=6))
def test_work_of_a_batch_that_fails_is_undone_and_the_rest_is_kept(fails: list[str]) -> None:
    service = Service(open_store())
    runner = service.transactions

    def work(ledger: Ledger, failure: str) -> str:
        if failure == "before":
            raise ArithmeticError
        reference = ledger.tx.unused_invoice_reference(1)
        state = InvoiceState(reference, Amount(Decimal(1), "SEK"))
        ledger.add(StoredInvoice(state, 1, ledger.now, encode_invoice(Invoice())))
        if failure:
            raise ArithmeticError
        return reference

    outcomes = runner.run_all([Work(partial(work, failure=each)) for each in fails])
    assert [isinstance(each, ArithmeticError) for each in outcomes] == list(map(bool, fails))
    kept = [each for each in outcomes if isinstance(each, str)]
    assert kept == [str(number) for number in range(1, fails.count("") + 1)]
    stored = runner.run(lambda ledger: ledger.tx.latest_invoices(10))
    assert [each.state.reference for each in stored] == kept[::-1]
    service.close()


def test_a_closed_store_fails(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError, match="closed"), store.read():
        pass
    store.close()


def test_a_service_answers_90_when_its_store_fails(
    new_database: NewDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(db=new_database())
    shop.service.close()
    assert shop.status("1").result_code == 90
    assert "getPaymentStatus could not be carried out" in caplog.text


def test_a_failure_is_logged_once_and_does_not_stop_the_clock(
    new_database: NewDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(db=new_database())
    shop.service.close()
    before = shop.clock.now()
    for _ in range(3):
        assert shop.status("1").result_code == 90
    assert len(caplog.records) == 1
    # A file that is replaced while another process holds its lock: both have to be known.
    for _ in range(3):
        shop.service.report("another request", StoreError("for another reason"))
    assert len(caplog.records) == 2
    assert shop.service.problem == "for another reason"
    assert shop.clock.advance(5) > before


def test_both_databases_keep_the_same(
    postgresql: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same sales end in the same records, and each takes the other's snapshot."""
    file = tmp_path_factory.mktemp("same") / "shop.db"
    shops = [Shop(db=file), Shop(db=postgresql.new_database())]
    taken = []
    for shop in shops:
        shop.refund(shop.sell(), "1 SEK")
        shop.send("12.50 SEK")
        shop.mark()
        taken.append(snapshots.snapshot(shop.service.transactions))
    varying = ("password", "passwords")
    assert without(taken[0], varying) == without(taken[1], varying)
    for shop, other in zip(shops, reversed(taken), strict=True):
        snapshots.restore(shop.service.transactions, other)
        assert snapshots.snapshot(shop.service.transactions) == other
        assert shop.sell()
        shop.service.close()


def without(data: object, names: tuple[str, ...]) -> object:
    """Return plain data without the values of some names, such as salted hashes."""
    if isinstance(data, dict):
        return {name: without(each, names) for name, each in data.items() if name not in names}
    return [without(each, names) for each in data] if isinstance(data, list) else data


def test_two_connections_never_give_the_same_reference(database: str) -> None:
    clock = ManualClock()
    shops = [Shop(db=database, clock=clock), Shop(db=database, clock=clock)]
    references = [shop.sell() for _ in range(20) for shop in shops]
    assert len(set(references)) == len(references)


def test_threads_on_one_store_lose_no_sale(database: str) -> None:
    shop = Shop(db=database)
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


def sell_and_refund(
    db: str | PathLike[str], count: int, answers: "multiprocessing.Queue[list[str]]"
) -> None:
    shop = Shop(db=db)
    sold = [shop.sell() for _ in range(count)]
    answers.put(sold + [shop.refund(payment, "1 SEK").ers_reference for payment in sold])


@pytest.mark.skipif(sys.platform == "win32", reason="spawning imports the tests by name")
def test_two_processes_on_one_database_stay_correct(new_database: NewDatabase) -> None:
    db = new_database()
    if db is None:
        pytest.skip("processes do not share memory")
    spawn = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[list[str]] = spawn.Queue()
    workers = [spawn.Process(target=sell_and_refund, args=(db, 30, answers)) for _ in range(2)]
    for worker in workers:
        worker.start()
    references = [reference for _ in workers for reference in answers.get(timeout=60)]
    for worker in workers:
        worker.join(timeout=60)
        assert worker.exitcode == 0
    answers.close()
    answers.join_thread()
    assert len(set(references)) == 120
    shop = Shop(db=db, clock=ManualClock(DEFAULT_START.replace(year=2100)))
    period = shop.mark()
    shop.clock.advance(3)
    text = shop.report("STD_RECON_001", period).report.content_string
    assert "<SalesCount>60</SalesCount>" in text
    assert "<SalesTotal>5940.00000</SalesTotal>" in text


def test_records_can_be_changed(new_database: NewDatabase) -> None:
    shop = Shop(db=new_database())
    with shop.service.transactions.store.write() as tx:
        terminal = tx.get(Terminal, id="public_test_shop_terminal")
        assert terminal is not None
        tx.save(replace(terminal, name="Other"))
        assert tx.get(Terminal, number=terminal.number) == replace(terminal, name="Other")
        assert tx.get(Terminal, number=99) is None
        with pytest.raises(ValueError, match="no columns"):
            tx.get(Terminal, name="Other")


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        ("record = '{}'", "Object missing required field `sent_at`"),
        ("record = replace(record, '\"100', '\"900')", "it is not what was stored, as its"),
        ("status = 'PAID'", "it is not what was stored, as its checksum shows"),
    ],
)
def test_a_damaged_record_is_a_failure_of_the_store(
    damaged: str, reason: str, new_database: NewDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(db=new_database())
    reference, other = shop.send("100 SEK"), shop.send("25 SEK")
    with shop.service.transactions.store.write() as tx:
        tx._execute(f"UPDATE invoice SET {damaged} WHERE reference = {reference}")  # noqa: S608
    assert shop.status(reference).result_code == 90
    assert shop.status(other).result_code == 0
    assert f"failed: invoice {reference} is damaged: {reason}" in caplog.text


def test_a_restarted_server_is_connected_to_again(postgresql: Server) -> None:
    shop = Shop(db=postgresql.new_database())
    paid = shop.sell()
    with psycopg.connect(postgresql.address, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'seqrkit'"
        )
    assert shop.refund(paid, "1 SEK").result_code == 0


def test_a_store_waits_for_another_that_writes_and_then_fails(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seqrkit.simulator.store.postgresql.BUSY_SECONDS", 0.05)
    monkeypatch.setattr("seqrkit.simulator.store.postgresql._ATTEMPT", "20ms")
    db = postgresql.new_database()
    shop, other = Shop(db=db), Shop(db=db)
    with other.service.transactions.store.write():
        assert shop.call("cancelInvoice", invoice_reference="1").result_code == 90
    assert shop.call("cancelInvoice", invoice_reference="1").result_code == 54


def test_a_cancelled_statement_leaves_the_connection_usable(postgresql: Server) -> None:
    db = postgresql.new_database()
    other = Shop(db=db)
    shop = Shop(db=f"{db}%20-cstatement_timeout%3D400")
    with other.service.transactions.store.write():
        assert shop.call("cancelInvoice", invoice_reference="1").result_code == 90
    assert shop.call("cancelInvoice", invoice_reference="1").result_code == 54


def test_another_program_s_tables_are_refused(postgresql: Server) -> None:
    db = postgresql.new_database()
    with psycopg.connect(db, autocommit=True) as theirs:
        theirs.execute("CREATE TABLE customer (name TEXT)")
    with pytest.raises(StoreError, match="has tables of another program"):
        open_store(db)


def test_another_format_is_refused(postgresql: Server) -> None:
    db = postgresql.new_database()
    open_store(db).close()
    with psycopg.connect(db, autocommit=True) as old:
        old.execute("UPDATE seqrkit_format SET version = 99")
    with pytest.raises(StoreError, match="has storage format 99"):
        open_store(db)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("postgresql://till:hunter2@127.0.0.1:1/shop?connect_timeout=1", "cannot be used"),
        ("postgresql://till:hunter2@[::1/shop", "is invalid"),
        ("postgresql://till:hunter2%@localhost/shop", "is invalid"),
        ("mysql://till:hunter2@localhost/shop", "mysql:// is not supported"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_sentence_without_the_password(
    address: str, problem: str
) -> None:
    with pytest.raises(SeqrError, match=problem) as refused:
        open_store(address)
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))
    assert "\n" not in str(refused.value)


def test_a_database_that_cannot_store_every_character_is_refused(postgresql: Server) -> None:
    with psycopg.connect(postgresql.address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(StoreError, match="stores texts as LATIN1"):
        open_store(postgresql.address.replace("/postgres?", "/latin?"))

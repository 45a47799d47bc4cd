"""Database files and snapshots of earlier releases open, and give the answers they gave then."""

from __future__ import annotations

import json
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from contract_tests.toolkit.simulator.shop import Shop, context
from seqrkit.clock import ManualClock
from seqrkit.errors import StoreError
from seqrkit.simulator.store.records import HistoryEntry, Movement, SubmittedReceipt
from seqrkit.simulator.store.serialization import with_checksum
from seqrkit.simulator.store.sqlite import open_store
from seqrkit.simulator.store.tables import TABLES
from seqrkit.simulator.transactions import snapshots
from seqrkit.vocabulary import InvoiceStatus

RELEASES = Path(__file__).parent / "releases"
ANSWERS: dict[str, Any] = json.loads((RELEASES / "0.1.0-answers.json").read_text())
INVOICES: dict[str, Any] = ANSWERS["invoices"]
AT = datetime.fromisoformat(ANSWERS["at"])
TILL = context(ANSWERS["tillId"], ANSWERS["tillPassword"])
UNPOLLED = "paid, not yet polled"
OF_THE_TILL = {"superseded", "on the till", UNPOLLED}


def opened(folder: Path) -> Shop:
    """A shop on a copy of the database file of 0.1.0."""
    copy = folder / "copy.db"
    shutil.copy(RELEASES / "0.1.0.sqlite", copy)
    return Shop(db=copy, clock=ManualClock(AT))


def restored(_folder: Path) -> Shop:
    """A shop that has restored the snapshot of 0.1.0."""
    shop = Shop(clock=ManualClock(AT))
    taken = json.loads((RELEASES / "0.1.0-snapshot.json").read_text())
    locked = snapshots.restore(shop.service.transactions, taken)
    assert set(locked) >= {"other_shop", ANSWERS["tillId"]}
    return shop


@pytest.fixture(params=[opened, restored])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A shop with what 0.1.0 wrote."""
    there = request.param(tmp_path)
    there.change_reseller(gaming=True)  # in 0.1.0 every reseller got the token of creditUser
    yield there
    there.service.close()


def plain(value: Any) -> Any:
    """A reply as JSON has it."""
    kept = (int, tuple, list, dict)

    def as_text(_instance: object, _field: object, value: Any) -> Any:
        known = value is None or isinstance(value, kept) or attrs.has(type(value))
        return value if known else str(value)

    found = attrs.asdict(
        value,
        filter=lambda field, _: field.name != "delivery_address",  # newer than 0.1.0
        value_serializer=as_text,
    )
    return json.loads(json.dumps(found))


@pytest.mark.parametrize("name", INVOICES)
def test_each_invoice_has_its_content_history_and_movements(shop: Shop, name: str) -> None:
    expected = INVOICES[name]
    reference = expected["reference"]
    with shop.service.transactions.store.read() as tx:
        entries = [
            [e.at.isoformat(), e.event, e.status, e.version, e.behaviour, e.code]
            for e in tx.find(HistoryEntry, invoice=reference)
        ]
        stored = tx.invoice(reference)
        moved = [
            [m.reference, m.kind, str(m.amount), m.cashier, m.at.isoformat()]
            for m in tx.find(Movement, invoice=reference)
        ]
    assert stored is not None
    assert stored.sent_at.isoformat() == expected["sent"]
    assert entries == expected["history"]
    assert moved == expected["movements"]
    bill = shop.phone.bill(reference)
    assert (str(bill.total), bill.title) == (expected["total"], expected["title"])
    assert str(bill.status) == expected["status"]["status"]
    if name not in OF_THE_TILL:
        assert plain(shop.status(reference)) == expected["status"]


def test_every_status_is_in_the_file() -> None:
    statuses = {InvoiceStatus(each["status"]["status"]) for each in INVOICES.values()}
    assert statuses == set(InvoiceStatus)


def test_money_reports_and_credits_are_unchanged(shop: Shop) -> None:
    for asked, content in ANSWERS["reports"].items():
        name, period = asked.split()
        reply = shop.report(name, period)
        answer = reply.report.content_string if reply.report else reply.result_code
        assert answer == content
    assert [
        [c.reference, str(c.amount), str(c.received), c.description, c.correlation_id]
        for c in shop.phone.credits
    ] == ANSWERS["credits"]
    refundable = dict(ANSWERS["refundable"])
    payment = refundable.pop("ersReference")
    with shop.service.transactions.store.read() as tx:
        receipts = tx.find(SubmittedReceipt, movement=payment)
    assert [plain(each.document) for each in receipts] == ANSWERS["receipts"]
    for amount, code in refundable.items():
        assert shop.refund(payment, amount).result_code == code


def test_passwords_and_timers_work_after_opening_a_file(tmp_path: Path) -> None:
    shop = opened(tmp_path)
    closed = ANSWERS["terminals"]
    password = ANSWERS["tillPassword"]
    blocked = context(closed["blocked"], "abc")
    unregistered = context(closed["unregistered"], password)
    assert shop.status("1", caller=blocked).result_code == ANSWERS["blocked"]
    assert shop.status("1", caller=unregistered).result_code == ANSWERS["unregistered"]
    for name in OF_THE_TILL - {UNPOLLED}:
        invoice = INVOICES[name]
        assert plain(shop.status(invoice["reference"], caller=TILL)) == invoice["status"]
    shop.clock.advance(20)
    reply = shop.status(INVOICES[UNPOLLED]["reference"], caller=TILL)
    assert plain(reply) == ANSWERS["after 20 s without a poll"]
    assert shop.send("1 SEK") == ANSWERS["after 20 s, next invoiceReference"]
    shop.service.close()


def test_a_converted_file_leaves_a_copy_and_a_message(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opened(tmp_path).service.close()
    assert "copy.db was converted to storage format 4; the file as it was is" in caplog.text
    kept, original = tmp_path / "copy.db.format-3", RELEASES / "0.1.0.sqlite"
    with closing(sqlite3.connect(kept)) as copy, closing(sqlite3.connect(original)) as old:
        assert list(copy.iterdump()) == list(old.iterdump())
        assert copy.execute("PRAGMA user_version").fetchone() == (3,)
    caplog.clear()
    open_store(tmp_path / "copy.db").close()
    assert not caplog.text


def test_a_second_conversion_keeps_the_first_copy(tmp_path: Path) -> None:
    (tmp_path / "copy.db.format-3").write_text("a copy from before")
    opened(tmp_path).service.close()
    assert (tmp_path / "copy.db.format-3").read_text() == "a copy from before"
    assert (tmp_path / "copy.db.format-3~").exists()


def test_a_damaged_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    shutil.copy(RELEASES / "0.1.0.sqlite", damaged)
    with closing(sqlite3.connect(damaged)) as file:
        file.execute("UPDATE invoice SET state = '[]'")
        file.commit()
        before = list(file.iterdump())
    with pytest.raises(StoreError, match=r"cannot be converted from format 3: the table invoice"):
        open_store(damaged)
    with closing(sqlite3.connect(damaged)) as file:
        assert list(file.iterdump()) == before


def test_two_processes_can_open_an_older_file_at_once(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(RELEASES / "0.1.0.sqlite", copy)
    with ThreadPoolExecutor(4) as pool:
        stores = [pool.submit(open_store, copy) for _ in range(4)]
    for store in stores:
        with store.result().read() as tx:
            assert tx.find(Movement)
        store.result().close()
    assert len(list(tmp_path.glob("*.format-3*"))) == 1


@pytest.mark.parametrize("has_checksum", [False, True])
def test_the_current_format_can_be_of_another_version(has_checksum: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """A file in which every record has an unknown field and lacks an optional one.

    Its records have no checksum, or one that covers the JSON alone, and its sequence one row.
    """
    opened(tmp_path).service.close()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as file:
        for table in ("terminal", "invoice", "movement", "credit"):
            other = "json_remove(json_set(record, '$.new', 'x'), '$.crc')"
            file.execute(f"UPDATE {table} SET record = {other}")  # noqa: S608
        file.execute("UPDATE terminal SET record = json_remove(record, '$.external_id')")
        file.execute("UPDATE invoice SET record = json_set(record, '$.state.new', json('[1]'))")
        file.execute("UPDATE invoice SET record = json_remove(record, '$.invoice.title')")
        file.execute("DELETE FROM sequence WHERE rowid > 1")
        if has_checksum:
            file.create_function("with_checksum", 1, lambda text: with_checksum(text, ()))
            record = "json_remove(record, '$.crc')"
            for each in TABLES.values():
                file.execute(f"UPDATE {each.quoted} SET record = with_checksum({record})")  # noqa: S608
        file.commit()
    shop = Shop(db=tmp_path / "copy.db", clock=ManualClock(AT))
    reference = INVOICES[UNPOLLED]["reference"]
    assert shop.phone.bill(reference).title == ""
    assert shop.status(reference, caller=TILL).status == "PAID"
    shop.service.close()

"""The database file: its mode, what is said of a damaged one, and what happens if it disappears."""

import logging
import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.messages import PLAIN
from contract_tests.toolkit.simulator.shop import Shop
from seqrkit.errors import StoreError
from seqrkit.simulator import Endpoint
from seqrkit.simulator.store.records import Reseller
from seqrkit.simulator.store.sql_transaction import Tables
from seqrkit.simulator.store.sqlite import open_store
from seqrkit.vocabulary import NEWEST, PATHS

PAGE = 4096
SIDE_FILES = ("", "-wal", "-shm")


@pytest.mark.skipif(os.name != "posix", reason="other systems have no mode bits")
@pytest.mark.parametrize("exists", [False, True])
def test_only_the_owner_can_read_the_file_and_its_side_files(exists: bool, tmp_path: Path) -> None:  # noqa: FBT001
    file = tmp_path / "shop.db"
    before = os.umask(0)
    try:
        if exists:
            Shop(db=file).service.close()
            file.chmod(0o644)
        shop = Shop(db=file)
        shop.sell()
        modes = {suffix: Path(f"{file}{suffix}").stat().st_mode & 0o777 for suffix in SIDE_FILES}
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(SIDE_FILES, 0o600)
    shop.service.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a database with 50 sales."""
    file = tmp_path_factory.mktemp("whole") / "shop.db"
    shop = Shop(db=file)
    for _ in range(50):
        shop.sell()
    shop.service.close()
    return file.read_bytes()


def dumped(file: Path) -> Tables:
    """All records of a database file, without the sequence, which nothing protects."""
    store = open_store(file)
    with store.read() as tx:
        tables = dict(tx.dump())
    store.close()
    return {name: list(tables[name]) for name in tables.keys() - {"sequence"}}


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_refused_in_one_sentence_or_has_every_record(
    data: st.DataObject, whole: bytes, tmp_path: Path
) -> None:
    garbage = data.draw(st.binary(min_size=1, max_size=200), label="garbage")
    at = data.draw(st.integers(PAGE, len(whole) - len(garbage)), label="offset")
    file = tmp_path / "damaged.db"
    file.write_bytes(whole)
    records = dumped(file)
    file.write_bytes(whole[:at] + garbage + whole[at + len(garbage) :])
    try:
        found = dumped(file)
    except StoreError as refusal:
        assert re.search(r"damaged\.db is (damaged|not usable)", str(refusal))  # noqa: PT017
        assert "\n" not in str(refusal)  # noqa: PT017
    else:
        assert found == records


def test_a_record_that_is_still_json_is_found_by_its_checksum(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    shop = Shop(db=file)
    reference = shop.send("149.99 SEK")
    shop.service.close()
    file.write_bytes(file.read_bytes().replace(b"149.99", b"949.99"))
    with pytest.raises(StoreError, match=f"invoice {reference} is damaged: .* checksum"):
        open_store(file)
    open_store(file, force=True).close()


def test_a_missing_row_is_named(whole: bytes, tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    file.write_bytes(whole)
    with closing(sqlite3.connect(file)) as other:
        other.execute("DELETE FROM reseller")
        other.commit()
    with pytest.raises(StoreError, match=r"damaged \(row \d+ of \w+ refers to a .* of reseller\)"):
        open_store(file)


def test_of_a_large_table_the_records_stored_last_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those of a table whose key is a text."""
    file = tmp_path / "shop.db"
    shop = Shop(db=file)
    with shop.service.transactions.store.write() as tx:
        tx.clear()
        for name in "zma":
            tx.save(Reseller(name, user_id="u", name="n", password="p"))
    shop.service.close()
    with closing(sqlite3.connect(file)) as other:
        other.execute("UPDATE reseller SET record = '[]' WHERE id = 'a'")
        other.commit()
    monkeypatch.setattr("seqrkit.simulator.store.database_file._RECORD_SECONDS", -1)
    with pytest.raises(StoreError, match="reseller a is damaged"):
        open_store(file)


def test_a_damaged_file_can_be_used_if_that_is_forced(whole: bytes, tmp_path: Path) -> None:
    file = tmp_path / "damaged.db"
    file.write_bytes(whole[: 10 * PAGE] + b"\xff" * PAGE + whole[11 * PAGE :])
    with pytest.raises(StoreError, match="--force"):
        open_store(file)
    open_store(file, force=True).close()


def delete(file: Path) -> None:
    file.unlink()


def replace(file: Path) -> None:
    other = file.with_name("other.db")
    shutil.copyfile(file, other)
    other.replace(file)


@pytest.mark.skipif(os.name != "posix", reason="other systems keep open files")
@pytest.mark.parametrize("change", [delete, replace])
def test_nothing_is_answered_0_and_lost_when_the_file_has_gone(
    change: Callable[[Path], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "shop.db"
    with caplog.at_level(logging.WARNING), Endpoint(file) as endpoint:
        change(file)
        with httpx.Client(base_url=endpoint.base_url, trust_env=False) as client:
            while client.get("/healthz").status_code == 200:
                pass
            assert "was deleted or replaced" in client.get("/healthz").text
            for _ in range(3):
                assert b"<resultCode>90<" in client.post(PATHS[NEWEST], content=PLAIN).content
    (record,) = caplog.records
    assert "restart the endpoint" in record.getMessage()

"""The database file: its mode, what is said of a damaged one, and what happens if it disappears."""

import logging
import os
import re
import shutil
import sqlite3
import sys
import threading
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
from seqrkit.simulator.store import database_file
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
    """All records of a database file."""
    with closing(open_store(file)) as store, store.read() as tx:
        return {name: list(rows) for name, rows in tx.dump().items()}


@pytest.fixture(scope="module")
def records(whole: bytes, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The records of that database."""
    file = tmp_path_factory.mktemp("records") / "shop.db"
    file.write_bytes(whole)
    return dumped(file)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """The file after bytes of it were zeroed, overwritten, flipped, cut off or swapped."""
    kind = draw(st.sampled_from(["zero", "garbage", "flip", "cut", "swap"]))
    at = draw(st.integers(0, len(whole) - 200))
    if kind == "cut":  # not to nothing: an empty file is a new database
        return whole[: at + 1]
    if kind == "swap":
        pages = [whole[each : each + PAGE] for each in range(0, len(whole), PAGE)]
        one, other = draw(st.lists(st.sampled_from(range(len(pages))), min_size=2, max_size=2))
        pages[one], pages[other] = pages[other], pages[one]
        return b"".join(pages)
    if kind == "flip":
        new = bytes([whole[at] ^ 1 << draw(st.integers(0, 7))])
    else:
        new = draw(st.binary(min_size=1, max_size=200)) if kind == "garbage" else bytes(64)
    return whole[:at] + new + whole[at + len(new) :]


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_refused_in_one_sentence_or_has_every_record(
    data: st.DataObject, whole: bytes, records: Tables, tmp_path: Path
) -> None:
    file = tmp_path / "damaged.db"
    database_file.remove(str(file))
    file.write_bytes(data.draw(damaged(whole), label="damaged"))
    try:
        found = dumped(file)
    except StoreError as refusal:
        # A header that is damaged can look like that of another program or format.
        about = (
            r"damaged\.db (is (damaged|not usable|another program's)|has storage|cannot be conv)"
        )
        assert re.search(about, str(refusal))  # noqa: PT017
        assert "\n" not in str(refusal)  # noqa: PT017
    else:
        assert found == records


def test_an_emptied_file_is_refused_while_its_log_is_there(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    shop = Shop(db=file)
    log = Path(f"{file}-wal")
    shop.sell()
    written = log.read_bytes()
    shop.service.close()
    file.write_bytes(b"")
    log.write_bytes(written)  # as after a kill
    with pytest.raises(StoreError, match=r"damaged \(of its content, 0 bytes are left\)"):
        open_store(file)
    assert log.read_bytes() == written


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


def truncate(file: Path) -> None:
    os.truncate(file, 0)


def truncate_half(file: Path) -> None:
    os.truncate(file, 5 * PAGE)


def delete_log(file: Path) -> None:
    Path(f"{file}-wal").unlink()


@pytest.mark.skipif(os.name != "posix", reason="other systems keep open files")
@pytest.mark.parametrize("change", [delete, replace, truncate, truncate_half, delete_log])
def test_nothing_is_answered_0_and_lost_when_the_file_has_gone(
    change: Callable[[Path], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "shop.db"
    with caplog.at_level(logging.WARNING), Endpoint(file) as endpoint:
        change(file)
        with httpx.Client(base_url=endpoint.base_url, trust_env=False) as client:
            while client.get("/healthz").status_code == 200:
                pass
            assert re.search("was (deleted|replaced|truncated)", client.get("/healthz").text)
            for _ in range(3):
                assert b"<resultCode>90<" in client.post(PATHS[NEWEST], content=PLAIN).content
    (record,) = caplog.records
    assert "restart the endpoint" in record.getMessage()


def test_no_file_of_a_database_in_use_is_opened_but_by_sqlite(tmp_path: Path) -> None:
    """To close it would end SQLite's locks on it, and another process could delete the log."""
    opened: list[str] = []
    is_in_use = threading.Event()

    def observed(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and is_in_use.is_set() and str(tmp_path) in str(arguments[0]):
            opened.append(str(arguments[0]))

    sys.addaudithook(observed)  # stays until the process ends
    with Endpoint(tmp_path / "shop.db") as endpoint:
        world = endpoint.worlds.get("team")
        is_in_use.set()
        for each in (endpoint, world):
            each.service.reset()
        endpoint.worlds.tick()
        endpoint.tick()
        databases = endpoint.worlds._databases
        databases.note_use("team", 0)
        open_store(tmp_path / "shop.db").close()
    is_in_use.clear()
    assert not opened

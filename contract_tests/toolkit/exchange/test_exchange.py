"""Exchanges are kept, found again and saved as they happen, and never show a password."""

import json
import threading
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.exchanges import ANSWERED, PASSWORD, REQUEST, UNANSWERED
from seqrkit import soap
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange, Journal

FAULT = evolve(ANSWERED, status=500, response=soap.fault("Client", "not well-formed"))
HTML = evolve(ANSWERED, status=502, response=b"<html><title>Bad Gateway</title></html>")
BROKEN = evolve(
    ANSWERED, request=REQUEST[: REQUEST.index(b"</password>")], response=b"\xff\xfe broken"
)
ALL = [ANSWERED, UNANSWERED, FAULT, HTML, BROKEN]


def test_an_answer_is_read_from_its_bytes():
    assert (ANSWERED.result_code, ANSWERED.result_description) == (54, "INVALID_INVOICE_REFERENCE")
    assert ANSWERED.fault is None
    assert not ANSWERED.succeeded


def test_a_fault_is_distinguished_from_a_reply():
    assert FAULT.fault == soap.Fault("Client", "not well-formed", "")
    assert FAULT.result_code is None


@pytest.mark.parametrize("exchange", [UNANSWERED, HTML, BROKEN], ids=repr)
def test_what_is_no_soap_has_neither_code_nor_fault(exchange: Exchange):
    assert (exchange.result_code, exchange.result_description, exchange.fault) == (None, None, None)


@pytest.mark.parametrize("exchange", ALL, ids=repr)
def test_no_representation_shows_the_password(exchange: Exchange):
    shown = f"{exchange!r} {exchange} {json.dumps(exchange.to_dict())}"
    assert PASSWORD not in shown
    assert PASSWORD.encode() in exchange.request


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=6))
def test_no_password_is_saved_whatever_it_is(password: str):
    from xml.sax.saxutils import escape

    secret = f"{password}-{len(password)}"
    request = REQUEST.replace(PASSWORD.encode(), escape(secret).encode())
    saved = evolve(ANSWERED, request=request).to_dict()
    assert escape(secret) not in str(saved["request"])


def test_the_text_has_both_messages_and_the_findings():
    text = str(ANSWERED)
    assert "<cancelInvoice" in text.replace("ext:", "")
    assert "resultCode>54<" in text
    assert all(finding.message in text for finding in ANSWERED.findings)
    assert str(UNANSWERED.failure) in str(UNANSWERED)


@pytest.mark.parametrize("exchange", ALL, ids=repr)
def test_a_saved_exchange_comes_back_with_its_password_masked(exchange: Exchange):
    back = Exchange.from_dict(json.loads(json.dumps(exchange.to_dict())))
    assert back.request == exchange.masked_request
    assert back.response == exchange.masked_response
    assert back.to_dict() == back.from_dict(back.to_dict()).to_dict()
    assert (back.status, back.failure, back.started_at) == (
        exchange.status,
        exchange.failure,
        exchange.started_at,
    )


@given(st.binary())
def test_bytes_of_any_kind_are_saved_and_come_back(body: bytes):
    exchange = evolve(ANSWERED, response=body)
    back = Exchange.from_dict(json.loads(json.dumps(exchange.to_dict())))
    assert back.response == soap.mask(body)


@pytest.mark.parametrize("change", [{"request": None}, {"interface": "v3"}, {"number": "one"}])
def test_what_was_never_saved_is_refused_in_a_sentence(change: dict[str, object]):
    saved = {key: value for key, value in ANSWERED.to_dict().items() if key not in change}
    with pytest.raises(ConfigurationError, match="not a saved exchange"):
        Exchange.from_dict(saved | {key: value for key, value in change.items() if value})


def test_a_journal_numbers_what_it_keeps():
    journal = Journal()
    kept = [journal.record(exchange) for exchange in ALL]
    assert [exchange.number for exchange in kept] == [1, 2, 3, 4, 5]
    assert list(journal) == kept
    assert journal[-1] is kept[-1]
    assert journal[1:3] == kept[1:3]
    assert len(journal) == 5


def test_a_journal_that_forgets_goes_on_counting():
    journal = Journal()
    journal.record(ANSWERED)
    journal.forget()
    assert list(journal) == []
    assert journal.record(ANSWERED).number == 2


def test_a_subscriber_receives_each_exchange_until_it_disconnects():
    journal, told = Journal(), []
    leave = journal.subscribe(lambda exchange: told.append((exchange.number, len(journal))))
    journal.record(ANSWERED)
    leave()
    journal.record(ANSWERED)
    assert told == [(1, 1)]


def test_a_failing_subscriber_does_not_lose_the_exchange():
    def fail(exchange: Exchange) -> None:
        raise ZeroDivisionError(exchange.number)

    journal = Journal()
    told: list[Exchange] = []
    journal.subscribe(fail)
    journal.subscribe(told.append)
    with pytest.warns(RuntimeWarning, match="exchange 1 was recorded, .* ZeroDivisionError"):
        kept = journal.record(ANSWERED)
    assert list(journal) == told == [kept]


def test_each_exchange_is_on_disk_before_the_next_one(tmp_path: Path):
    file = tmp_path / "session.jsonl"
    journal = Journal(file)
    for count, exchange in enumerate(ALL, start=1):
        kept = journal.record(exchange)
        lines = file.read_text().splitlines()
        assert len(lines) == count
        assert json.loads(lines[-1]) == kept.to_dict()
    journal.close()
    assert PASSWORD not in file.read_text()


def test_a_second_session_is_added_to_the_file_of_the_first(tmp_path: Path):
    for _ in range(2):
        journal = Journal(tmp_path / "session.jsonl")
        journal.record(ANSWERED)
        journal.close()
    assert len((tmp_path / "session.jsonl").read_text().splitlines()) == 2


def test_threads_may_share_a_journal(tmp_path: Path):
    journal = Journal(tmp_path / "session.jsonl")
    together = threading.Barrier(8)

    def record() -> None:
        together.wait()
        for _ in range(25):
            journal.record(UNANSWERED)

    threads = [threading.Thread(target=record) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    numbers = [json.loads(line)["number"] for line in journal.path.read_text().splitlines()]  # type: ignore[union-attr]
    assert numbers == [exchange.number for exchange in journal] == list(range(1, 201))


@pytest.mark.parametrize("name", ["missing/session.jsonl", "a-file/session.jsonl", "."])
def test_a_file_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path, name: str):
    (tmp_path / "a-file").touch()
    with pytest.raises(ConfigurationError, match=r"cannot be recorded in .*; name a file"):
        Journal(tmp_path / name)


def test_a_full_disk_is_reported_once_and_loses_no_exchange():
    journal = Journal("/dev/full")
    with pytest.warns(RuntimeWarning, match="has no exchange after number 0: No space left"):
        journal.record(ANSWERED)
    journal.record(UNANSWERED)
    assert len(journal) == 2
    journal.close()


@pytest.mark.parametrize(
    ("reference", "element"),
    [("4711", "clientReference"), ("139722", "invoiceReference"), ("2026123", "ersReference")],
)
def test_an_exchange_is_found_by_any_of_its_references(reference: str, element: str):
    reply = ANSWERED.response or b""
    journal = Journal()
    journal.record(evolve(ANSWERED, request=REQUEST.replace(b"4711", b"other")))
    journal.record(HTML)
    wanted = journal.record(
        evolve(
            ANSWERED,
            response=reply.replace(
                b"<return>", f"<return><{element}>{reference}</{element}>".encode()
            ),
            request=REQUEST.replace(b"4711", b"another"),
        )
    )
    assert journal.find(reference) == (wanted,) if element != "clientReference" else True
    assert wanted in journal.find(reference)
    assert journal.find("") == journal.find(reference[:-1]) == ()

"""Requests are saved under a name, and all that were sent are found after a restart."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

import seqrkit
from contract_tests.toolkit.widgets.interaction import happen
from seqrkit import Session
from seqrkit.recording.session_files import read_session
from seqrkit.widgets import Workbench, saved_requests
from seqrkit.widgets.saved_requests import SavedRequests, name_of


@pytest.fixture
def bench(seqr: Session, tmp_path: Path) -> Workbench:
    return Workbench(seqr, saved=tmp_path / "saved")


def send(bench: Workbench, title: str) -> None:
    form = bench.form("sendInvoice")
    form.fill_samples()
    form.update({"invoice.title": title})
    form.send()


def test_a_named_request_is_opened_by_a_later_kernel(bench: Workbench, tmp_path: Path) -> None:
    bench.form("sendInvoice").update({"invoice.title": "Bookshop", "invoice.totalAmount": "1 SEK"})
    happen(bench.saved, "save", "a book")
    assert bench.saved.state["values"]["note"] == "saved as a book"
    with seqrkit.connect(quiet=True) as later:
        other = Workbench(later, "cancelInvoice", saved=tmp_path / "saved")
        happen(other.saved, "search", "a BOOK bookshop")
        assert [each["name"] for each in other.saved.state["values"]["found"]] == ["a book"]
        happen(other.saved, "open", 0)
        assert other.operation == "sendInvoice"
        form = other.form("sendInvoice")
        assert form.value["invoice.title"] == "Bookshop"
        assert form.value["context.clientReference"] not in bench.form("sendInvoice").value.values()


def test_sent_requests_are_found_by_texts_of_request_and_reply(bench: Workbench) -> None:
    for title in ("Bookshop", "Café"):
        send(bench, title)
    happen(bench.saved, "search", "sendInvoice")
    assert [each["described"].split(" · ")[0] for each in bench.saved.state["values"]["found"]] == [
        "Café",
        "Bookshop",
    ]
    reply = bench.form("sendInvoice").exchange.response
    reference = reply.decode().split("<invoiceReference>")[1].split("<")[0]
    happen(bench.saved, "search", reference)
    assert len(bench.saved.found) == 1
    happen(bench.saved, "search", "nowhere")
    assert not bench.saved.found


def test_files_are_private_sessions_with_masked_passwords(seqr: Session, tmp_path: Path) -> None:
    bench = Workbench(seqr, "registerTerminal", saved=tmp_path / "saved")
    form = bench.form("registerTerminal")
    form.fill_samples()
    form.update({"password": "typed-secret"})
    happen(bench.saved, "save", "a till")
    assert form.send().succeeded
    for name in ("named.jsonl", "history.jsonl"):
        file = tmp_path / "saved" / name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "typed-secret" not in file.read_text("utf-8")
        assert [each.operation for each in read_session(file.read_bytes())] == ["registerTerminal"]
    assert "typed-secret" not in str(bench.saved.state)


def test_of_equal_names_the_newest_counts(bench: Workbench, tmp_path: Path) -> None:
    for title in ("one", "two"):
        bench.form("sendInvoice").update({"invoice.title": title})
        happen(bench.saved, "save", "same")
    (found,) = SavedRequests(tmp_path / "saved").find("same")
    assert name_of(found) == "same"
    assert "<title>two</title>" in found["request"]


def test_tokens_are_masked_if_the_client_masks_them(tmp_path: Path) -> None:
    with seqrkit.connect(quiet=True, mask_personal_data=True) as seqr:
        bench = Workbench(seqr, saved=tmp_path)
        bench.form("sendInvoice").update({"invoice.cashierId": "Bob of till 7"})
        happen(bench.saved, "save", "a sale")
    assert "Bob of till 7" not in (tmp_path / "named.jsonl").read_text("utf-8")


def test_a_large_history_is_set_aside(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_requests, "LARGEST", 10)
    for title in ("first", "second"):
        send(bench, title)
    assert "first" in (tmp_path / "saved" / "history.old").read_text("utf-8")
    assert "first" not in (tmp_path / "saved" / "history.jsonl").read_text("utf-8")


def test_a_folder_that_cannot_be_written_is_named(seqr: Session, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    bench = Workbench(seqr, saved=tmp_path / "file")
    send(bench, "Bookshop")
    assert "the request cannot be saved in" in bench.saved.state["values"]["note"]

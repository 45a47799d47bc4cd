"""``seqrkit certify``: a recorded session is tested, also while it is written, or played."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from lxml import etree

import seqrkit
from contract_tests.toolkit.commands import run
from seqrkit import ManualClock
from seqrkit.certification.rehearsal import rehearse
from seqrkit.recording.har import har_bytes
from seqrkit.recording.session_files import read_session


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("session") / "session.jsonl"
    with seqrkit.connect(record=file, clock=ManualClock(), quiet=True) as seqr:
        rehearse(seqr, "pos")
    return file


@pytest.fixture
def incomplete(session: Path, tmp_path: Path) -> Path:
    """A session whose invoice is never cancelled, and was sent with a timeout."""
    file = tmp_path / "incomplete.jsonl"
    lines = session.read_text().splitlines(keepends=True)
    kept = "".join(each for each in lines if '"operation": "cancelInvoice"' not in each)
    file.write_text(kept.replace("<clientRequestTimeout>0<", "<clientRequestTimeout>9<"))
    return file


def test_a_rehearsal_is_recorded_and_passes_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rehearsal.jsonl"
    ended = run(capsys, "certify", "webshop", "--rehearse", "--record", str(file))
    assert (ended.code, ended.err) == (0, "")
    again = run(capsys, "certify", "webshop", str(file), "--fail-on-left-out")
    assert again.code == 0
    assert "13 passed" in again.out


def test_an_archive_is_tested_too(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "session.har"
    file.write_bytes(har_bytes(read_session(session.read_bytes())))
    assert run(capsys, "certify", "pos", str(file)).code == 0


def test_each_report_has_the_failures_and_what_is_missing(
    incomplete: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "certify", "pos", str(incomplete), "--output", str(tmp_path), "--github")
    assert ended.code == 1
    assert "exchange 3: context/clientRequestTimeout is 9; it must be 0" in ended.out
    assert "missing: cancelInvoice" in ended.out
    assert "::error title=pos.send::" in ended.out
    (suite,) = etree.parse(tmp_path / "junit.xml").getroot()
    assert (suite.get("failures"), suite.get("tests")) == ("1", "16")
    assert "clientRequestTimeout is 9" in (tmp_path / "report.html").read_text()
    items = {
        each["id"]: each for each in json.loads((tmp_path / "results.json").read_text())["items"]
    }
    assert items["pos.cancel"]["verdict"] == "not yet seen"
    assert max(map(len, ended.out.splitlines()[:-9])) <= 100


def test_what_is_excused_does_not_fail(
    incomplete: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = str(tmp_path / "known.toml")
    assert run(capsys, "certify", "pos", str(incomplete), "--write-baseline", known).code == 1
    excused = run(capsys, "certify", "pos", str(incomplete), "--baseline", known)
    assert excused.code == 0
    assert "known to fail" in excused.out
    left_out = run(
        capsys, "certify", "pos", str(incomplete), "--baseline", known, "--fail-on-left-out"
    )
    assert left_out.code == 1


def test_advice_fails_only_on_request(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "never_cancels.jsonl"
    lines = session.read_text().splitlines(keepends=True)
    file.write_text("".join(each for each in lines if '"operation": "cancelInvoice"' not in each))
    assert run(capsys, "certify", "pos", str(file)).code == 0
    assert run(capsys, "certify", "pos", str(file), "--fail-on", "warning").code == 1


def test_a_session_without_any_of_the_tests_is_nothing_tested(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "poll.jsonl"
    lines = session.read_text().splitlines(keepends=True)
    file.write_text(next(each for each in lines if '"operation": "getPaymentStatus"' in each))
    assert run(capsys, "certify", "pos", str(file)).code == 3


@pytest.mark.parametrize(
    "arguments", [(), ("--watch",), ("missing.jsonl",), ("s.jsonl", "--rehearse")]
)
def test_what_cannot_be_tested_is_a_misuse(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "certify", "pos", *arguments).code == 2


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_session_is_watched_while_it_grows(
    end: signal.Signals,
    session: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "growing.jsonl"
    data = session.read_bytes()
    parts = [data[at : at + 3000] for at in range(0, len(data), 3000)]  # lines arrive in pieces
    ends = [end]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background

    class Writer:
        """A clock that, instead of sleeping, writes the next piece of the file."""

        def sleep(self, _seconds: float) -> None:
            if not parts:
                os.kill(os.getpid(), ends.pop())  # only once: what is not ended must not hang
                return
            with file.open("ab") as growing:
                growing.write(parts.pop(0))

    monkeypatch.setattr("seqrkit.cli.certify.SystemClock", Writer)
    page = tmp_path / "report.html"
    try:
        ended = run(capsys, "certify", "pos", str(file), "--watch", "--html", str(page))
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended.code == 0
    watched, _, result = ended.out.partition("Certification, point of sale")
    assert watched.index("1. registerTerminal") < watched.index("9. unregisterTerminal")
    assert "16 passed" in result
    assert page.exists()


def test_a_session_confirms_and_refutes_behaviours(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "fidelity", "--against", str(session))
    assert (ended.code, ended.err) == (0, "")
    assert "confirmed by exchange 1\n" in ended.out
    other = tmp_path / "other.jsonl"
    other.write_text(session.read_text().replace("<version>0<", "<version>1<"))
    ended = run(capsys, "fidelity", "issued", "--against", str(other), "--format", "json")
    assert ended.code == 1
    (found,) = (each for each in json.loads(ended.out) if each["id"] == "invoice.issued")
    assert found["session"].startswith("refuted by exchange 4: return/version is 1; it must be 0")
    table = run(capsys, "fidelity", "--against", str(other), "--format", "markdown").out
    assert len({line.count(" | ") for line in table.splitlines() if line.startswith("| ")}) == 1


def test_a_session_that_shows_nothing(
    tmp_path: Path, session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text(
        next(
            e for e in session.read_text().splitlines() if '"operation": "unregisterTerminal"' in e
        )
    )
    assert run(capsys, "fidelity", "--against", str(file)).code == 3

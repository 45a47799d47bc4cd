"""Drills with registers that recover and registers that do not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
REGISTER = (sys.executable, str(Path(__file__).with_name("register.py")))
PATIENCE = 60


def run(
    tmp_path: Path, command: str, *words: str, register: tuple[str, ...] = REGISTER, **options: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Run a command with its JSON report."""
    file = tmp_path / "report.json"
    given = [
        part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", value)
    ]
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "seqrkit", command, "--json", str(file), "--late", "0.2"),
            *(*given, "--", *register, *words),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=PATIENCE,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended, json.loads(file.read_text("utf-8")) if file.exists() else {}


def failures(report: dict[str, Any]) -> dict[str, list[str]]:
    """The failures of each item, by the kind in their stable ids."""
    return {
        item["id"]: [each["id"].rpartition(": ")[2] for each in item["failures"]]
        for item in report["items"]
        if item["failures"]
    }


def test_a_register_that_recovers_passes(tmp_path: Path) -> None:
    ended, report = run(tmp_path, "drill")
    assert ended.returncode == 0, ended.stdout
    passed = {each["id"] for each in report["items"] if each["verdict"] == "passed"}
    assert passed >= {"drill.lost.sendInvoice", "drill.cut.getPaymentStatus"}
    assert "refundPayment: its replies" in ended.stdout


def test_a_new_invoice_after_a_lost_reply_charges_twice(tmp_path: Path) -> None:
    ended, report = run(tmp_path, "drill", "once", only="getPaymentStatus")
    assert ended.returncode == 1
    found = failures(report)
    assert set(found) == {"drill.lost.getPaymentStatus", "drill.cut.getPaymentStatus"}
    assert all(each[0] == "charged twice" for each in found.values())
    assert "again: seqrkit drill --only 'lost getPaymentStatus' -- " in ended.stdout
    assert "the reply was lost on its way" in ended.stdout


def test_a_refund_that_is_repeated_blindly_is_refunded_twice(tmp_path: Path) -> None:
    ended, report = run(tmp_path, "drill", "refund", "blindly", only="lost refundPayment")
    assert ended.returncode == 1
    assert failures(report) == {
        "drill.lost.refundPayment": ["refunded twice", "lost track of money"]
    }


@pytest.mark.parametrize(
    ("words", "only", "id_", "kind"),
    [
        ("lie", "buyer cancels", "drill.buyer.cancels", "says it has charged"),
        ("text", "buyer underpays", "drill.buyer.underpays", "says it has charged"),
        ("leave_open", "buyer leaves", "drill.buyer.leaves", "left an invoice open"),
        ("any_status", "lost sendInvoice", "drill.undisturbed", "unpaid"),
    ],
)
def test_a_register_that_is_not_paid_must_say_so(
    words: str, only: str, id_: str, kind: str, tmp_path: Path
) -> None:
    ended, report = run(tmp_path, "drill", words, only=only)
    assert ended.returncode == 1
    assert kind in failures(report)[id_]


def test_a_reply_that_comes_after_the_client_went_on_is_lost(tmp_path: Path) -> None:
    ended, report = run(tmp_path, "drill", "impatient", only="late sendInvoice", late="1")
    assert ended.returncode == 0, ended.stdout
    assert "drill.late.sendInvoice" in {each["id"] for each in report["items"]}


def test_a_refund_that_says_it_is_unclear_passes(tmp_path: Path) -> None:
    ended, report = run(tmp_path, "drill", "refund", only="refundPayment")
    assert ended.returncode == 0, ended.stdout
    assert failures(report) == {
        "drill.twice.refundPayment": ["refunded twice", "lost track of money"]
    }


def test_a_register_that_gives_up_without_charging_passes(tmp_path: Path) -> None:
    ended, report = run(tmp_path, "drill", buyer="decline number 1")
    assert ended.returncode == 1
    assert failures(report) == {"drill.undisturbed": ["drill.undisturbed"]}


@pytest.mark.parametrize(
    ("word", "said"),
    [("crash", "the till is on fire"), ("hang", "did not end within 4 s"), ("binary", "")],
)
def test_a_register_may_do_anything(word: str, said: str, tmp_path: Path) -> None:
    ended, report = run(tmp_path, "drill", word, only="twice", limit="4")
    assert said in ended.stdout
    assert bool(failures(report)) is (word != "binary")


def test_a_command_that_cannot_be_started_is_one_sentence(tmp_path: Path) -> None:
    ended, _ = run(tmp_path, "drill", register=("./nowhere",))
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("seqrkit: ./nowhere cannot be started")


def test_an_unknown_drill_is_refused(tmp_path: Path) -> None:
    ended, _ = run(tmp_path, "drill", only="nonsense")
    assert ended.returncode == 2
    assert 'there is no drill "nonsense"' in ended.stderr


def test_a_baseline_excuses_a_known_failure(tmp_path: Path) -> None:
    known = tmp_path / "known.toml"
    only = "lost getPaymentStatus"
    assert run(tmp_path, "drill", "once", only=only, write_baseline=str(known))[0].returncode == 1
    ended, _ = run(tmp_path, "drill", "once", only=only, baseline=str(known))
    assert ended.returncode == 0, ended.stdout


def test_sigterm_leaves_a_report_with_the_results_so_far(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    command = [sys.executable, "-m", "seqrkit", "drill", "--json", str(file), "--jobs", "1"]
    with subprocess.Popen(
        [*command, "--", *REGISTER],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stderr is not None
        assert "undisturbed" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        process.communicate(timeout=PATIENCE)
    assert time.monotonic() - began < PATIENCE / 2
    assert process.returncode == 130
    report = json.loads(file.read_text("utf-8"))
    assert report["items"][0]["id"] == "drill.undisturbed"
    assert report["complete"] is False
    assert report["remarks"] == ["the run was interrupted: these are the results so far"]


def test_check_register_gives_one_verdict(tmp_path: Path) -> None:
    page = tmp_path / "verdict.html"
    ended, report = run(tmp_path, "check-register", only="lost", html=str(page))
    groups = {each["group"] for each in report["items"]}
    assert {"Books", "Messages", "Drills", "Certification, webshop"} <= groups
    assert "<title>" in page.read_text("utf-8")
    assert "payments: 1, 25 SEK; refunds: 0, 0 SEK" in ended.stdout


def test_check_register_finds_what_is_left_open(tmp_path: Path) -> None:
    ended, report = run(tmp_path, "check-register", "leave", only="lost", procedure="none")
    assert ended.returncode == 1
    assert "is still open at the end" in ended.stdout
    assert "books" in failures(report)

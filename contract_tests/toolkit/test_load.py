"""Load tests: prepared requests, and Locust in one process and in three."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

import seqrkit
from contract_tests.profiles import NIGHTLY
from contract_tests.toolkit.commands import run
from seqrkit import contract
from seqrkit.client import Credentials
from seqrkit.clock import DEFAULT_START
from seqrkit.load.sale_scripts import PAY, Script, Step, learned, recorded, sale, shop
from seqrkit.session import published
from seqrkit.simulator import Endpoint
from seqrkit.simulator.http.tls import certify

CREDENTIALS = Credentials(**published())
INVOICE = seqrkit.Invoice(
    payment_mode="IMMEDIATE_DEBIT",
    acknowledgment_mode="NO_ACKNOWLEDGMENT",
    issue_date=DEFAULT_START,
    title="Tea {hot}",
    client_invoice_id="1",
    cashier_id="Bob",
    footer="-",
    invoice_rows=[
        seqrkit.InvoiceRow(item_description="Tea", item_quantity=1, item_total_amount="10 SEK")
    ],
    total_amount="10 SEK",
)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


def play(seqr: seqrkit.Session, script: Script) -> list[int | None]:
    """Send the requests of a script; return the result codes."""
    values = {b"clientReference": b"1"}
    codes = []
    for step in (msgspec.json.decode(msgspec.json.encode(step), type=Step) for step in script):
        if step.operation == PAY:
            seqr.phone.scan("HTTP://SEQR.SE/R" + values[b"invoiceReference"].decode()).pay()
            continue
        body = step.body(values)
        assert not [each for each in contract.load().lint_message(body) if each.severity == "error"]
        exchange = seqr.send_raw(body, step.operation)
        codes.append(exchange.result_code)
        values.update(learned(step, exchange.response or b""))
    return codes


@pytest.mark.parametrize("is_paid", [False, True])
def test_a_sale_is_prepared_ahead(is_paid: bool) -> None:  # noqa: FBT001
    with seqrkit.connect(quiet=True) as seqr:
        script = sale(seqr, INVOICE, CREDENTIALS, is_paid=is_paid)
        assert set(play(seqr, script)) == {0}
        assert set(play(seqr, script)) == {0}, "it can be played again"
        assert play(seqr, shop(seqr, CREDENTIALS)) == [0]


def test_a_session_is_played_with_new_references() -> None:
    with seqrkit.connect(quiet=True) as seqr:
        sent = seqr.send_invoice(INVOICE)
        seqr.get_payment_status(sent)
        seqr.cancel_invoice(sent)
        exchanges = tuple(seqr.exchanges)
    with seqrkit.connect(quiet=True, seed=5) as other:
        script = recorded(other, exchanges, CREDENTIALS)
        assert play(other, script) == play(other, script) == [0, 0, 0]


def test_load_counts_codes_and_judges_replies(
    endpoint: Endpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result, page = tmp_path / "load.json", tmp_path / "load.html"
    options = ("--users", "4", "--for", "1", "--judge-every", "5")
    files = ("--json", str(result), "--html", str(page))
    ended = run(capsys, "load", endpoint.base_url, *options, *files)
    assert ended.code == 0, ended.err
    figures = json.loads(result.read_text("utf-8"))
    assert figures["codes"]["refundPayment 0"] > 0
    assert figures["operations"]["sendInvoice"]["p99"] > 0
    assert figures["judged"] > 0
    assert not figures["findings"]
    assert "sendInvoice" in page.read_text("utf-8")
    assert "sendInvoice 0" in ended.out
    observed = endpoint.application.exchanges.count
    counted = sum(figures["codes"].values())
    assert counted <= observed <= counted + 4, "each user may have had one request under way"


def test_a_world_is_loaded_alone_and_the_rate_is_kept(
    endpoint: Endpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = tmp_path / "load.json"
    options = ("--users", "5", "--rate", "20", "--for", "2", "--json", str(result))
    assert run(capsys, "load", f"{endpoint.base_url}/w/team", *options).code == 0
    assert 10 <= endpoint.worlds.get("team").control.exchanges.count <= 50
    assert endpoint.application.exchanges.count == 0


def test_an_endpoint_with_a_private_authority_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Endpoint(certificate=certify(tmp_path, ["127.0.0.1"])) as endpoint:
        command = ("load", endpoint.base_url, "--users", "1", "--for", "1")
        refused = run(capsys, *command)
        assert refused.code == 2
        assert "trust a private authority with --ca" in refused.err
        options = ("--ca", str(tmp_path / "ca.pem"))
        ended = run(capsys, *command, *options)
        assert ended.code == 0, ended.err
        assert "sendInvoice 0" in ended.out


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def test_locust_s_master_and_two_workers_play_prepared_requests(
    endpoint: Endpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.json"
    ended = run(capsys, "load", endpoint.base_url, "--users", "4", "--prepare", str(plan))
    variable, program, *options = ended.out.split()
    assert (variable, program) == (f"SEQRKIT_LOAD={plan}", "locust")
    assert plan.stat().st_mode & 0o077 == 0
    port = free_port()
    command = [sys.executable, "-m", "locust", "--loglevel", "ERROR"]
    variables = os.environ | {"SEQRKIT_LOAD": str(plan)}
    master = ["--headless", "--run-time", "1s", "--master", "--expect-workers", "2"]
    processes = [
        subprocess.Popen(
            [*command, *each],
            env=variables,
            stdout=subprocess.DEVNULL,
        )
        for each in (
            [*options, *master, "--master-bind-port", port],
            *([*options[:2], "--worker", "--master-port", port] for _ in range(2)),
        )
    ]
    assert [each.wait(60) for each in processes] == [0, 0, 0]
    figures = json.loads(Path(f"{plan}.result.json").read_text("utf-8"))
    assert_counted_once(figures)


def assert_counted_once(figures: dict[str, Any]) -> None:
    """Result codes and requests, which have different ways to the master, are the same number."""
    counted = sum(figures["codes"].values())
    assert counted > 0
    assert counted == sum(
        each["requests"] for name, each in figures["operations"].items() if name != PAY
    )


def test_a_session_without_requests_that_can_be_played_is_refused(
    endpoint: Endpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = tmp_path / "session.jsonl"
    with seqrkit.connect(endpoint.url("extclientproxy-v2"), quiet=True, record=session) as seqr:
        seqr.send_raw(b"<no-envelope/>", "unknown")
    ended = run(capsys, "load", endpoint.base_url, "--session", str(session))
    assert ended.code == 2
    assert "no request of cashregister-2 is in it" in ended.err


@pytest.mark.skipif(not NIGHTLY, reason="runs every night")
def test_a_master_and_two_workers_share_the_load(endpoint: Endpoint, tmp_path: Path) -> None:
    port = free_port()
    result = tmp_path / "load.json"
    load = [sys.executable, "-m", "seqrkit", "load", endpoint.base_url, "--users", "4"]
    master = ["--for", "1", "--json", str(result), "--", "--master", "--expect-workers", "2"]
    processes = [
        subprocess.Popen([*load, *master, "--master-bind-port", port], stdout=subprocess.PIPE),
        *(subprocess.Popen([*load, "--", "--worker", "--master-port", port]) for _ in range(2)),
    ]
    assert [each.wait(60) for each in processes] == [0, 0, 0]
    assert processes[0].stdout is not None
    assert b"sendInvoice 0" in processes[0].stdout.read()
    processes[0].stdout.close()
    figures = json.loads(result.read_text("utf-8"))
    assert_counted_once(figures)


@pytest.mark.parametrize("sent", [signal.SIGTERM, *([signal.SIGINT] if NIGHTLY else [])])
def test_a_load_that_is_ended_early_writes_its_figures(
    endpoint: Endpoint, tmp_path: Path, sent: signal.Signals
) -> None:
    result, page = tmp_path / "load.json", tmp_path / "load.html"
    command = [sys.executable, "-m", "seqrkit", "load", endpoint.base_url, "--users", "2"]
    files = ["--json", str(result), "--html", str(page)]
    with subprocess.Popen([*command, *files, "--for", "600"], stdout=subprocess.PIPE) as process:
        started = threading.Event()
        endpoint.application.exchanges.observers.append(
            lambda each: started.set() if each.number > 20 else None
        )
        assert started.wait(60)
        process.send_signal(sent)
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
    assert b"sendInvoice 0" in output
    assert json.loads(result.read_text("utf-8"))["codes"]["sendInvoice 0"] > 0
    assert "sendInvoice" in page.read_text("utf-8")


@pytest.mark.parametrize("option", ["-Hhttp://x", "--host=http://x", "-u9", "--user=9"])
def test_options_of_locust_do_not_evade_the_limits(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "load", "http://127.0.0.1:9", "--", option)
    assert ended.code == 2
    assert "and not to Locust" in ended.err


@pytest.mark.parametrize("rate", ["nan", "inf", "0"])
def test_a_rate_sets_a_limit(rate: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "load", "http://127.0.0.1:9", "--rate", rate).code == 2


def test_wrong_credentials_are_one_sentence(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (published() | {"terminal_password": "87654321"}).items():
        monkeypatch.setenv(f"SEQR_{name.upper()}", value)
    ended = run(capsys, "load", endpoint.base_url, "--for", "600")
    assert ended.code == 2
    assert "AUTHENTICATION_FAILED" in ended.err
    assert "87654321" not in ended.err


def test_another_machine_needs_permission_and_a_rate(capsys: pytest.CaptureFixture[str]) -> None:
    for options in ([], ["--allow-writes"], ["--rate", "5"]):
        ended = run(capsys, "load", "https://shop.example", *options)
        assert ended.code == 2
        assert "give --allow-writes and a --rate" in ended.err


def test_an_endpoint_that_is_not_there_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "load", "http://127.0.0.1:9", "--for", "1")
    assert ended.code == 2
    assert ended.err.count("\n") == 1

"""A recorded session is sent again with own credentials; only what means something else differs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import seqrkit
from contract_tests.toolkit.commands import run
from contract_tests.toolkit.messages import NEWEST, build, in_envelope
from seqrkit import Exchange, Invoice, ManualClock, PaymentMode, Session, soap
from seqrkit.contract.message_identity import operation_of
from seqrkit.errors import EndpointUnreachable
from seqrkit.model import CreditUserRequest
from seqrkit.qr import invoice_code
from seqrkit.recording.session_comparison import differences
from seqrkit.recording.session_files import read_session
from seqrkit.session_replay import Replay, in_meaning
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import Interface, ResultCode


def play(seqr: Session) -> None:
    """Register a terminal, sell to it, let a buyer pay, reserve, refund, reconcile."""
    clock = seqr.clock
    for mode in (PaymentMode.IMMEDIATE_DEBIT, PaymentMode.RESERVATION_REQUIRED):
        invoice = Invoice(title="Tea", total_amount="10 SEK", payment_mode=mode)
        sent = seqr.send_invoice(invoice)
        seqr.get_payment_status(sent)
        seqr.phone.scan(sent.qr).pay()
        done = seqr.wait_for_payment(sent, progress=False)
        if mode is PaymentMode.RESERVATION_REQUIRED:
            seqr.commit_reservation(sent)
            done = seqr.wait_for_payment(sent, progress=False)
        seqr.refund_payment(done, Invoice(title="Tea", total_amount="3 SEK"))
    lost = seqr.send_invoice(Invoice(title="Tea", total_amount="2 SEK"))
    seqr.cancel_invoice(lost)
    seqr.get_payment_status(lost)
    seqr.get_payment_status("no such reference", check=False)
    seqr.mark_transaction_period()
    clock.sleep(5)
    seqr.execute_report("Reconciliation/STD_RECON_003.xml")


@pytest.fixture(scope="module", params=Interface)
def session(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("session") / "session.jsonl"
    with seqrkit.connect(
        interface=request.param, clock=ManualClock(), seed=1, record=file, quiet=True
    ) as seqr:
        play(seqr)
    return file


@pytest.fixture
def served() -> Iterator[Endpoint]:
    with Endpoint(seed=5) as endpoint:
        yield endpoint


def test_it_means_the_same_at_an_embedded_endpoint(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "replay", str(session))
    assert (ended.code, ended.err) == (0, "")
    assert (
        ended.out
        == f"{len(read_session(session.read_bytes()))} requests sent again, 0 differences\n"
    )


def test_the_buyer_has_the_recorded_cards_and_does_what_was_recorded(tmp_path: Path) -> None:
    gaming = {"resellers": [{"id": "public_test_shop", "gaming": True}]}
    tea = Invoice(title="Tea", total_amount="10 SEK")
    file = tmp_path / "session.jsonl"
    with seqrkit.connect(clock=ManualClock(), seed=1, record=file, quiet=True) as seqr:
        assert seqr.simulator is not None
        seqr.simulator.configure(gaming)
        seqr.phone.add_card("CARD-1234567", "COUPON", "Ten off")
        waits = evolve(tea, acknowledgment_mode="REQUIRE_ACKNOWLEDGMENT")
        sent = seqr.send_invoice(waits)
        bill = seqr.phone.scan(sent.qr)
        seqr.get_payment_status(sent)
        seqr.update_invoice(sent, tea)
        bill.pay()
        told = seqr.get_payment_status(sent)
        (user,) = (each.value for each in told.customer_tokens or () if each.id != "COUPON")
        seqr.credit_user(CreditUserRequest(user_id=user, amount="5 SEK"))
        for act in ("decline", "cancel"):
            sent = seqr.send_invoice(tea)
            getattr(seqr.phone.scan(sent.qr), act)()
            seqr.get_payment_status(sent)
    recorded = read_session(file.read_bytes())
    with seqrkit.connect(clock=ManualClock(), seed=2, quiet=True) as seqr:
        assert seqr.simulator is not None
        seqr.simulator.configure(gaming)
        new = [each.new for each in Replay(seqr, keep_timing=True).run(recorded)]
    assert not [str(e) for e in in_meaning(differences(recorded, [e for e in new if e]))]


def test_another_buyer_pays_each_invoice_once(session: Path) -> None:
    recorded = [
        # As in a failing sequence of `verify`: a commit shows the reservation as well.
        each
        for each in read_session(session.read_bytes())
        if b">RESERVED<" not in (each.response or b"")
    ]
    paid: list[str] = []
    with seqrkit.connect(interface=recorded[0].interface, quiet=True) as seqr:

        def pay(reference: str) -> None:
            paid.append(reference)
            seqr.phone.scan(invoice_code(reference)).pay()

        replayed = list(Replay(seqr, buyer=pay).run(recorded))
    assert len(paid) == len(set(paid)) == 2
    codes = [each.new and each.new.result_code for each in replayed[:-1]]
    assert codes == [each.result_code for each in recorded[:-1]]


def test_references_and_passwords_are_new(session: Path) -> None:
    recorded = read_session(session.read_bytes())
    with seqrkit.connect(
        interface=recorded[0].interface, clock=ManualClock(), seed=2, quiet=True
    ) as seqr:
        new = [each.new for each in Replay(seqr, keep_timing=True).run(recorded)]
    for before, after in zip(recorded, new, strict=True):
        assert after is not None
        assert before.client_reference != after.client_reference
        assert b"********" not in after.request


def test_a_refused_password_is_refused_again_but_only_by_the_embedded_endpoint(
    served: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real service may block a terminal after several wrong passwords."""
    with seqrkit.connect(clock=ManualClock(), quiet=True) as seqr:
        till = seqr.as_terminal("public_test_shop_terminal", "wrong password")
        till.get_payment_status("no such reference", check=False)
        recorded = seqr.exchanges[-1]
    assert recorded.result_code == ResultCode.AUTHENTICATION_FAILED
    monkeypatch.setenv("SEQR_TERMINAL_ID", "public_test_shop_terminal")
    monkeypatch.setenv("SEQR_TERMINAL_PASSWORD", "12345678")
    for endpoint, code in ((None, 20), (served.url(), 54)):
        with seqrkit.connect(endpoint, quiet=True) as seqr:
            new = Replay(seqr).send(recorded).new
        assert new is not None
        assert new.result_code == code


def test_a_service_that_answers_otherwise_differs(session: Path) -> None:
    recorded = read_session(session.read_bytes())
    with seqrkit.connect(
        interface=recorded[0].interface, clock=ManualClock(), seed=2, quiet=True
    ) as seqr:
        seqr.faults.add("result-code", operation="refundPayment", code=29)
        new = [each.new for each in Replay(seqr, keep_timing=True).run(recorded)]
    found = [str(each) for each in differences(recorded, [each for each in new if each])]
    assert any("resultCode: 0 -> 29" in each for each in found)


def test_it_is_sent_to_another_endpoint(
    session: Path,
    served: Endpoint,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for name, value in seqrkit.session.published().items():
        monkeypatch.setenv(f"SEQR_{name.upper()}", value)
    recorded = read_session(session.read_bytes())
    again = tmp_path / "again.jsonl"
    where = served.url(recorded[0].interface)
    ended = run(capsys, "replay", str(session), "--to", where, "--record", str(again))
    # Only the report is not ready yet, since nothing waits as long as the recording did.
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert all("executeReportResponse" in line for line in lines[:-1])
    assert len(read_session(again.read_bytes())) == len(recorded)


def test_a_host_that_may_be_in_use_is_refused(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "replay", str(session), "--to", "https://shop.example/x")
    assert ended.code == 2
    assert "--allow-writes" in ended.err


def test_an_endpoint_that_does_not_answer_is_reported(
    session: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in seqrkit.session.published().items():
        monkeypatch.setenv(f"SEQR_{name.upper()}", value)
    with Endpoint() as endpoint:
        where = endpoint.url()
    ended = run(capsys, "replay", str(session), "--to", where)
    assert ended.code == 2
    assert "was not answered" in ended.out


def replayed(
    message: bytes, monkeypatch: pytest.MonkeyPatch, **credentials: str
) -> tuple[bytes, bytes]:
    """Return a request as it was recorded and as it is sent again."""
    sent: list[bytes] = []

    def send(_: object, data: bytes, _operation: str | None) -> None:
        sent.append(data)
        raise EndpointUnreachable("not sent")

    monkeypatch.setattr(Session, "send_raw", send)
    recorded = Exchange(
        operation=operation_of(message),
        interface=Interface.CASHREGISTER_2,
        endpoint="",
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        duration=0.0,
        request=message,
    )
    options: dict[str, Any] = dict(credentials)
    with seqrkit.connect(quiet=True, **options) as seqr:
        (answer,) = Replay(seqr).run([recorded])
    assert answer.trouble == "not sent"
    return message, sent[0]


def test_ids_are_escaped_in_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    message = in_envelope(build(NEWEST, "cancelInvoice"))
    _, again = replayed(message, monkeypatch, terminal_id="till <7> & co")
    assert soap.parse(again).findtext(".//initiatorPrincipalId/id") == "till <7> & co"


@pytest.mark.parametrize("prefix", ["", "e:"])
def test_a_new_terminal_gets_a_password_of_its_own(
    monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    message = in_envelope(build(NEWEST, "registerTerminal"))
    tag = f"<{prefix}context xmlns:e='urn:x'>".encode()
    message = message.replace(b"<context>", tag)
    message = message.replace(b"</context>", f"</{prefix}context>".encode())
    before, after = (
        [each.text for each in soap.parse(data).iter("password")]
        for data in replayed(message, monkeypatch)
    )
    assert after[0] == "********"  # the client writes its own
    assert after[1] not in {*before, "********"}


def test_an_interrupted_replay_compares_what_was_sent(served: Endpoint, tmp_path: Path) -> None:
    clock, file = ManualClock(), tmp_path / "slow.jsonl"
    with seqrkit.connect(clock=clock, seed=1, record=file, quiet=True) as seqr:
        for _ in range(2):
            seqr.send_invoice(Invoice(title="Tea", total_amount="10 SEK"))
            clock.advance(600)
    seen = threading.Event()
    served.application.exchanges.observers.append(lambda _exchange: seen.set())
    command = [sys.executable, "-m", "seqrkit", "replay", str(file), "--keep-timing"]
    terminal, stderr = os.openpty()
    with subprocess.Popen(
        [*command, "--to", served.url()],  # without credentials: those of the endpoint
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    ) as process:
        assert seen.wait(30)
        time.sleep(0.2)  # the reply arrives, and the wait of ten minutes begins
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=30)
    assert "1 of 2 requests sent again, 0 differences" in printed
    os.close(stderr)
    assert b"\r1 of 2 requests sent again\r\n" in os.read(terminal, 1000)
    os.close(terminal)
    assert process.returncode == 130

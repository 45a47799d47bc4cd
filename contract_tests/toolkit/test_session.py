"""connect(): which endpoint it is, as whom, and what belongs to the session."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from contract_tests.toolkit.calls import CALLS, INVOICE
from contract_tests.toolkit.messages import INTERFACES
from contract_tests.toolkit.peer import peer, replying
from seqrkit import ManualClock, Session, connect, session
from seqrkit.errors import ConfigurationError, ConnectionLost, EndpointUnreachable, SeqrError
from seqrkit.exchange import Exchange
from seqrkit.model import CustomerToken, PrincipalId
from seqrkit.vocabulary import PATHS, Interface, InvoiceStatus


def test_a_payment_from_the_first_line_to_the_last():
    with connect(quiet=True, clock=ManualClock()) as seqr:
        reply = seqr.send_invoice(INVOICE)
        assert reply.qr is not None
        seqr.phone.scan(reply.qr).pay()
        paid = seqr.wait_for_payment(reply)
        assert paid.status is InvoiceStatus.PAID
        refund = seqr.refund_payment(paid, INVOICE)
        assert refund.ers_reference not in {None, paid.ers_reference}
        assert [exchange.findings for exchange in seqr.exchanges] == [()] * 3
        assert seqr.exchanges.find(paid.ers_reference or "")


@pytest.mark.parametrize("interface", INTERFACES)
def test_both_interfaces_are_embedded(interface: Interface):
    with connect(interface=interface, quiet=True) as seqr:
        assert seqr.interface is interface
        terminal = seqr.register_terminal("till", "s3cret", "Till")
        register = seqr.as_terminal(terminal.terminal_id or "", "s3cret")
        assert isinstance(register, Session)
        register.assign_seqr_id("cinema1")
        reply = register.send_invoice(INVOICE)
        register.phone.scan(reply.qr or "").pay()
        assert register.wait_for_payment(reply).status is InvoiceStatus.PAID
        register.unregister_terminal()
        assert all(exchange.succeeded for exchange in seqr.exchanges)


def test_the_embedded_endpoint_is_shown_by_name_and_not_by_port(
    capsys: pytest.CaptureFixture[str],
):
    with connect() as seqr:
        seqr.cancel_invoice("1", check=False)
        assert seqr.endpoint == "http://embedded" + PATHS[seqr.interface]
        assert seqr.exchanges[0].endpoint == seqr.endpoint
        said = capsys.readouterr()
        assert seqr.simulator is not None
        assert seqr.address == seqr.simulator.url(seqr.interface)
        assert str(seqr.simulator.port) not in f"{seqr!r} {said.err} {seqr.exchanges[0]}"
    assert said.out == ""
    assert said.err == (
        "seqrkit: the embedded endpoint, cashregister-2 with the published test credentials\n"
    )


def test_it_is_shown_in_a_notebook(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(session, "in_notebook", lambda: True)
    connect("https://host/").close()
    said = capsys.readouterr()
    assert said.out == (
        "seqrkit: https://host/soap/merchant/cashregister-2, cashregister-2 as given\n"
    )
    assert said.err == ""


def test_the_argument_comes_before_the_environment_and_both_before_the_embedded_endpoint(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("SEQR_ENDPOINT", "https://environment/extclientproxy/service/v2?wsdl")
    with connect() as seqr:
        assert seqr.endpoint == "https://environment/extclientproxy/service/v2"
        assert seqr.interface is Interface.EXTCLIENTPROXY_V2
        assert seqr.simulator is None
    with connect("https://argument/") as seqr:
        assert seqr.endpoint.startswith("https://argument/")
    assert capsys.readouterr().err.splitlines() == [
        (
            "seqrkit: https://environment/extclientproxy/service/v2, extclientproxy-v2"
            " from SEQR_ENDPOINT"
        ),
        "seqrkit: https://argument/soap/merchant/cashregister-2, cashregister-2 as given",
    ]


def test_credentials_come_from_arguments_then_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
):
    for name in session.CREDENTIALS:
        monkeypatch.setenv(f"SEQR_{name.upper()}", f"env {name}")
    with connect("https://host/", terminal_id="till", quiet=True) as seqr:
        terminal, reseller = seqr.context("sendInvoice"), seqr.context("registerTerminal")
    assert terminal.initiator_principal_id == PrincipalId(id="till", type="TERMINALID")
    assert terminal.password == "env terminal_password"
    assert reseller.initiator_principal_id == PrincipalId(
        id="env reseller_id", type="RESELLERUSER", user_id="env reseller_user"
    )


def test_another_endpoint_never_gets_the_published_credentials():
    with peer(replying) as one, connect(one.url(), quiet=True) as seqr:
        for call in CALLS.values():
            with pytest.raises(ConfigurationError, match="set SEQR_"):
                call(seqr)
        assert one.heard == []


def test_there_is_no_phone_at_another_endpoint():
    with (
        connect("https://host/", quiet=True) as seqr,
        pytest.raises(ConfigurationError, match=r"https://host/.* has no simulated phone"),
    ):
        _ = seqr.phone


def test_the_end_of_a_session_is_the_end_of_its_endpoint():
    with connect(quiet=True) as seqr:
        seqr.send_invoice(INVOICE)
        assert seqr.simulator is not None
        address = seqr.simulator.url()
    assert not seqr.simulator.is_running
    with (
        connect(address, terminal_id="1", terminal_password="1234", quiet=True) as late,
        pytest.raises(EndpointUnreachable),
    ):
        late.cancel_invoice("1")


def test_a_seed_and_a_manual_clock_make_everything_repeatable():
    def story() -> list[object]:
        with connect(clock=ManualClock(), seed=1, quiet=True) as seqr:
            reply = seqr.send_invoice(INVOICE)
            seqr.phone.scan(reply.qr or "").pay()
            seqr.wait_for_payment(reply)
            return [(e.request, e.response, e.duration) for e in seqr.exchanges]

    assert story() == story()


def test_client_and_endpoint_have_one_clock():
    clock = ManualClock()
    with connect(clock=clock, quiet=True) as seqr:
        assert seqr.clock is clock
        assert seqr.simulator is not None
        assert seqr.simulator.clock is clock


def test_a_database_file_keeps_the_state_of_the_embedded_endpoint(tmp_path: Path):
    file = tmp_path / "seqr.db"
    with connect(db=file, quiet=True) as seqr:
        reply = seqr.send_invoice(INVOICE)
    with connect(db=file, quiet=True) as seqr:
        assert seqr.get_payment_status(reply).status is InvoiceStatus.ISSUED


def test_a_session_is_recorded_as_it_happens(tmp_path: Path):
    file = tmp_path / "session.jsonl"
    with connect(record=file, quiet=True) as seqr:
        seqr.send_invoice(INVOICE)
        assert len(file.read_text().splitlines()) == 1
    assert "12345678" not in file.read_text()


def test_a_session_can_be_recorded_without_personal_data(tmp_path: Path):
    file = tmp_path / "session.jsonl"
    card = CustomerToken(id="club", value="2610411111110", status=1)
    with connect(record=file, mask_personal_data=True, quiet=True) as seqr:
        reply = seqr.send_invoice(INVOICE, [card])
        assert b"2610411111110" in seqr.exchanges[0].request
    (line,) = file.read_text().splitlines()
    saved = Exchange.from_dict(json.loads(line))
    assert "2610411111110" not in line
    assert b"<cashierId>********</cashierId>" in saved.request
    assert b"<id>club</id>" in saved.request
    assert str(reply.invoice_reference) in line


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://shop.example/", True),
        ("http://192.0.2.1:8080/", True),
        ("https://shop.example/", False),
        ("http://127.0.0.2/", False),
        ("http://[::1]:8080/", False),
        ("http://localhost/", False),
    ],
)
def test_passwords_in_clear_text_are_warned_of_once(url: str, *, warned: bool):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with connect(url, quiet=True, terminal_id="1", terminal_password="2") as seqr:
            seqr.as_terminal("2", "3").context("sendInvoice")
        connect(url, quiet=True, allow_http=True).close()
    assert ["passwords are sent in clear text" in str(each.message) for each in caught] == (
        [True] if warned else []
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"endpoint": "ftp://host/"}, "is not an http address"),
        ({"endpoint": "https://host/", "db": "x.db"}, "db= apply to the embedded endpoint only"),
        ({"endpoint": "https://host/", "clock": ManualClock()}, "clock= apply to the embedded"),
        (
            {"endpoint": "https://host/", "clock": ManualClock(), "seed": 0},
            "clock= and seed= apply",
        ),
        ({"interface": "v3"}, "there is no interface"),
        ({"record": "/dev/null/x"}, "cannot be recorded"),
        ({"timeout": 0}, "seconds above 0"),
        ({"db": "/dev/null"}, "."),
    ],
)
def test_what_cannot_be_right_leaves_nothing_running(options: dict[str, object], words: str):
    with pytest.raises(SeqrError, match=words):
        connect(**options)  # type: ignore[arg-type]


def test_an_unclosed_endpoint_stops_with_the_process():
    program = "import seqrkit; seqrkit.connect(quiet=True).cancel_invoice('1', check=False)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        timeout=60,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_error_names_the_embedded_endpoint_and_not_its_port():
    with connect(quiet=True) as seqr:
        seqr.faults.add("drop-after", count=1)
        with pytest.raises(ConnectionLost, match="http://embedded/") as caught:
            seqr.get_payment_status("1")
        assert "127.0.0.1" not in str(caught.value)


def test_nothing_is_sent_once_it_is_closed_and_what_was_sent_stays() -> None:
    open_ = connect(quiet=True)
    other = open_.as_terminal("till", "secret")
    open_.get_payment_status("1", 0, check=False)
    open_.close()
    for closed in (open_, other):
        with pytest.raises(ConfigurationError, match=r"is closed: connect\(\) again"):
            closed.get_payment_status("1", 0)
    assert len(open_.exchanges) == 1

"""Exit codes: 0 fine, 1 findings or failures, 2 could not run, 3 nothing tested, 70 internal."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

import seqrkit
from contract_tests.toolkit.commands import raising, run
from contract_tests.toolkit.peer import Script, answering, dropping, hanging, peer, reply
from seqrkit import Invoice, errors, soap
from seqrkit.cli import COMMANDS
from seqrkit.session import published
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import ResultCode

AT: Final = {
    "demo": ("demo", "--endpoint"),
    "verify": ("verify", "--interface", "cashregister-2"),
    "drift": ("drift",),
    "replay": ("replay", "SESSION", "--to"),
    "load": ("load", "--for", "1"),
    "send": ("send", "sendInvoice", "--sample", "--endpoint"),
    "wait": ("wait", "--timeout", "0"),
    "phone": ("phone", "scan", "HTTP://SEQR.SE/R1397222701693", "--endpoint"),
    "clock": ("clock", "--endpoint"),
    "faults": ("faults", "list", "--endpoint"),
    "tail": ("tail", "--endpoint"),
    "notifications": ("notifications", "--endpoint"),
}
"""The commands that use an endpoint, with the arguments before its address."""
SENDING: Final = ("demo", "replay", "send")
"""Those that show each reply, also a fault."""
ELSEWHERE: Final = frozenset(
    {
        *("lab", "lint", "show", "diff", "certify", "proxy", "drill", "check-register", "generate"),
        *("contract", "qr", "serve", "fidelity", "completion", "explain"),
    }
)
"""The commands that work with files, or start an endpoint or a program themselves."""
PAGE: Final = b"<!DOCTYPE html><html><head><title>Welcome</title></head></html>"
SILENT: Final[dict[str, Script]] = {
    "a page": answering(PAGE, Content_Type="text/html"),
    "a page for 404": answering(PAGE, 404, Content_Type="text/html"),
    "a connection that breaks": dropping,
}
"""Servers that do not answer with SOAP."""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for what commands write: `seqrkit lab` passes unknown options on to JupyterLab."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A recorded session; the environment has credentials."""
    for name, value in published().items():
        monkeypatch.setenv(f"SEQR_{name.upper()}", value)
    file = tmp_path / "session.jsonl"
    with seqrkit.connect(record=file, quiet=True) as seqr:
        seqr.cancel_invoice(seqr.send_invoice(Invoice(title="Tea", total_amount="10 SEK")))
    return str(file)


def at(name: str, address: str, session: str) -> list[str]:
    """Return the arguments of a command with an address."""
    return [*(session if each == "SESSION" else each for each in AT[name]), address]


def test_every_command_is_in_one_of_the_tables() -> None:
    assert sorted([*AT, *ELSEWHERE]) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_is_2(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, name, "--no-such-option").code == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ZeroDivisionError(), 70),
        (KeyboardInterrupt(), 130),
        (errors.ConfigurationError("?"), 2),
        (errors.CannotPay("?"), 1),
        (errors.PortInUse("?"), 2),
    ],
    ids=lambda each: type(each).__name__,
)
@pytest.mark.parametrize("name", COMMANDS)
def test_an_error_has_the_same_code_in_every_command(
    name: str,
    error: BaseException,
    code: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raising(monkeypatch, error, name)
    assert run(capsys, name).code == code


@pytest.mark.parametrize("name", AT)
@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "https://host.invalid", "ftp://x"])
def test_an_address_where_nothing_listens_is_2(
    name: str, address: str, session: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, *at(name, address, session)).code == 2


@pytest.mark.parametrize("name", AT)
@pytest.mark.parametrize("server", SILENT)
def test_a_server_that_gives_no_soap_answer_is_2(
    name: str, server: str, session: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with peer(SILENT[server]) as one:
        assert run(capsys, *at(name, one.url(), session)).code == 2


@pytest.mark.parametrize("name", AT)
def test_a_server_that_does_not_answer_in_time_is_2(
    name: str,
    session: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Only here: a service that works may need longer on a busy machine.
    monkeypatch.setenv("SEQR_TIMEOUT", "0.3")
    with peer(hanging) as one:
        assert run(capsys, *at(name, one.url(), session)).code == 2


@pytest.mark.parametrize("name", AT)
def test_a_failed_tls_handshake_is_2(
    name: str, session: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with peer(dropping) as one:
        assert run(capsys, *at(name, one.url().replace("http", "https"), session)).code == 2


@pytest.mark.parametrize("name", ["verify", "load", *SENDING])
@pytest.mark.parametrize("variable", ["PASSWORD", "ID"])
def test_refused_credentials_are_2(
    name: str,
    variable: str,
    session: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for principal in ("TERMINAL", "RESELLER"):
        monkeypatch.setenv(f"SEQR_{principal}_{variable}", "wrong")
    with Endpoint() as endpoint:
        assert run(capsys, *at(name, endpoint.url(), session)).code == 2


@pytest.mark.parametrize("name", SENDING)
def test_a_fault_is_1(name: str, session: str, capsys: pytest.CaptureFixture[str]) -> None:
    with peer(answering(soap.fault("Server", "out of order"), 500)) as one:
        assert run(capsys, *at(name, one.url(), session)).code == 1


@pytest.mark.parametrize("code", sorted({*ResultCode} - {0}))
def test_another_result_code_of_send_is_1_unless_it_refuses_the_login(
    code: ResultCode, session: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with peer(answering(reply("sendInvoice", resultCode=str(code)))) as one:
        ended = run(capsys, *at("send", one.url(), session))
    assert ended.code == (2 if code in errors.LOGIN_REFUSALS else 1)


@pytest.mark.parametrize("name", [*SENDING, "load", "drift", "wait", "verify", "clock"])
def test_a_service_that_works_is_0(
    name: str, session: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Endpoint() as endpoint:
        more = ["--list"] if name == "verify" else []
        assert run(capsys, *at(name, endpoint.url(), session), *more).code == 0


@pytest.mark.usefixtures("session")
def test_a_session_that_fails_as_it_was_recorded_is_0(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    refused = tmp_path / "refused.jsonl"
    with seqrkit.connect(record=refused, quiet=True, terminal_password="wrong") as seqr:
        seqr.get_payment_status("1", check=False)
    assert run(capsys, "replay", str(refused)).code == 0


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_pattern_of_lint_that_matches_no_rule_is_2(
    option: str, session: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "lint", session, option, "invoice.titel")
    assert (ended.code, ended.out) == (2, "")
    assert 'no rule\'s id contains "invoice.titel"' in ended.err

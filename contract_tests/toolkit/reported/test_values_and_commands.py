"""Python values, options of the command line, and what terminals show."""

from __future__ import annotations

import ssl
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import seqrkit
from contract_tests.toolkit.calls import CREDENTIALS, INVOICE
from contract_tests.toolkit.commands import run
from contract_tests.toolkit.messages import NEWEST, build, in_envelope
from contract_tests.toolkit.peer import answering, peer, reply
from seqrkit import Amount
from seqrkit.client import Client, Credentials
from seqrkit.clock import ManualClock
from seqrkit.errors import ConfigurationError, EndpointUnreachable, InvalidAmount, InvalidDecimal
from seqrkit.http_client import without_credentials
from seqrkit.model import InvoiceRow

SEK = Amount.of("5 SEK")


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1_0", "\u0661\u0662", "1e2"])
def test_value_01_what_is_no_xsd_decimal_is_refused(text: str) -> None:
    with pytest.raises(InvalidDecimal):
        InvoiceRow(item_description="Ticket", item_quantity=text)


def test_value_02_amounts_and_numbers_do_not_mix_except_in_sums() -> None:
    assert (SEK == 5) is False  # type: ignore[comparison-overlap]
    with pytest.raises(TypeError):
        SEK < 5  # type: ignore[operator]  # noqa: B015
    with pytest.raises(TypeError):
        SEK + 5  # type: ignore[operator]
    assert sum([SEK, SEK]) == Amount.of("10 SEK")
    with pytest.raises(TypeError):
        sum([SEK], 1)


@pytest.mark.parametrize("option", [{"clock": ManualClock()}, {"seed": 7}, {"db": "shop.db"}])
def test_value_03_options_of_an_embedded_endpoint_are_refused_elsewhere(
    option: dict[str, Any],
) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(option))):
        seqrkit.connect("http://127.0.0.1:1/", quiet=True, **option)


def test_value_04_a_bill_is_not_paid_with_nan() -> None:
    with seqrkit.connect(quiet=True) as session:
        bill = session.phone.scan(session.send_invoice(INVOICE).invoice_qr_code)
        for value in (Decimal("NaN"), Decimal("Infinity"), "NaN"):
            with pytest.raises(InvalidAmount):
                bill.pay(value)
        assert bill.status == "ISSUED"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://host/path?mail=a@b", "http://host/path?mail=a@b"),
        ("http://host/a@b", "http://host/a@b"),
        ("http://me:pw@host/path?mail=a@b", "http://host/path?mail=a@b"),
        ("http://me@host:8080/", "http://host:8080/"),
        ("http://me:p@w@host/", "http://host/"),
    ],
)
def test_value_05_only_credentials_are_removed_from_a_url(url: str, shown: str) -> None:
    assert without_credentials(url) == shown


def test_command_01_a_terminal_may_fetch_a_report() -> None:
    terminal = Credentials(terminal_id="till-1", terminal_password="s3cret")
    with peer(answering(reply("executeReport"))) as one, Client(one.url(), terminal) as client:
        assert client.execute_report("STD_RECON_001", "en").result_code == 0
    assert b">TERMINALID<" in one.heard[0]


def test_command_02_errors_name_options(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["send", "cancelInvoice", "--endpoint", "https://127.0.0.1:1/"]
    for option in (["--ca", "missing.pem"], ["--client-certificate", "missing.pem"]):
        ended = run(capsys, *arguments, *option)
        assert ended.code == 2
        assert option[0] in ended.err
        assert "ca=" not in ended.err
        assert "client_certificate=" not in ended.err


def test_command_03_ssl_cert_file_works_and_is_documented(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tls = Path(__file__).parent.parent / "tls"
    monkeypatch.setenv("SSL_CERT_FILE", str(tls / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls / "server.pem")
    with peer(answering(reply("cancelInvoice")), context) as one:
        url = one.url().replace("127.0.0.1", "localhost")
        with Client(url, CREDENTIALS) as client:
            assert client.cancel_invoice("1").result_code == 0
    pages = (Path(seqrkit.__file__).parents[1] / "docs").rglob("*.md")
    assert any("SSL_CERT_FILE" in page.read_text(encoding="utf-8") for page in pages)


def test_command_04_a_proxy_that_refuses_is_named() -> None:
    with (
        Client(
            "http://shop.example/", CREDENTIALS, proxy="http://127.0.0.1:1", allow_http=True
        ) as client,
        pytest.raises(EndpointUnreachable, match=r"the proxy .*127\.0\.0\.1:1"),
    ):
        client.cancel_invoice("1")


@pytest.fixture(scope="module")
def message(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("message") / "message.xml"
    text = in_envelope(build(NEWEST, "sendInvoice")).decode()
    path.write_text(text.replace(">WS<", ">W\u202e\x9b31mS<"), encoding="utf-8")
    return path


def test_lint_05_control_characters_are_escaped(
    message: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = run(capsys, "lint", str(message)).out
    assert "\u202e" not in printed
    assert "\x9b" not in printed
    assert "\\u202e" in printed.lower()

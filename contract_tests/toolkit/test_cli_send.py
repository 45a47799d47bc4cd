"""seqrkit send: what is set is sent, nothing else, and what cannot be sent is a sentence."""

import io
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from attrs import asdict

from contract_tests.toolkit.commands import run
from seqrkit import contract
from seqrkit.cli.assignments import assign, pairs, samples
from seqrkit.errors import ConfigurationError
from seqrkit.model import (
    REQUESTS,
    ClientContext,
    CommitReservation,
    ExecuteReport,
    PrincipalId,
    SendInvoice,
    SubmitPaymentReceipt,
    UnregisterTerminal,
)
from seqrkit.money import Amount
from seqrkit.simulator import PUBLISHED, Endpoint
from seqrkit.vocabulary import Interface


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """An endpoint that the environment names, with its credentials."""
    with Endpoint() as endpoint:
        monkeypatch.setenv("SEQR_ENDPOINT", endpoint.url())
        for name in ("terminal_id", "terminal_password", "reseller_id", "reseller_user"):
            monkeypatch.setenv(f"SEQR_{name.upper()}", getattr(PUBLISHED, name))
        monkeypatch.setenv("SEQR_RESELLER_PASSWORD", PUBLISHED.reseller_password)
        yield endpoint
    endpoint.close()


def request(operation: str, *written: str) -> object:
    """The request that these assignments make."""
    return assign(operation, pairs(written)).request()


# What the assignments mean


def test_paths_are_wire_names_at_any_depth() -> None:
    sent = request(
        "sendInvoice",
        "invoice.title=Shop = invoice",
        "invoice.totalAmount=149.99 SEK",
        "invoice.issueDate=2026-01-31T12:00:00Z",
        "invoice.invoiceRows[1].itemDescription=second",
        "invoice.invoiceRows[0].itemQuantity=1.5",
        "invoice.invoiceRows[0].itemTotalAmount.value=2.50",
        "invoice.commitReservationTimeout=60",
        "tokens[0].id=CARD",
        "tokens[0].status=1",
    )
    assert isinstance(sent, SendInvoice)
    assert sent.context is None
    assert sent.invoice is not None
    assert sent.invoice.title == "Shop = invoice"
    assert sent.invoice.total_amount == Amount.of("149.99 SEK")
    assert sent.invoice.issue_date == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert sent.invoice.commit_reservation_timeout == 60
    first, second = sent.invoice.invoice_rows or ()
    assert first.item_quantity == Decimal("1.5")
    assert first.item_total_amount == Amount(Decimal("2.50"), None)
    assert second.item_description == "second"
    assert sent.tokens[0].id == "CARD"


def test_parameters_take_any_key() -> None:
    sent = request("executeReport", "parameters.TERMINALID=x", "parameters.a.b=y", "language=")
    assert isinstance(sent, ExecuteReport)
    assert sent.parameters == {"TERMINALID": "x", "a.b": "y"}
    assert sent.language == ""


def test_base64_is_decoded() -> None:
    sent = request("submitPaymentReceipt", "receiptDocument.receiptData=PGEvPg==")
    assert isinstance(sent, SubmitPaymentReceipt)
    assert sent.receipt_document is not None
    assert sent.receipt_document.receipt_data == b"<a/>"


def test_a_later_assignment_overrules_an_earlier_one_in_whole_or_in_part() -> None:
    assert request("cancelInvoice", "invoiceReference=1", "invoiceReference=2") == request(
        "cancelInvoice", "invoiceReference=2"
    )
    sent = request("commitReservation", "amount=1 SEK", "amount.currency=EUR", "amount.value=2")
    assert isinstance(sent, CommitReservation)
    assert sent.amount == Amount.of("2 EUR")
    sent = request("commitReservation", "amount.value=2", "amount=1 SEK")
    assert isinstance(sent, CommitReservation)
    assert sent.amount == Amount.of("1 SEK")


def test_a_part_of_the_context_is_changed_and_the_rest_stays() -> None:
    principal = PrincipalId(id="till", type="TERMINALID")
    filled = ClientContext(channel="WS", client_id="me", initiator_principal_id=principal)
    written = ["context.channel=extWS", "context.initiatorPrincipalId.userId=9900"]
    sent = assign("unregisterTerminal", pairs(written)).request(lambda: filled)
    assert isinstance(sent, UnregisterTerminal)
    assert sent.context is not None
    context = asdict(sent.context)
    assert context["channel"] == "extWS"
    assert context["client_id"] == "me"
    assert context["initiator_principal_id"] == asdict(principal) | {"user_id": "9900"}


@pytest.mark.parametrize("operation", REQUESTS)
def test_the_samples_fill_every_required_field(operation: str) -> None:
    judge = contract.load()
    required = {f.name for f in judge.operations[operation].request.fields if f.required}
    assert set(assign(operation, samples(judge, operation)).tree) == required - {"context"}


@pytest.mark.parametrize(
    ("operation", "written", "sentence"),
    [
        ("sendInvoice", "totalAmount=1 SEK", "did you mean invoice.totalAmount?"),
        ("sendInvoice", "invoice.titel=x", "did you mean invoice.title?"),
        ("sendInvoice", "invoice.invoiceRows[0].quantity=1", "sendInvoice has no invoice.invoice"),
        ("sendInvoice", "tokens.id=x", "there can be several tokens; say which, from 0 on"),
        ("sendInvoice", "invoice[0].title=x", "there is one invoice only"),
        ("sendInvoice", "invoice=x", "invoice has fields of its own"),
        ("sendInvoice", "title", "assigns nothing; write path=value"),
        ("sendInvoice", "=x", "assigns nothing; write path=value"),
        ("sendInvoice", "..=x", "sendInvoice has no .."),
        ("sendInvoice", "invoice.totalAmount=1,50 SEK", "has a decimal comma"),
        ("sendInvoice", "invoice.totalAmount.value=x", "invoice.totalAmount.value:"),
        ("sendInvoice", "invoice.totalAmount=1.50", "names no currency"),
        ("sendInvoice", "invoice.issueDate=today", '"today" is no date; write it like'),
        ("getPaymentStatus", "invoiceVersion=one", '"one" is no whole number'),
        ("submitPaymentReceipt", "receiptDocument.receiptData=%", "is not base64"),
        ("executeReport", "parameters=x", "parameters.KEY"),
        ("unregisterTerminal", "seqrId=x", "it has nothing but its context"),
    ],
)
def test_what_cannot_be_assigned_is_a_sentence(
    operation: str, written: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        request(operation, written)
    assert sentence in str(refused.value)
    ended = run(capsys, "send", operation, "--set", written)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err == f"seqrkit: {refused.value}\n"


# What is sent


def test_an_exchange_is_shown_and_0_is_success(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "send", "sendInvoice", "--sample", "--set", "context.channel=extWS")
    assert ended.code == 0
    assert "<channel>extWS</channel>" in ended.out
    assert "context.channel.recommended" in ended.out
    assert "0 SUCCESS" in ended.out
    assert PUBLISHED.terminal_password not in ended.out
    assert endpoint.url() in ended.err


def test_another_result_code_is_exit_code_1(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "send", "cancelInvoice", "--set", "invoiceReference=1")
    assert ended.code == 1
    assert "54 INVALID_INVOICE_REFERENCE" in ended.out
    del endpoint


def test_json_is_the_whole_exchange(endpoint: Endpoint, capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "send", "sendInvoice", "--sample", "--format", "json")
    shown = json.loads(ended.out)
    assert shown["operation"] == "sendInvoice"
    assert shown["result_code"] == 0
    assert PUBLISHED.terminal_password not in ended.out
    del endpoint


def test_nothing_is_added_to_what_is_set_but_the_context(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "send", "sendInvoice", "--set", "invoice.title=Shop", "--format", "json")
    sent = json.loads(ended.out)
    _, _, invoice = sent["request"].partition("<invoice>")
    inside, _, _ = invoice.partition("</invoice>")
    assert "".join(inside.split()) == "<title>Shop</title>"
    assert sent["result_code"] == 49
    assert ended.code == 1
    del endpoint


def test_without_an_endpoint_it_goes_to_one_of_its_own_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = run(capsys, "send", "sendInvoice", "--sample", "--interface", "extclientproxy-v2")
    assert ended.code == 0
    assert "the embedded endpoint, extclientproxy-v2" in ended.err


def test_bytes_are_sent_unchanged_but_for_the_password(
    endpoint: Endpoint,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = run(capsys, "send", "sendInvoice", "--sample", "--format", "json")
    saved = json.loads(shown.out)["request"]
    broken = saved.replace("<title>", "<tittle>").replace("</title>", "</tittle>")
    assert "********" in broken
    file = tmp_path / "broken.xml"
    file.write_text(broken, encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(broken.encode())))
    for source in (str(file), "-"):
        ended = run(capsys, "send", "--xml", source, "--format", "json")
        assert ended.code == 0
        assert json.loads(ended.out)["request"] == broken
    del endpoint


def test_what_is_not_xml_is_sent_and_refused(
    endpoint: Endpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.xml"
    file.write_bytes(b"<oops")
    ended = run(capsys, "send", "--xml", str(file))
    assert ended.code == 1
    assert "soap.not-xml" in ended.out
    assert "SOAP fault Client" in ended.out
    del endpoint


def test_a_reply_that_never_comes_is_shown_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEQR_TERMINAL_PASSWORD", "12345678")
    ended = run(
        *(capsys, "send", "cancelInvoice", "--endpoint", "http://127.0.0.1:9"),
        *("--terminal-id", "till", "--set", "invoiceReference=1"),
    )
    assert ended.code == 1
    assert "<id>till</id>" in ended.out
    assert "may be repeated" in ended.err
    assert "12345678" not in ended.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["sendInvoic"], "there is no operation sendInvoic; did you mean sendInvoice?"),
        (["SENDINVOICE"], "did you mean sendInvoice?"),
        (["xyz"], "the operations are sendInvoice, updateInvoice"),
        ([], "name an operation, or a message with --xml"),
        (["--xml", "-", "--sample"], "leave out --set and --sample"),
        (["--xml", "no-such-file.xml"], "'no-such-file.xml' does not exist"),
        (["creditUser", "--sample", "--interface", "extclientproxy-v2"], "has no operation"),
        (["cancelInvoice", "--endpoint", "nowhere"], "is no http address"),
        (["cancelInvoice", "--endpoint", "http://127.0.0.1:9"], "SEQR_TERMINAL_ID"),
        (["cancelInvoice", "--timeout", "0"], "--timeout"),
    ],
)
def test_what_cannot_be_sent_is_a_sentence_and_exit_code_2(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "send", *arguments)
    assert ended.code == 2
    assert sentence in ended.err


@pytest.mark.parametrize("interface", Interface)
@pytest.mark.parametrize("operation", REQUESTS)
def test_every_operation_can_be_sent_from_samples(
    interface: Interface,
    operation: str,
    endpoint: Endpoint,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if operation not in contract.load(interface).operations:
        return
    address = endpoint.url(interface)
    ended = run(capsys, "send", operation, "--sample", "--endpoint", address, "--format", "json")
    shown = json.loads(ended.out)
    assert shown["result_code"] is not None
    assert shown["interface"] == interface
    assert [f for f in shown["findings"] if f["severity"] == "error"] == []

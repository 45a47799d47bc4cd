"""Bytes are sent as they are, broken or not; only a masked password is put back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_tests.toolkit.calls import CALLS, CREDENTIALS, OPERATIONS, posted
from contract_tests.toolkit.messages import CONTRACTS, build, in_envelope
from contract_tests.toolkit.peer import Peer, answering, peer, reply, replying
from seqrkit import soap
from seqrkit.client import Client, Credentials
from seqrkit.errors import (
    ConfigurationError,
    ContractViolation,
    EndpointUnreachable,
    HttpError,
    InvalidInvoiceReference,
    SoapFault,
)
from seqrkit.model import (
    CancelInvoice,
    ExecuteReport,
    RegisterTerminal,
    SendInvoice,
    SendInvoiceReply,
)
from seqrkit.vocabulary import Interface


@pytest.fixture(scope="module")
def service() -> Iterator[Peer]:
    with peer(replying) as one:
        yield one


@pytest.fixture
def client(service: Peer) -> Iterator[Client]:
    with Client(service.url(), CREDENTIALS) as one:
        yield one


@pytest.mark.parametrize(
    "data", [b"", b"not xml", b"<a/>", b"\xff\xfe\x00", b"<!DOCTYPE a><a/>", b"<a" * 1000]
)
def test_broken_bytes_are_posted_unchanged_and_the_fault_is_recorded(
    service: Peer, client: Client, data: bytes
):
    exchange = client.send_raw(data)
    assert service.heard[-1] == data == exchange.request
    assert (exchange.operation, exchange.status) == ("", 500)
    assert exchange.fault is not None
    assert exchange.findings
    with pytest.raises(SoapFault, match="first error is") as caught:
        client.send_raw(data, check=True)
    assert caught.value.exchange is client.exchanges[-1]


@pytest.mark.parametrize(("interface", "operation"), OPERATIONS)
def test_a_message_is_known_by_its_operation(service: Peer, interface: Interface, operation: str):
    data = in_envelope(build(CONTRACTS[interface], operation))
    with Client(service.url(interface), CREDENTIALS) as client:
        exchange = client.send_raw(data, check=True)
    assert (exchange.operation, exchange.request, exchange.result_code) == (operation, data, 0)


@pytest.mark.parametrize("operation", CALLS)
def test_a_masked_message_is_sent_with_the_password_of_its_principal(
    service: Peer, client: Client, operation: str
):
    CALLS[operation](client)
    sent = client.exchanges[-1]
    masked = sent.masked_request
    if operation == "registerTerminal":
        masked = _last_mask(masked, b"s3cret")
    client.send_raw(masked)
    assert soap.MASK.encode() in masked
    assert client.exchanges[-1].request == sent.request == service.heard[-1]


def _last_mask(data: bytes, password: bytes) -> bytes:
    before, after = data.rsplit(soap.MASK.encode(), 1)
    return before + password + after


def test_the_masked_password_of_a_new_terminal_must_be_entered(client: Client):
    masked = client.envelope(RegisterTerminal(external_terminal_id="1", password="pass", name="x"))
    with pytest.raises(ConfigurationError, match="password of the new terminal is masked"):
        client.send_raw(masked)
    filled = client.envelope(RegisterTerminal(password="pass")).replace(
        soap.MASK.encode(), b"shop", 1
    )
    with pytest.raises(ConfigurationError, match="password of the new terminal is masked"):
        client.send_raw(filled)
    assert len(client.exchanges) == 0


def test_the_mask_in_a_broken_message_is_filled_in_too(service: Peer, client: Client):
    masked = client.envelope(CancelInvoice(invoice_reference="1"))[:-20]
    client.send_raw(masked)
    assert b"<password>till &amp; pass</password>" in service.heard[-1]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    ("principal", "password"),
    [("TERMINALID", "till &amp; pass"), ("RESELLERUSER", "shop &lt;pass&gt;")],
)
def test_the_mask_is_filled_in_whatever_the_encoding(
    client: Client, service: Peer, encoding: str, principal: str, password: str
):
    context = client.context("executeReport", principal=principal)
    masked = client.envelope(ExecuteReport(context=context, report_id="Shop.xml"))
    text = masked.decode().removeprefix("<?xml version='1.0' encoding='UTF-8'?>\n")
    client.send_raw(text.encode(encoding))
    assert f"<password>{password}</password>" in service.heard[-1].decode(encoding)


def test_the_principal_in_the_message_decides_whose_password_it_is(client: Client, service: Peer):
    context = client.context("executeReport", principal="TERMINALID")
    masked = client.envelope(CancelInvoice(context=context)).replace(
        b"cancelInvoice", b"executeReport"
    )
    client.send_raw(masked)
    assert b"<password>till &amp; pass</password>" in service.heard[-1]


def test_a_mask_without_known_password_names_the_missing_credential(service: Peer, client: Client):
    masked = client.envelope(CancelInvoice(invoice_reference="1"))
    with Client(service.url(), Credentials()) as nobody:
        with pytest.raises(ConfigurationError, match=r"cancelInvoice.*SEQR_TERMINAL_PASSWORD"):
            nobody.send_raw(masked)
        with pytest.raises(ConfigurationError, match=r"^x is called.*SEQR_TERMINAL_PASSWORD"):
            nobody.send_raw(masked.replace(b"cancelInvoice", b"x").replace(b"TERMINALID", b"x"))


def test_the_mask_is_left_alone_where_it_is_no_password(client: Client, service: Peer):
    data = in_envelope(build(CONTRACTS[Interface.CASHREGISTER_2], "cancelInvoice"))
    commented = data.replace(b"</clientComment>", b"********</clientComment>")
    client.send_raw(commented)
    assert service.heard[-1] == commented


def test_raw_bytes_are_judged_like_any_request(client: Client):
    data = in_envelope(build(CONTRACTS[Interface.CASHREGISTER_2], "cancelInvoice"))
    broken = data.replace(b"invoiceReference", b"invoiceReferense")
    assert client.send_raw(data).findings == ()
    first = client.send_raw(broken)
    assert "cancelInvoice.unknown-element" in {finding.id for finding in first.findings}
    assert "context.clientReference.unique" in {finding.id for finding in first.findings}


def test_strict_holds_for_bytes_as_well(service: Peer):
    with (
        Client(service.url(), CREDENTIALS, strict=True) as client,
        pytest.raises(ContractViolation, match="the message was not sent"),
    ):
        client.send_raw(b"<a/>")


def test_codes_and_errors_are_raised_only_with_check():
    data = in_envelope(build(CONTRACTS[Interface.CASHREGISTER_2], "cancelInvoice"))
    with (
        peer(answering(reply("cancelInvoice", resultCode="54"))) as one,
        Client(one.url(), CREDENTIALS) as client,
    ):
        assert client.send_raw(data).result_code == 54
        with pytest.raises(InvalidInvoiceReference):
            client.send_raw(data, check=True)
    with peer(answering(b"", 404)) as one, Client(one.url(), CREDENTIALS) as client:
        assert client.send_raw(data).status == 404
        with pytest.raises(HttpError):
            client.send_raw(data, check=True)


def test_no_answer_is_always_raised():
    with Client("http://127.0.0.1:1/", CREDENTIALS) as client:
        with pytest.raises(EndpointUnreachable):
            client.send_raw(b"<a/>")
        assert client.exchanges[-1].request == b"<a/>"


def test_the_envelope_is_what_would_be_posted_with_its_password_masked(
    client: Client, service: Peer
):
    request = CancelInvoice(context=client.context("cancelInvoice"), invoice_reference="1")
    envelope = client.envelope(request)
    client.send(request)
    assert envelope == soap.mask(service.heard[-1])
    assert posted(client) == request


def test_a_request_is_posted_in_the_bytes_that_the_caller_has_written(
    service: Peer, client: Client
) -> None:
    written = in_envelope(build(CONTRACTS[Interface.CASHREGISTER_2], "sendInvoice")).ljust(9_999)
    answer = client.send(SendInvoice(), envelope=written)
    assert service.heard[-1] == client.exchanges[-1].request == written
    assert (type(answer), answer.result_code) == (SendInvoiceReply, 0)

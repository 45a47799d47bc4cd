"""Replies of other SOAP stacks, recorded from real servers, are read for what they say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from contract_tests.toolkit.calls import CREDENTIALS, INVOICE
from contract_tests.toolkit.peer import Handler, operation_of, peer
from seqrkit.captures.session_format import SavedExchange, read_lines, to_bytes
from seqrkit.client import Client
from seqrkit.errors import InvalidInvoiceReference, SoapFault
from seqrkit.money import Amount
from seqrkit.vocabulary import InvoiceStatus

RECORDINGS = sorted((Path(__file__).parent / "third_party").glob("*.jsonl"))
UNREADABLE_DATE = {"node-soap"}
"""Servers whose getPaymentStatus has an empty paymentDate."""


@pytest.fixture(params=RECORDINGS, ids=lambda path: path.stem)
def recording(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture
def client(recording: Path) -> Iterator[Client]:
    """A client of a peer that answers as the recorded server did."""
    saved = {each["operation"]: each for _, each in read_lines(recording.read_bytes())}

    def script(handler: Handler, body: bytes) -> None:
        answer: SavedExchange = saved[operation_of(body)]
        assert answer["response"] is not None
        assert answer["status"] is not None
        content_type = {name.lower(): value for name, value in answer["response_headers"].items()}
        handler.answer(
            to_bytes(answer["response"]),
            answer["status"],
            Content_Type=content_type["content-type"],
        )

    with peer(script) as one, Client(one.url(), CREDENTIALS) as client:
        yield client


def test_there_is_a_recording_of_each_stack_that_says_how_it_was_made() -> None:
    names = {
        *("axis", "gsoap", "jax-ws", "mono-asmx", "node-soap", "php-soap-server"),
        *("php-soap-server-without-wsdl", "soap-lite", "spyne", "strong-soap"),
    }
    assert {path.stem for path in RECORDINGS} == names
    for path in RECORDINGS:
        assert path.read_text("utf-8").startswith("# Recorded from ")


def test_an_invoice_that_was_taken_is_read(client: Client) -> None:
    reply = client.send_invoice(INVOICE)
    assert (reply.result_code, reply.invoice_reference) == (0, "1397222701693")
    assert reply.invoice_qr_code == "HTTP://SEQR.SE/R1397222701693"


def test_a_payment_is_read_with_its_receipt(client: Client, recording: Path) -> None:
    reply = client.get_payment_status("1397222701693", 1)
    assert (reply.status, reply.version) == (InvoiceStatus.PAID, 2)
    assert reply.ers_reference == "2012050100000000000000002"
    assert reply.customer_tokens == ()
    receipt = reply.receipt
    assert receipt is not None
    assert receipt.receiver_name == "Grand Caf\N{LATIN SMALL LETTER E WITH ACUTE} & Bar"
    assert receipt.invoice is not None
    assert receipt.invoice.title == "Coffee <2>"
    assert receipt.invoice.total_amount == Amount(Decimal("149.90"), "SEK")
    paid = receipt.payment_date
    if recording.stem in UNREADABLE_DATE:
        assert paid is None
    else:
        assert isinstance(paid, datetime)
        assert paid.replace(tzinfo=None) == datetime(2012, 5, 1, 10)  # noqa: DTZ001 - or without


def test_a_refusal_is_raised_as_its_code(client: Client) -> None:
    with pytest.raises(InvalidInvoiceReference):
        client.cancel_invoice("1397222701693")


def test_a_fault_is_raised_with_its_text(client: Client) -> None:
    with pytest.raises(SoapFault, match="out of memory") as caught:
        client.refund_payment("2026", INVOICE)
    assert (caught.value.fault_code, caught.value.may_be_repeated) == ("Server", False)


def test_exchange_and_client_agree_about_each_reply(client: Client) -> None:
    for call in (
        lambda: client.send_invoice(INVOICE, check=False),
        lambda: client.get_payment_status("1397222701693", 1, check=False),
        lambda: client.cancel_invoice("1397222701693", check=False),
    ):
        reply = call()
        assert client.exchanges[-1].result_code == reply.result_code

"""Assignments: paths of wire names, values as on the wire, and requests made of them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from attrs import asdict, evolve
from hypothesis import given
from hypothesis import strategies as st

from seqrkit import contract, strategies
from seqrkit.errors import ConfigurationError
from seqrkit.field_paths import assign, assignments_of, pairs, samples
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
from seqrkit.model_base import Request
from seqrkit.money import Amount

JUDGE = contract.load()


def request(operation: str, *written: str) -> object:
    """The request that these assignments make."""
    return assign(JUDGE, operation, pairs(written)).request()


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


def test_a_later_assignment_replaces_an_earlier_one_or_a_part_of_it() -> None:
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
    sent = assign(JUDGE, "unregisterTerminal", pairs(written)).request(lambda: filled)
    assert isinstance(sent, UnregisterTerminal)
    assert sent.context is not None
    context = asdict(sent.context)
    assert context["channel"] == "extWS"
    assert context["client_id"] == "me"
    assert context["initiator_principal_id"] == asdict(principal) | {"user_id": "9900"}


@pytest.mark.parametrize("operation", REQUESTS)
def test_the_samples_fill_every_required_field(operation: str) -> None:
    required = {f.name for f in JUDGE.operations[operation].request.fields if f.required}
    assert set(assign(JUDGE, operation, samples(JUDGE, operation)).tree) == required - {"context"}


@pytest.mark.parametrize(
    ("operation", "written", "sentence"),
    [
        ("sendInvoice", "totalAmount=1 SEK", "did you mean invoice.totalAmount?"),
        ("sendInvoice", "invoice.titel=x", "did you mean invoice.title?"),
        (
            "sendInvoice",
            "invoice.invoiceRows[0].quantity=1",
            "sendInvoice of cashregister-2 has no invoice.invoice",
        ),
        (
            "sendInvoice",
            "tokens.id=x",
            "there can be several tokens; give the number",
        ),
        ("sendInvoice", "invoice[0].title=x", "there is only one invoice"),
        ("sendInvoice", "invoice=x", "invoice has fields of its own"),
        ("sendInvoice", "title", "assigns nothing; write path=value"),
        ("sendInvoice", "=x", "assigns nothing; write path=value"),
        ("sendInvoice", "..=x", "sendInvoice of cashregister-2 has no .."),
        ("sendInvoice", "invoice.totalAmount=1,50 SEK", "has a decimal comma"),
        ("sendInvoice", "invoice.totalAmount.value=x", "invoice.totalAmount.value:"),
        ("sendInvoice", "invoice.totalAmount=1.50", "has no currency"),
        ("sendInvoice", "invoice.issueDate=today", '"today" is not a date; write it like'),
        ("getPaymentStatus", "invoiceVersion=one", '"one" is not a whole number'),
        ("submitPaymentReceipt", "receiptDocument.receiptData=%", "is not base64"),
        ("executeReport", "parameters=x", "parameters.KEY"),
        ("unregisterTerminal", "seqrId=x", "it has only its context"),
    ],
)
def test_an_invalid_assignment_is_an_error_with_advice(
    operation: str, written: str, sentence: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        request(operation, written)
    assert sentence in str(refused.value)


@given(st.sampled_from(sorted(REQUESTS)).flatmap(strategies.valid))
def test_assignments_make_the_same_request_again(made: object) -> None:
    assert isinstance(made, Request)
    if getattr(made, "parameters", None) == {}:
        made = evolve(made, parameters=None)  # type: ignore[misc]
    assert assign(JUDGE, made.OPERATION, assignments_of(made)).request() == made

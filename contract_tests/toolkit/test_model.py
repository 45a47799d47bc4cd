"""The message classes match the contract and are immutable."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import get_args, get_type_hints

import attrs
import lxml.html
import pytest

from contract_tests.toolkit import model_writer
from seqrkit import contract, model, strategies
from seqrkit.contract import MessageType
from seqrkit.errors import InvalidAmount, InvalidDecimal
from seqrkit.model import Invoice, InvoiceRow, Receipt, ReceiptDocument, SubmitPaymentReceipt
from seqrkit.model_base import Request, wire_names
from seqrkit.money import Amount
from seqrkit.vocabulary import Interface, PaymentMode, ResultCode

OPERATIONS = [
    (interface, operation)
    for interface in Interface
    for operation in contract.load(interface).operations
]


def _part(cls: type, wire_name: str) -> type | None:
    """The message class that a field holds, within `| None` and tuples."""
    hints = get_type_hints(cls)
    name = next(name for name, wire in wire_names(cls).items() if wire == wire_name)
    pending = [hints[name]]
    while pending:
        hint = pending.pop()
        if attrs.has(hint):
            return hint
        pending.extend(get_args(hint))
    return None


def _pairs(cls: type, part: MessageType) -> Iterator[tuple[type, MessageType]]:
    """Each class with the wire type it stands for, all the way down."""
    yield cls, part
    for each in part.fields:
        inner = each.type
        if inner is not None and len(inner.fields) == 1 and inner.fields[0].repeated:
            inner = inner.fields[0].type
        held = _part(cls, each.name)
        if inner is not None and held is not None and inner.name != "parameterMap":
            yield from _pairs(held, inner)


def test_the_generated_file_is_up_to_date() -> None:
    written = model_writer.TARGET.read_text(encoding="utf-8")
    assert written == model_writer.source(), "run `nox -s model` and look at the difference"


@pytest.mark.parametrize(("interface", "operation"), OPERATIONS)
def test_fields_are_in_the_order_of_the_wire(interface: Interface, operation: str) -> None:
    known = contract.load(interface).operations[operation]
    returned = known.reply.by_name["return"].type
    assert returned is not None
    both = [
        *_pairs(model.REQUESTS[operation], known.request),
        *_pairs(model.REPLIES[operation], returned),
    ]
    for cls, part in both:
        names = [each.name for each in part.fields]
        of_class = list(wire_names(cls).values())
        own = [name for name in of_class if name in names]
        assert own == names
        if interface is Interface.CASHREGISTER_2 and part.name != "receiptInvoiceRow":
            assert own == of_class


@pytest.mark.parametrize("cls", model.REQUESTS.values())
def test_every_request_is_frozen_and_compares_by_value(cls: type[Request]) -> None:
    made = cls()
    assert made == cls()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made.context = None  # type: ignore[attr-defined]


@pytest.mark.parametrize("cls", dict.fromkeys(model.REPLIES.values()))
def test_every_reply_is_frozen_and_compares_by_value(cls: type[model.Reply]) -> None:
    made = cls(result_code=0)
    assert made == cls(result_code=0)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made.result_code = 1  # type: ignore[misc]


@pytest.mark.parametrize("operation", model.REQUESTS)
def test_a_request_knows_its_operation(operation: str) -> None:
    assert operation == model.REQUESTS[operation].OPERATION


def test_amounts_and_quantities_are_read_from_text() -> None:
    row = model.InvoiceRow(item_quantity=2, item_tax_rate="25", item_total_amount="149.99 SEK")
    assert row.item_quantity == Decimal(2)
    assert row.item_tax_rate == Decimal(25)
    assert row.item_total_amount == Amount(Decimal("149.99"), "SEK")


def test_floats_and_decimal_commas_are_errors_with_advice() -> None:
    with pytest.raises(InvalidDecimal, match="not an exact number"):
        model.InvoiceRow(item_quantity=1.5)  # type: ignore[arg-type]
    with pytest.raises(InvalidDecimal, match="decimal comma"):
        model.InvoiceRow(item_quantity="1,5")
    with pytest.raises(InvalidDecimal, match="is not a number"):
        model.InvoiceRow(item_quantity="one")
    with pytest.raises(InvalidAmount, match="decimal comma"):
        model.Invoice(total_amount="149,99 SEK")


def test_known_values_become_enumeration_members_and_others_stay() -> None:
    assert model.Invoice(payment_mode="IMMEDIATE_DEBIT").payment_mode is PaymentMode.IMMEDIATE_DEBIT
    assert model.Invoice(payment_mode="ON_CREDIT").payment_mode == "ON_CREDIT"
    assert model.Reply(result_code=54).result_code is ResultCode.INVALID_INVOICE_REFERENCE
    assert model.Reply(result_code=77).result_code == 77
    assert model.CustomerToken(status=7).status == 7


def test_passwords_are_masked_in_repr() -> None:
    secret = "hemligt"
    context = model.ClientContext(password=secret)
    terminal = model.RegisterTerminal(password=secret, context=context)
    assert secret not in repr(terminal)
    assert secret not in str(terminal)
    assert "password=None" in repr(model.ClientContext())


def test_a_reply_has_the_qr_code_of_the_invoice() -> None:
    webshop = model.SendInvoiceReply(result_code=0, invoice_qr_code="HTTP://SEQR.SE/R12")
    register = model.SendInvoiceReply(result_code=0, invoice_reference="12")
    assert webshop.qr == register.qr
    faulty = model.SendInvoiceReply(
        result_code=0, invoice_qr_code="x" * 5000, invoice_reference="12"
    )
    assert faulty.qr == webshop.qr
    assert model.SendInvoiceReply(result_code=49).qr is None


def test_rows_and_parameters_are_copies() -> None:
    rows, parameters = [model.InvoiceRow()], {"TERMINALID": "1"}
    invoice = model.Invoice(invoice_rows=rows)
    mark = model.MarkTransactionPeriod(parameters=parameters)
    rows.clear()
    parameters.clear()
    assert invoice.invoice_rows == (model.InvoiceRow(),)
    assert mark.parameters == {"TERMINALID": "1"}


def test_the_receipt_of_a_payment_is_a_page_without_findings() -> None:
    paid = Receipt(
        invoice=Invoice(
            title="Fish & <Chips>",
            invoice_rows=[InvoiceRow(item_description="Cod", item_total_amount="9.50 EUR")],
            total_amount="9.50 EUR",
        ),
        payment_reference="2012050100000000000000001",
    )
    document = paid.html()
    assert (document.mime_type, document.receipt_type) == ("text/html", "PAYMENT_RECEIPT")
    page = lxml.html.document_fromstring(document.receipt_data or b"")
    assert page.findtext(".//h1") == "Fish & <Chips>"
    assert [each.text for each in page.iter("td")] == ["Cod", "9.50 EUR", "Total", "9.50 EUR"]
    assert "2012050100000000000000001" in "".join(page.itertext())


@pytest.mark.parametrize(
    ("mime_type", "document", "fits"),
    [
        ("text/html", b"<p>9.50", True),
        ("text/html; charset=utf-8", b"9.50 EUR", False),
        ("TEXT/HTML", b"%PDF-1.7", False),
        ("text/xml", b"<a/>", True),
        ("application/xml", b"<p>9.50", False),
        ("application/xml", b"\xff\xfe", False),
        ("application/pdf", b"9.50 EUR", True),
        ("text/html", b"", True),
    ],
)
def test_a_document_is_compared_with_its_type(
    mime_type: str, document: bytes, fits: object
) -> None:
    receipt = ReceiptDocument(mime_type=mime_type, receipt_data=document, receipt_type="OTHER")
    request = SubmitPaymentReceipt(ers_reference="1", receipt_document=receipt)
    found = {each.id for each in contract.load().lint(strategies.envelope(request))}
    assert ("receiptDocument.receiptData.document-type" in found) is not fits

"""The wire layer against somebody else's: zeep writes what it reads, and reads what it writes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from contract_tests.replies import reply_problem, wire_schema
from contract_tests.toolkit.simulator.generated import read, replies, requests, told, written
from contract_tests.toolkit.simulator.messages import PLAIN, call
from seqrkit import model, schemas, soap
from seqrkit.errors import TooLarge, UnknownOperation
from seqrkit.model_base import wire_names
from seqrkit.money import Amount
from seqrkit.simulator.wire.codec import OLD_OPERATIONS, wire_codec
from seqrkit.simulator.wire.message_tables import ElementTable, TypeTable, message_tables
from seqrkit.simulator.wire.request_reader import part_reader
from seqrkit.simulator.wire.service_description import description
from seqrkit.simulator.wire.tolerated_departures import Notes
from seqrkit.vocabulary import Interface, PaymentMode, ResultCode

NEW, OLD = Interface.CASHREGISTER_2, Interface.EXTCLIENTPROXY_V2
CALLS = [
    (interface, name) for interface in Interface for name in message_tables(interface).requests
]
some = settings(max_examples=20)


@pytest.mark.parametrize(("interface", "operation"), CALLS)
@some
@given(data=st.data())
def test_what_zeep_writes_is_read_as_it_was_meant(
    interface: Interface, operation: str, data: st.DataObject
) -> None:
    request = data.draw(requests(interface, operation))
    found = wire_codec(interface).read(written(interface, operation, request))
    assert found.operation == operation
    assert found.request == request
    assert not [note for note in found.notes if note.breaks_schema]


@pytest.mark.parametrize(("interface", "operation"), CALLS)
@some
@given(data=st.data())
def test_what_is_written_is_valid_and_zeep_reads_it_as_it_was_meant(
    interface: Interface, operation: str, data: st.DataObject
) -> None:
    reply = data.draw(replies(interface, operation))
    message = wire_codec(interface).write(operation, reply)
    assert reply_problem(interface, operation, 200, message) is None
    assert told(read(interface, operation, message)) == told(reply)


@pytest.mark.parametrize(("interface", "operation"), CALLS)
@some
@given(data=st.data())
def test_what_is_written_is_read_back_to_the_last_empty_element(
    interface: Interface, operation: str, data: st.DataObject
) -> None:
    reply = data.draw(replies(interface, operation))
    payload = soap.read_envelope(soap.parse(wire_codec(interface).write(operation, reply))).payload
    notes = Notes()
    back = part_reader(message_tables(interface).replies[operation])(payload[0], notes)
    if isinstance(reply, model.PaymentStatusReply) and reply.customer_tokens is None:
        assert back.customer_tokens == ()  # type: ignore[attr-defined]
    else:
        assert back == reply
    assert notes == []


# The tables


@pytest.mark.parametrize("interface", Interface)
def test_the_tables_know_every_operation_of_the_schema(interface: Interface) -> None:
    root = schemas.read(schemas.schema_set(interface).wire)
    named = {str(each.get("name")) for each in root.iterchildren(f"{schemas.XS}element")}
    assert set(message_tables(interface).requests) == {
        name for name in named if f"{name}Response" in named
    }


def test_every_field_of_the_model_is_in_the_newer_interface() -> None:
    known = message_tables(NEW)
    for classes, parts in ((model.REQUESTS, known.requests), (model.REPLIES, known.replies)):
        for operation, cls in classes.items():
            names = set(wire_names(cls).values())
            assert {child.name for child in parts[operation].children} == names


# Replies, as typed clients need them


def test_tokens_are_always_there_even_when_there_are_none() -> None:
    message = wire_codec(NEW).write("getPaymentStatus", model.PaymentStatusReply(result_code=54))
    assert b"<customerTokens/>" in message
    assert b"<version>0</version>" in message


@pytest.mark.parametrize("interface", Interface)
def test_each_documented_status_can_be_written(interface: Interface) -> None:
    for status in schemas.value_meanings("invoiceStatus", interface):
        reply = model.PaymentStatusReply(result_code=0, status=status)
        message = wire_codec(interface).write("getPaymentStatus", reply)
        assert f"<status>{status}</status>".encode() in message


def test_the_wsdl_declares_what_is_only_documented_in_documented_mode() -> None:
    for interface in Interface:
        published = description(interface, "http://x/")
        documented = description(interface, "http://x/", documented=True)
        if interface is NEW:
            assert documented == published
        else:
            assert b"PARTIALLY_PAID" not in published
            assert b'"PARTIALLY_PAID"' in documented
            assert b'"deliveryAddress"' in documented


def test_a_payment_mode_that_the_older_interface_lacks_is_left_out_of_a_receipt() -> None:
    invoice = model.Invoice(payment_mode=PaymentMode.RESERVATION_REQUIRED_PRELIMINARY_AMOUNT)
    reply = model.PaymentStatusReply(result_code=0, receipt=model.Receipt(invoice=invoice))
    assert b"paymentMode" in wire_codec(NEW).write("getPaymentStatus", reply)
    assert b"paymentMode" not in wire_codec(OLD).write("getPaymentStatus", reply)


def test_a_date_is_written_with_its_milliseconds_and_its_zone() -> None:
    receipt = model.Receipt(payment_date=datetime(2026, 1, 1, 12, tzinfo=UTC))
    message = wire_codec(NEW).write(
        "getPaymentStatus", model.PaymentStatusReply(result_code=0, receipt=receipt)
    )
    assert b"<paymentDate>2026-01-01T12:00:00.000+00:00</paymentDate>" in message


def test_an_amount_is_never_written_with_an_exponent() -> None:
    invoice = model.Invoice(total_amount=Amount(Decimal("1E+3"), "JPY"))
    reply = model.PaymentStatusReply(result_code=0, receipt=model.Receipt(invoice=invoice))
    assert b"<value>1000</value>" in wire_codec(NEW).write("getPaymentStatus", reply)


@given(st.text())
def test_the_reply_is_well_formed_with_any_description(text: str) -> None:
    reply = model.Reply(result_code=0, result_description=text)
    message = wire_codec(NEW).write("cancelInvoice", reply)
    read_back = etree.fromstring(message).findtext(".//resultDescription")
    expected = "".join(
        "\N{REPLACEMENT CHARACTER}"
        if char in "\ufffe\uffff"
        or "\ud800" <= char <= "\udfff"
        or (char < " " and char not in "\t\n\r")
        else char
        for char in text
    )
    assert (read_back or "") == expected


# Operations outside the API


@pytest.mark.parametrize("operation", sorted(OLD_OPERATIONS))
@pytest.mark.parametrize("interface", Interface)
def test_an_operation_of_the_old_service_is_read_and_answered(
    operation: str, interface: Interface
) -> None:
    found = wire_codec(interface).read(call(operation, "<amount>1</amount>"))
    assert (found.operation, found.request) == (operation, None)
    reply = model.Reply(result_code=ResultCode.UNSUPPORTED_OPERATION, result_description="no")
    payload = soap.read_envelope(soap.parse(wire_codec(interface).write(operation, reply))).payload
    assert soap.local(payload) == f"{operation}Response"
    assert payload.findtext("return/resultCode") == "91"


def test_an_unknown_operation_names_those_there_are() -> None:
    with pytest.raises(UnknownOperation, match="sell; the operations are sendInvoice"):
        wire_codec(NEW).read(call("sell"))


def test_more_bytes_than_the_limit_are_not_parsed() -> None:
    with pytest.raises(TooLarge):
        wire_codec(NEW).read(PLAIN, limit=len(PLAIN) - 1)


@pytest.mark.parametrize("interface", Interface)
def test_the_judge_of_replies_finds_what_is_wrong(interface: Interface) -> None:
    right = wire_codec(interface).write("cancelInvoice", model.Reply(result_code=0))
    assert wire_schema(interface) is wire_schema(interface)
    assert reply_problem(interface, "cancelInvoice", 200, right) is None
    assert reply_problem(interface, "sendInvoice", 200, right)
    assert reply_problem(interface, "cancelInvoice", 500, right)
    assert reply_problem(
        interface, "cancelInvoice", 200, right.replace(b"resultCode", b"resultcode")
    )
    assert reply_problem(interface, "cancelInvoice", 404, right)


def test_a_part_says_what_it_is_made_of() -> None:
    part = message_tables(NEW).requests["cancelInvoice"]
    assert isinstance(part, TypeTable)
    assert [child.name for child in part.children] == ["context", "invoiceReference"]
    assert part.children[1] == ElementTable(
        "invoiceReference", "invoice_reference", required=False, repeated=False, base="string"
    )

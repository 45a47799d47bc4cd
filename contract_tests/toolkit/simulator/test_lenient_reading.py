"""What the endpoint must accept because real clients send it, and what it refuses."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import httpx
import pytest
from lxml import etree

from contract_tests.toolkit.simulator.hosting import Hosted
from contract_tests.toolkit.simulator.messages import (
    CONTEXT,
    PLAIN,
    ROW,
    TOTAL,
    call,
    envelope,
    invoice,
    send_invoice,
)
from seqrkit import contract, soap
from seqrkit.model import CustomerToken, SendInvoice
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.vocabulary import NAMESPACE, PATHS, Interface, ResultCode

NEW = Interface.CASHREGISTER_2
OLD = Interface.EXTCLIENTPROXY_V2
READ = wire_codec(NEW).read(PLAIN).request
assert isinstance(READ, SendInvoice)
SOAP12 = b"http://www.w3.org/2003/05/soap-envelope"


def fault(response: httpx.Response) -> soap.Fault:
    """The SOAP fault in a response with HTTP 500."""
    assert response.status_code == 500
    found = soap.read_fault(soap.read_envelope(soap.parse(response.content)).payload)
    assert found is not None
    return found


def reversed_everywhere(message: bytes) -> bytes:
    """The same message with the elements of every part in the opposite order."""
    root = soap.parse(message)
    for part in list(root.iter()):
        if soap.local(part) not in {"Envelope", "Body"}:
            part[:] = list(reversed(part))
    return etree.tostring(root)


def with_nil_in_each_place() -> Iterator[bytes]:
    """The plain message with one element after the other said to be nil, filled or empty."""
    count = len(list(soap.parse(PLAIN).iter()))
    for place in range(3, count):  # Envelope, Body and the operation itself come first
        for emptied in (True, False):
            root = soap.parse(PLAIN)
            element = list(root.iter())[place]
            if emptied:
                element.text, element[:] = None, []
            element.set("{http://www.w3.org/2001/XMLSchema-instance}nil", "true")
            yield etree.tostring(root)


# The envelope, and the way it comes


SAME = {
    "any element order": reversed_everywhere(PLAIN),
    "an empty Header": call("sendInvoice", invoice(), header="<soapenv:Header/>"),
    "a Header with something in it": call(
        "sendInvoice",
        invoice(),
        header='<soapenv:Header><a:To xmlns:a="urn:a" soapenv:mustUnderstand="0">x</a:To>'
        "</soapenv:Header>",
    ),
    "different prefixes for Envelope and Body": PLAIN.replace(
        b"<soapenv:Body>", f'<s:Body xmlns:s="{soap.ENVELOPE_NAMESPACE}">'.encode()
    ).replace(b"</soapenv:Body>", b"</s:Body>"),
    "the SOAP namespace as the default": PLAIN.replace(b"xmlns:soapenv", b"xmlns")
    .replace(b"soapenv:", b"")
    .replace(b"<context>", b'<context xmlns="">')
    .replace(b"<invoice>", b'<invoice xmlns="">'),
    "the operation's namespace as its own default": PLAIN.replace(
        b"<ext:sendInvoice>", f'<sendInvoice xmlns="{NAMESPACE}">'.encode()
    )
    .replace(b"</ext:sendInvoice>", b"</sendInvoice>")
    .replace(b"<context>", b'<context xmlns="">')
    .replace(b"<invoice>", b'<invoice xmlns="">'),
    "comments": PLAIN.replace(b"Cinema", b"Cin<!-- a comment, in the middle -->ema").replace(
        b"<invoiceRows>", b"<!-- rows --><invoiceRows>"
    ),
    "CDATA": PLAIN.replace(b"Cinema", b"<![CDATA[Cin]]>ema"),
    "processing instructions": PLAIN.replace(b"Cinema", b"Cin<?by hand?>ema"),
    "character references": PLAIN.replace(b"Cinema", b"&#67;in&#x65;ma"),
    "a declaration and white space after it": b'<?xml version="1.0"?>\n\n' + PLAIN + b"\n\n",
    "xsi:type on everything": PLAIN.replace(b"<title>", b'<title xsi:type="xsd:string">'),
    "an attribute nobody knows": PLAIN.replace(b"<title>", b'<title lang="en">'),
    "encodingStyle": PLAIN.replace(b"<soapenv:Body>", b'<soapenv:Body soapenv:encodingStyle="">'),
    "UTF-16": b'<?xml version="1.0" encoding="UTF-16"?>'.decode().encode("utf-16")
    + PLAIN.decode().encode("utf-16-le"),
    "a byte order mark": b"\xef\xbb\xbf" + PLAIN,
}


NOT_IN_THE_SCHEMA = {"any element order", "xsi:type on everything", "an attribute nobody knows"}
"""What the default mode reads, and strict mode rejects, because the published schema does."""


@pytest.mark.parametrize("name", SAME)
def test_the_same_request_is_read_from(name: str, lenient: Hosted, strict: Hosted) -> None:
    assert lenient.post(SAME[name]).status_code == 200
    assert lenient.request == READ
    assert lenient.rules == []
    if name in NOT_IN_THE_SCHEMA:
        assert "strict mode: line " in fault(strict.post(SAME[name])).reason
    else:
        assert strict.post(SAME[name]).status_code == 200
        assert strict.request == READ


HEADERS: dict[str, dict[str, str]] = {
    "an empty SOAPAction": {"SOAPAction": '""'},
    "any SOAPAction": {"SOAPAction": "urn:whatever"},
    "charset=utf-8": {"Content-Type": "text/xml; charset=utf-8"},
    'charset="UTF-8"': {"Content-Type": 'text/xml;charset="UTF-8"'},
    "charset=utf8": {"Content-Type": "text/xml; charset=utf8"},
    "charset=iso-8859-1": {"Content-Type": "text/xml; charset=iso-8859-1"},
    "charset=us-ascii": {"Content-Type": "text/xml; charset=us-ascii"},
    "charset of a wrong guess": {"Content-Type": "text/xml; charset=utf-16"},
    "charset that nobody knows": {"Content-Type": "text/xml; charset=x-klingon"},
    "application/xml": {"Content-Type": "application/xml"},
    "other parameters": {"Content-Type": "text/xml; action=x; charset=utf-8; q=1"},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=list(HEADERS))
def test_a_request_is_read_under(headers: dict[str, str], lenient: Hosted) -> None:
    assert lenient.post(PLAIN, headers).status_code == 200
    assert lenient.request == READ


def test_no_content_type_is_needed(lenient: Hosted) -> None:
    request = lenient.client.build_request("POST", PATHS[NEW], content=PLAIN)
    request.headers.pop("content-type", None)
    assert lenient.client.send(request).status_code == 200
    assert lenient.request == READ


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-8", "windows-1252", "utf-16-le"])
def test_the_charset_parameter_decides_the_encoding(charset: str, lenient: Hosted) -> None:
    message = PLAIN.decode().replace("Cinema", "Blåbär").encode(charset)
    assert lenient.post(message, {"Content-Type": f"text/xml; charset={charset}"}).is_success
    assert lenient.request.invoice.title == "Blåbär"  # type: ignore[attr-defined]


def test_the_charset_parameter_beats_the_declaration(lenient: Hosted) -> None:
    declared = '<?xml version="1.0" encoding="iso-8859-1"?>' + PLAIN.decode()
    message = declared.replace("Cinema", "Blåbär").encode()
    lenient.post(message, {"Content-Type": "text/xml; charset=utf-8"})
    assert lenient.request.invoice.title == "Blåbär"  # type: ignore[attr-defined]


def chunks(message: bytes) -> Iterator[bytes]:
    """A body in pieces, one of them empty of meaning."""
    yield from (message[start : start + 100] for start in range(0, len(message), 100))


def raw_deflate(message: bytes) -> bytes:
    """Deflate without its zlib head, as some clients understand the word."""
    return zlib.compress(message)[2:-4]


BODIES: dict[str, tuple[Callable[[bytes], Any], dict[str, str]]] = {
    "chunked": (chunks, {}),
    "gzip": (gzip.compress, {"Content-Encoding": "gzip"}),
    "x-gzip": (gzip.compress, {"Content-Encoding": "x-gzip"}),
    "deflate": (zlib.compress, {"Content-Encoding": "deflate"}),
    "raw deflate": (raw_deflate, {"Content-Encoding": "deflate"}),
    "identity": (bytes, {"Content-Encoding": "identity"}),
    "chunked gzip": (lambda body: chunks(gzip.compress(body)), {"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize(("pack", "headers"), BODIES.values(), ids=list(BODIES))
def test_a_body_may_come(
    pack: Callable[[bytes], Any], headers: dict[str, str], lenient: Hosted
) -> None:
    assert lenient.client.post(PATHS[NEW], content=pack(PLAIN), headers=headers).is_success
    assert lenient.request == READ


# Values


def test_empty_strings_are_empty_strings(lenient: Hosted) -> None:
    row = ROW.replace("</invoiceRow>", "<itemUnit/><itemSKU></itemSKU></invoiceRow>")
    lenient.post(send_invoice(row=row))
    (read,) = lenient.request.invoice.invoice_rows  # type: ignore[attr-defined]
    assert (read.item_unit, read.item_sku) == ("", "")
    assert lenient.rules == []


@pytest.mark.parametrize("rows", ["<invoiceRows/>", "<invoiceRows></invoiceRows>"])
def test_there_may_be_no_rows(rows: str, lenient: Hosted) -> None:
    lenient.post(call("sendInvoice", f"<invoice>{rows}{TOTAL}</invoice>"))
    assert lenient.request.invoice.invoice_rows == ()  # type: ignore[attr-defined]
    assert lenient.rules == []


@pytest.mark.parametrize("version", ["<invoiceVersion/>", "<invoiceVersion>x</invoiceVersion>"])
def test_an_empty_or_unreadable_version_is_0(version: str, lenient: Hosted) -> None:
    lenient.post(call("getPaymentStatus", f"<invoiceReference>1</invoiceReference>{version}"))
    assert lenient.request.invoice_version == 0  # type: ignore[attr-defined]
    assert lenient.rules == ["getPaymentStatus.invoiceVersion.type"]


def test_an_empty_date_is_none(lenient: Hosted) -> None:
    lenient.post(send_invoice(more="<issueDate/>"))
    assert lenient.request.invoice.issue_date is None  # type: ignore[attr-defined]
    assert lenient.rules == ["invoice.issueDate.type"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<parameters/>", {}),
        ("<parameters><parameter/></parameters>", {}),
        (
            "<parameters><parameter><entry><key>a</key></entry></parameter></parameters>",
            {"a": None},
        ),
        (
            (
                "<parameters><parameter><entry><key>a</key><value/></entry>"
                "<entry><value>2</value><key>b</key></entry></parameter></parameters>"
            ),
            {"a": "", "b": "2"},
        ),
        ("<parameters><parameter><entry><value>1</value></entry></parameter></parameters>", {}),
        ("", None),
    ],
)
def test_parameters_may_be_written(
    written: str, read: dict[str, str | None] | None, lenient: Hosted
) -> None:
    lenient.post(call("markTransactionPeriod", written))
    assert lenient.request.parameters == read  # type: ignore[attr-defined]
    assert not [rule for rule in lenient.rules if "parameter" not in rule]


def test_the_form_of_the_faq_reads_as_an_empty_map(lenient: Hosted, strict: Hosted) -> None:
    entry = "<entry><key>TERMINALID</key><value>1</value></entry>"
    message = call("markTransactionPeriod", f"<parameters>{entry}</parameters>")
    lenient.post(message)
    assert lenient.request.parameters == {}  # type: ignore[attr-defined]
    assert lenient.rules == ["wire.parameter-map"]
    assert "wire.parameter-map" in fault(strict.post(message)).reason


def test_nil_anywhere_reads_as_left_out(lenient: Hosted) -> None:
    for message in with_nil_in_each_place():
        assert lenient.post(message).status_code == 200
        assert lenient.rules == ["wire.nil"]


def test_nil_that_is_false_says_nothing(lenient: Hosted) -> None:
    lenient.post(PLAIN.replace(b"<title>", b'<title xsi:nil="false">'))
    assert lenient.request == READ
    assert lenient.rules == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2013-07-09T14:05:00", datetime(2013, 7, 9, 14, 5)),  # noqa: DTZ001 - none was given
        ("2013-07-09T14:05:00Z", datetime(2013, 7, 9, 14, 5, tzinfo=UTC)),
        (
            "2013-07-09T14:05:00.123+02:00",
            datetime(2013, 7, 9, 14, 5, 0, 123000, tzinfo=timezone(timedelta(hours=2))),
        ),
        (" 2013-07-09T14:05:00.1234567Z ", datetime(2013, 7, 9, 14, 5, 0, 123456, tzinfo=UTC)),
    ],
)
def test_a_date_is_read(written: str, read: datetime, lenient: Hosted) -> None:
    lenient.post(send_invoice(more=f"<issueDate>{written}</issueDate>"))
    assert lenient.request.invoice.issue_date == read  # type: ignore[attr-defined]
    assert lenient.rules == []


@pytest.mark.parametrize(
    ("element", "attribute"), [("itemTaxRate", "item_tax_rate"), ("itemQuantity", "item_quantity")]
)
@pytest.mark.parametrize("value", ["25.000", "-100", "1.5", "25", "+3", ".5", "1."])
def test_a_number_is_read(value: str, element: str, attribute: str, lenient: Hosted) -> None:
    lenient.post(send_invoice(row=f"<invoiceRow><{element}>{value}</{element}></invoiceRow>"))
    (row,) = lenient.request.invoice.invoice_rows  # type: ignore[attr-defined]
    assert getattr(row, attribute) == Decimal(value)
    assert lenient.rules == []


@pytest.mark.parametrize("value", ["-149.99", "150", "0", "149.990", "1e"])
def test_an_amount_is_read(value: str, lenient: Hosted) -> None:
    lenient.post(send_invoice(row=ROW.replace("149.99", value)))
    (row,) = lenient.request.invoice.invoice_rows  # type: ignore[attr-defined]
    readable = value != "1e"
    assert row.item_total_amount.value == (Decimal(value) if readable else None)
    assert lenient.rules == ([] if readable else ["amount.value.type"])


@pytest.mark.parametrize("element", ["channel", "clientId", "clientReference", "paymentMode"])
def test_a_session_may_send_nothing(element: str, lenient: Hosted) -> None:
    start, end = PLAIN.index(f"<{element}>".encode()), PLAIN.index(f"</{element}>".encode())
    assert lenient.post(PLAIN[:start] + PLAIN[end + len(element) + 3 :]).is_success
    assert lenient.rules == []


def test_a_terminal_may_send_a_user_id(lenient: Hosted) -> None:
    context = CONTEXT.replace("</type>", "</type><userId>9900</userId>")
    lenient.post(call("sendInvoice", invoice(), context=context))
    principal = lenient.request.context.initiator_principal_id  # type: ignore[attr-defined]
    assert (principal.type, principal.user_id) == ("TERMINALID", "9900")
    assert lenient.rules == []


def test_tokens_repeat(lenient: Hosted) -> None:
    tokens = "<tokens><id>a</id><status>1</status></tokens><tokens><value>b</value></tokens>"
    lenient.post(call("sendInvoice", tokens + invoice()))
    read = lenient.request.tokens  # type: ignore[attr-defined]
    assert read == (CustomerToken(id="a", status=1), CustomerToken(value="b"))


# Accepted with a note; in strict mode a fault


LENIENT = {
    "an unknown element": (
        send_invoice(more="<colour>red</colour>"),
        "invoice.unknown-element",
        lambda read: read == READ,
    ),
    "a qualified element inside": (
        send_invoice(more="<ext:footer>x</ext:footer>"),
        "invoice.unknown-element",
        lambda read: read.invoice.footer is None,
    ),
    "an element inside a value": (
        PLAIN.replace(b"Cinema", b"Cinema<b>bold</b>"),
        "invoice.unknown-element",
        lambda read: read == READ,
    ),
    "the last of duplicates": (
        send_invoice(more="<title>Second</title>"),
        "invoice.title.repeated",
        lambda read: read.invoice.title == "Second",
    ),
    "a duplicate part": (
        PLAIN.replace(b"<invoice>", b"<invoice><title>First</title></invoice><invoice>"),
        "sendInvoice.invoice.repeated",
        lambda read: read == READ,
    ),
    "an integer that is none": (
        PLAIN.replace(b">0</clientRequestTimeout>", b">soon</clientRequestTimeout>"),
        "context.clientRequestTimeout.type",
        lambda read: read == READ,
    ),
    "an integer that is too large": (
        send_invoice(more=f"<commitReservationTimeout>{2**63}</commitReservationTimeout>"),
        "invoice.commitReservationTimeout.type",
        lambda read: read.invoice.commit_reservation_timeout == 0,
    ),
    "an integer of a megabyte": (
        send_invoice(more=f"<commitReservationTimeout>{'9' * 900_000}</commitReservationTimeout>"),
        "invoice.commitReservationTimeout.type",
        lambda read: read.invoice.commit_reservation_timeout == 0,
    ),
    "an unknown enumeration value": (
        PLAIN.replace(b"IMMEDIATE_DEBIT", b"BARTER"),
        "invoice.paymentMode.enumeration",
        lambda read: read.invoice.payment_mode is None,
    ),
    "an enumeration value with white space": (
        PLAIN.replace(b"IMMEDIATE_DEBIT", b" IMMEDIATE_DEBIT\n"),
        "invoice.paymentMode.enumeration",
        lambda read: read == READ,
    ),
    "a date that is none": (
        send_invoice(more="<issueDate>2013-02-30T10:00:00Z</issueDate>"),
        "invoice.issueDate.type",
        lambda read: read == READ,
    ),
    "a date in words": (
        send_invoice(more="<issueDate>yesterday</issueDate>"),
        "invoice.issueDate.type",
        lambda read: read == READ,
    ),
    "a decimal comma": (
        send_invoice(total=TOTAL.replace("149.99", "149,99")),
        "amount.value.type",
        lambda read: read.invoice.total_amount.value is None,
    ),
    "not a number": (
        send_invoice(total=TOTAL.replace("149.99", "NaN")),
        "amount.value.type",
        lambda read: read.invoice.total_amount.value is None,
    ),
    "a receipt that is not base64": (
        call(
            "submitPaymentReceipt",
            "<receiptDocument><receiptData>A</receiptData></receiptDocument>",
        ),
        "receiptDocument.receiptData.type",
        lambda read: read.receipt_document.receipt_data is None,
    ),
    "an unknown element in a map": (
        call(
            "executeReport",
            "<parameters><a/><parameter><b/><entry><c/><key>TERMINALID</key><value>1</value></entry></parameter></parameters>",
        ),
        "parameterMap.unknown-element mapArray.unknown-element parameter.unknown-element",
        lambda read: read.parameters == {"TERMINALID": "1"},
    ),
    "something else among the rows": (
        PLAIN.replace(b"<invoiceRow>", b"<row/><invoiceRow>"),
        "invoiceRows.unknown-element",
        lambda read: read == READ,
    ),
}


@pytest.mark.parametrize(("message", "rules", "right"), LENIENT.values(), ids=list(LENIENT))
def test_the_endpoint_accepts(
    message: bytes, rules: str, right: Callable[[Any], bool], lenient: Hosted, strict: Hosted
) -> None:
    assert lenient.post(message).status_code == 200
    assert right(lenient.request)
    assert lenient.rules == rules.split()
    asked = len(strict.service.asked)
    refused = fault(strict.post(message))
    assert refused.code == "Client"
    assert f"[{rules.split(maxsplit=1)[0]}]" in refused.reason
    assert len(strict.service.asked) == asked


@pytest.mark.parametrize(
    ("message", "rules"), [(m, r) for m, r, _ in LENIENT.values()], ids=list(LENIENT)
)
def test_the_linter_finds_the_same_by_itself(message: bytes, rules: str) -> None:
    assert set(rules.split()) <= {finding.rule.id for finding in contract.load(NEW).lint(message)}


def test_a_note_says_where_and_what(lenient: Hosted) -> None:
    lenient.post(send_invoice(row=ROW + ROW.replace("<itemQ", "<q/><itemQ")))
    *_, seen = lenient.application.exchanges
    (note,) = seen.notes
    assert note.path == "sendInvoice/invoice/invoiceRows/invoiceRow[2]/q"
    assert note.sentence == "<q> is not allowed here; ignored"


def test_a_hundred_thousand_departures_leave_a_hundred_notes(lenient: Hosted) -> None:
    assert lenient.post(send_invoice(more="<x/>" * 100_000)).is_success
    assert len(lenient.rules) == 100


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        (
            call("commitReservation", "<amount><value>1</value></amount>"),
            "commitReservation.unknown-element",
        ),
        (
            send_invoice(more="<commitReservationTimeout>1</commitReservationTimeout>"),
            "invoice.unknown-element",
        ),
        (
            PLAIN.replace(b"IMMEDIATE_DEBIT", b"RESERVATION_REQUIRED_PRELIMINARY_AMOUNT"),
            "invoice.paymentMode.enumeration",
        ),
    ],
)
def test_elements_of_the_newer_interface_are_unknown_to_the_older(
    message: bytes, rule: str, lenient: Hosted
) -> None:
    lenient.post(message, interface=OLD)
    assert lenient.rules == [rule]
    lenient.post(message, interface=NEW)
    assert lenient.rules == []


# Invalid messages


ENTITY = b'<!DOCTYPE a [<!ENTITY b "c">]>'
LAUGHS = b"<!DOCTYPE a [<!ENTITY a0 'ha'>%s]>" % b"".join(
    b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
)
FAULTS = {
    "nothing": (b"", "Client", "soap.not-xml"),
    "not XML": (b"hello", "Client", "soap.not-xml"),
    "HTML": (b"<!DOCTYPE html><html><body>", "Client", "soap.not-xml"),
    "JSON": (b'{"a": 1}', "Client", "soap.not-xml"),
    "XML that breaks off": (PLAIN[:-30], "Client", "soap.not-xml"),
    "an undefined entity": (PLAIN.replace(b"Cinema", b"&nbsp;"), "Client", "soap.not-xml"),
    "a DTD": (b"<!DOCTYPE a>" + PLAIN, "Client", "soap.dtd"),
    "an entity": (ENTITY + PLAIN.replace(b"Cinema", b"&b;"), "Client", "soap.dtd"),
    "an external entity": (
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
        + PLAIN.replace(b"Cinema", b"&b;"),
        "Client",
        "soap.dtd",
    ),
    "a billion laughs": (LAUGHS + PLAIN.replace(b"Cinema", b"&a9;"), "Client", "soap.dtd"),
    "no SOAP": (b"<order/>", "Client", "soap.not-soap"),
    "a bare operation": (
        f'<a:cancelInvoice xmlns:a="{NAMESPACE}"/>'.encode(),
        "Client",
        "soap.not-soap",
    ),
    "SOAP 1.2": (
        PLAIN.replace(soap.ENVELOPE_NAMESPACE.encode(), SOAP12),
        "VersionMismatch",
        "soap.version",
    ),
    "no Body": (
        PLAIN[: PLAIN.index(b"<soapenv:Body>")] + b"</soapenv:Envelope>",
        "Client",
        "soap.empty-body",
    ),
    "an empty Body": (envelope(""), "Client", "soap.empty-body"),
    "an unknown operation": (call("sendInvoices"), "Client", "soap.unknown-operation"),
    "an operation in no namespace": (
        envelope("<sendInvoice/>"),
        "Client",
        "soap.unknown-operation",
    ),
    "an operation in another namespace": (
        PLAIN.replace(NAMESPACE.encode(), b"urn:other"),
        "Client",
        "soap.unknown-operation",
    ),
    "a mustUnderstand header": (
        call(
            "sendInvoice",
            invoice(),
            header='<soapenv:Header><a:Security xmlns:a="urn:a" soapenv:mustUnderstand="1"/>'
            "</soapenv:Header>",
        ),
        "MustUnderstand",
        "soap.must-understand",
    ),
}


@pytest.mark.parametrize(("message", "code", "rule"), FAULTS.values(), ids=list(FAULTS))
def test_a_fault_answers(message: bytes, code: str, rule: str, lenient: Hosted) -> None:
    asked = len(lenient.service.asked)
    response = lenient.post(message)
    found = fault(response)
    assert found.code == code
    assert found.reason.endswith(f"[{rule}]")
    assert response.headers["content-type"] == "text/xml; charset=utf-8"
    assert len(lenient.service.asked) == asked


def test_the_older_interface_does_not_support_credit_user(lenient: Hosted) -> None:
    reply = lenient.post(call("creditUser"), interface=OLD)
    outcome = soap.outcome_of(soap.read_payload(reply.content))
    assert outcome.result_code == ResultCode.UNSUPPORTED_OPERATION


@pytest.mark.parametrize(
    "packed",
    [b"not gzip at all", gzip.compress(PLAIN, mtime=0)[:-12]],
    ids=["another format", "cut short"],
)
def test_a_fault_answers_gzip_that_is_broken(packed: bytes, lenient: Hosted) -> None:
    found = fault(lenient.post(packed, {"Content-Encoding": "gzip"}))
    assert found.reason.endswith("[http.content-encoding]")

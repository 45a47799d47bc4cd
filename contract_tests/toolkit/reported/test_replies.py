"""Replies that hid a payment, and transport faults that left open whether a request was sent."""

from __future__ import annotations

import json
import re
import socket
from datetime import datetime

import pytest
from lxml import etree

from contract_tests.toolkit.calls import CREDENTIALS
from contract_tests.toolkit.client.test_secrets import client_of
from contract_tests.toolkit.client.test_unusual_replies import (
    ACCENT,
    DECLARED,
    FAULTS,
    PAID,
    XSI,
    part,
)
from contract_tests.toolkit.http_client.test_http_client import OK, client, post, says, server
from contract_tests.toolkit.peer import reply
from contract_tests.toolkit.reported.asking import ask
from seqrkit.client import Client
from seqrkit.errors import (
    ConfigurationError,
    EndpointUnreachable,
    NotAReply,
    SoapFault,
    UnknownStatus,
)
from seqrkit.exchange import Exchange
from seqrkit.http_client import Response
from seqrkit.model import PaymentStatusReply
from seqrkit.vocabulary import NAMESPACE

UNREADABLE = ["10,00", "NaN", "1 000", "", "1e2x"]


def paid_with(path: str, text: str) -> bytes:
    """A payment whose element at this path has this text."""
    root = etree.fromstring(PAID)
    found = root.find(f".//return/{path}")
    assert found is not None, path
    found.text = text
    return etree.tostring(root)


@pytest.mark.parametrize("text", UNREADABLE)
def test_reply_01_an_unreadable_amount_is_none_with_a_finding(text: str) -> None:
    asked = ask(paid_with("receipt/invoice/totalAmount/value", text))
    receipt = asked.paid.receipt
    assert receipt is not None
    assert receipt.invoice is not None
    assert receipt.invoice.total_amount is None or receipt.invoice.total_amount.value is None
    assert "totalAmount" in asked.findings or "amount.value" in asked.findings
    assert text in asked.findings
    assert text.encode() in (asked.exchange.response or b"")


@pytest.mark.parametrize(
    "field", ["itemQuantity", "itemUnitPrice/value", "itemTaxRate", "itemTotalAmount/value"]
)
@pytest.mark.parametrize("text", UNREADABLE)
def test_reply_02_an_unreadable_number_of_a_row_is_none_with_a_finding(
    field: str, text: str
) -> None:
    asked = ask(paid_with(f"receipt/invoice/invoiceRows/invoiceRow/{field}", text))
    assert asked.paid.receipt is not None
    assert text in asked.findings
    assert asked.exchange.reply_findings


def test_reply_03_the_hour_24_is_midnight() -> None:
    asked = ask(paid_with("receipt/paymentDate", "2012-05-01T24:00:00"))
    receipt = asked.paid.receipt
    assert receipt is not None
    assert receipt.payment_date == datetime(2012, 5, 2)  # noqa: DTZ001 - the reply names no zone
    assert not asked.findings


@pytest.mark.parametrize(
    "text",
    [
        "10000-05-01T12:00:00",
        "0000-05-01T12:00:00",
        "2012-05-01T12:00:00+14:01",
        "2012-05-01T12:00:00+24:00",
        "2012-02-30T12:00:00",
    ],
)
def test_reply_04_an_impossible_date_is_none_with_a_finding(text: str) -> None:
    asked = ask(paid_with("receipt/paymentDate", text))
    receipt = asked.paid.receipt
    assert receipt is not None
    assert receipt.payment_date is None
    assert text in asked.findings
    assert all((str(receipt), hash(receipt.payment_date), asked.paid._repr_mimebundle_()))


@pytest.mark.parametrize("kind", ["soapenc:int", "q1:anything", "ext:noSuchType", "xsd:date", "x"])
@pytest.mark.parametrize("element", ["return", "resultCode", "status", "version", "receipt"])
def test_reply_05_an_xsi_type_changes_nothing_and_is_a_finding(kind: str, element: str) -> None:
    asked = ask(PAID.replace(f"<{element}>", f'<{element} {XSI} xsi:type="{kind}">'))
    assert asked.paid == ask().paid
    assert "wire.xsi-type" in asked.findings


@pytest.mark.parametrize("text", ["+0", " 0 ", "000", "-0", "\n0\t"])
def test_reply_06_a_result_code_in_another_form_is_0(text: str) -> None:
    asked = ask(PAID.replace("<resultCode>0<", f"<resultCode>{text}<"))
    assert asked.paid.result_code == asked.exchange.result_code == 0


@pytest.mark.parametrize("form", ["prefix", "default"])
def test_reply_07_qualified_children_are_read_with_a_finding(form: str) -> None:
    if form == "prefix":
        root = etree.fromstring(PAID)
        for element in root.iter():
            if "}" not in str(element.tag):
                element.tag = f"{{{NAMESPACE}}}{element.tag!s}"
        body = etree.tostring(root)
    else:
        body = PAID.replace("ext:getPay", "getPay").replace("xmlns:ext=", "xmlns=").encode()
    asked = ask(body)
    assert asked.paid == ask().paid
    assert "namespace" in asked.findings


LATIN = {"Content-Type": "text/xml; charset=ISO-8859-1"}
UTF_8 = {"Content-Type": "text/xml; charset=utf-8"}
PLAIN = {"Content-Type": "text/xml"}


@pytest.mark.parametrize(
    ("body", "headers", "agree"),
    [
        (ACCENT.encode("latin-1"), LATIN, True),
        ((DECLARED + ACCENT).encode("cp1252"), PLAIN, True),
        (ACCENT.encode("utf-16"), PLAIN, True),
        (ACCENT.encode("utf-8"), PLAIN, True),
        (ACCENT.encode("utf-16"), LATIN, False),
        (b"\xef\xbb\xbf" + ACCENT.encode(), LATIN, False),
        ((DECLARED + ACCENT).encode("utf-8"), UTF_8, False),
        ((DECLARED + ACCENT).encode("cp1252"), UTF_8, False),
    ],
)
def test_reply_08_the_encoding_is_decided_in_one_order(
    body: bytes,
    headers: dict[str, str],
    agree: bool,  # noqa: FBT001
) -> None:
    asked = ask(body, headers=headers)
    receipt = asked.paid.receipt
    assert receipt is not None
    assert receipt.invoice is not None
    assert str(receipt.invoice.title).endswith("caf\N{LATIN SMALL LETTER E WITH ACUTE}")
    assert ("soap.encoding" not in asked.findings) is agree


@pytest.mark.parametrize("text", ["paid", "REFUNDED", ""])
def test_reply_09_an_unknown_status_is_raised_at_once(text: str) -> None:
    answer = Response(200, UTF_8, reply("getPaymentStatus", status=text), complete=True)
    with client_of(answer, "s3cret-1") as one, pytest.raises(UnknownStatus) as caught:
        one.wait_for_payment("1", deadline=60)
    assert len(one.exchanges) == 1
    assert caught.value.status == text
    assert (f'"{text}"' if text else "has no status") in str(caught.value)
    assert "Find out from the service" in str(caught.value)


@pytest.mark.parametrize("name", ["qualified children", "SOAP 1.2"])
def test_reply_10_a_fault_is_read_with_code_text_and_detail(name: str) -> None:
    error = ask(FAULTS[name], 500).error
    assert isinstance(error, SoapFault)
    assert (error.fault_code, error.fault_string) == ("Server", "boom")
    assert "why" in str(error)


@pytest.mark.parametrize("status", [500, 201, 202])
def test_reply_11_a_reply_under_another_status_is_read_with_a_finding(status: int) -> None:
    asked = ask(PAID, status)
    assert asked.paid.status == "PAID"
    assert str(status) in asked.findings


def test_reply_13_the_root_part_of_mtom_is_read() -> None:
    kind = 'multipart/related; boundary=b; type="application/xop+xml"; start="<root>"'
    asked = ask(part(PAID), headers={"Content-Type": kind})
    assert asked.paid.status == "PAID"
    assert "MTOM" in asked.findings or "MIME" in asked.findings


@pytest.mark.parametrize("before", [b"\n", b"\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_reply_14_a_newline_or_bom_before_the_declaration_is_a_finding(before: bytes) -> None:
    asked = ask(before + b'<?xml version="1.0"?>' + PAID.encode())
    assert asked.paid.status == "PAID"
    assert asked.findings


def test_reply_15_a_result_code_of_5000_digits_is_shown_and_saved() -> None:
    asked = ask(PAID.replace("<resultCode>0<", f"<resultCode>{'7' * 5000}<"))
    assert isinstance(asked.error, NotAReply)
    saved = json.loads(json.dumps(asked.exchange.to_dict()))
    for exchange in (asked.exchange, Exchange.from_dict(saved)):
        assert len(repr(exchange)) < 1000
        assert str(exchange)
        assert "7777" in str(exchange._repr_mimebundle_())
    assert len(str(asked.error)) < 1000
    assert b"7" * 5000 in (Exchange.from_dict(saved).response or b"")


@pytest.mark.parametrize("proxied", [False, True])
def test_reply_16_an_unanswered_handshake_sent_nothing(proxied: bool) -> None:  # noqa: FBT001
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = f"127.0.0.1:{deaf.getsockname()[1]}"
        url = "https://shop.example/" if proxied else f"https://{address}/"
        proxy = f"http://{address}" if proxied else None
        with (
            Client(url, CREDENTIALS, connect_timeout=0.1, proxy=proxy) as one,
            pytest.raises(EndpointUnreachable) as caught,
        ):
            one.cancel_invoice("1")
    assert caught.value.may_be_repeated is True
    assert "was not sent" in caught.value.repeat_advice


def test_reply_17_early_hints_are_skipped() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
    with server(says(hints + OK)) as port, client(port) as one:
        assert post(one).status == 200


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_reply_18_a_socks_proxy_is_reported_by_its_variable(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "socks5://127.0.0.1:1080")
    with pytest.raises(ConfigurationError) as caught:
        Client("http://shop.example/", CREDENTIALS)
    assert str(caught.value).startswith(variable)
    assert "SOCKS" in str(caught.value)


# Third-party servers


def test_client_01_rpc_encoded_types_are_read_without_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("network access")

    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    monkeypatch.setattr(socket.socket, "connect", forbidden)
    space = 'xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"'
    body = PAID.replace("<resultCode>", f'<resultCode {space} {XSI} xsi:type="soapenc:int">')
    assert ask(body).paid.status == "PAID"
    xsd = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    php = (
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" {XSI} '
        f'xmlns:ns1="{NAMESPACE}" {xsd} xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/" '
        'SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><SOAP-ENV:Body>'
        '<ns1:getPaymentStatusResponse><return xsi:type="SOAP-ENC:Struct">'
        '<resultCode xsi:type="xsd:int">0</resultCode><status xsi:type="xsd:string">PAID</status>'
        '<version xsi:type="xsd:int">1</version></return></ns1:getPaymentStatusResponse>'
        "</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )
    assert ask(php).paid.version == 1


def test_client_02_a_success_of_the_type_string_is_a_success() -> None:
    xsd = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    assert (
        ask(
            PAID.replace("<resultCode>", f'<resultCode {XSI} {xsd} xsi:type="xsd:string">')
        ).paid.status
        == "PAID"
    )


def test_client_03_a_subclass_of_the_reply_is_read_with_findings() -> None:
    kind = f'{XSI} xmlns:ns2="{NAMESPACE}" xsi:type="ns2:erswsPaymentStatusResponseV3"'
    body = PAID.replace("<return>", f"<return {kind}>").replace(
        "</return>", "<deliveryAddress><street>1</street></deliveryAddress></return>"
    )
    asked = ask(body)
    assert asked.paid.status == "PAID"
    assert {"wire.xsi-type", "getPaymentStatusResponse.unknown-element"} <= {
        each.id for each in asked.exchange.reply_findings
    }


def test_client_04_an_amount_of_the_type_float_is_exact() -> None:
    xsd = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    body = PAID.replace("<value>149.99<", f'<value {XSI} {xsd} xsi:type="xsd:float">149.990<')
    receipt = ask(body).paid.receipt
    assert receipt is not None
    assert receipt.invoice is not None
    assert str(receipt.invoice.total_amount) == "149.990 SEK"


def test_client_05_a_base_type_of_the_reply_hides_no_status() -> None:
    kind = f'{XSI} xmlns:q="{NAMESPACE}" xsi:type="q:erswsResponse"'
    asked = ask(PAID.replace("<return>", f"<return {kind}>"))
    assert asked.paid.status == "PAID"
    assert asked.findings


def test_client_06_a_reference_of_the_type_int_is_a_str() -> None:
    xsd = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    body = re.sub("<ersReference>", f'<ersReference {XSI} {xsd} xsi:type="xsd:int">', PAID)
    paid = ask(body).paid
    assert isinstance(paid, PaymentStatusReply)
    assert type(paid.ers_reference) is str
    assert paid.ers_reference == ask().paid.ers_reference


def test_client_07_both_namespaces_are_named() -> None:
    error = ask(PAID.replace(NAMESPACE, "http://tempuri.org/")).error
    assert isinstance(error, NotAReply)
    assert "http://tempuri.org/" in str(error)
    assert NAMESPACE in str(error)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("400 The plain HTTP request was sent to HTTPS port", "https://"),
        ("400 No required SSL certificate was sent", "client certificate"),
    ],
)
def test_client_08_answers_of_nginx_are_recognized(title: str, words: str) -> None:
    page = f"<html><head><title>{title}</title></head><body><hr>nginx</body></html>"
    assert words in str(ask(page, 400, {"Content-Type": "text/html"}).error)

"""Proofs of how requests are read: a message for each entry."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Callable
from typing import Any

from contract_tests.toolkit.simulator.messages import (
    PLAIN,
    ROW,
    call,
    envelope,
    invoice,
    send_invoice,
)
from contract_tests.toolkit.simulator.proofs import proof
from contract_tests.toolkit.simulator.shop import Shop
from seqrkit import soap
from seqrkit.simulator.application import Application
from seqrkit.vocabulary import PATHS, Interface

XML = (b"content-type", b"text/xml")


def answered(
    shop: Shop, body: bytes, *headers: tuple[bytes, bytes], method: str = "POST"
) -> tuple[int, bytes]:
    """The HTTP status of the answer to a message, and its body."""
    scope = {
        "type": "http",
        "method": method,
        "path": PATHS[Interface.CASHREGISTER_2],
        "query_string": b"",
        "headers": list(headers),
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: Any) -> None:
        sent.append(event)

    application = Application(shop.service)
    asyncio.run(application(scope, receive, send))
    return int(sent[0]["status"]), sent[1]["body"]


def posted(shop: Shop, body: bytes, *headers: tuple[bytes, bytes]) -> int:
    """The HTTP status of the answer to a message."""
    return answered(shop, body, *headers)[0]


def taken(body: bytes) -> Callable[[Shop], int]:
    """Return a scenario that posts a message."""
    return lambda shop: posted(shop, body, XML)


@proof("read.no-content-type", 200)
def without_a_content_type(shop: Shop) -> Any:
    return posted(shop, PLAIN)


@proof("read.compressed", 200)
def a_gzip_body(shop: Shop) -> Any:
    return posted(shop, gzip.compress(PLAIN), XML, (b"content-encoding", b"gzip"))


@proof("read.media-type", 200)
def the_media_type_of_soap_12(shop: Shop) -> Any:
    return posted(shop, PLAIN, (b"content-type", b"application/soap+xml"))


@proof("read.soap-action", 200)
def any_soap_action(shop: Shop) -> Any:
    return posted(shop, PLAIN, XML, (b"soapaction", b"urn:whatever"))


@proof("read.charset", 200)
def another_charset(shop: Shop) -> Any:
    return posted(shop, PLAIN, (b"content-type", b"text/xml; charset=iso-8859-1"))


@proof("read.chunked", 200)
def a_body_in_chunks(shop: Shop) -> Any:
    return posted(shop, PLAIN, XML, (b"transfer-encoding", b"chunked"))


def left_out(*names: str) -> bytes:
    """The plain message without these elements."""
    text = PLAIN.decode()
    for name in names:
        text = re.sub(rf"<{name}>.*?</{name}>", "", text)
    return text.encode()


for behaviour, message in {
    "read.order": PLAIN.replace(b"<title>Cinema</title>", b"").replace(
        b"</cashierId>", b"</cashierId><title>Cinema</title>"
    ),
    "read.header": call("sendInvoice", invoice(), header="<soapenv:Header/>"),
    "read.prefixes": PLAIN.replace(
        b"<soapenv:Body>", f'<s:Body xmlns:s="{soap.ENVELOPE_NAMESPACE}">'.encode()
    ).replace(b"</soapenv:Body>", b"</s:Body>"),
    "read.comments": PLAIN.replace(b"Cinema", b"Cin<!-- here -->ema"),
    "read.empty": PLAIN.replace(b"Cinema", b""),
    "read.no-names": left_out("channel", "clientId", "clientReference"),
    "read.no-payment-mode": left_out("paymentMode"),
    "read.terminal-with-user": PLAIN.replace(b"</type>", b"</type><userId>9900</userId>"),
    "read.numbers": PLAIN.replace(b"<itemQuantity>1<", b"<itemQuantity>1.5<"),
    "read.dates": send_invoice(more="<issueDate>2026-01-01T12:00:00</issueDate>"),
    "read.amounts": send_invoice(row=ROW.replace("149.99", "-150")),
    "read.unknown-element": send_invoice(more="<colour>red</colour>"),
    "read.repeated": send_invoice(more="<title>Theatre</title>"),
    "read.nil": send_invoice(more='<footer xsi:nil="true"/>'),
    "read.integer": send_invoice(more="<commitReservationTimeout>soon</commitReservationTimeout>"),
    "read.date": send_invoice(more="<issueDate>yesterday</issueDate>"),
    "read.value": send_invoice(row=ROW.replace("<itemQuantity>1<", "<itemQuantity>one<")),
    "read.enumeration": send_invoice(more="<acknowledgmentMode>MAYBE</acknowledgmentMode>"),
    "read.more-operations": PLAIN.replace(
        b"</soapenv:Body>", b"<ext:cancelInvoice/></soapenv:Body>"
    ),
    "read.href": send_invoice(more='<footer href="#id0"/>'),
    "read.parameter-key": call(
        "markTransactionPeriod",
        "<parameters><parameter><entry><key>terminalId</key><value>1</value></entry></parameter>"
        "</parameters>",
    ),
    "read.parameter-map": call("markTransactionPeriod", "<parameters><entry/></parameters>"),
}.items():
    proof(behaviour, 200)(taken(message))


# Bodies that are not valid messages


def faulted(body: bytes) -> Callable[[Shop], str]:
    """Return a scenario that posts a message and returns the faultcode of the reply."""

    def scenario(shop: Shop) -> str:
        status, answer = answered(shop, body, XML)
        assert status == 500
        found = soap.read_fault(soap.read_envelope(soap.parse(answer)).payload)
        return "" if found is None else found.code

    return scenario


for behaviour, message, code in (
    ("refuse.not-xml", b"hello", "Client"),
    ("refuse.dtd", b"<!DOCTYPE a>" + PLAIN, "Client"),
    ("refuse.not-soap", b"<order/>", "Client"),
    (
        "refuse.soap-version",
        PLAIN.replace(soap.ENVELOPE_NAMESPACE.encode(), soap.SOAP12_NAMESPACE.encode()),
        "VersionMismatch",
    ),
    ("refuse.empty-body", envelope(""), "Client"),
    ("refuse.unknown-operation", call("sendInvoices"), "Client"),
    (
        "refuse.must-understand",
        call(
            "sendInvoice",
            header='<soapenv:Header><a:A xmlns:a="urn:a" soapenv:mustUnderstand="1"/>'
            "</soapenv:Header>",
        ),
        "MustUnderstand",
    ),
):
    proof(behaviour, code)(faulted(message))


@proof("refuse.content-type", 500)
def json_instead_of_xml(shop: Shop) -> Any:
    return posted(shop, b"{}", (b"content-type", b"application/json"))


@proof("refuse.too-large", 500)
def a_message_that_is_too_large(shop: Shop) -> Any:
    return posted(shop, b"", XML, (b"content-length", b"99999999"))


@proof("refuse.method", 405)
def a_put(shop: Shop) -> Any:
    return answered(shop, PLAIN, XML, method="PUT")[0]

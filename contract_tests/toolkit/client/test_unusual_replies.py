"""Replies as careless servers and proxies send them: client and exchange agree about each."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import pytest

from contract_tests.toolkit.calls import CREDENTIALS
from contract_tests.toolkit.peer import answering, peer, reply
from seqrkit.client import Client
from seqrkit.errors import HttpError, NotAReply, SeqrError, SoapFault
from seqrkit.vocabulary import NAMESPACE

PAID = re.sub(r"<\?xml.*?\?>", "", reply("getPaymentStatus", status="PAID").decode())
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
XML = "text/xml; charset=utf-8"
ACCENT = PAID.replace("</title>", " caf\N{LATIN SMALL LETTER E WITH ACUTE}</title>")
DECLARED = '<?xml version="1.0" encoding="windows-1252"?>'


class Unusual(NamedTuple):
    """An answer: its body, its status and Content-Type, and the rules of its findings."""

    body: bytes
    findings: AbstractSet[str] = frozenset()
    status: int = 200
    content_type: str = XML


def part(text: str, start: str = "") -> bytes:
    """A reply as the part of a MIME message that has an attachment."""
    return (
        f"--b\r\nContent-Type: application/xop+xml\r\nContent-ID: <root>\r\n\r\n{text}\r\n"
        f"--b\r\nContent-Type: image/png\r\n\r\n{start}PNG\r\n--b--\r\n"
    ).encode()


READ: Mapping[str, Unusual] = {
    "code +0": Unusual(PAID.replace(">0<", ">+0<").encode(), {"response.resultCode.pattern"}),
    "code 000": Unusual(PAID.replace(">0<", ">000<").encode(), {"response.resultCode.pattern"}),
    "code with blanks": Unusual(PAID.replace(">0<", "> 0\n<").encode()),
    "code with a comment": Unusual(PAID.replace(">0<", "><!-- ok -->0<").encode()),
    "code in CDATA": Unusual(PAID.replace(">0<", "><![CDATA[0]]><").encode()),
    "soapenc:int": Unusual(
        PAID.replace("<resultCode>", f'<resultCode {XSI} xsi:type="soapenc:int">').encode(),
        {"wire.xsi-type"},
    ),
    "a subclass of the reply": Unusual(
        PAID.replace("<return>", f'<return {XSI} xsi:type="q:erswsPaymentStatusResponseV3">')
        .replace("</return>", "<deliveryAddress>1</deliveryAddress></return>")
        .encode(),
        {"wire.xsi-type", "getPaymentStatusResponse.unknown-element"},
    ),
    "a default namespace": Unusual(
        PAID.replace("<return>", f'<return xmlns="{NAMESPACE}">').encode(),
        {"getPaymentStatusResponse.unknown-element"},
    ),
    "an unreadable version": Unusual(
        PAID.replace("<version>", "<version>x").encode(), {"getPaymentStatusResponse.version.type"}
    ),
    "an envelope of SOAP 1.2": Unusual(PAID.replace(SOAP_11, SOAP_12).encode(), {"soap.version"}),
    "Latin-1 by HTTP": Unusual(
        ACCENT.encode("latin-1"), content_type="text/xml; charset=ISO-8859-1"
    ),
    "windows-1252 by its declaration": Unusual(
        (DECLARED + ACCENT).encode("cp1252"), content_type="text/xml"
    ),
    "windows-1252 that HTTP calls UTF-8": Unusual(
        (DECLARED + ACCENT).encode("cp1252"), {"soap.encoding"}
    ),
    "Latin-1 without a label": Unusual(
        ACCENT.encode("latin-1"), {"soap.not-xml"}, content_type="text/xml"
    ),
    "UTF-16": Unusual(ACCENT.encode("utf-16"), content_type="text/xml"),
    "UTF-16 without a byte order mark": Unusual(
        ACCENT.encode("utf-16-be"), content_type="text/xml; charset=utf-16"
    ),
    "a byte order mark": Unusual(b"\xef\xbb\xbf" + PAID.encode(), {"soap.encoding"}),
    "a blank line before the declaration": Unusual(
        b'\r\n<?xml version="1.0"?>' + PAID.encode(), {"soap.surroundings"}
    ),
    "a trailing NUL": Unusual(PAID.encode() + b"\0", {"soap.surroundings"}),
    "a warning of PHP": Unusual(b"Warning: mysql\n" + PAID.encode(), {"soap.surroundings"}),
    "a comment at the end": Unusual(PAID.encode() + b"<!-- node 7 -->"),
    "MTOM": Unusual(
        part(PAID),
        {"soap.surroundings"},
        content_type='multipart/related; boundary=b; type="application/xop+xml"',
    ),
    "a long title": Unusual(PAID.replace("</title>", "x" * 12_000_000 + "</title>").encode()),
    "no Content-Type": Unusual(PAID.encode(), content_type=""),
    "HTML's Content-Type": Unusual(PAID.encode(), content_type="text/html"),
    **{
        f"HTTP {status}": Unusual(PAID.encode(), {"soap.http-header"}, status)
        for status in (201, 202, 206, 302, 404, 418, 500, 503)
    },
}


@pytest.mark.parametrize("name", READ)
def test_a_payment_is_read_whatever_is_unusual_about_its_reply(name: str) -> None:
    answer = READ[name]
    script = answering(answer.body, answer.status, Content_Type=answer.content_type)
    with peer(script) as one, Client(one.url(), CREDENTIALS) as client:
        paid = client.get_payment_status("1")
        (exchange,) = client.exchanges
    assert (paid.status, paid.result_code) == ("PAID", 0)
    assert exchange.succeeded
    assert {each.id for each in exchange.reply_findings} >= answer.findings
    assert bool(exchange.reply_findings) is bool(answer.findings)
    assert json.dumps(exchange.to_dict())


def fault(content: str, namespace: str = SOAP_11, name: str = "s:Fault") -> bytes:
    """A fault in an envelope."""
    return (
        f'<s:Envelope xmlns:s="{namespace}"><s:Body><{name}>{content}</{name}></s:Body>'
        "</s:Envelope>"
    ).encode()


FAULTS = {
    "qualified children": fault(
        "<s:faultcode>s:Server</s:faultcode><s:faultstring>boom</s:faultstring>"
        "<s:detail><x>why</x></s:detail>"
    ),
    "no namespace": fault(
        "<faultcode>Server</faultcode><faultstring>boom</faultstring><detail>why</detail>",
        name="Fault",
    ),
    "SOAP 1.2": fault(
        "<s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>boom</s:Text></s:Reason>"
        "<s:Detail>why</s:Detail>",
        SOAP_12,
    ),
}


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_read_with_code_text_and_detail(name: str, status: int) -> None:
    with peer(answering(FAULTS[name], status)) as one, Client(one.url(), CREDENTIALS) as client:
        with pytest.raises(SoapFault, match=r"boom \(why\)") as caught:
            client.get_payment_status("1")
        assert client.exchanges[0].fault is not None
    assert (caught.value.fault_code, caught.value.fault_string) == ("Server", "boom")


REFUSED: Mapping[str, tuple[Unusual, type[SeqrError], str]] = {
    "another namespace": (
        Unusual(PAID.replace(NAMESPACE, "http://other.example/").encode()),
        NotAReply,
        f"http://other.example/, but the service's namespace is {NAMESPACE}",
    ),
    "no namespace": (
        Unusual(re.sub(r"(</?)\w+:(getPaymentStatusResponse)", r"\1\2", PAID).encode()),
        NotAReply,
        "in no namespace",
    ),
    "another operation": (
        Unusual(reply("sendInvoice")),
        NotAReply,
        "<sendInvoiceResponse>, but the reply to getPaymentStatus is",
    ),
    "a code of 5,000 digits": (
        Unusual(PAID.replace(">0<", f">{'1' * 5000}<").encode()),
        NotAReply,
        "1\N{HORIZONTAL ELLIPSIS}",
    ),
    "no code": (
        Unusual(PAID.replace("<resultCode>0</resultCode>", "").encode()),
        NotAReply,
        "resultCode is missing",
    ),
    "half a reply": (Unusual(PAID[: len(PAID) // 2].encode()), NotAReply, "not a SOAP message"),
    "nothing": (Unusual(b""), NotAReply, "an empty body"),
    "a login page": (
        Unusual(b"<html><title>Sign in</title></html>"),
        NotAReply,
        'an HTML page titled "Sign in"',
    ),
    "HTTP to an HTTPS port of nginx": (
        Unusual(b"<title>400 The plain HTTP request was sent to HTTPS port</title>", status=400),
        HttpError,
        "the port expects HTTPS: write https://",
    ),
    "HTTP to an HTTPS port of Go": (
        Unusual(b"Client sent an HTTP request to an HTTPS server.\n", status=400),
        HttpError,
        "the port expects HTTPS: write https://",
    ),
    "no client certificate": (
        Unusual(b"<title>400 No required SSL certificate was sent</title>", status=400),
        HttpError,
        "requires a client certificate: client_certificate=",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_reply_is_named_and_saved(name: str) -> None:
    answer, error, words = REFUSED[name]
    with (
        peer(answering(answer.body, answer.status)) as one,
        Client(one.url(), CREDENTIALS) as client,
    ):
        with pytest.raises(error) as caught:
            client.get_payment_status("1")
        (exchange,) = client.exchanges
    assert words in str(caught.value)
    assert len(str(caught.value)) < 700
    assert not exchange.succeeded
    assert exchange.result_code is None
    assert json.dumps(exchange.to_dict())
    assert all((repr(exchange), str(exchange), exchange._repr_mimebundle_()))


@pytest.mark.parametrize("header", ["Location", "location", "LOCATION"])
def test_a_redirect_names_its_target_without_credentials(header: str) -> None:
    script = answering(b"", 301, **{header: "https://user:geheim@shop.example/x?mail=a@b"})
    with (
        peer(script) as one,
        Client(one.url(), CREDENTIALS) as client,
        pytest.raises(HttpError, match=r"moved to https://shop\.example/x\?mail=a@b") as caught,
    ):
        client.get_payment_status("1")
    assert "geheim" not in str(caught.value)

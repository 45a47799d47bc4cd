"""Replies as careless servers and proxies send them: client and exchange agree about each."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from html import escape
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.calls import CREDENTIALS
from contract_tests.toolkit.peer import Handler, answering, peer, reply
from seqrkit.client import Client
from seqrkit.errors import HttpError, NotAReply, SeqrError, SoapFault
from seqrkit.soap import outcome_of, read_payload
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
    "a return in CDATA": Unusual(
        PAID.replace("<return>", "<return><![CDATA[").replace("</return>", "]]></return>").encode(),
        {"wire.text"},
    ),
    "an escaped document in return": Unusual(
        re.sub(
            "(<return>)(.*)(</return>)",
            lambda found: f"<return>{escape(found[0])}</return>",
            PAID,
            flags=re.DOTALL,
        ).encode(),
        {"wire.text"},
    ),
    "an operation in CDATA": Unusual(
        PAID.replace("<return>", "<![CDATA[<return>").replace("</return>", "</return>]]>").encode(),
        {"wire.text"},
    ),
    "a soft hyphen in PAID": Unusual(
        PAID.replace(">PAID<", ">PA\u00adID<").encode(),
        {"getPaymentStatusResponse.status.enumeration"},
    ),
    "a long name": Unusual(
        PAID.replace("<version>", f"<{'n' * 60_000}/><version>").encode(),
        {"getPaymentStatusResponse.unknown-element"},
    ),
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
    "an empty second return": Unusual(
        PAID.replace("</return>", "</return><return/>").encode(),
        {"getPaymentStatusResponse.return.repeated"},
    ),
    "a document type": Unusual(b"<!DOCTYPE Envelope>" + PAID.encode(), {"soap.dtd"}),
    "a Content-Length in characters": Unusual(PAID.encode()[:-9], {"soap.not-xml"}),
    "gzip without a label": Unusual(gzip.compress(PAID.encode())),
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


@pytest.mark.parametrize("closes", [True, False])
def test_a_content_length_that_is_too_large_does_not_hide_a_payment(*, closes: bool) -> None:
    def early(handler: Handler, _: bytes) -> None:
        body = PAID.encode()
        length = f"Content-Length: {len(body) + 3}\r\n\r\n".encode()
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n" + length + body)
        if closes:
            handler.cut()
        handler.peer.over.wait()

    with peer(early) as one, Client(one.url(), CREDENTIALS, timeout=0.3) as client:
        assert client.get_payment_status("1").status == "PAID"
        (exchange,) = client.exchanges
    (finding,) = exchange.reply_findings
    assert f"{len(PAID.encode())} bytes came" in finding.message


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
    "no envelope": (
        f'<s:Fault xmlns:s="{SOAP_11}"><faultcode>s:Server</faultcode>'
        "<faultstring>boom</faultstring><detail>why</detail></s:Fault>"
    ).encode(),
    "a code with its namespace": fault(
        f"<faultcode>{{{SOAP_11}}}Server</faultcode><faultstring>boom</faultstring>"
        "<detail>why</detail>"
    ),
    "lower case": fault(
        "<faultcode>s:server</faultcode><faultstring>boom</faultstring><detail>why</detail>",
        name="s:fault",
    ),
    "another namespace": fault(
        "<faultcode>Server</faultcode><faultstring>boom</faultstring><detail>why</detail>",
        "urn:other",
    ),
    "several languages": fault(
        "<s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason>"
        '<s:Text xml:lang="de">bumm</s:Text><s:Text xml:lang="en-US">boom</s:Text></s:Reason>'
        "<s:Detail>why</s:Detail>",
        SOAP_12,
    ),
    "5,000 levels": fault(
        "<faultcode>s:Server</faultcode><faultstring>boom</faultstring>"
        f"<detail>why{'<a>' * 5000}{'</a>' * 5000}</detail>"
    ),
    "SOAP 1.2": fault(
        "<s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>boom</s:Text></s:Reason>"
        "<s:Detail>why</s:Detail>",
        SOAP_12,
    ),
}


@given(
    st.text(st.characters(categories=["Cf", "Zs"], exclude_characters=" "), max_size=3),
    st.text(st.characters(categories=["Cf"]), max_size=3),
    st.sampled_from(["resultCode", "status"]),
)
def test_invisible_characters_hide_no_payment(around: str, inside: str, name: str) -> None:
    text = {"resultCode": "0", "status": "PAID"}[name]
    written = f"<{name}>{around}{text[:2]}{inside}{text[2:]}{around}</{name}>"
    changed = PAID.replace(f"<{name}>{text}</{name}>", written)
    outcome = outcome_of(read_payload(changed.encode()))
    assert (outcome.result_code, outcome.status) == (0, "PAID")


@pytest.mark.parametrize("place", ["return", "getPaymentStatusResponse"])
@pytest.mark.parametrize("status", [200, 500])
def test_a_fault_in_place_of_a_result_is_raised(place: str, status: int) -> None:
    inside = "<Fault><faultcode>s:Server</faultcode><faultstring>boom</faultstring></Fault>"
    pattern = rf"(<[^<>]*{place}[^<>]*>).*(</[^<>]*{place}>)"
    body = re.sub(pattern, rf"\1{inside}\2", PAID, flags=re.DOTALL)
    with peer(answering(body.encode(), status)) as one, Client(one.url(), CREDENTIALS) as client:
        with pytest.raises(SoapFault, match="boom"):
            client.get_payment_status("1")
        assert client.exchanges[0].fault is not None


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_read_with_code_text_and_detail(name: str, status: int) -> None:
    with peer(answering(FAULTS[name], status)) as one, Client(one.url(), CREDENTIALS) as client:
        with pytest.raises(SoapFault, match=r"boom \(why\)") as caught:
            client.get_payment_status("1")
        assert client.exchanges[0].fault is not None
    assert (caught.value.fault_code, caught.value.fault_string) == ("Server", "boom")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "failed while processing the message; "),
        ("<faultcode>s:Server</faultcode>", "processing the message, Server; "),
        (f"<faultstring>{'x' * 100_000}</faultstring>", "x\N{HORIZONTAL ELLIPSIS}; "),
    ],
)
def test_a_fault_without_texts_or_with_a_long_one_is_one_readable_message(
    content: str, words: str
) -> None:
    with (
        peer(answering(fault(content), 500)) as one,
        Client(one.url(), CREDENTIALS) as client,
        pytest.raises(SoapFault, match=words) as caught,
    ):
        client.get_payment_status("1")
    assert len(str(caught.value)) < 1000


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
    "a client certificate for IIS": (
        Unusual(b"<title>IIS Detailed Error - 403.7 - Forbidden</title>", status=403),
        HttpError,
        "requires a client certificate: client_certificate=",
    ),
    "HTTP to an HTTPS site of IIS": (
        Unusual(b"The page you requested is secured with Secure Sockets Layer (SSL).", status=403),
        HttpError,
        "the port expects HTTPS: write https://",
    ),
    "a captive portal": (
        Unusual(b"<html><title>Wi-Fi</title></html>", status=511),
        HttpError,
        "the network requires a login",
    ),
    "an error of Cloudflare": (Unusual(b"error code: 520", status=520), HttpError, "server failed"),
    "an XHTML page with a document type": (
        Unusual(b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>"),
        NotAReply,
        'an HTML page titled "Sign in"',
    ),
    "a MIME message without XML": (
        Unusual(
            b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64encode(b"PNG"),
            content_type="multipart/related; boundary=b",
        ),
        NotAReply,
        "a MIME message (MTOM",
    ),
    "declarations in a document type": (
        Unusual(b'<!DOCTYPE a [<!ENTITY x "PAID">]>' + PAID.encode()),
        NotAReply,
        "a document type declaration is not allowed",
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
    script = answering(answer.body, answer.status, Content_Type=answer.content_type)
    with peer(script) as one, Client(one.url(), CREDENTIALS) as client:
        with pytest.raises(error) as caught:
            client.get_payment_status("1")
        (exchange,) = client.exchanges
    assert words in str(caught.value)
    assert len(str(caught.value)) < 700
    assert not exchange.succeeded
    assert exchange.result_code is None
    assert json.dumps(exchange.to_dict())
    assert all((repr(exchange), str(exchange), exchange._repr_mimebundle_()))


@pytest.mark.parametrize("encoding", ["br", "zstd"])
def test_a_compression_that_was_not_requested_is_named(encoding: str) -> None:
    script = answering(b"\x28\xb5\x2f\xfd", 200, Content_Encoding=encoding)
    with (
        peer(script) as one,
        Client(one.url(), CREDENTIALS) as client,
        pytest.raises(NotAReply, match=f"compressed as {encoding}, although"),
    ):
        client.get_payment_status("1")


def test_a_server_that_expects_tls_is_recognized_by_its_alert() -> None:
    def alert(handler: Handler, _: bytes) -> None:
        handler.wfile.write(b"\x15\x03\x01\x00\x02\x02\x46")
        handler.cut()

    with (
        peer(alert) as one,
        Client(one.url(), CREDENTIALS) as client,
        pytest.raises(NotAReply, match="expects TLS: write https://"),
    ):
        client.get_payment_status("1")


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

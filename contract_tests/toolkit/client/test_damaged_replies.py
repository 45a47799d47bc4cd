"""A payment is read although its reply is packed, damaged, or written in another letter case."""

from __future__ import annotations

import gzip
import json
import quopri
import re
import zlib
from base64 import b64encode, encodebytes
from collections.abc import Callable, Mapping
from contextlib import suppress
from html import escape
from time import perf_counter
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.toolkit.calls import CREDENTIALS
from contract_tests.toolkit.client.test_secrets import client_of
from contract_tests.toolkit.client.test_unusual_replies import PAID, XSI
from contract_tests.toolkit.peer import answering, peer
from contract_tests.toolkit.soap.test_secrets import HOSTILE_SECONDS
from seqrkit.client import Client
from seqrkit.errors import NotAReply
from seqrkit.exchange import Exchange
from seqrkit.http_client import Response
from seqrkit.model import PaymentStatusReply
from seqrkit.vocabulary import NAMESPACE

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
STATUS, CODE = "<status>PAID</status>", "<resultCode>0</resultCode>"
PAYLOAD = PAID[PAID.index("<ext:") : PAID.index("</soapenv:Body>")]


def read(body: bytes) -> tuple[PaymentStatusReply, Exchange]:
    """The reply that the client reads, with its exchange; both agree about it."""
    with client_of(Response(200, {"Content-Type": "text/xml"}, body, complete=True), "s3cret") as c:
        reply = c.get_payment_status("1")
        (exchange,) = c.exchanges
    assert exchange.succeeded is (reply.result_code == 0)
    assert json.dumps(exchange.to_dict())
    return reply, exchange


def part(encoding: str, body: bytes, content_type: str = "text/xml; charset=utf-8") -> bytes:
    """A MIME message with an attachment before the reply."""
    return (
        b"--b\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--b\r\nContent-Type: "
        + f"{content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
        + body
        + b"\r\n--b--\r\n"
    )


CASES: list[Callable[[str], str]] = [str.lower, str.upper, str.capitalize, str]
PACKINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "MIME": lambda body: part("binary", body),
    "MIME in base64": lambda body: part("base64", encodebytes(body)),
    "MIME in BASE64 of one line": lambda body: part("BASE64", b64encode(body)),
    "MIME in quoted-printable": lambda body: part("quoted-printable", quopri.encodestring(body)),
    "MIME with a preamble": lambda body: (
        b"This is a MIME message\r\n" + part("base64", encodebytes(body))
    ),
    "escaped": lambda body: escape(body.decode()).encode(),
    "escaped in an element": lambda body: f"<string>{escape(body.decode())}</string>".encode(),
    "a CDATA section": lambda body: b"<x><![CDATA[" + body + b"]]></x>",
    "a JSON string": lambda body: json.dumps(body.decode()).encode(),
    "a JSON object": lambda body: json.dumps({"d": body.decode()}).encode(),
    "base64": b64encode,
    "a form": lambda body: quote(body).encode(),
    "HTML": lambda body: b"<html><body><pre>" + body + b"</pre></body></html>",
    "a second envelope": lambda body: (
        f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body>'.encode() + body + b"</s:Body></s:Envelope>"
    ),
    "chunks": lambda body: f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n",
    "an HTTP message": lambda body: b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + body,
}


@given(
    st.sampled_from(sorted(PACKINGS)),
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=9),
)
@settings(max_examples=25)
def test_a_packed_reply_is_read_with_a_finding(name: str, title: str) -> None:
    body = PACKINGS[name](PAID.replace("</title>", f"{escape(title)}</title>", 1).encode())
    reply, exchange = read(body)
    assert reply.status == "PAID"
    assert exchange.reply_findings
    assert reply.receipt is not None
    assert reply.receipt.invoice is not None
    assert str(reply.receipt.invoice.title).endswith(title)


def test_the_payload_may_be_text_in_the_body() -> None:
    for text in (escape(PAYLOAD), f"<![CDATA[{PAYLOAD}]]>"):
        assert read(PAID.replace(PAYLOAD, text).encode())[0].status == "PAID"


@given(st.data())
@settings(max_examples=25)
def test_names_in_another_letter_case_are_read_with_findings(data: st.DataObject) -> None:
    change = st.sampled_from(CASES)
    names = {name: data.draw(change)(name) for name in set(re.findall(r"<([a-z]\w*)>", PAID))}
    body = re.sub(
        r"<(/?)(\w+)>", lambda tag: f"<{tag[1]}{names.get(tag[2], tag[2])}>", PAID
    ).encode()
    reply, exchange = read(body)
    assert reply == read(PAID.encode())[0]
    assert bool(exchange.reply_findings) is (body != PAID.encode())


@pytest.mark.parametrize("name", ["GetPaymentStatusResponse", "getpaymentstatusresponse"])
def test_the_operation_may_be_in_another_letter_case(name: str) -> None:
    reply, exchange = read(PAID.replace("getPaymentStatusResponse", name).encode())
    assert reply.status == "PAID"
    assert exchange.reply_findings


def test_a_name_as_in_the_schema_comes_first() -> None:
    other = f"{CODE}<RESULTCODE>90</RESULTCODE><Status>FAILED</Status>"
    assert read(PAID.replace(CODE, other).encode())[0].status == "PAID"


DAMAGED: Mapping[str, tuple[str, str]] = {
    "a comment with hyphens": (STATUS, f"<!-- a -- b --->{STATUS}"),
    "a second declaration": (STATUS, f'<?xml version="1.0"?>{STATUS}'),
    "an attribute without quotes": (STATUS, "<status a=1>PAID</status>"),
    "a repeated attribute": (STATUS, '<status a="1" a="2">PAID</status>'),
    "an attribute without a value": (STATUS, "<status checked>PAID</status>"),
    "no space between attributes": (STATUS, "<status a='1'b='2'>PAID</status>"),
    "brackets in an attribute": (STATUS, f'<x a="1 < 2 > 1" b="&"/>{STATUS}'),
    "the end of a CDATA section": ("</title>", "]]></title>"),
    "a repeated prefix": (" xmlns:ext=", f' xmlns:ext="{NAMESPACE}" xmlns:ext='),
    "a prefix without a namespace": ("<return>", '<return xmlns:a="">'),
    "257 levels": (STATUS, f"{'<x>' * 257}{'</x>' * 257}{STATUS}"),
    "5,000 levels": (STATUS, f"{'<x>' * 5000}<y/>{'</x>' * 5000}{STATUS}"),
    "a nil status": (STATUS, f'<status {XSI} xsi:nil="true">PAID</status>'),
    "an empty second status": (STATUS, f"{STATUS}<status/>"),
    "a nil second status": (STATUS, f'{STATUS}<status {XSI} xsi:nil="1"/>'),
    "an empty second code": (CODE, f"{CODE}<resultCode/>"),
    "an empty second Body": ("</soapenv:Body>", "</soapenv:Body><soapenv:Body/>"),
    "no-break spaces": (CODE, "<resultCode>\N{NO-BREAK SPACE}0&#160;</resultCode>"),
    "a zero-width space": (STATUS, "<status>PAID\N{ZERO WIDTH SPACE}</status>"),
    "byte order marks": (STATUS, "<status>\ufeffPAID</status>"),
    "a NUL": (STATUS, "<status>PAID\0</status>"),
    "60 zeros": (CODE, f"<resultCode>{'0' * 60}</resultCode>"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_that_leaves_no_doubt_does_not_hide_a_payment(name: str) -> None:
    before, after = DAMAGED[name]
    assert before in PAID
    reply, exchange = read(PAID.replace(before, after, 1).encode())
    assert (reply.status, reply.result_code) == ("PAID", 0)
    assert exchange.reply_findings


@pytest.mark.parametrize("name", ["envelope", "ENVELOPE"])
def test_an_envelope_may_be_in_another_letter_case(name: str) -> None:
    assert read(PAID.replace("Envelope", name).replace("Body", "body").encode())[0].status == "PAID"


def test_two_envelopes_are_read_as_the_first() -> None:
    assert read(2 * PAID.encode())[0].status == "PAID"


def test_the_entities_of_a_document_type_are_not_read() -> None:
    body = '<!DOCTYPE x [<!ENTITY p "PAID">]>' + PAID.replace(">PAID<", ">&p;<", 1)
    with pytest.raises(NotAReply, match="document type"):
        read(body.encode())


GZIP = gzip.compress(PAID.encode())
COMPRESSED: Mapping[str, tuple[bytes, str, bool]] = {
    "gzip": (GZIP, "gzip", False),
    "gzip without its checksum": (GZIP[:-8], "gzip", True),
    "gzip with a part of its checksum": (GZIP[:-3], "gzip", True),
    "gzip with a wrong checksum": (GZIP[:-8] + bytes(8), "gzip", True),
    "zlib with a wrong checksum": (zlib.compress(PAID.encode())[:-4] + bytes(4), "deflate", True),
    "zlib with a small window": (
        (packer := zlib.compressobj(wbits=9)).compress(PAID.encode()) + packer.flush(),
        "deflate",
        False,
    ),
    "zlib without a label": (zlib.compress(PAID.encode()), "", False),
    "gzip around zlib": (gzip.compress(zlib.compress(PAID.encode())), "deflate, gzip", False),
}


@pytest.mark.parametrize("name", COMPRESSED)
def test_a_compressed_payment_is_read(name: str) -> None:
    body, label, is_damaged = COMPRESSED[name]
    headers = {"Content_Encoding": label} if label else {}
    with peer(answering(body, 200, **headers)) as one, Client(one.url(), CREDENTIALS) as client:
        assert client.get_payment_status("1").status == "PAID"
        (exchange,) = client.exchanges
    assert exchange.succeeded
    assert bool(exchange.reply_findings) is is_damaged


@given(st.integers(0, len(GZIP) - 60))
@settings(max_examples=20)
def test_a_compressed_reply_that_is_cut_off_is_not_a_reply(length: int) -> None:
    with (
        peer(answering(GZIP[:length], Content_Encoding="gzip")) as one,
        Client(one.url(), CREDENTIALS) as client,
        pytest.raises(NotAReply),
    ):
        client.get_payment_status("1")


@pytest.mark.parametrize("unit", ["<!--", "<Envelope>", "<html>", "\\"])
def test_a_hostile_answer_is_judged_in_linear_time(unit: str) -> None:
    many = unit * (200_000 // len(unit))
    start = perf_counter()
    with suppress(NotAReply):
        read(PAID.replace("</title>", f"{many}</title>", 1).encode())
    assert perf_counter() - start < HOSTILE_SECONDS

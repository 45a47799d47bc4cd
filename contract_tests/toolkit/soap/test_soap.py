"""Envelopes in and out of bytes, hardened, with passwords hidden."""

from __future__ import annotations

import contextlib
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from seqrkit import errors, soap
from seqrkit.soap.envelope import Message
from seqrkit.vocabulary import NAMESPACE

SOAPENV = 'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]))
HOSTILE_SECONDS = 5
"""Far more than it takes; what grows with the square of the length takes a minute."""
OPERATION = f'<ext:getPaymentStatus xmlns:ext="{NAMESPACE}"/>'


def _envelope(body: str, header: str = "") -> bytes:
    return f"<soapenv:Envelope {SOAPENV}>{header}{body}</soapenv:Envelope>".encode()


def _read(data: bytes) -> Message:
    return soap.read_envelope(soap.parse(data))


def test_the_operation_is_taken_out_of_its_envelope() -> None:
    header = "<soapenv:Header><a/></soapenv:Header>"
    message = _read(_envelope(f"<soapenv:Body>{OPERATION}</soapenv:Body>", header))
    assert soap.local(message.payload) == "getPaymentStatus"
    assert soap.namespace(message.payload) == NAMESPACE
    assert message.is_envelope
    assert message.header is not None


def test_a_bare_operation_is_a_message_without_an_envelope() -> None:
    message = _read(OPERATION.encode())
    assert not message.is_envelope
    assert message.header is None


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (b"", errors.NotXml, "is empty"),
        (b"{}", errors.NotXml, "JSON"),
        (b"<html><p>Bad gateway", errors.NotXml, "HTML page"),
        (b"<a><b></a>", errors.NotXml, "not well-formed"),
        (b"<a/>", errors.NotSoap, "neither a SOAP envelope nor an operation"),
        (b"<!DOCTYPE a SYSTEM 'http://localhost/x'><a/>", errors.DtdRefused, "document type"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", errors.DtdRefused, "document type"),
        (_envelope(""), errors.EmptyBody, "no Body"),
        (_envelope("<soapenv:Body/>"), errors.EmptyBody, "Body is empty"),
        (
            _envelope(
                f"<soapenv:Body>{OPERATION}</soapenv:Body>",
                '<soapenv:Header><a soapenv:mustUnderstand="1"/></soapenv:Header>',
            ),
            errors.MustUnderstand,
            "must be understood",
        ),
        (
            b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"/>',
            errors.WrongSoapVersion,
            "SOAP 1.2",
        ),
        (b'<e:Envelope xmlns:e="urn:x"/>', errors.WrongSoapVersion, "unknown SOAP"),
    ],
)
def test_what_is_no_message_is_refused_in_words(
    data: bytes, error: type[errors.MessageError], words: str
) -> None:
    with pytest.raises(error, match=words):
        _read(data)


def test_a_message_past_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(errors.TooLarge, match=r"11 bytes are more than the limit of 10"):
        soap.parse(b"not even xml"[:11], limit=10)


def test_a_billion_laughs_are_refused() -> None:
    levels = "".join(f"<!ENTITY l{n + 1} '{f'&l{n};' * 10}'>" for n in range(9))
    bomb = f"<!DOCTYPE a [<!ENTITY l0 'ha'>{levels}]><a b='&l9;'>&l9;</a>"
    with pytest.raises((errors.DtdRefused, errors.NotXml)):
        soap.parse(bomb.encode())
    with pytest.raises((errors.DtdRefused, errors.NotXml)):
        soap.parse(bomb.encode("utf-16"))


def test_comments_do_not_split_text() -> None:
    assert soap.parse(b"<a>one<!-- and -->two<?pi?>three</a>").text == "onetwothree"


@given(st.binary(max_size=200))
def test_bytes_are_parsed_or_refused_and_nothing_else(data: bytes) -> None:
    with contextlib.suppress(errors.MessageError):
        assert _read(data).payload is not None


@given(XML_TEXT, XML_TEXT)
def test_a_fault_lists_its_arguments(reason: str, detail: str) -> None:
    message = _read(soap.fault("Client", reason, detail))
    found = soap.read_fault(message.payload)
    assert found is not None
    assert found.code == "Client"
    assert found.reason == reason.strip()


@pytest.mark.parametrize(
    "said",
    [
        "cannot read <context><password>secret</password></context>",
        "cannot read <ns:Password>secret</ns:Password>",
        "cannot read ... <password>secr",
    ],
)
def test_a_fault_that_repeats_a_password_is_read_without_it(said: str) -> None:
    found = soap.read_fault(_read(soap.fault("Client", said, said)).payload)
    assert found is not None
    for text in (found.reason, found.detail):
        assert "secr" not in text
        assert text.startswith("cannot read")
        assert soap.MASK in text


def test_a_detail_that_holds_the_request_is_read_without_its_password() -> None:
    detail = "<detail><r><id>7</id> <password>secret</password> <name>a</name></r></detail>"
    data = soap.fault("Server", "no", "x").replace(b"<detail>x</detail>", detail.encode())
    found = soap.read_fault(_read(data).payload)
    assert found is not None
    assert found.detail == f"7 {soap.MASK} a"


def test_a_fault_that_only_names_the_element_keeps_its_text() -> None:
    said = "the element <password> is missing"
    found = soap.read_fault(_read(soap.fault("Client", said, said)).payload)
    assert found is not None
    assert (found.reason, found.detail) == (said, said)


def test_what_is_no_fault_reads_as_none() -> None:
    assert soap.read_fault(soap.parse(OPERATION.encode())) is None


def test_an_envelope_is_written_an_element_a_line() -> None:
    operation = etree.fromstring(
        f'<e:cancelInvoice xmlns:e="{NAMESPACE}"><a>b</a></e:cancelInvoice>'
    )
    written = soap.envelope(operation)
    assert soap.local(_read(written).payload) == "cancelInvoice"
    assert b"\n      <a>b</a>\n" in written


PREFIXES = st.sampled_from(["", "x:", "ns2:"])
SECRETS = XML_TEXT.filter(lambda text: len(text) > 3 and "*" not in text and "assword" not in text)


@given(PREFIXES, SECRETS, st.integers(0, 40))
def test_a_password_is_hidden_even_where_the_message_breaks_off(
    prefix: str, secret: str, kept: int
) -> None:
    escaped = secret.replace("&", "&amp;").replace("<", "&lt;")
    whole = f"<{prefix}password>{escaped}</{prefix}password><b>c</b>"
    assert soap.mask(whole.encode()).decode() == whole.replace(escaped, soap.MASK)
    opening = f"<{prefix}password>"
    broken_off = soap.mask((opening + escaped[:kept]).encode()).decode()
    # An empty password is nothing to mask, and often the mistake that is looked for.
    assert broken_off == opening + (soap.MASK if kept else "")
    empty = whole.replace(escaped, "")
    assert soap.mask(empty.encode()).decode() == empty


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_password_is_hidden_in_every_encoding(encoding: str) -> None:
    data = "<context><password>hemligt å</password></context>".encode(encoding)
    assert soap.mask(data).decode(encoding) == "<context><password>********</password></context>"


@pytest.mark.parametrize(
    "data",
    [
        b"<password><![CDATA[secret]]></password>",
        b"<password>sec<!-- x -->ret</password>",
        b"<password a='b'>secret</password >",
        b"<detail>&lt;password&gt;secret&lt;/password&gt;</detail>",
        b"\xff<password>secret</password>",
        b"<Password>secret</Password>",
        b"<ns1:PASSWORD>secret</ns1:PASSWORD>",
        b"&lt;Password&gt;secret&lt;/Password&gt;",
        b"<password><![CDATA[a</password>secret]]></password>",
        b"<password><!-- </password> -->secret</password>",
        b"<password><![CDATA[a</password>secret",
        b"<password><!-- </password> secret",
    ],
)
def test_a_password_is_masked_in_every_notation(data: bytes) -> None:
    masked = soap.mask(data)
    assert b"secret" not in masked
    assert soap.MASK.encode() in masked


@given(st.binary(max_size=100))
def test_a_text_without_password_is_unchanged(data: bytes) -> None:
    assert soap.mask(data) == data or b"assword" in data.lower()


def test_a_text_that_names_the_element_ends_where_its_own_element_does() -> None:
    data = soap.fault("Client", "<password> comes again")
    assert soap.parse(soap.mask(data)).findtext(".//faultstring") == f"<password>{soap.MASK}"


@pytest.mark.parametrize("before", [b"", b"<password>"])
@pytest.mark.parametrize(
    "opening",
    [b"<![CDATA[", b"<!--", b"<password ", b"<password>", b"</password", b"&lt;password "],
)
def test_a_hostile_message_is_masked_in_no_time(before: bytes, opening: bytes) -> None:
    start = perf_counter()
    soap.mask(before + opening * 20_000)
    assert perf_counter() - start < HOSTILE_SECONDS


@pytest.mark.parametrize("data", [b"<password/>", b"<passwords>a</passwords>", b"<a>password</a>"])
def test_text_that_only_resembles_a_password_is_unchanged(data: bytes) -> None:
    assert soap.mask(data) == data


@given(SECRETS)
def test_a_masked_password_is_put_back_into_the_context_only(secret: str) -> None:
    written = "<r><context><password>{}</password></context><password>{}</password></r>"
    masked = written.format(soap.MASK, soap.MASK).encode()
    filled = soap.parse(soap.unmask(masked, secret))
    assert filled.findtext("context/password", "") == secret.replace("\r", "\n")
    assert filled.findtext("password") == soap.MASK


def test_a_password_that_is_no_mask_is_left_alone() -> None:
    data = b"<r><context><password>other</password></context></r>"
    assert soap.unmask(data, "secret") == data

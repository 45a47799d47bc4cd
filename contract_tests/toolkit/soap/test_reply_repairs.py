"""Slips in a reply are repaired where the message is clear, and reported; nothing else is."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.calls import CREDENTIALS
from contract_tests.toolkit.peer import answering, peer, reply
from seqrkit import soap
from seqrkit.client import Client
from seqrkit.errors import MessageError, NotAReply
from seqrkit.soap.reply_repairs import repaired

PAID = reply("getPaymentStatus", status="PAID")
SLIPS = {
    "bare ampersand": "Tom & Jerry",
    "ampersand at the end": "Tom &",
    "unknown entity": "Tom&nosuch;Jerry",
    "HTML entity": "caf&eacute; &nbsp; &copy",
    "bare bracket": "a < b, 1 <2",
    "control character": "a\x0bb\x00c\x1f",
    "reference to a control character": "a&#x0;b&#11;c&#xD800;d&#x110000;e",
    "surrogate": "a&#55296;b",
}
PREFIXES = {
    "nil": (b"<customerTokens>", b'<customerTokens xsi:nil="true">'),
    "type": (b"<return>", b'<return xsi:type="q:erswsResponse">'),
    "the operation's": (b"<ns2:", b"<ext:"),
    "a field's": (b"<status>PAID</status>", b"<ext:status>PAID</ext:status>"),
    "an attribute's": (b"<status>", b'<status foo:bar="1">'),
}


def read(body: bytes) -> tuple[object, list[str]]:
    """The status that the client reads, and the rules that its findings are about."""
    with peer(answering(body)) as one, Client(one.url(), CREDENTIALS) as client:
        status = client.get_payment_status("1").status
        return status, [each.id for each in client.exchanges[-1].reply_findings]


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_in_a_text_does_not_hide_a_payment(name: str) -> None:
    body = PAID.replace(b"<receiverName>", b"<receiverName>" + SLIPS[name].encode())
    status, findings = read(body)
    assert status == "PAID"
    assert "soap.not-xml" in findings


@pytest.mark.parametrize("name", PREFIXES)
def test_a_prefix_without_a_declaration_does_not_hide_a_payment(name: str) -> None:
    before, after = PREFIXES[name]
    body = PAID.replace(before, after)
    status, findings = read(body)
    assert status == "PAID"
    assert findings or before not in PAID


@given(st.integers(len(PAID) - PAID[::-1].index(b">esnopseR"), len(PAID)))
def test_a_length_in_characters_does_not_hide_a_payment(length: int) -> None:
    status, findings = read(PAID[:length])
    assert status == "PAID"
    assert findings or not PAID[length:].strip()


@pytest.mark.parametrize(
    "prolog", [b"<!DOCTYPE a>", b'<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "b">']
)
def test_a_document_type_without_declarations_does_not_hide_a_payment(prolog: bytes) -> None:
    status, findings = read(prolog + PAID[PAID.index(b"<soapenv") :])
    assert status == "PAID"
    assert "soap.dtd" in findings


@pytest.mark.parametrize(
    "body",
    [
        PAID[: PAID.index(b"Response>", 500)],
        PAID[: len(PAID) // 2],
        PAID.replace(b"</return>", b""),
        PAID.replace(b"</status>", b"</statuss>"),
        PAID.replace(b"<return>", b"<!DOCTYPE a><return>"),
    ],
)
def test_what_is_not_clear_is_not_a_reply(body: bytes) -> None:
    with pytest.raises(NotAReply):
        read(body)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_repaired_without_an_error(data: bytes) -> None:
    repaired(data)
    with suppress(MessageError):
        soap.read_payload(PAID.replace(b"SUCCESS", data))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_cdata_is_left_alone(text: str) -> None:
    section = f"<a><![CDATA[{soap.carried(text).replace(']', '')}]]> & </a>"
    assert repaired(section.encode()).decode() == section.replace(" & ", " &amp; ")


def test_a_valid_message_is_unchanged() -> None:
    as_it_is, again = soap.parse(PAID), soap.parse(repaired(PAID))
    assert [(each.tag, each.text) for each in again.iter()] == [
        (each.tag, each.text) for each in as_it_is.iter()
    ]

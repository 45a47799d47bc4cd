"""Strict mode rejects exactly the requests that libxml2 rejects by the published schema."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from contract_tests.toolkit.simulator.hosting import Hosted
from contract_tests.toolkit.simulator.messages import CONTEXT, PLAIN, call
from contract_tests.toolkit.simulator.test_lenient_reading import fault
from seqrkit import contract, model, schemas, soap
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.vocabulary import NAMESPACE, Interface

NEW = Interface.CASHREGISTER_2
SCHEMA = etree.XMLSchema(etree.parse(schemas.schema_set(NEW).wire))
XSD = b'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:soapenv='
DECLARED = PLAIN.replace(b"xmlns:soapenv=", XSD, 1)
CHILD_IN_VALUE = PLAIN.replace(b"<value>149.99<", b"<value>1<b/>0.00<", 1)

TITLE = b"<title>Cinema</title>"
ANOTHER_ORDER = PLAIN.replace(TITLE, b"").replace(b"</invoice>", TITLE + b"</invoice>")


def dated(text: str) -> bytes:
    """A sendInvoice with this issueDate."""
    return PLAIN.replace(TITLE, f"<issueDate>{text}</issueDate>".encode() + TITLE)


def is_valid(message: bytes) -> bool:
    """What libxml2 says of the request in an envelope."""
    root = etree.fromstring(message)
    (body,) = root.iter(soap.BODY)
    return SCHEMA.validate(body[0])


@pytest.mark.parametrize(
    ("message", "accepted"),
    [
        (PLAIN, True),
        (PLAIN.replace(b"<clientRequestTimeout>0</clientRequestTimeout>", b""), False),
        (PLAIN.replace(b"<title>", b"and<title>"), False),
        (PLAIN.replace(b"<title>", b'<title lang="en">'), False),
        (PLAIN.replace(b"<title>", b'<title xsi:nil="false">'), False),
        (PLAIN.replace(b"<title>", b'<title xsi:nil="yes">'), False),
        (DECLARED.replace(b"<title>", b'<title xsi:type="xsd:string">'), True),
        (DECLARED.replace(b"<title>", b'<title xsi:type="xsd:int">'), False),
        (PLAIN.replace(b"<title>", b'<title xsi:type="nowhere:int">'), False),
        (ANOTHER_ORDER, False),
        (CHILD_IN_VALUE, False),
        (dated("2026-01-31T24:00:00"), True),
        (dated("2026-01-31T24:00:00.000+01:00"), True),
        (dated("2026-01-31T24:00:01"), False),
        (dated("2026-01-31T12:00:00+14:01"), False),
        (dated("0000-01-31T12:00:00"), False),
        (dated("12026-01-31T12:00:00"), True),
    ],
)  # fmt: skip
def test_listed_requests(message: bytes, accepted: bool, strict: Hosted) -> None:  # noqa: FBT001
    assert is_valid(message) is accepted
    answer = strict.post(message)
    assert (answer.status_code == 200) is accepted
    if not accepted:
        found = fault(answer)
        assert found.code == "Client"
        assert re.match(r"rejected in strict mode: line \d+: \S", found.reason)


NAMES = sorted(
    {str(each.tag) for each in etree.fromstring(PLAIN).iter() if "}" not in str(each.tag)}
)
TEXTS = ["", " 1 ", "+1", "1.50", "1e2", "NaN", "true", "soon", "2026-01-31T24:00:00", "x" * 50]


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A sendInvoice with one to three random changes of its structure, texts or attributes."""
    root = etree.fromstring(DECLARED)
    (body,) = root.iter(soap.BODY)
    for _ in range(draw(st.integers(1, 3))):
        element = draw(st.sampled_from(list(body.iterdescendants())[1:]))
        match draw(st.integers(0, 6)):
            case 0:
                element.text = draw(st.sampled_from(TEXTS))
            case 1:
                element.tail = draw(st.sampled_from(["", " ", "text"]))
            case 2:
                etree.SubElement(element, draw(st.sampled_from([*NAMES, "colour"])))
            case 3:
                element.set(*draw(st.sampled_from([(NIL, "true"), (TYPE, "xsd:int"), ("a", "b")])))
            case 4:
                element.tag = draw(st.sampled_from(NAMES))
            case 5:
                element.getparent().append(element)  # type: ignore[union-attr]
            case _:
                element.getparent().remove(element)  # type: ignore[union-attr]
        if len(list(body.iterdescendants())) < 3:
            break
    return etree.tostring(root)


NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@given(changed())
def test_strict_mode_and_the_schema_agree(strict: Hosted, message: bytes) -> None:
    assert (strict.post(message).status_code == 200) is is_valid(message)


def libxml2_accepts(message: bytes) -> bool:
    """Return whether the bytes are an envelope with a request that the schema accepts."""
    try:
        root = etree.fromstring(message, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return False
    if root.getroottree().docinfo.internalDTD is not None or root.tag != soap.ENVELOPE:
        return False
    bodies = root.findall(soap.BODY)
    payloads = bodies[0].findall("*") if len(bodies) == 1 else []
    if len(payloads) != 1:
        return False
    return payloads[0].tag in OPERATIONS and SCHEMA.validate(payloads[0])


OPERATIONS = {f"{{{NAMESPACE}}}{name}" for name in contract.load(NEW).operations}
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>'
BYTES = st.sampled_from(
    [
        *(b"<", b">", b"&", b"/", b'"', b"'", b"=", b" ", b"\n", b"\0", b"\x0b", b"x", b"1", b":"),
        *(b"\xff", b"\xc3", b"\xef\xbb\xbf", b"&amp;", b"&#0;", b"]]>", b"<!-- -->", b"<?x?>"),
        *(b"<![CDATA[1]]>", b"<b/>", b'<?xml version="1.0"?>', b"<!DOCTYPE a>", b'xmlns=""'),
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sendInvoice with one to three bytes or short texts inserted, replaced or deleted."""
    message = draw(st.sampled_from([PLAIN, DECLARATION + PLAIN]))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(message)))
        end = draw(st.sampled_from([start, start, start + 1, start + 6, len(message)]))
        message = message[:start] + draw(BYTES) + message[end:]
    return message


@given(damaged())
def test_strict_mode_and_libxml2_agree_on_damaged_bytes(strict: Hosted, message: bytes) -> None:
    assert (strict.post(message).status_code == 200) is libxml2_accepts(message)


@pytest.mark.parametrize(
    ("message", "accepted"),
    [
        (b"\xef\xbb\xbf" + PLAIN, True),
        (b"\n" + PLAIN, True),
        (b"\n" + DECLARATION + PLAIN, False),
        (PLAIN + b"\n<!-- -->", True),
        (PLAIN + b"\0", False),
        (b'<?xml encoding="iso-8859-1"?>' + PLAIN, False),
        (b'<?xml version="1.0" encoding="iso-8859-1"?>' + PLAIN.replace(b"C", b"\xe9"), True),
        (PLAIN.replace(b"Cinema", b"\xe9"), False),
        (PLAIN.decode().encode("utf-16"), True),
        (PLAIN.replace(b">149.99<", b">14<!-- -->9.99<"), True),
        (PLAIN.replace(b">149.99<", b"><![CDATA[149.99]]><"), True),
    ],
)
def test_bytes_that_libxml2_accepts_are_accepted(
    message: bytes,
    accepted: bool,  # noqa: FBT001
    strict: Hosted,
) -> None:
    assert libxml2_accepts(message) is accepted
    assert (strict.post(message).status_code == 200) is accepted


def test_a_number_with_a_child_is_never_read_as_part_of_itself(lenient: Hosted) -> None:
    assert lenient.post(CHILD_IN_VALUE).status_code == 200
    assert "amount.unknown-element" in lenient.rules
    assert isinstance(lenient.request, model.SendInvoice)
    rows = lenient.request.invoice.invoice_rows  # type: ignore[union-attr]
    assert rows is not None
    assert rows[0].item_total_amount is not None
    assert rows[0].item_total_amount.value is None


def test_a_text_with_a_child_keeps_all_of_its_text() -> None:
    read = wire_codec(NEW).read(PLAIN.replace(b"Cinema", b"Cin<b>ig</b>ema"))
    assert read.request.invoice.title == "Cinema"  # type: ignore[union-attr]
    assert [note.rule for note in read.notes] == ["invoice.unknown-element"]


def test_the_end_of_a_day_is_the_start_of_the_next() -> None:
    read = wire_codec(NEW).read(dated("2026-01-31T24:00:00Z"))
    assert not read.notes
    assert read.request.invoice.issue_date.isoformat() == "2026-02-01T00:00:00+00:00"  # type: ignore[union-attr]
    amount = wire_codec(NEW).read(PLAIN).request.invoice.total_amount  # type: ignore[union-attr]
    assert amount.value == Decimal("149.99")


def test_a_password_is_not_repeated_by_a_rejection(strict: Hosted) -> None:
    secret = CONTEXT.replace("12345678", "s3cr3t<b/>s3cr3t")
    assert "s3cr3t" not in strict.post(call("sendInvoice", context=secret)).text

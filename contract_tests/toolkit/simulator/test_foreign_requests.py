"""Requests as other SOAP stacks and hand-written clients send them, over a socket."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from html import escape, unescape

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.escapings import escaped, readings
from contract_tests.toolkit.simulator.control.controlled import Controlled
from contract_tests.toolkit.simulator.messages import PLAIN, call, invoice, send_invoice
from seqrkit.simulator.wire.message_tables import message_tables
from seqrkit.soap import Fault, parse, read_envelope, read_fault
from seqrkit.vocabulary import NEWEST, PATHS

TEXT_XML = {"Content-Type": "text/xml; charset=utf-8"}
OPERATIONS = sorted(message_tables(NEWEST).requests)


@pytest.fixture(scope="module")
def default() -> Iterator[Controlled]:
    there = Controlled()
    yield there
    there.close()


@pytest.fixture(scope="module")
def strict() -> Iterator[Controlled]:
    there = Controlled(strict=True)
    yield there
    there.close()


def post(there: Controlled, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    return there.http.post(PATHS[NEWEST], content=body, headers=TEXT_XML | (headers or {}))


def fault(answer: httpx.Response) -> Fault:
    """The SOAP fault in a response, as SOAP stacks expect it: HTTP 500 and text/xml."""
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/xml")
    found = read_fault(read_envelope(parse(answer.content)).payload)
    assert found is not None
    return found


def latest(there: Controlled) -> dict[str, object]:
    """The latest exchange as the dashboard shows it, by the control API."""
    (summary,) = there.ask("GET", "/control/exchanges", limit=1)
    details: dict[str, object] = there.ask("GET", f"/control/exchanges/{summary['number']}")
    return details


def noted(there: Controlled) -> list[str]:
    return [note["rule"] for note in latest(there)["notes"]]  # type: ignore[attr-defined]


def found(there: Controlled) -> list[str]:
    return [finding["rule"] for finding in latest(there)["findings"]]  # type: ignore[attr-defined]


# What cannot be read: a SOAP fault with advice

MTOM = 'multipart/related; type="application/xop+xml"; boundary=b; start-info="text/xml"'


@pytest.mark.parametrize(
    ("body", "headers", "advice"),
    [
        (b"--b\r\n\r\n--b--", {"Content-Type": MTOM}, "turn MTOM off"),
        (b"--b--", {"Content-Type": "multipart/form-data; boundary=b"}, "turn MTOM off"),
        (b"\xe0\x00\x00\x01", {"Content-Type": "application/fastinfoset"}, "turn it off"),
        (b"{}", {"Content-Type": "application/json"}, "text/xml; charset=utf-8"),
        (PLAIN, {"Content-Type": "text/plain"}, "text/xml; charset=utf-8"),
        (PLAIN, {"Content-Type": "application/octet-stream"}, "text/xml; charset=utf-8"),
        (PLAIN, {"Content-Encoding": "br"}, "use gzip, deflate or none"),
        (PLAIN, {"Content-Encoding": "gzip"}, "not complete gzip data"),
        (PLAIN + b" " * 2**20, {}, "1,048,576 bytes; `seqrkit serve --max-bytes N`"),
        (gzip.compress(b" " * 2**22), {"Content-Encoding": "gzip"}, "--max-bytes"),
        (PLAIN + b"\0", {}, "the message ends with a NUL byte"),
        (PLAIN + b"\0\r\n", {}, "the message ends with a NUL byte"),
        (PLAIN.replace(b"Cinema", b"Cin\0ema"), {}, "the NUL byte at position"),
        (b"<?xml version='1.0' encoding='utf-16'?>" + PLAIN, {"Content-Type": "text/xml"},
         'write encoding="utf-8"'),
        (call("unRegisterTerminal"), {}, "is unregisterTerminal meant?"),
        (call("SendInvoice"), {}, "is sendInvoice meant?"),
        (call("getPaymentStatusRequest"), {}, "is getPaymentStatus meant?"),
        (call("pay"), {}, "the operations are sendInvoice"),
        (b"<?xml version=1.0?>" + PLAIN, {}, "malformed: its values must be in quotes"),
        (gzip.compress(PLAIN), {}, "compressed data (gzip) without Content-Encoding: gzip"),
        (PLAIN.decode().encode("utf-32"), {}, "the message is in UTF-32; write UTF-8"),
        (PLAIN.decode().encode("cp500"), {}, "the message is in EBCDIC; write UTF-8"),
        (b"", {}, "the message is empty"),
        (b"\n<?xml version='1.0'?>" + PLAIN, {}, "white space precedes the XML declaration; send"),
        (b"<br />Notice\n" + PLAIN, {}, "precedes the message; send nothing before it"),
        (PLAIN.replace(b"Cinema", b"Tom & Jerry"), {}, "contains a bare &; write &amp; (line "),
        (PLAIN.replace(b"</title>", b"</Title>"), {}, "</Title> does not close <title> of line"),
        (PLAIN.replace(b"</password>", b"&</password>"), {}, "<password> contains a bare &"),
        (b"<html><body>Login</body></html>", {}, "this is an HTML page"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("mode", ["default", "strict"])
def test_an_unreadable_request_gets_a_fault_with_advice(
    request: pytest.FixtureRequest, mode: str, body: bytes, headers: dict[str, str], advice: str
) -> None:
    there = request.getfixturevalue(mode)
    answered = fault(post(there, body, headers))
    assert answered.code == "Client"
    assert advice in answered.reason
    assert latest(there)["status"] == 500


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1), st.data())
def test_every_media_type_but_xml_gets_a_fault(
    default: Controlled, subtype: str, data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(["application", "text", "image", "multipart", "audio"]))
    if subtype.lower() != "xml":
        answered = fault(post(default, PLAIN, {"Content-Type": f"{kind}/{subtype}"}))
        assert f"{kind}/{subtype.lower()}" in answered.reason
        assert "[soap.media-type]" in answered.reason


@given(st.sampled_from(OPERATIONS), st.data())
def test_an_operation_in_another_case_is_suggested(
    default: Controlled, operation: str, data: st.DataObject
) -> None:
    flip = data.draw(st.lists(st.integers(0, len(operation) - 1), min_size=1))
    name = "".join(c.swapcase() if i in flip else c for i, c in enumerate(operation))
    if name != operation:
        assert f"is {operation} meant?" in fault(post(default, call(name))).reason


# What the default mode accepts with a note and a finding, and strict mode rejects

TWO = PLAIN.replace(b"</soapenv:Body>", b"<ext:cancelInvoice/></soapenv:Body>")
MULTI_REF = PLAIN.replace(
    b"</soapenv:Body>", b'<multiRef id="id0"><value>1</value></multiRef></soapenv:Body>'
)
HREF = send_invoice(more='<footer href="#id0"/>')
SOAP_12_TYPE = {"Content-Type": "application/soap+xml; charset=utf-8"}


@pytest.mark.parametrize(
    ("body", "headers", "rule", "reason"),
    [
        (TWO, {}, "soap.one-operation", "the Body also contains <cancelInvoice>; send one"),
        (MULTI_REF, {}, "soap.one-operation", "<multiRef>; rpc/encoded is not supported"),
        (HREF, {}, "soap.document-literal", "The attribute 'href' is not allowed"),
        (PLAIN, SOAP_12_TYPE, "soap.media-type", "send text/xml; charset=utf-8"),
    ],
)
def test_a_departure_is_noted_by_default_and_rejected_in_strict_mode(
    default: Controlled,
    strict: Controlled,
    *,
    body: bytes,
    headers: dict[str, str],
    rule: str,
    reason: str,
) -> None:
    assert post(default, body, headers).status_code == 200
    assert rule in noted(default)
    assert rule in found(default)
    rejected = fault(post(strict, body, headers)).reason
    assert rejected.startswith("rejected in strict mode: ")
    assert reason in rejected
    assert rejected.count(reason) == 1


ENTRY = "<entry><key>{}</key><value>{}</value></entry>"


@pytest.mark.parametrize(
    ("entries", "rule", "says"),
    [
        (ENTRY.format("TRANSACTIONPERIODID", 1), "executeReport.parameters.keys",
         "write transactionPeriodId"),
        (ENTRY.format("transactionPeriodID", 1), "executeReport.parameters.keys",
         "write transactionPeriodId"),
        (ENTRY.format("terminalId", 1), "executeReport.parameters.keys", "write TERMINALID"),
        (ENTRY.format("shop", 1), "executeReport.parameters.keys",
         "the known keys are transactionPeriodId and TERMINALID"),
        ("<entry><key>TERMINALID</key></entry>", "parameter.value.needed", "no value"),
        (ENTRY.format("TERMINALID", ""), "parameter.value.needed", "no value"),
        (ENTRY.format("", 1), "parameter.key.needed", "no key"),
        (ENTRY.format("TERMINALID", 1) * 2, "mapArray.entry.repeated-key", "is repeated"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("mode", ["default", "strict"])
def test_report_parameters_that_are_ignored_are_noted(
    request: pytest.FixtureRequest, mode: str, entries: str, rule: str, says: str
) -> None:
    there = request.getfixturevalue(mode)
    parameters = f"<parameters><parameter>{entries}</parameter></parameters>"
    report = "<reportId>Reconciliation/STD_RECON_001.xml</reportId>"
    assert post(there, call("executeReport", report + parameters)).status_code == 200
    assert rule in noted(there)
    assert any(says in note["wrong"] for note in latest(there)["notes"])  # type: ignore[attr-defined]


@given(st.sampled_from(["TERMINALID", "transactionPeriodId"]), st.integers(0, 19))
def test_any_misspelt_key_is_noted(default: Controlled, key: str, place: int) -> None:
    place %= len(key)
    misspelt = key[:place] + key[place + 1 :]
    entry = ENTRY.format(misspelt, 1)
    parameters = f"<parameters><parameter>{entry}</parameter></parameters>"
    post(default, call("executeReport", "<reportId>x</reportId>" + parameters))
    assert "executeReport.parameters.keys" in noted(default)
    assert f"write {key}" in str(latest(default)["notes"])


# What both modes accept


def header(attributes: str) -> bytes:
    block = f'<a:Security xmlns:a="urn:security" {attributes}/>'
    return call("sendInvoice", invoice(), header=f"<soapenv:Header>{block}</soapenv:Header>")


NEXT = "http://schemas.xmlsoap.org/soap/actor/next"


@pytest.mark.parametrize(
    ("attributes", "understood"),
    [
        ('soapenv:mustUnderstand="0"', True),
        ('soapenv:mustUnderstand="1"', False),
        ('soapenv:mustUnderstand="1" soapenv:actor=""', False),
        (f'soapenv:mustUnderstand="1" soapenv:actor="{NEXT}"', False),
        ('soapenv:mustUnderstand="1" soapenv:actor="urn:another"', True),
        ('soapenv:actor="urn:another"', True),
    ],
)
@pytest.mark.parametrize("mode", ["default", "strict"])
def test_a_header_for_another_actor_is_ignored(
    request: pytest.FixtureRequest,
    mode: str,
    attributes: str,
    understood: bool,  # noqa: FBT001 - a case
) -> None:
    answer = post(request.getfixturevalue(mode), header(attributes))
    if understood:
        assert answer.status_code == 200
    else:
        assert fault(answer).code == "MustUnderstand"


UTF_16 = '<?xml version="1.0" encoding="utf-16"?>'
SAID = {"Content-Type": "text/xml; charset=utf-8"}


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (UTF_16.encode() + PLAIN, SAID),
        ((UTF_16 + PLAIN.decode()).encode("utf-16"), {"Content-Type": "text/xml; charset=utf-16"}),
        ((UTF_16 + PLAIN.decode()).encode("utf-16"), {"Content-Type": "text/xml"}),
        (b"\xef\xbb\xbf" + PLAIN, SAID),
        (PLAIN, {"Content-Type": 'text/xml;charset="UTF-8"'}),
        (PLAIN, {"Content-Type": "text/xml; charset=klingon"}),
        (PLAIN, {"Content-Type": "application/xml"}),
        (PLAIN, {"Content-Type": 'text/xml; charset=utf-8; action="sendInvoice"'}),
        (PLAIN, {"SOAPAction": '"urn:sendInvoice"'}),
        (PLAIN, {"SOAPAction": "sendInvoice"}),
        (PLAIN, {"Expect": "100-continue"}),
        (PLAIN, {"Accept": "application/json"}),
        (PLAIN, {"Accept-Encoding": "gzip, deflate, br"}),
        (PLAIN, {"User-Agent": ""}),
        (gzip.compress(PLAIN), {"Content-Encoding": "gzip"}),
        (PLAIN + b"\r\n\r\n", SAID),
        (PLAIN.replace(b"<title>", b"<title>\n").replace(b"</title>", b"\n</title>"), SAID),
        (PLAIN.replace(b"Cinema", b"<![CDATA[Cinema & Bar]]>"), SAID),
        (PLAIN.replace(b"Cinema", "Ö€😀".encode()), SAID),
        (PLAIN.replace(b"Cinema", b"&#x20AC;&amp;"), SAID),
        (PLAIN.replace(b"<soapenv:Body>", b"<!-- c --><soapenv:Header/><soapenv:Body>"), SAID),
        (PLAIN.replace(b"soapenv", b"SOAP-ENV"), SAID),
        (PLAIN.replace(b"ext:", b"ns1:").replace(b":ext=", b":ns1="), SAID),
        (PLAIN.replace(b"<ext:sendInvoice>", b'<sendInvoice xmlns="http://external.interfaces.ers.'
         b'seamless.com/">').replace(b"</ext:sendInvoice>", b"</sendInvoice>").replace(
             b"<context>", b'<context xmlns="">').replace(b"<invoice>", b'<invoice xmlns="">'),
         SAID),
    ],
)  # fmt: skip
@pytest.mark.parametrize("mode", ["default", "strict"])
def test_valid_forms_of_other_stacks_are_accepted(
    request: pytest.FixtureRequest, mode: str, body: bytes, headers: dict[str, str]
) -> None:
    answer = post(request.getfixturevalue(mode), body, headers)
    assert answer.status_code == 200, answer.text
    assert "<resultCode>0</resultCode>" in answer.text


def test_a_number_with_an_element_inside_is_noted(default: Controlled, strict: Controlled) -> None:
    body = PLAIN.replace(b"<value>149.99<", b"<value>1<b/>0.00<", 1)
    assert post(default, body).status_code == 200
    assert "amount.unknown-element" in noted(default)
    assert re.search(r"line \d+", fault(post(strict, body)).reason)


# Passwords that a client repeats elsewhere


PLACES = ["title", "channel", "clientId", "type", "value", "itemQuantity", "cashierId", "colour"]
SECRETS = st.text(st.sampled_from("abcXYZ0189!$%&<>'\"/åß "), min_size=6, max_size=12).filter(
    lambda text: text == text.strip() and not text.isalnum()
)


@given(SECRETS, st.sampled_from(PLACES), st.booleans(), st.data())
def test_a_password_is_masked_wherever_a_request_repeats_it(  # noqa: PLR0917 - fixtures
    default: Controlled,
    strict: Controlled,
    secret: str,
    place: str,
    in_strict_mode: bool,  # noqa: FBT001 - drawn
    data: st.DataObject,
) -> None:
    there = strict if in_strict_mode else default
    again = escape(data.draw(escaped(secret)))
    body = send_invoice(more="<colour>red</colour>").decode()
    body = body.replace("12345678", escape(secret))
    body = re.sub(rf"<{place}>[^<]*<", lambda _: f"<{place}>{again}<", body)
    answer = post(there, body.encode())
    for text in (answer.text, there.http.get("/control/exchanges?limit=1").text):
        assert secret not in unescape(text)
    for text in readings(str(latest(there))):
        assert secret not in text


def test_a_password_in_a_truncated_message_is_masked(default: Controlled) -> None:
    body = PLAIN.replace(b"12345678", b"s3cr3t-s3cr3t").replace(
        b"Cinema", b"x" * 32_700 + b"s3cr3t-s3cr3t" + b"x" * 9000
    )
    post(default, body)
    assert "s3cr" not in str(latest(default))

"""From bytes to findings: every message is judged, and nothing that bytes can be raises."""

import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from contract_tests.toolkit.messages import (
    CONTRACTS,
    INTERFACES,
    NEWEST,
    OLDEST,
    at,
    build,
    copy_of,
    ids,
    in_envelope,
    places,
    to_bytes,
)
from seqrkit import contract, schemas
from seqrkit.contract import Severity
from seqrkit.errors import ConfigurationError
from seqrkit.vocabulary import NAMESPACE

MESSAGES = [(interface, name) for interface in INTERFACES for name in CONTRACTS[interface].elements]


MEGABYTES = 6
LONG = {
    "content": b"QUJD" * (MEGABYTES * 250_000),
    "content with white space": b"QUJD\r\n" * (MEGABYTES * 166_000),
    "contentString": b"<p>1</p> " * (MEGABYTES * 110_000),
    "title": b"x" * (MEGABYTES * 1_000_000),
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_text_is_linted_in_a_tenth_of_a_second_per_megabyte(name: str):
    element = name.partition(" ")[0].encode()
    message = in_envelope(build(NEWEST, "executeReportResponse"))
    before, opening, after = message.partition(b"<%b>" % element)
    text = LONG[name].replace(b"<", b"&lt;")
    long = before + opening + text + after[after.index(b"</") :]
    NEWEST.lint_message(message)  # loads what is loaded once
    start = process_time()
    NEWEST.lint_message(long, limit=len(long))
    assert process_time() - start < 0.1 * len(long) / 1_000_000


@pytest.mark.parametrize(("interface", "name"), MESSAGES)
@pytest.mark.parametrize("every", [True, False])
def test_a_message_of_sample_values_has_no_findings(interface: str, name: str, *, every: bool):
    judge = CONTRACTS[interface]
    message = build(judge, name, every=every)
    assert judge.lint(to_bytes(message)) == ()
    assert judge.lint(in_envelope(message)) == ()


@pytest.mark.parametrize(("interface", "name"), MESSAGES)
def test_a_message_without_content_has_only_missing_elements(interface: str, name: str):
    judge = CONTRACTS[interface]
    found = judge.lint(f'<x:{name} xmlns:x="{NAMESPACE}"/>'.encode())
    required = [field.path for field in judge.elements[name].fields if field.required]
    assert [finding.id for finding in found] == [f"{path}.required" for path in required]


def test_messages_are_judged_without_xmlschema(tmp_path: Path):
    message = tmp_path / "message.xml"
    message.write_bytes(in_envelope(build(NEWEST, "sendInvoice")))
    broken = tmp_path / "broken.xml"
    broken.write_bytes(message.read_bytes().replace(b"149.99<", b"149.990<"))
    program = (
        "import sys; from pathlib import Path; from seqrkit import contract\n"
        "judge = contract.load()\n"
        "assert judge.lint(Path(sys.argv[1]).read_bytes()) == ()\n"
        "assert judge.lint(Path(sys.argv[2]).read_bytes())\n"
        "assert 'xmlschema' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(message), str(broken)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_all_findings_come_at_once_and_in_document_order():
    message = build(NEWEST, "sendInvoice")
    at(message, "context/channel").text = "extWS"
    at(message, "context").remove(at(message, "context/clientId"))
    at(message, "invoice/title").text = ""
    at(message, "invoice/totalAmount/value").text = "149.990"
    at(message, "invoice").append(at(message, "invoice/footer"))
    etree.SubElement(message, "surprise")
    found = NEWEST.lint(to_bytes(message))
    assert [finding.id for finding in found] == [
        "context.clientId.required",
        "context.channel.recommended",
        "invoice.title.empty",
        "amount.value.pattern",
        "invoice.out-of-order",
        "sendInvoice.unknown-element",
    ]
    lines = [finding.line or 0 for finding in found]
    assert lines == sorted(lines)


def test_a_finding_has_the_path_and_line_of_its_value():
    message = build(NEWEST, "sendInvoice")
    rows = at(message, "invoice/invoiceRows")
    rows.append(copy_of(rows[0]))
    at(rows[1], "itemTotalAmount/value").text = "149.990"
    data = to_bytes(message)
    (finding,) = (each for each in NEWEST.lint(data) if each.id == "amount.value.pattern")
    assert finding.path == "sendInvoice/invoice/invoiceRows/invoiceRow[2]/itemTotalAmount/value"
    assert finding.line is not None
    assert b"149.990" in data.splitlines()[finding.line - 1]
    assert finding.message == "149.990 has three decimals; at most two are allowed"
    assert finding.value == "149.990"
    assert finding.source == "Glase Merchant API v2.6.0, Invoice data, line 420"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "soap.not-xml"),
        (b"hello", "soap.not-xml"),
        (b"<a><b></a>", "soap.not-xml"),
        (b"\xff\xfe\x00", "soap.not-xml"),
        (b"<html><body>Bad gateway</body></html>", "soap.not-soap"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "soap.dtd"),
        (b"<a/>", "soap.not-soap"),
        (b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"/>', "soap.version"),
        (b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>', "soap.empty-body"),
        (
            (
                b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/>'
                b"</e:Envelope>"
            ),
            "soap.empty-body",
        ),
        (b" " * 1_048_577, "soap.too-large"),
        (b'<a:requestTopup xmlns:a="%s"/>' % NAMESPACE.encode(), "soap.unknown-operation"),
    ],
)
def test_bytes_that_are_not_a_message_are_one_finding(data: bytes, rule: str):
    (finding,) = NEWEST.lint(data)
    assert finding.id == rule
    assert finding.rule is NEWEST.rules[rule]
    assert finding.severity is Severity.ERROR
    assert finding.message


def test_an_entity_bomb_is_rejected():
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    data = f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><x>&l9;</x>'.encode()
    (finding,) = NEWEST.lint(data)
    assert finding.id in {"soap.dtd", "soap.not-xml"}


def test_the_size_limit_is_an_argument():
    data = in_envelope(build(NEWEST, "cancelInvoice"))
    assert NEWEST.lint(data, limit=len(data)) == ()
    (finding,) = NEWEST.lint(data, limit=len(data) - 1)
    assert finding.id == "soap.too-large"


def test_a_header_that_must_be_understood_does_not_hide_the_rest():
    message = build(NEWEST, "cancelInvoice")
    message.remove(at(message, "invoiceReference"))
    header = (
        b'<soapenv:Header><a xmlns="urn:a" soapenv:mustUnderstand="1"/></soapenv:Header>'
        b"<soapenv:Body>"
    )
    data = in_envelope(message).replace(b"<soapenv:Body>", header)
    assert [finding.id for finding in NEWEST.lint(data)] == [
        "soap.must-understand",
        "cancelInvoice.invoiceReference.required",
    ]


def test_a_second_operation_in_the_body_is_reported():
    data = in_envelope(build(NEWEST, "cancelInvoice"))
    data = data.replace(b"</soapenv:Body>", b"<a/></soapenv:Body>")
    assert [finding.id for finding in NEWEST.lint(data)] == ["soap.one-operation"]


def test_a_fault_is_a_message_without_findings():
    fault = b"<faultcode>soap:Client</faultcode><faultstring>no</faultstring>"
    soap = b"http://schemas.xmlsoap.org/soap/envelope/"
    data = b'<s:Envelope xmlns:s="%s"><s:Body><s:Fault>%s</s:Fault></s:Body></s:Envelope>'
    assert NEWEST.lint(data % (soap, fault)) == ()


@pytest.mark.parametrize("name", NEWEST.operations)
def test_an_operation_in_no_namespace_is_one_mistake(name: str):
    data = to_bytes(build(NEWEST, name)).replace(b"ext:", b"")
    assert [finding.id for finding in NEWEST.lint(data)] == ["soap.namespace"]


def test_a_misspelt_operation_is_recognized():
    data = to_bytes(build(NEWEST, "unregisterTerminal")).replace(b"unreg", b"unReg")
    (finding,) = NEWEST.lint(data)
    assert finding.id == "soap.unknown-operation"
    assert "unregisterTerminal" in finding.message


def test_each_interface_knows_its_own_operations_and_fields():
    credit = build(NEWEST, "creditUser")
    assert ids(OLDEST, credit) == ["soap.unknown-operation"]
    invoice = build(NEWEST, "sendInvoice")
    assert set(ids(OLDEST, invoice)) == {"invoice.unknown-element"}
    commit = build(NEWEST, "commitReservation")
    assert ids(OLDEST, commit) == ["commitReservation.unknown-element"]


def test_white_space_around_a_date_is_valid():
    message = build(NEWEST, "sendInvoice")
    date = at(message, "invoice/issueDate")
    date.text = f" {date.text}\n"
    assert ids(NEWEST, message) == []


@pytest.mark.parametrize("text", ["1" * 40, " 2 ", "1.50"])
def test_a_value_is_judged_alike_in_valid_and_invalid_messages(text: str):
    message = build(NEWEST, "sendInvoice")
    for quantity in message.iter("itemQuantity"):
        quantity.text = text
    at(message, "invoice").remove(at(message, "invoice/title"))
    assert not [each for each in ids(NEWEST, message) if "itemQuantity" in each]


def test_an_unexplained_rejection_quotes_libxml2(monkeypatch: pytest.MonkeyPatch):
    def accept(*_: object) -> frozenset[str]:
        return frozenset()

    monkeypatch.setattr("seqrkit.contract.value_rules.Explainer.broken", accept)
    message = build(NEWEST, "sendInvoice")
    at(message, "invoice/paymentMode").text = "LATER"
    (finding,) = NEWEST.lint(to_bytes(message))
    assert finding.id == "wire.schema"
    assert "libxml2 says" in finding.message
    assert "paymentMode" in finding.message


def test_an_xsi_type_may_repeat_the_type_of_its_element():
    message = build(NEWEST, "sendInvoice")
    data = to_bytes(message).replace(
        b"<channel>",
        b'<channel xmlns:i="http://www.w3.org/2001/XMLSchema-instance" '
        b'xmlns:x="http://www.w3.org/2001/XMLSchema" i:type="x:string">',
    )
    assert NEWEST.lint(data) == ()
    (finding,) = NEWEST.lint(data.replace(b"x:string", b"x:int"))
    assert finding.id == "wire.xsi-type"
    assert finding.message == (
        'xsi:type is "x:int", which is not derived from xsd:string, the type of <channel>; '
        "remove the attribute"
    )


@pytest.mark.parametrize("name", NEWEST.operations)
def test_comments_and_cdata_change_nothing(name: str):
    data = to_bytes(build(NEWEST, name))
    data = data.replace(b"<channel>WS", b"<channel><!-- here --><![CDATA[W]]>S")
    assert NEWEST.lint(data) == ()


VALUES = {
    "string": ["", " ", "x", "x" * 36, "WS", "extWS", "0076232342126", "text/html", "OTHER"],
    "decimal": ["1", "0.99", "1.5", "+2", "-7", "150", "149.99", "0.99999999999999999999"],
    "int": ["0", "1", "00", "90"],
    "base64Binary": ["", "YQ==", "\N{CYRILLIC SMALL LETTER A}"],
}
CURRENCIES = ["SEK", "JPY", "KWD", "EUR"]


@given(data=st.data())
def test_the_plan_of_a_valid_message_finds_what_the_comparison_finds(data: st.DataObject):
    judge = CONTRACTS[data.draw(st.sampled_from(INTERFACES))]
    name = data.draw(st.sampled_from(list(judge.elements)))
    message = build(judge, name, every=data.draw(st.booleans()))
    for element, field, _ in list(places(judge, message)):
        values = list(field.enumeration[:3]) or [field.sample, *VALUES.get(field.base, ())]
        if field.name == "currency":
            values = CURRENCIES
        if field.type is None and data.draw(st.integers(0, 3)) == 0:
            element.text = data.draw(st.sampled_from(values))
        if field.name in {"invoiceRow", "tokens"} and data.draw(st.booleans()):
            element.addnext(copy_of(element))
    found = judge.lint_element(message)
    if all(finding.severity is Severity.WARNING for finding in found):
        assert found == judge._linter._compare(message, judge.elements[name])


@given(st.binary(max_size=200))
def test_no_bytes_make_the_linter_raise(data: bytes):
    assert NEWEST.lint(data)


@given(data=st.data())
def test_no_damaged_message_makes_the_linter_raise(data: st.DataObject):
    message = in_envelope(build(NEWEST, data.draw(st.sampled_from(list(NEWEST.operations)))))
    start = data.draw(st.integers(0, len(message)))
    end = data.draw(st.integers(start, min(len(message), start + 40)))
    NEWEST.lint(message[:start] + data.draw(st.binary(max_size=20)) + message[end:])


def test_a_very_long_value_is_shortened():
    message = build(NEWEST, "sendInvoice")
    at(message, "invoice/totalAmount/value").text = "1" * 900_000 + ".5"
    found = NEWEST.lint(to_bytes(message))
    assert {finding.id for finding in found} == {"invoice.invoiceRows.sum"}
    at(message, "context/channel").text = "x" * 900_000
    for finding in NEWEST.lint(to_bytes(message)):
        assert len(finding.message) < 300
        assert len(finding.value or "") <= 200


def test_passwords_are_in_no_finding():
    for name in NEWEST.operations:
        for mistake in (
            b'<password a="hunter2">',
            b"<password><a>hunter2</a>",
            b"hunter2<password>",
            b"<Password>hunter2</Password><password>",
            b"<password>hunter2</password><password>",
        ):
            data = to_bytes(build(NEWEST, name)).replace(b"<password>", mistake)
            found = NEWEST.lint(data)
            assert found
            assert all("hunter2" not in f"{each} {each.value}" for each in found)


def test_the_bundled_contract_is_cached():
    assert contract.load() is contract.load("cashregister-2")
    other = contract.load(schemas=schemas.schema_set("extclientproxy-v2"))
    assert other.interface == "extclientproxy-v2"
    with pytest.raises(ConfigurationError):
        contract.load("cashregister-3")

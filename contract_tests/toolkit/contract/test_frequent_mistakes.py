"""Inputs that integrators send: each class is drawn from, and the messages say what to do."""

from decimal import Decimal
from ipaddress import ip_address, ip_network
from socket import inet_aton

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lxml import etree

from contract_tests.toolkit.messages import (
    CONTRACTS,
    NEWEST,
    OLDEST,
    at,
    build,
    in_envelope,
    places,
    to_bytes,
)
from seqrkit import schemas
from seqrkit.contract import CONTRADICTIONS, Contract, Finding, MessageType, Severity
from seqrkit.contract.placeholders import may_have_placeholders, placeholder
from seqrkit.vocabulary import NAMESPACE, Interface

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSD = "http://www.w3.org/2001/XMLSchema"
SOAP_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
ROW = "invoice/invoiceRows/invoiceRow"
ENTRY = "parameters/parameter/entry"
WIRE = {
    interface: etree.XMLSchema(file=schemas.schema_set(interface).wire) for interface in Interface
}


def changed(judge: Contract, name: str, path: str, text: str) -> tuple[Finding, ...]:
    """The findings about a message of sample values with one text changed."""
    message = build(judge, name)
    at(message, path).text = text
    return judge.lint(to_bytes(message))


def only(judge: Contract, name: str, path: str, text: str) -> Finding:
    (finding,) = changed(judge, name, path, text)
    return finding


# --- xsi:type -----------------------------------------------------------------------------------

PREFIXES = {"xsd": XSD, "ext": NAMESPACE, "soapenc": SOAP_ENCODING}
TYPES = st.sampled_from(
    "xsd:string xsd:token xsd:decimal xsd:integer xsd:long xsd:int xsd:short xsd:byte xsd:float "
    "xsd:dateTime xsd:date xsd:anyType xsd:base64Binary ext:amount ext:invoice ext:clientContext "
    "ext:erswsResponse ext:positiveAmount ext:receipt ext:noSuchType soapenc:string".split()
)


def typed(element: etree._Element, kind: str, prefixes: dict[str, str] = PREFIXES) -> bytes:
    """The message of an element with an xsi:type on the element."""
    top = element.getroottree().getroot()
    element.set("marked", "")
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in prefixes.items())
    data = etree.tostring(top).replace(f' xmlns:ext="{NAMESPACE}"'.encode(), b"")
    data = data.replace(b'marked=""', f'xmlns:xsi="{XSI}" xsi:type="{kind}"'.encode())
    name = etree.QName(top).localname.encode()
    return data.replace(b"<ext:" + name, b"<ext:" + name + declared.encode(), 1)


@given(data=st.data(), kind=TYPES)
def test_an_xsi_type_is_an_error_if_libxml2_rejects_it_by_the_published_schema(
    data: st.DataObject, kind: str
):
    judge = CONTRACTS[data.draw(st.sampled_from(list(CONTRACTS)))]
    message = build(judge, data.draw(st.sampled_from(list(judge.elements))))
    element, _, _ = data.draw(st.sampled_from(list(places(judge, message))))
    sent = typed(element, kind)
    accepted = WIRE[judge.interface].validate(etree.fromstring(sent))
    ids = [finding.id for finding in judge.lint(sent)]
    assert ids == ([] if accepted else ["wire.xsi-type"])


@pytest.mark.parametrize(
    ("name", "path", "kind", "phrase"),
    [
        ("sendInvoice", "context/clientRequestTimeout", "xsd:short", ""),
        ("sendInvoice", "invoice/commitReservationTimeout", "xsd:int", ""),
        ("sendInvoice", f"{ROW}/itemQuantity", "xsd:integer", ""),
        ("sendInvoice", "invoice/totalAmount", "ext:amount", ""),
        (
            "sendInvoice",
            "invoice/title",
            "ext:amount",
            'xsi:type is "ext:amount", which is not derived from xsd:string, the type of <title>',
        ),
        ("sendInvoice", ROW, "ext:amount", "is not derived from paymentInvoiceRow"),
        ("sendInvoice", f"{ROW}/itemQuantity", "xsd:float", "is not derived from xsd:decimal"),
        ("sendInvoice", "invoice/title", "soapenc:string", "a type of rpc/encoded"),
        ("sendInvoice", "invoice/title", "q1:string", "but the prefix q1 is not declared"),
        ("sendInvoice", "invoice/title", "string", "without a prefix; remove the attribute"),
        ("sendInvoice", "invoice/commitReservationTimeout", "xsd:byte", 'not of the type "xsd:b'),
        ("sendInvoiceResponse", "return/resultCode", "xsd:string", "not derived from xsd:int"),
        ("getPaymentStatusResponse", "return/status", "ext:invoiceStatus", ""),
        (
            "getPaymentStatusResponse",
            "return",
            "ext:erswsPaymentStatusResponseV3",
            "an unknown type; remove the attribute",
        ),
    ],
)
def test_an_xsi_type_is_explained(name: str, path: str, kind: str, phrase: str):
    sent = typed(at(build(NEWEST, name), path), kind)
    messages = [finding.message for finding in NEWEST.lint(sent)]
    assert bool(messages) == bool(phrase)
    assert all(phrase in message for message in messages)


@pytest.mark.parametrize("name", NEWEST.operations)
def test_the_xsi_type_of_a_password_is_shown_and_its_value_is_not(name: str):
    password = at(build(NEWEST, name), "context/password")
    password.text = "hunter2"
    (finding,) = NEWEST.lint(typed(password, "xsd:int"))
    assert 'xsi:type is "xsd:int"' in finding.message
    assert finding.value == "xsd:int"
    (finding,) = NEWEST.lint(typed(password, "hunter2"))
    assert "hunter2" not in f"{finding} {finding.value}"


# --- nil ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("judge", CONTRACTS.values(), ids=list(CONTRACTS))
def test_nil_says_what_to_write_instead(judge: Contract):
    for name in judge.elements:
        for number, _ in enumerate(places(judge, build(judge, name))):
            message = build(judge, name)
            element, field, _ = list(places(judge, message))[number]
            for child in list(element):
                element.remove(child)
            element.text = None
            element.set(f"{{{XSI}}}nil", "true")
            (finding,) = judge.lint(to_bytes(message))
            instead = "give it a value" if field.required else "omit the element"
            assert finding.message == f"<{field.name}> is nil; {instead}"


@pytest.mark.parametrize("name", NEWEST.elements)
def test_a_nil_operation_is_one_mistake(name: str):
    message = etree.Element(f"{{{NAMESPACE}}}{name}")
    message.set(f"{{{XSI}}}nil", "1")
    (finding,) = NEWEST.lint(to_bytes(message))
    assert finding.message == f"<{name}> is nil; give it its elements"


# --- values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Invalid Date", "is what a program writes for a value that it does not have"),
        ("NaN", "is what a program writes for a value that it does not have"),
        ("undefined", "write a date and time such as 2015-12-25T12:34:56"),
        ("[object Object]", "is what a program writes"),
        ("", "issueDate is empty; write a date and time"),
        ("0000-00-00T00:00:00", "is outside the years 0001 to 9999"),
        ("10000-01-01T00:00:00", "is outside the years 0001 to 9999"),
        ("-0044-03-15T12:00:00Z", "is outside the years 0001 to 9999"),
        ("9999-12-31T24:00:00", "is outside the years 0001 to 9999"),
        ("2015-12-25", "is a date without a time"),
        ("2015-12-25 12:34:56", "has a blank between date and time"),
        ("2015-12-25T12:34", "has no seconds"),
        ("2015-12-25T12:34:56+0100", "has a time zone without a colon"),
        ("2015-12-25T12:34:56+15:00", "has a time zone beyond 14:00"),
        ("2015-02-29T12:34:56", "is not an existing date and time"),
        ("2015-12-25T12:34:60Z", "is not an existing date and time"),
        ("1450000000000", "is a number of (milli)seconds"),
        ("1450000000.123", "is a number of (milli)seconds"),
        ("/Date(1450000000000+0100)/", "is a number of (milli)seconds"),
        ("2015-12-25T12:34:56+01", "has a time zone without minutes"),
        ("2015-12-25T12:34:56Z+01:00", "has two time zones"),
        ("2015-12-25T12:34:56+01:00Z", "has two time zones"),
        ("2015-12-25T12:34:56UTC", "has the name of a time zone"),
        ("2015-12-25T12:34:56+01:00[Europe/Stockholm]", "has the name of a time zone"),
        ("2015-12-25t12:34:56z", "needs T and Z in upper case"),
        ("2015-12-25T12:34:56,789", "has a decimal comma; write a decimal point"),
        ("25.12.2015", "is in another format; write a date and time as in 2015-12-25T12:34:56"),
        ("Fri, 25 Dec 2015 12:34:56 GMT", "is in another format"),
        ("Fri Dec 25 2015 12:34:56 GMT+0100 (CET)", "is in another format"),
        ("12/25/2015 12:34:56 PM", "is in another format"),
        ("20151225T123456", "is in another format"),
        ("now", "is not a date and time such as 2015-12-25T12:34:56"),
    ],
)
def test_an_invalid_date_is_explained(text: str, phrase: str):
    finding = only(NEWEST, "sendInvoice", "invoice/issueDate", text)
    assert finding.id == "invoice.issueDate.type"
    assert phrase in finding.message


@pytest.mark.parametrize(
    "text", ["2015-12-25T24:00:00", "2015-12-25T12:34:56.7891Z", "0001-01-01T00:00:01"]
)
def test_an_unusual_date_has_no_findings(text: str):
    assert changed(NEWEST, "sendInvoice", "invoice/issueDate", text) == ()


@given(st.integers(10_000, 10**12), st.booleans())
def test_a_year_beyond_9999_is_reported_wherever_it_is(year: int, before: bool):  # noqa: FBT001
    text = f"{'-' if before else ''}{year}-01-01T00:00:00"
    for name, path in (
        ("sendInvoice", "invoice/issueDate"),
        ("getPaymentStatusResponse", "return/receipt/paymentDate"),
    ):
        assert "outside the years 0001 to 9999" in only(NEWEST, name, path, text).message


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("NaN", "is what a program writes for a value that it does not have"),
        ("INF", "is what a program writes for a value that it does not have"),
        ("undefined", "write a value, or omit the element if it is optional"),
        ("", "value is empty; write a decimal number such as 149.99"),
        ("149,99", "has a decimal comma; write a decimal point"),
        ("1 000.00", "has separators; write digits only"),
        ("1,000.00", "has separators; write digits only"),
        ("1.000,00", "has separators; write digits only"),
        ("1e2", "has an exponent; write all the digits"),
        ("149.99 SEK", "has a unit; write digits only"),
        ("$5", "has a unit; write digits only"),
        ("1_000", "has separators; write digits only"),
        ("5.00-", "has a misplaced sign"),
        ("(5.00)", "has a misplaced sign"),
        ("0x95", "is hexadecimal"),
        ("'5.00'", "has quotes"),
        ("5.00\u00a0", "has white space that is not a blank"),
        ("\uff15", "has digits of another script; write 0 to 9"),
        ("[object Object]", "is what a program writes"),
        ("Array", "is what a program writes"),
        ("abc", "is not a decimal number such as 149.99"),
    ],
)
def test_an_invalid_amount_is_explained(text: str, phrase: str):
    assert phrase in only(NEWEST, "sendInvoice", "invoice/totalAmount/value", text).message


BLANKS = st.text(" \t\n", max_size=3)


@given(st.text("abcXYZ0189", min_size=4, max_size=20), BLANKS, BLANKS)
def test_white_space_around_an_id_is_reported(text: str, before: str, after: str):
    for name, path in (
        ("sendInvoice", "context/initiatorPrincipalId/id"),
        ("getPaymentStatus", "invoiceReference"),
        ("refundPayment", "ersReference"),
        ("registerTerminal", "password"),
    ):
        found = changed(NEWEST, name, path, f"{before}{text}{after}")
        assert len(found) == bool(before or after)
        assert all("begins or ends with white space" in each.message for each in found)
    found = changed(NEWEST, "sendInvoice", "context/initiatorPrincipalId/id", f" {text} ")
    assert "the service answers 29" in found[0].message


def test_a_unit_code_has_no_findings_and_its_other_spellings_lead_to_it():
    message = build(NEWEST, "sendInvoice")
    unit = at(message, f"{ROW}/itemUnit")
    for code, spellings in schemas.unit_codes().items():
        unit.text = code
        assert NEWEST.lint_element(message) == ()
        for text in {*spellings, *map(str.upper, spellings)} - schemas.unit_codes().keys():
            unit.text = text
            (finding,) = NEWEST.lint_element(message)
            assert finding.severity is Severity.WARNING
            assert f"did you mean {code}?" in finding.message


PRIVATE = [*map(ip_network, ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))]
HOSTS = st.one_of(
    st.sampled_from(PRIVATE).flatmap(
        lambda net: st.integers(0, net.num_addresses - 1).map(lambda n: str(net[n]))
    ),
    st.sampled_from(["localhost", "LocalHost", "till", "[::1]", "[fe80::1]", "shop.local"]),
    st.sampled_from(["localhost.", "till.localhost", "[::ffff:127.0.0.1]", "127.0.0.1."]),
    st.sampled_from(["127.1", "0x7f.1", "0177.1", "2130706433", "0", "\uff11\uff12\uff17.1"]),
    st.from_regex(r"[a-z]{1,10}\.(localhost|local|internal|lan)", fullmatch=True),
)
REST = st.from_regex(r"(:[0-9]{1,5})?(/[a-z]{0,5}(\?x=[0-9])?)?", fullmatch=True)


@given(st.sampled_from(["http", "HTTP"]), HOSTS, REST)
def test_a_private_host_of_a_notification_is_advised_against(scheme: str, host: str, rest: str):
    finding = only(NEWEST, "sendInvoice", "invoice/notificationUrl", f"{scheme}://{host}{rest}")
    assert finding.id == "invoice.notificationUrl.public-host"
    assert finding.severity is Severity.WARNING


NUMBERS = st.integers(0, 2**33).flatmap(
    lambda n: st.sampled_from([f"{n}", f"0{n:o}", f"0x{n:x}", f"0X{n:X}", f"{n % 256}"])
)


@given(st.lists(NUMBERS, min_size=1, max_size=5).map(".".join))
def test_an_address_is_read_in_each_spelling_that_the_system_knows(host: str):
    try:
        address = ip_address(inet_aton(host))
    except OSError:
        return
    found = changed(NEWEST, "sendInvoice", "invoice/notificationUrl", f"http://{host}/")
    assert len(found) == (not address.is_global)


@given(st.integers(1, 223), st.integers(0, 2**24 - 1))
def test_a_public_address_of_a_notification_has_no_findings(first: int, rest: int):
    address = ip_network(((first << 24) + rest, 32)).network_address
    found = changed(NEWEST, "sendInvoice", "invoice/notificationUrl", f"http://{address}/paid")
    assert len(found) == (not address.is_global)


@given(
    st.decimals("0.01", 10_000, places=2),
    st.decimals(1, 1_000, places=3),
    st.decimals(-10, 10, places=2),
)
def test_a_row_costs_its_price_times_its_quantity(price: Decimal, quantity: Decimal, off: Decimal):
    message = build(NEWEST, "sendInvoice")
    row = at(message, ROW)
    row.remove(at(row, "itemDiscount"))
    total = (price * quantity).quantize(Decimal("0.01")) + off
    at(row, "itemUnitPrice/value").text = f"{price}"
    at(row, "itemQuantity").text = f"{quantity}"
    at(row, "itemTotalAmount/value").text = f"{total}"
    at(message, "invoice/totalAmount/value").text = f"{total}"
    ids = [finding.id for finding in NEWEST.lint_element(message)]
    differs = abs(total - price * quantity) >= Decimal("0.01")
    assert ("invoiceRow.itemTotalAmount.product" in ids) == differs or total <= 0


def test_a_discount_explains_a_lower_total():
    message = build(NEWEST, "sendInvoice")
    at(message, f"{ROW}/itemUnitPrice/value").text = "152.49"
    at(message, f"{ROW}/itemDiscount/value").text = "2.50"
    assert NEWEST.lint_element(message) == ()
    at(message, f"{ROW}/itemDiscount/value").text = "2.51"
    (finding,) = NEWEST.lint_element(message)
    assert finding.message == (
        "itemTotalAmount is 149.99, but 1 times 152.49 is 152.49, 149.98 less the discount"
    )


@pytest.mark.parametrize("name", ["executeReport", "markTransactionPeriod"])
@given(key=st.text("abcdefDITEMNRLp", min_size=1) | st.sampled_from(["TERMINALID"]))
def test_an_unknown_key_is_reported(name: str, key: str):
    known = {"executeReport": {"TERMINALID", "transactionPeriodId"}}.get(name, {"TERMINALID"})
    assume(not placeholder(key))
    found = changed(NEWEST, name, f"{ENTRY}/key", key)
    assert [finding.id for finding in found] == [f"{name}.parameters.keys"] * (key not in known)


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("TRANSACTIONPERIODID", "transactionPeriodId"),
        ("transactionPeriodID", "transactionPeriodId"),
        ("terminalId", "TERMINALID"),
        ("TerminalID", "TERMINALID"),
    ],
)
def test_a_misspelt_key_is_recognized(key: str, meant: str):
    finding = only(NEWEST, "executeReport", f"{ENTRY}/key", key)
    assert finding.message.endswith(f"; did you mean {meant}?")


# --- documents ----------------------------------------------------------------------------------

LITERAL = [(each, trace) for each in CONTRADICTIONS for trace in each.literal]


def literal_message(judge: Contract, trace: str) -> bytes | None:
    """A message that follows a document literally; `None` if the interface has no such type."""
    owner, _, name = trace.partition("=")[0].rpartition(".")
    if not owner:
        return f'<e:{name} xmlns:e="{NAMESPACE}"/>'.encode()
    for operation in judge.elements:
        message = build(judge, operation)
        for element, kind in owners(message, judge.elements[operation]):
            if kind.path == owner and (found := element.find(name)) is not None:
                found.text = trace.partition("=")[2]
                return to_bytes(message)
            if kind.path == owner and "=" not in trace and kind.name != owner + "Response":
                element.append(etree.Element(name))
                return to_bytes(message)
    return None


def owners(element: etree._Element, kind: MessageType) -> list[tuple[etree._Element, MessageType]]:
    found = [(element, kind)]
    for child in element:
        inner = kind.by_name[str(child.tag)].type
        if inner is not None:
            found += owners(child, inner)
    return found[::-1]


@pytest.mark.parametrize(("contradiction", "trace"), LITERAL, ids=lambda case: str(case)[:40])
def test_a_finding_quotes_both_places_if_the_sender_followed_one(contradiction, trace: str):
    told = []
    for judge in CONTRACTS.values():
        data = literal_message(judge, trace)
        told += [] if data is None else [each.message for each in judge.lint(data)]
    assert any(f"({contradiction.first}; but {contradiction.second})" in each for each in told)


@pytest.mark.parametrize("judge", [NEWEST, OLDEST])
def test_partially_paid_is_a_status_of_both_documents(judge):
    status = "getPaymentStatusResponse.status.enumeration"
    for text, known in [("PARTIALLY_PAID", True), ("PARTLY_PAID", False)]:
        found = changed(judge, "getPaymentStatusResponse", "return/status", text)
        assert (status not in {each.id for each in found}) is known


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("unRegisterTerminal", "unregisterTerminal"),
        ("assingSeqrId", "assignSeqrId"),
        ("submitPaymentReciept", "submitPaymentReceipt"),
        ("SendInvoice", "sendInvoice"),
        ("getPaymentstatus", "getPaymentStatus"),
        ("sendInvoiceRequest", "sendInvoice"),
        ("doRefundPayment", "refundPayment"),
        ("cancelinvoiceresponse", "cancelInvoiceResponse"),
    ],
)
def test_a_misspelt_operation_is_recognized(wrong: str, meant: str):
    (finding,) = NEWEST.lint(f'<e:{wrong} xmlns:e="{NAMESPACE}"/>'.encode())
    assert finding.id == "soap.unknown-operation"
    assert f"did you mean <{meant}>?" in finding.message


@pytest.mark.parametrize("judge", CONTRACTS.values(), ids=list(CONTRACTS))
@pytest.mark.parametrize("name", ["sendInvoice", "updateInvoice", "refundPayment"])
def test_only_the_total_of_a_changed_or_refunded_invoice_is_required(judge: Contract, name: str):
    for field in judge.types["invoice"].fields:
        message = build(judge, name)
        invoice = at(message, "invoice")
        invoice.remove(at(invoice, field.name))
        found = judge.lint(to_bytes(message))
        assert [each.id for each in found] == [f"{field.path}.required"] * field.required
        needed = name == "sendInvoice" or field.name == "totalAmount"
        severity = Severity.ERROR if needed else Severity.WARNING
        assert all(each.severity is severity for each in found)


# --- how many -----------------------------------------------------------------------------------


@given(st.integers(0, 600), st.integers(0, 3))
def test_a_message_has_at_most_200_findings_and_a_count(unknown: int, empty: int):
    message = build(NEWEST, "sendInvoice")
    for _ in range(unknown):
        etree.SubElement(at(message, "invoice"), "surprise")
    for path in ("invoice/title", "invoice/footer", "invoice/cashierId")[:empty]:
        at(message, path).text = ""
    found = NEWEST.lint(in_envelope(message))
    every = unknown + empty
    if every <= 200:
        assert len(found) == every
    else:
        *kept, last = found
        assert len(kept) == 200
        assert last.id == "lint.more"
        assert last.message == f"and {every - 200} more findings"
        errors = sum(each.severity is Severity.ERROR for each in kept)
        assert errors == min(unknown, 200)
        assert last.severity is (Severity.ERROR if unknown > 200 else Severity.WARNING)


# --- what libraries put around parameters -------------------------------------------------------

WRAPPERS = ["param0", "arg0", "parameters", "request", "in0", "sendInvoiceRequest", "dto"]


def surrounded(element: etree._Element, name: str) -> None:
    """Put all children of an element into a new one."""
    wrapper = etree.Element(name)
    wrapper.extend(list(element))
    element.append(wrapper)


def as_map(element: etree._Element) -> None:
    """Write an element's children as PHP does: items with key and value."""
    for child in list(element):
        as_map(child)
        item = etree.SubElement(element, "item")
        etree.SubElement(item, "key").text = str(child.tag)
        item.append(child)
        child.tag = "value"


def judged(name: str, element: etree._Element) -> tuple[Finding, ...]:
    """The findings about a rewritten request, without the only one about its content."""
    found = NEWEST.lint(in_envelope(element))
    findings = tuple(each for each in found if each.id != "context.channel.recommended")
    assert len(found) - len(findings) == 1, name
    assert {each.id.rpartition(".")[2] for each in findings} <= {"unknown-element"}
    return findings


def request(name: str) -> etree._Element:
    element = build(NEWEST, name)
    at(element, "context/channel").text = "extWS"
    for parameters in element.findall("parameters"):  # which is a map, as the wire requires
        element.remove(parameters)
    return element


SIMPLE = [name for name in NEWEST.operations if NEWEST.elements[name].fields[1:]]


@given(
    st.sampled_from(SIMPLE),
    st.lists(st.sampled_from(WRAPPERS), min_size=1, max_size=2, unique=True),
)
def test_what_a_wrapper_surrounds_is_judged(name: str, wrappers: list[str]):
    element = request(name)
    # An element of the operation, such as parameters, is rather misplaced than a wrapper.
    own = {field.name for field in NEWEST.elements[name].fields}
    wrappers = [each for each in wrappers if each not in own]
    for wrapper in wrappers:
        surrounded(element, wrapper)
    findings = judged(name, element)
    assert len(findings) >= len(wrappers)
    assert all("remove it, and keep what is inside" in each.message for each in findings[:1])


@pytest.mark.parametrize("name", ["cancelInvoice", "getPaymentStatus", "sendInvoice"])
@pytest.mark.parametrize("wrapper", ["", "param0"])
def test_a_map_of_php_is_judged_as_the_elements_that_it_means(name: str, wrapper: str):
    element = request(name)
    parts = [element] if wrapper else list(element)
    if wrapper:
        surrounded(element, wrapper)
        parts = list(element)
    for part in parts:
        as_map(part)
    assert any("is a map, <item> with <key> and" in each.message for each in judged(name, element))


@pytest.mark.parametrize("prefix", ["arg", "param", "in"])
def test_a_numbered_parameter_is_named_and_judged(prefix: str):
    for name in ("cancelInvoice", "sendInvoice", "getPaymentStatus"):
        element = request(name)
        for number, child in enumerate(element):
            child.tag = f"{prefix}{number}"
        findings = judged(name, element)
        assert all("give parameters the names in the WSDL" in each.message for each in findings[:1])


@pytest.mark.parametrize("name", NEWEST.operations)
def test_a_misspelt_operation_is_judged_as_the_one_that_is_meant(name: str):
    element = request(name)
    element.tag = f"{{{NAMESPACE}}}{name}Request"
    first, last = NEWEST.lint(in_envelope(element))
    assert f"did you mean <{name}>?" in first.message
    assert last.id == "context.channel.recommended"


def test_a_missing_wrapper_is_named():
    element = request("sendInvoice")
    rows = at(element, "invoice/invoiceRows")
    place = at(element, "invoice").index(rows)
    at(element, "invoice")[place : place + 1] = list(rows)
    (finding,) = judged("sendInvoice", element)
    assert finding.message.endswith("is directly inside <invoice>; put it into <invoiceRows>")


def test_parts_without_their_operation_are_explained():
    body = at(etree.fromstring(in_envelope(request("cancelInvoice"))), "{*}Body")
    for child in list(body[0]):
        body.append(child)
    body.remove(body[0])
    first, *_ = NEWEST.lint(etree.tostring(body.getroottree()))
    assert "put it into the element of its operation, such as <cancelInvoice>" in first.message


def test_an_operation_with_another_name_is_recognized_by_its_content():
    element = request("getPaymentStatus")
    element.tag = f"{{{NAMESPACE}}}askForInvoice"
    first, last = NEWEST.lint(in_envelope(element))
    assert "did you mean <getPaymentStatus>?" in first.message
    assert last.id == "context.channel.recommended"


def test_a_key_as_the_name_of_an_element_is_explained():
    element = build(NEWEST, "executeReport")
    parameters = at(element, "parameters")
    parameters[:] = []
    etree.SubElement(parameters, "TERMINALID").text = "1"
    messages = [each.message for each in NEWEST.lint(to_bytes(element))]
    assert any(
        "write it as the <key> of an <entry> inside <parameter>" in each for each in messages
    )


UNFILLED = {
    "a value that it does not have": [
        *("null", "NULL", "undefined", "None", "nil", "[object Object]", "Array", "<null>"),
    ],
    "the name of an object of a program": [
        *("com.shop.Amount@1a2b3c4d", "[Ljava.lang.String;@7852e922", "java.util.ArrayList"),
        *("System.Collections.Generic.List`1[Seqr.Row]", "<shop.Row object at 0x7f3a>"),
    ],
    "the date that a program writes": ["0001-01-01T00:00:00", "1970-01-01T00:00:00.000Z"],
    "a placeholder that was not filled in": [
        *("?", "{{title}}", "${title}", "#{title}", "%TITLE%", "<%= title %>", "%s"),
    ],
}


@given(
    st.sampled_from([(words, text) for words, texts in UNFILLED.items() for text in texts]),
    st.sampled_from(sorted(NEWEST.operations)),
    st.data(),
)
def test_what_stands_for_a_value_is_reported_once(
    unfilled: tuple[str, str], name: str, data: st.DataObject
):
    words, text = unfilled
    message = build(NEWEST, name)
    leaves = [
        element
        for element, field, _ in places(NEWEST, message)
        if field.type is None and field.base == "string" and not field.enumeration
    ]
    element = data.draw(st.sampled_from(leaves))
    element.text = text
    about = [
        each for each in NEWEST.lint(to_bytes(message)) if each.path.endswith(f"/{element.tag!s}")
    ]
    rules = [each.id for each in about]
    assert rules.count("wire.placeholder") <= 1
    # Of an element with another mistake, only that one is reported.
    assert len(rules) >= 1
    assert "wire.placeholder" not in rules or words in " ".join(each.message for each in about)


@given(
    st.text(" \t\n", max_size=40),
    st.sampled_from([text for texts in UNFILLED.values() for text in texts]),
    st.text(" \t\n", max_size=40),
)
def test_what_stands_for_a_value_is_found_within_any_white_space(
    before: str, text: str, after: str
) -> None:
    element = etree.Element("title")
    element.text = f"{before}{text}{after}"
    assert may_have_placeholders(b"<a>\n  <b/>" + etree.tostring(element) + b"</a>")


@given(st.text(max_size=12), st.sampled_from(["My Store", "Nilsson", "Nullarbor", "What?", "50 %"]))
def test_a_text_that_only_contains_such_a_word_is_a_value(text: str, around: str):
    assert not placeholder(f"{around}, {text}!")


def test_a_placeholder_for_a_structure_is_one_finding():
    message = build(NEWEST, "sendInvoice")
    invoice = at(message, "invoice")
    invoice[:] = []
    invoice.text = "[object Object]"
    (finding,) = NEWEST.lint(to_bytes(message))
    assert "write the elements of invoice" in finding.message


# --- encodings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_the_mistakes_of_a_stack_are_found_in_utf_16(encoding: str):
    place = "<ext:cancelInvoice"
    encoded = in_envelope(build(NEWEST, "cancelInvoice")).decode()
    encoded = encoded.replace(place, f'{place} soapenv:encodingStyle="{SOAP_ENCODING}"')
    judged, written = (
        {finding.rule.id for finding in NEWEST.lint(encoded.encode(each))}
        for each in (encoding, "utf-8")
    )
    assert judged >= written
    assert "soap.document-literal" in written

"""Replies are read field by field: a detail never hides a payment."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

import attrs
import pytest
import zeep
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from contract_tests.toolkit.messages import CONTRACTS, INTERFACES, build, places, to_bytes
from seqrkit import schemas, soap
from seqrkit.client.reply_reader import read_reply
from seqrkit.contract import Field
from seqrkit.errors import NotAReply
from seqrkit.model import PaymentStatusReply, Reply
from seqrkit.model_base import wire_names
from seqrkit.money import Amount
from seqrkit.soap.xsd_values import READERS
from seqrkit.vocabulary import NAMESPACE, Interface, InvoiceStatus

INTERFACE = Interface.CASHREGISTER_2
CONTRACT = CONTRACTS[INTERFACE]
OPERATION = "getPaymentStatus"
UNREADABLE = {
    "decimal": ["10,00", "NaN", "1 000", "", "1e2x", "1e2", "\u0661", "1_0"],
    "dateTime": [
        "yesterday",
        "",
        "10000-01-01T00:00:00",
        "0000-01-01T00:00:00",
        "2012-05-01T12:00:00+14:01",
        "2012-05-01T12:00:00+24:00",
        "2012-02-30T12:00:00",
        "2012-05-01T24:00:01",
        "9999-12-31T24:00:00",
        "0001-01-01T00:00:00+14:00",
    ],
    "int": ["", "many", "9" * 30, "1.0", "0x10"],
    "base64Binary": ["*", "abc"],
}


def paid() -> etree._Element:
    element = build(CONTRACT, f"{OPERATION}Response")
    at(element, "return/resultCode").text = "0"
    at(element, "return/status").text = "PAID"
    return element


def at(element: etree._Element, path: str) -> etree._Element:
    found = element.find(path)
    assert found is not None, path
    return found


def read(element: etree._Element, operation: str = OPERATION) -> Any:
    return read_reply(element, operation, INTERFACE)


def leaves() -> Iterator[tuple[str, Field]]:
    """Each field of a PAID reply that has text, but for those that make it one."""
    element = paid()
    for leaf, field, _ in places(CONTRACT, element):
        if field.type is None and field.name not in {"resultCode", "status", "resultDescription"}:
            yield element.getroottree().getelementpath(leaf), field


LEAVES = [(path, field) for path, field in leaves() if field.base in UNREADABLE]


def value_at(reply: object, path: str) -> object:
    """The value in the model of an element of the reply, of the first of several."""
    for step in path.split("/")[1:]:
        name = step.partition("[")[0]
        if isinstance(reply, Amount):
            reply = getattr(reply, name)
        elif isinstance(reply, tuple):
            (reply,) = reply
        elif reply is not None:
            names = wire_names(type(reply))
            reply = getattr(reply, next(each for each, wire in names.items() if wire == name))
    return reply


@given(st.data())
def test_any_optional_field_that_is_unreadable_leaves_a_paid_reply_paid_with_a_finding(
    data: st.DataObject,
):
    path, field = data.draw(st.sampled_from(LEAVES))
    text = data.draw(st.sampled_from(UNREADABLE[field.base]))
    element = paid()
    at(element, path).text = text
    reply = read(element)
    assert reply.status is InvoiceStatus.PAID
    assert value_at(reply, path) is None
    findings = CONTRACT.lint(to_bytes(element))
    name = path.rpartition("/")[2]
    about = [each for each in findings if each.path.endswith(name)]
    assert about, (path, text, findings)
    assert any(each.value == text for each in about), about


@given(st.data())
def test_a_paid_reply_is_usable_with_any_content_of_a_field(data: st.DataObject):
    path, _ = data.draw(st.sampled_from(list(leaves())))
    text = data.draw(st.text(st.characters(codec="utf-8", exclude_categories=["C"])))
    element = paid()
    at(element, path).text = text
    reply = read(element)
    assert reply.status is InvoiceStatus.PAID
    assert (str(reply), hash(reply)) == (str(reply), hash(reply))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("receipt/invoice/totalAmount/value", None),
        ("receipt/invoice/invoiceRows/invoiceRow/itemQuantity", None),
        ("receipt/invoice/invoiceRows/invoiceRow/itemUnitPrice/value", None),
        ("receipt/invoice/invoiceRows/invoiceRow/itemTaxRate", None),
    ],
)
@pytest.mark.parametrize("text", UNREADABLE["decimal"])
def test_an_amount_that_is_no_decimal_is_none(path: str, expected: object, text: str):
    element = paid()
    at(element, f"return/{path}").text = text
    assert value_at(read(element), f"return/{path}") is expected


def test_the_hour_24_is_the_midnight_that_ends_the_day():
    element = paid()
    at(element, "return/receipt/paymentDate").text = "2012-05-01T24:00:00"
    assert read(element).receipt.payment_date == datetime(2012, 5, 2)  # noqa: DTZ001 - as written


@pytest.mark.parametrize("code", ["+0", " 0 ", "000", "0"])
def test_a_result_code_may_be_written_in_any_form_of_the_schema(code: str):
    element = paid()
    at(element, "return/resultCode").text = code
    assert read(element).result_code == 0
    assert soap.outcome_of(element).result_code == 0


@pytest.mark.parametrize("code", ["", "zero", "9" * 5000, "0.0", "2147483648", "\u0660"])
def test_a_result_code_that_is_no_number_makes_a_reply_unreadable(code: str):
    element = paid()
    at(element, "return/resultCode").text = code
    with pytest.raises(NotAReply, match="its resultCode is") as caught:
        read(element)
    assert len(str(caught.value)) < 300


XSI_TYPES = [
    "soapenc:int",
    "soapenc:string",
    "xsd:string",
    "xsd:float",
    "xsd:int",
    "nobody:knows",
    "q:erswsResponse",
    "q:erswsPaymentStatusResponseV3",
    "q:amount",
    ":",
    "",
]


@given(st.data())
def test_xsi_type_never_changes_how_a_reply_is_read(data: st.DataObject):
    element = paid()
    expected = read(element)
    for each in element.iter():
        if data.draw(st.booleans()):
            each.set(
                "{http://www.w3.org/2001/XMLSchema-instance}type",
                data.draw(st.sampled_from(XSI_TYPES)),
            )
    assert read(element) == expected


@given(st.data())
def test_unknown_elements_order_and_namespaces_change_nothing(data: st.DataObject):
    element = paid()
    expected = read(element)
    for each in list(element.iter()):
        if data.draw(st.integers(0, 3)) == 0:
            etree.SubElement(each, "deliveryAddress").text = "x" if len(each) > 1 else None
            if len(each) == 1:
                each.remove(each[0])
        if each is not element and data.draw(st.booleans()):
            each.tag = f"{{{NAMESPACE}}}{soap.local(each)}"
    content = element[0]
    content[:] = data.draw(st.permutations(list(content)))
    assert read(element) == expected


def test_a_reference_of_rpc_encoded_is_followed():
    element = paid()
    expected = read(element)
    content = element[0]
    element.remove(content)
    etree.SubElement(element, "return", href="#id0")
    content.tag, content.attrib["id"] = "multiRef", "id0"
    body = etree.Element("Body")
    body.extend([element, content])
    assert read(element) == expected


def test_references_that_go_round_end():
    element = paid()
    content = element[0]
    content.set("id", "a")
    receipt = at(content, "receipt")
    for child in list(receipt):
        receipt.remove(child)
    receipt.set("href", "#a")
    assert read(element).status is InvoiceStatus.PAID


def test_a_stack_that_names_the_content_after_the_operation_is_read():
    element = paid()
    expected = read(element)
    element[0].tag = f"{{{NAMESPACE}}}{OPERATION}Result"
    assert read(element) == expected


@pytest.mark.parametrize("space", ["urn:other", ""])
def test_a_reply_in_another_namespace_is_refused_with_both_named(space: str):
    element = paid()
    element.tag = f"{{{space}}}{OPERATION}Response" if space else f"{OPERATION}Response"
    with pytest.raises(NotAReply, match=NAMESPACE) as caught:
        read(element)
    assert (space or "no namespace") in str(caught.value)


def zeep_binding(interface: Interface) -> Any:
    settings = zeep.Settings(strict=False, xsd_ignore_sequence_order=True)
    transport: Any = zeep.Transport()  # zeep's annotations ask for the class itself
    path = str(schemas.schema_set(interface).wsdl)
    document: Any = zeep.wsdl.Document(path, transport, settings=settings)
    return next(iter(document.bindings.values()))


BINDINGS = {interface: zeep_binding(interface) for interface in INTERFACES}


@given(st.data())
def test_zeep_reads_the_same_of_every_reply_that_both_can_read(data: st.DataObject):
    interface = data.draw(st.sampled_from(INTERFACES))
    contract = CONTRACTS[interface]
    operation = data.draw(st.sampled_from(sorted(contract.operations)))
    element = build(contract, f"{operation}Response")
    for leaf, field, _ in list(places(contract, element)):
        what = data.draw(st.integers(0, 4))
        if what == 0 and field.name not in {"return", "resultCode"}:
            parent = leaf.getparent()
            if parent is not None:
                parent.remove(leaf)
        elif what == 1 and field.base in VALUES:
            leaf.text = data.draw(VALUES[field.base])
        elif what == 2 and field.repeated and leaf.getparent() is not None:
            leaf.addnext(deepcopy(leaf))
    output = BINDINGS[interface].get(operation).output
    theirs = output.body.parse(deepcopy(element), output.wsdl.types)["return"]
    assert differences(read_reply(element, operation, interface), theirs) == []


VALUES = {
    "string": st.text(
        st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9
    ),
    "int": st.integers(-(2**31), 2**31 - 1).map(str),
    "decimal": st.decimals(-(10**9), 10**9, places=4).map(lambda value: f"{value:f}"),
    "dateTime": st.datetimes().map(lambda moment: moment.isoformat()),
    "base64Binary": st.sampled_from(["", "YQ==", "YWJj"]),
}


def differences(ours: object, theirs: Any, path: str = "") -> list[str]:
    """Where zeep's reading of a part has a value that ours has not, or the other way round."""
    if isinstance(ours, Amount):
        pairs = [(ours.value, theirs["value"], "value"), (ours.currency, theirs["currency"], "")]
        return [f"{path}/{name}" for mine, other, name in pairs if mine != other]
    if isinstance(ours, tuple):
        items = theirs if isinstance(theirs, list) else [] if theirs is None else listed(theirs)
        items = [item for item in items if item is not None]
        if len(items) != len(ours):
            return [f"{path}: {len(ours)} and {len(items)}"]
        both = zip(ours, items, strict=True)
        return [each for mine, other in both for each in differences(mine, other, path)]
    if attrs.has(type(ours)):
        found = []
        for name, wire in wire_names(type(ours)).items():
            if theirs is None or wire in theirs:
                other = None if theirs is None else theirs[wire]
                found += differences(getattr(ours, name), other, f"{path}/{wire}")
        return found
    if ours is None and theirs is not None and hasattr(theirs, "__values__"):
        values = theirs.__values__.values()
        return [f"{path} is missing"] if any(each for each in values) else []
    return [] if ours == theirs else [f"{path}: {ours!r} and {theirs!r}"]


def listed(theirs: Any) -> list[Any]:
    return next(iter(theirs.__values__.values())) or []


def test_every_built_in_type_of_a_reply_has_a_reader():
    bases = {
        field.base
        for contract in CONTRACTS.values()
        for name in contract.operations
        for _, field, _ in places(contract, build(contract, f"{name}Response"))
        if field.type is None
    }
    assert bases - {"string"} <= set(READERS)


def test_what_is_read_is_of_the_operations_own_class():
    assert type(read(paid())) is PaymentStatusReply
    assert isinstance(read(paid()), Reply)

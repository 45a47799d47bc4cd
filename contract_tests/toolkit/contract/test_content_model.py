"""The model diff: every difference from the content model is found, each exactly once."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from contract_tests.toolkit.messages import (
    CONTRACTS,
    NEWEST,
    at,
    build,
    copy_of,
    places,
    to_bytes,
)
from seqrkit.contract import Contract, Severity
from seqrkit.contract.content_model import longest_in_order
from seqrkit.contract.schema_rules import MAY_BE_EMPTY
from seqrkit.vocabulary import NAMESPACE

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
CASES = [(judge, name) for judge in CONTRACTS.values() for name in judge.elements]
EVERY_MESSAGE = pytest.mark.parametrize(
    ("judge", "name"), CASES, ids=lambda case: getattr(case, "interface", case)
)
BAD = {
    "decimal": ["", "abc", "1,5", "1e3", "NaN", "1_0", "\N{ARABIC-INDIC DIGIT ONE}"],
    "int": ["", "abc", "1.0", "2147483648", "1_0", "1\N{NO-BREAK SPACE}"],
    "long": ["", "abc", "1.5", "9223372036854775808", "\N{FULLWIDTH DIGIT ONE}"],
    "dateTime": ["", "2015-12-25", "yesterday", "2015-02-30T00:00:00", "2015-12-25T12:34:60"],
    "base64Binary": ["a", "====", "not base64!", "YQ==\N{NO-BREAK SPACE}", "YR=="],
}


def only(judge: Contract, message: etree._Element, rule: str) -> None:
    """The message breaks that rule, once, and no other."""
    found = judge.lint(to_bytes(message))
    assert [finding.id for finding in found] == [rule], [str(finding) for finding in found]


def each_place(judge: Contract, name: str) -> Iterator[tuple]:
    """For every element of a message: a fresh message, that element in it, its field and owner."""
    for number, _ in enumerate(places(judge, build(judge, name))):
        message = build(judge, name)
        yield (message, *list(places(judge, message))[number])


@EVERY_MESSAGE
def test_every_missing_element_is_reported_once(judge: Contract, name: str):
    for message, element, field, owner in each_place(judge, name):
        parent = element.getparent()
        parent.remove(element)
        found = [finding.id for finding in judge.lint(to_bytes(message))]
        if field.required:
            assert found == [f"{field.path}.required"]
        elif field.name != "parameter":
            checks = (check for check in owner.checks if check.element == field.name)
            needed = [each.rule.id for each in checks if each.rule.kind in {"needed", "present"}]
            assert found == needed


@EVERY_MESSAGE
def test_every_repeated_element_is_reported_once(judge: Contract, name: str):
    for message, element, field, _ in each_place(judge, name):
        element.addnext(copy_of(element))
        if field.name == "invoiceRow":
            at(message, ".//totalAmount/value").text = "299.98"
        found = judge.lint(to_bytes(message))
        if field.name == "entry":
            assert [finding.id for finding in found] == ["mapArray.entry.repeated-key"]
        elif field.repeated:
            assert found == ()
        else:
            assert [finding.id for finding in found] == [f"{field.path}.repeated"]
            assert found[0].path.endswith(f"/{field.name}[2]")


@EVERY_MESSAGE
def test_every_empty_element_is_judged_by_its_type(judge: Contract, name: str):
    for message, element, field, _ in each_place(judge, name):
        if field.type is not None:
            continue
        for blank in ("", " \n"):
            element.text = blank
            found = [finding.id for finding in judge.lint(to_bytes(message))]
            if field.base not in MAY_BE_EMPTY:
                assert found == [f"{field.path}.type"]
            elif field.name == "userId" and field.path.startswith("principalId"):
                assert found == ["principalId.userId.required"]
            elif field.required:
                assert found == [f"{field.path}.empty"]
                assert judge.rules[found[0]].severity is Severity.WARNING


@EVERY_MESSAGE
def test_every_value_of_a_wrong_type_is_reported_once(judge: Contract, name: str):
    for message, element, field, _ in each_place(judge, name):
        for text in BAD.get(field.base, ()):
            element.text = text
            only(judge, message, f"{field.path}.type")


@EVERY_MESSAGE
def test_every_nil_element_is_reported_once(judge: Contract, name: str):
    for message, element, _, _ in each_place(judge, name):
        for child in list(element):
            element.remove(child)
        element.text = None
        element.set(NIL, "true")
        only(judge, message, "wire.nil")


@EVERY_MESSAGE
def test_every_attribute_is_reported_once(judge: Contract, name: str):
    for message, element, _, _ in each_place(judge, name):
        element.set("id", "1")
        only(judge, message, "wire.attribute")
    message = build(judge, name)
    message.set("id", "1")
    only(judge, message, "wire.attribute")


@EVERY_MESSAGE
def test_an_unknown_element_is_reported_at_any_place(judge: Contract, name: str):
    for message, element, field, owner in each_place(judge, name):
        path = owner.path if field.type is None else field.type.path
        element.append(etree.Element("surprise"))
        if field.type is None:
            element.text = None
        only(judge, message, f"{path}.unknown-element")


@EVERY_MESSAGE
def test_text_between_elements_is_reported_at_any_place(judge: Contract, name: str):
    for message, element, field, _ in each_place(judge, name):
        if field.type is not None and len(element):
            element[-1].tail = "stray"
            only(judge, message, "wire.text")


@EVERY_MESSAGE
def test_a_qualified_child_is_one_mistake(judge: Contract, name: str):
    for message, element, _, owner in each_place(judge, name):
        element.tag = f"{{{NAMESPACE}}}{element.tag}"
        for child in element.iter():
            child.tag = f"{{{NAMESPACE}}}{etree.QName(child).localname}"
        found = judge.lint(to_bytes(message))
        assert [finding.id for finding in found] == [f"{owner.path}.unknown-element"]
        assert "unqualified" in found[0].message


@EVERY_MESSAGE
def test_two_swapped_neighbours_are_one_warning(judge: Contract, name: str):
    for number, _ in enumerate(places(judge, build(judge, name))):
        message = build(judge, name)
        element, _, owner = list(places(judge, message))[number]
        after = element.getnext()
        if after is None:
            continue
        after.addnext(element)
        only(judge, message, f"{owner.path}.out-of-order")
        assert judge.rules[f"{owner.path}.out-of-order"].severity is Severity.WARNING


def test_a_displaced_element_is_not_missing_and_names_a_neighbour():
    message = build(NEWEST, "sendInvoice")
    invoice = at(message, "invoice")
    invoice.remove(at(invoice, "title"))
    invoice.insert(0, at(invoice, "cashierId"))
    found = {finding.id: finding for finding in NEWEST.lint(to_bytes(message))}
    assert set(found) == {"invoice.title.required", "invoice.out-of-order"}
    assert found["invoice.out-of-order"].path == "sendInvoice/invoice/cashierId"
    assert "before <paymentMode>" in found["invoice.out-of-order"].message


def test_a_misspelt_element_is_one_mistake_with_a_suggestion():
    for wrong in ("Title", "titel", "TITLE"):
        message = build(NEWEST, "sendInvoice")
        at(message, "invoice/title").tag = wrong
        (finding,) = NEWEST.lint(to_bytes(message))
        assert finding.id == "invoice.unknown-element"
        assert "did you mean <title>?" in finding.message


def test_an_element_of_a_request_does_not_belong_to_a_reply():
    message = build(NEWEST, "sendInvoice")
    etree.SubElement(message, "backURL").text = "http://merchant.com/"
    (finding,) = NEWEST.lint(to_bytes(message))
    assert finding.id == "sendInvoice.unknown-element"
    assert "receiptInvoice" not in finding.message


@pytest.mark.parametrize("name", ["markTransactionPeriod", "executeReport"])
def test_entries_without_parameter_are_one_finding(name: str):
    message = build(NEWEST, name)
    parameters = at(message, "parameters")
    for _ in range(2):
        parameters.append(etree.fromstring("<entry><key>TERMINALID</key><value>a</value></entry>"))
    parameters.remove(at(parameters, "parameter"))
    (finding,) = NEWEST.lint(to_bytes(message))
    assert finding.id == "wire.parameter-map"
    assert finding.rule.note


def test_empty_parameters_of_real_clients_are_no_error():
    message = build(NEWEST, "markTransactionPeriod")
    parameters = at(message, "parameters")
    parameters.clear()
    etree.SubElement(parameters, "parameter")
    assert NEWEST.lint(to_bytes(message)) == ()
    entry = etree.SubElement(parameters[0], "entry")
    etree.SubElement(entry, "key").text = "TERMINALID"
    (finding,) = NEWEST.lint(to_bytes(message))
    assert (finding.id, finding.severity) == ("parameter.value.needed", Severity.WARNING)


@given(st.lists(st.integers(0, 12), max_size=30))
def test_the_longest_subsequence_in_order_is_kept(places: list[int]):
    kept = [places[position] for position in sorted(longest_in_order(places))]
    assert all(a <= b for a, b in pairwise(kept))
    best = [1] * len(places)
    for end in range(len(places)):
        earlier = [best[start] for start in range(end) if places[start] <= places[end]]
        best[end] = 1 + max(earlier, default=0)
    assert len(kept) == max(best, default=0)


@given(data=st.data())
def test_shuffled_children_are_only_warnings(data: st.DataObject):
    judge, name = data.draw(st.sampled_from(CASES))
    message = build(judge, name)
    for element, field, _ in list(places(judge, message)):
        if field.type is not None and len(element) > 1:
            element[:] = data.draw(st.permutations(list(element)))
    message[:] = data.draw(st.permutations(list(message)))
    for finding in judge.lint(to_bytes(message)):
        assert finding.rule.kind == "out-of-order"


@pytest.mark.parametrize(
    ("name", "path", "element", "home"),
    [
        ("sendInvoice", "context", "cashierId", "invoice"),
        ("sendInvoice", "invoice", "itemUnit", "invoiceRow"),
        ("sendInvoice", "invoice/invoiceRows", "footer", "invoice"),
        ("sendInvoice", "invoice", "clientReference", "context"),
        ("creditUser", "context", "description", "creditUserRequest"),
        ("getPaymentStatusResponse", "return", "payerTerminalId", "receipt"),
        ("sendInvoice", "invoice", "status", "token"),
        ("cancelInvoice", "context", "title", ""),
        ("sendInvoice", "context/initiatorPrincipalId", "description", "token"),
        ("sendInvoice", "invoice", "id", ""),
    ],
)
def test_an_element_in_a_wrong_type_names_its_own_type(
    name: str, path: str, element: str, home: str
):
    message = build(NEWEST, name)
    at(message, path).append(etree.Element(element))
    (finding,) = NEWEST.lint(to_bytes(message))
    assert finding.id.endswith(".unknown-element")
    where = f"; it belongs to {home}" if home else ""
    assert finding.message.endswith(f"has no element <{element}>{where}")

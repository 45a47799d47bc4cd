"""Every row of the handbook is a rule; each is kept by one message and broken by another."""

import pytest
from lxml import etree

from contract_tests.toolkit.handbook import (
    ACROSS,
    CALLED_BY,
    LIMITS,
    Across,
    Limit,
    break_principal,
    required,
)
from contract_tests.toolkit.messages import (
    CONTRACTS,
    NEWEST,
    build,
    ids,
    to_bytes,
    with_field,
)
from seqrkit.contract import SESSION_RULES, Contract, Severity
from seqrkit.schemas import documents

SOURCES = (
    *(each.title for each in documents().values()),
    "assumed",
    "seqrkit's convention",
    "wire",
    "vendor: ",
)
OF_THE_WIRE = {"type", "empty", "repeated", "unknown-element", "out-of-order"}
PRINCIPALS = [name for names in CALLED_BY.values() for name in names]
REQUIRED = required(NEWEST)
PAID = ("invoice/totalAmount/value", "amount/value", "creditUserRequest/amount/value")
"""The amounts that must be greater than 0."""


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: row.id)
def test_a_limit_is_a_rule_as_the_handbook_has_it(row: Limit):
    rule = NEWEST.rules[row.id]
    assert rule.severity is row.severity
    assert rule.source.startswith(row.source)
    assert rule.statement
    assert rule.path == row.path or rule.path == rule.id.rpartition(".")[0]


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: row.id)
def test_a_value_within_a_limit_keeps_the_rule_in_every_message(row: Limit):
    for judge in CONTRACTS.values():
        for text in row.keeps:
            for message, element in with_field(judge, row.path):
                element.text = text
                assert row.id not in ids(judge, message)


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: row.id)
def test_a_value_beyond_a_limit_breaks_only_its_rule(row: Limit):
    for judge in CONTRACTS.values():
        for text in row.breaks:
            for message, element in _fitting(row, judge):
                element.text = text
                found = judge.lint(to_bytes(message))
                assert [finding.id for finding in found] == [row.id], text
                assert found[0].rule is judge.rules[row.id]


def _fitting(row: Limit, judge: Contract):
    """The messages a row is about: advice to merchants is for requests, a total for invoices."""
    for message, element in with_field(judge, row.path):
        name = etree.QName(message).localname
        if row.id == "token.status.merchant" and name.endswith("Response"):
            continue
        if row.id == "amount.value.positive":
            paid = map(message.find, PAID)
            yield from ((message, each) for each in paid if each is not None)
        else:
            yield message, element


@pytest.mark.parametrize("path", REQUIRED)
def test_a_required_field_is_a_rule_and_breaks_alone_when_it_is_missing(path: str):
    rule = NEWEST.rules[f"{path}.required"]
    assert rule.severity is Severity.ERROR
    assert rule.source.startswith(REQUIRED[path])
    messages = 0
    for message, _ in with_field(NEWEST, path):
        element = next(e for m, e in with_field(NEWEST, path) if m.tag == message.tag)
        whole = element.getroottree().getroot()
        name, parent = str(element.tag), element.getparent()
        assert parent is not None
        for child in parent.findall(name):
            parent.remove(child)
        (finding,) = NEWEST.lint(to_bytes(whole))
        assert finding.id == rule.id
        assert finding.path.endswith(f"/{name}")
        assert finding.value is None
        messages += 1
    assert messages


@pytest.mark.parametrize("row", ACROSS, ids=lambda row: row.id)
def test_a_rule_across_fields_breaks_alone(row: Across):
    rule = NEWEST.rules[row.id]
    assert rule.severity is row.severity
    assert rule.source.startswith(row.source)
    message = build(NEWEST, row.operation)
    assert ids(NEWEST, message) == []
    row.break_it(message)
    assert ids(NEWEST, message) == [row.id]


@pytest.mark.parametrize("operation", PRINCIPALS)
def test_a_wrong_principal_of_an_operation_is_reported(operation: str):
    rule = NEWEST.rules[f"{operation}.principal"]
    message = build(NEWEST, operation)
    break_principal(operation)(message)
    (finding,) = NEWEST.lint(to_bytes(message))
    assert finding.rule == rule
    by_reseller = operation == "unregisterTerminal"
    assert rule.severity is (Severity.WARNING if by_reseller else Severity.ERROR)
    assert rule.source.startswith("assumed") == by_reseller


@pytest.mark.parametrize("operation", ["markTransactionPeriod", "executeReport"])
@pytest.mark.parametrize("kind", CALLED_BY)
def test_both_principals_may_reconcile(operation: str, kind: str):
    message = build(NEWEST, operation)
    break_principal("registerTerminal" if kind == "TERMINALID" else "sendInvoice")(message)
    assert ids(NEWEST, message) == []


def test_every_rule_is_in_the_handbook():
    told = {row.id for row in LIMITS} | {row.id for row in ACROSS} | set(SESSION_RULES)
    told |= {f"{path}.required" for path in REQUIRED} | {f"{name}.principal" for name in PRINCIPALS}
    of_the_schema = {
        "getPaymentStatusResponse.status.enumeration",
        "receiptInvoice.paymentMode.enumeration",
        "receiptInvoice.acknowledgmentMode.enumeration",
    }
    rules = {
        rule.id
        for rule in NEWEST.rules.values()
        if rule.kind not in OF_THE_WIRE and not rule.id.startswith(("soap.", "wire."))
    }
    assert rules == told | of_the_schema


def test_a_rule_presupposes_rules_that_exist():
    for judge in CONTRACTS.values():
        for rule in judge.rules.values():
            for other in rule.presupposes:
                kind = other.rpartition(".")[2]
                assert other in judge.rules or kind in {"type", "empty"}, f"{rule.id}: {other}"


def test_every_rule_has_a_statement_a_source_and_a_severity():
    for judge in CONTRACTS.values():
        for key, rule in judge.rules.items():
            assert rule.id == key
            assert rule.statement, key
            assert rule.source.startswith(SOURCES), key
            assert str(rule).startswith(f"{key} ({rule.severity})")


def test_a_note_names_the_examples_that_omit_a_required_field():
    for path in (
        "context.channel context.clientId context.clientReference invoice.paymentMode "
        "invoice.acknowledgmentMode invoice.issueDate invoice.clientInvoiceId invoice.footer"
    ).split():
        assert "the reference's own" in NEWEST.rules[f"{path}.required"].note

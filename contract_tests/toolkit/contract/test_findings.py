"""Rules, findings and the sentences about a value."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.messages import CONTRACTS, NEWEST, build, to_bytes, with_field
from seqrkit.contract import Contract, Finding, Rule, Severity, too_large
from seqrkit.contract.contradictions import CONTRADICTIONS, Topic
from seqrkit.contract.findings import quote, shorten

RULE = Rule(
    "a.b.c", "a.b", "c", "b is c", Severity.WARNING, "SOAP 1.1, somewhere", note="mind this"
)


def said(path: str, text: str) -> str:
    """The message of the one finding about a value."""
    message, element = next(with_field(NEWEST, path))
    element.text = text
    (finding,) = NEWEST.lint(to_bytes(message))
    return finding.message


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("amount.value", "149.990", "149.990 has three decimals; at most two are allowed"),
        ("amount.value", "149,99", '"149,99" has a decimal comma; write a decimal point'),
        ("amount.value", "abc", '"abc" is not a decimal number such as 149.99'),
        ("amount.value", "", "value is empty; write a decimal number such as 149.99"),
        ("amount.currency", "sek", '"sek" is not allowed: currency must be an ISO 4217 code'),
        ("amount.currency", "sek", "did you mean SEK?"),
        ("context.clientReference", "x" * 33, "has 33 characters; at most 32 are allowed"),
        (
            "context.channel",
            "extWS",
            '"extWS" is not recommended: channel should be WS',
        ),
        ("context.clientRequestTimeout", "30", "30 is not allowed: clientRequestTimeout must be 0"),
        ("principalId.type", "terminalid", "did you mean TERMINALID?"),
        ("invoice.title", "", "title is required, but empty"),
        ("invoice.backURL", "", "backURL is empty: backURL must be a complete URL"),
        (
            "invoice.paymentMode",
            "CREDIT",
            '"CREDIT" is not allowed: paymentMode must be',
        ),
        ("invoiceRow.itemEAN", "0076232342123", "ends in 3, but its check digit is 6"),
        ("invoiceRow.itemEAN", "12", "12 is neither an EAN-8 nor an EAN-13"),
        ("invoiceRow.itemQuantity", "0.5", "0.5 is less than 1: itemQuantity should be 1 or more"),
        ("invoiceRow.itemUnit", "", "itemUnit is empty; omit the element"),
        ("invoiceRow.itemUnit", " ", "itemUnit is blank; omit the element"),
        (
            "invoiceRow.itemUnit",
            "kg",
            "or of ISO 20022; did you mean KGM? (Glase Merchant ",
        ),
        (
            "invoiceRow.itemTaxRate",
            "25.000",
            "25.000 is invalid: itemTaxRate must be a whole number",
        ),
        ("assignSeqrId.seqrId", "my_qr code", "contains _, a space: seqrId consists of letters"),
        ("registerTerminal.password", "123", "******** has three characters; at least 4"),
        ("getPaymentStatus.invoiceVersion", "1.5", "1.5 is not a whole number of at most 32 bits"),
        ("invoice.issueDate", "2015", "2015 is not a date and time such as 2015-12-25T12:34:56"),
    ],
)
def test_a_finding_explains_its_value(path: str, text: str, message: str):
    assert message.replace("_, a space", "_ and a space") in said(path, text)


def test_a_finding_reads_as_a_sentence():
    finding = Finding(RULE, "x/a/b", 7, "b is d", "d")
    assert str(finding) == "x/a/b, line 7: warning: b is d (a.b.c; SOAP 1.1, somewhere)"
    assert str(Finding(RULE, "", None, "b is d")).startswith("message: warning: b is d")
    assert str(RULE) == "a.b.c (warning): b is c [SOAP 1.1, somewhere]"
    assert (finding.id, finding.severity, finding.source) == (
        "a.b.c",
        Severity.WARNING,
        "SOAP 1.1, somewhere",
    )


def test_rules_and_findings_are_frozen_values():
    finding = Finding(RULE, "x", 1, "m")
    assert finding == Finding(dataclasses.replace(RULE), "x", 1, "m")
    assert len({finding, Finding(RULE, "x", 1, "m")}) == 1
    for value, name in ((finding, "line"), (RULE, "id")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, None)


def test_a_finding_is_json():
    finding = Finding(RULE, "x/a/b", None, "b is d", None)
    assert json.loads(json.dumps(finding.to_dict())) == {
        "path": "x/a/b",
        "line": None,
        "severity": "warning",
        "rule": "a.b.c",
        "message": "b is d",
        "origin": "",
        "value": None,
        "statement": "b is c",
        "source": "SOAP 1.1, somewhere",
        "note": "mind this",
    }


@given(st.text())
def test_shown_texts_are_short_and_printable(text: str):
    assert shorten(text, 20).isprintable()
    assert quote(text).isprintable()
    if text.isprintable() and len(text) <= 20:
        assert shorten(text, 20) == text


def test_the_finding_about_a_large_message_names_a_known_size():
    assert too_large(10, 1_000_000).message == (
        "the message has 1,000,000 bytes, more than the limit of 10 bytes"
    )
    assert too_large(10).message == "the message has more than the limit of 10 bytes"


def test_every_contradiction_has_two_places_and_names_rules_that_exist():
    assert len({each.id for each in CONTRADICTIONS}) == len(CONTRADICTIONS)
    for each in CONTRADICTIONS:
        assert each.first.where
        assert each.first.says
        assert each.second.where
        assert each.second.says
        assert each.first != each.second
        assert str(each.first) in str(each)
        for rule in each.rules:
            assert rule in NEWEST.rules, each.id


def test_eleven_blocks_of_the_reference_are_not_well_formed():
    blocks = [each for each in CONTRADICTIONS if each.topic is Topic.WELL_FORMED]
    assert len(blocks) == 11
    assert len({each.first.where for each in blocks}) == 11


def test_each_topic_of_the_handbook_is_among_the_contradictions():
    assert {each.topic for each in CONTRADICTIONS} == set(Topic)


def test_a_valid_message_keeps_every_rule_that_a_contradiction_breaks():
    for name in NEWEST.elements:
        assert NEWEST.lint(to_bytes(build(NEWEST, name))) == ()


@pytest.mark.parametrize("judge", CONTRACTS.values(), ids=str)
def test_each_rule_statement_can_be_read_alone(judge: Contract) -> None:
    for rule in judge.rules.values():
        first = rule.statement.partition(" ")[0]
        assert first not in {"Nor", "nor", "The", "must", "should", "at", "and", "also"}, rule
        assert " the same" not in f" {rule.statement.lower()}", rule
        assert len(rule.statement.split()) > 2, rule
        assert not rule.statement.endswith("."), rule
        if rule.kind in {"max-length", "min-length", "pattern", "enumeration", "minimum", "one-of"}:
            subject = {"amount.value": "amount", "registerTerminal.password": "password"}
            name = subject.get(rule.path, rule.path.rpartition(".")[2])
            assert name.lower() in rule.statement.lower(), rule

"""Messages that are not sent: linter and validators check valid, broken and unusual ones.

They are made from the bundled contract and checked by the one under test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Final

from lxml import etree
from lxml.etree import _Element

from seqrkit import contract, schemas, soap, strategies
from seqrkit.contract import Finding, MessageType, Rule, Severity
from seqrkit.schemas import XS
from seqrkit.strategies import Broken, Message, Wild
from seqrkit.suite.framework import Aspect, Case, CheckContext, PropertyGroup
from seqrkit.suite.oracles.message_cases import (
    element_of,
    envelope_of,
    first_message_by_rule,
    message_cases,
    message_name,
    new_boundaries,
    payload_of,
    rule_cases,
)
from seqrkit.suite.oracles.schema_validators import ACCEPTED, Verdicts, is_known, verdicts
from seqrkit.vocabulary import Interface

GROUP = PropertyGroup("requests")

_SMALL: Final = 20_000
"""The size limit for unusual messages, in bytes: low, so that they are quick to make."""


@GROUP.property(source="each rule's own; wire: XML Schema 1.0", cases=message_cases)
def valid_has_no_findings(check: CheckContext) -> None:
    """A message that keeps every rule has no findings, and both validators accept it."""
    name = message_name(check.case)

    def test(message: Message) -> None:
        envelope = envelope_of(check.interface, name, message)
        _expect_no_findings(check, envelope)
        _expect_accepted(check, envelope)
        kind = contract.load(check.interface).elements[name]
        paths = set(_paths(element_of(check.interface, name, message), kind))
        check.record(Aspect.ELEMENT, *(f"{check.interface} {path}" for path in paths))

    for each in strategies.boundary(name, check.interface)[-2:]:  # the fewest fields, and all
        test(each.message)
    check.explore(strategies.valid(name, check.interface), test)


def _paths(element: _Element, kind: MessageType) -> Iterator[str]:
    """Yield the paths of the fields in an element."""
    for child in element.iterchildren("*"):
        field = kind.by_name[str(child.tag)]
        yield field.path
        if field.type is not None:
            yield from _paths(child, field.type)


@GROUP.property(source="each rule's own", cases=message_cases)
def limits_are_inclusive(check: CheckContext) -> None:
    """A message that meets a limit exactly has no findings, and both validators accept it."""
    name = message_name(check.case)
    for each in strategies.boundary(name, check.interface):
        envelope = envelope_of(check.interface, name, each.message)
        _expect_no_findings(check, envelope, rule=each.rule)
    for each in new_boundaries(check.interface)[name]:
        _expect_accepted(check, envelope_of(check.interface, name, each.message), rule=each.rule)


@GROUP.property(source="each rule's own", cases=rule_cases)
def broken_is_found(check: CheckContext) -> None:
    """A message that breaks one rule has findings of that rule only, for each way to break it.

    Before it was broken, it had none.
    """
    interface, rule = check.interface, check.case.name
    name = first_message_by_rule(interface)[rule]
    sound = None
    for each in strategies.broken_examples(name, interface, rule=rule):
        if each.sound is not sound:
            sound = each.sound
            _expect_no_findings(check, envelope_of(interface, name, sound), rule=each.rule)
            check.record(Aspect.KEPT, f"{interface} {rule}")
        _expect_only_its_rule(check, each)


@GROUP.property(source="each rule's own", cases=message_cases)
def broken_is_found_everywhere(check: CheckContext) -> None:
    """Any message that breaks one rule has findings of that rule only."""
    name, interface = message_name(check.case), check.interface
    for rule in strategies.broken_rules(name, interface):
        _expect_only_its_rule(
            check, next(strategies.broken_examples(name, interface, rule=rule.id))
        )
    check.explore(
        strategies.broken(name, interface), lambda each: _expect_only_its_rule(check, each)
    )


def _schema_rules(interface: Interface) -> Iterator[Case]:
    """Yield the rules that a schema could express, without those of the envelope."""
    rules = contract.load(interface).rules
    return (case for case in rule_cases(interface) if rules[case.name].path != "soap")


@GROUP.property(source="wire: XML Schema 1.0", cases=_schema_rules)
def validators_refuse_what_xsd_says(check: CheckContext) -> None:
    """Both validators reject what breaks a rule that their schema has, and accept the rest."""
    name = first_message_by_rule(check.interface)[check.case.name]
    found = check.contract.schemas
    for each in strategies.broken_examples(name, check.interface, rule=check.case.name):
        element = payload_of(each.envelope)
        if each.rule.kind == "type" and _is_disputed(each, element):
            continue  # see validators-disagree in the group `wire`
        documented = _accepts_documented(each.rule)
        published = True if documented or each.rule.kind in _DOCUMENTED_ONLY else None
        for schema, path, accepted in (
            ("documented", found.documented, documented),
            ("published", found.wire, published),
        ):
            found_by = verdicts(path, element)
            expected = None if accepted is None else Verdicts(accepted, accepted)
            agreed = not found_by.differ if expected is None else found_by == expected
            message = f"by the {schema} schema {found_by}"
            check.expect(agreed, message, rule=each.rule, envelope=each.envelope)


def _is_disputed(broken: Broken, element: _Element) -> bool:
    """Return whether the validators are known to disagree about the content that is broken."""
    path = broken.rule.path
    fields = element.iter(path.rpartition(".")[2])
    base = contract.load().field(path).base
    return any(is_known(base, each.text or "") for each in fields)


def _accepts_documented(rule: Rule) -> bool | None:
    """Return whether the documented schema accepts what breaks a rule; `None` if it depends.

    It accepts what breaks advice, and rules across fields. An empty element can break facets, too.
    """
    if rule.kind == "empty":
        return None
    if rule.kind == "out-of-order":
        return False
    across = rule.kind in {"principal", "needed", "present", "not-used", "keys"}
    return across or rule.severity is Severity.WARNING


_DOCUMENTED_ONLY: Final = ("max-length", "min-length", "pattern", "minimum", "exclusive-minimum")
"""The kinds of rules that limit values as no published schema does."""


@GROUP.property(source="wire: XML 1.0, XML Schema 1.0", cases=message_cases)
def unusual_has_no_errors(check: CheckContext) -> None:
    """An unusual message that the schema allows has no errors, except for its size.

    Both validators accept it.
    """

    def test(unusual: Wild) -> None:
        envelope = unusual.envelope
        findings = check.contract.lint(envelope, limit=_SMALL)
        errors = [each for each in findings if each.severity is Severity.ERROR]
        if len(envelope) > _SMALL:
            _expect_findings(check, envelope, errors, "soap.too-large")
        else:
            _expect_findings(check, envelope, errors)
            _expect_accepted(check, envelope)

    strategy = strategies.wild(message_name(check.case), check.interface, limit=_SMALL)
    check.explore(strategy, test)


@GROUP.property(
    source="each rule's own",
    cases=lambda interface: [Case(interface, name=rule) for rule in contract.SESSION_RULES],
)
def session_rules(check: CheckContext) -> None:
    """The last message of a session has a finding of the rule that it breaks with earlier ones."""
    rule = contract.load(check.interface).rules[check.case.name]
    session = contract.SessionRules()
    *kept, broken = strategies.broken_session(rule.id, check.interface)
    for message in kept:
        _expect_findings(check, soap.envelope(message), session.check(message), rule=rule)
    found = session.check(broken)
    _expect_findings(check, soap.envelope(broken), found, rule.id, rule=rule)
    _record_both(check, rule)


@GROUP.property(
    source="wire: the message is valid by the documented schema",
    cases=lambda interface: [Case(interface, name="wire.schema")],
)
def unexplained_is_reported(check: CheckContext) -> None:
    """A message that libxml2 rejects and no rule explains has a finding that says so."""
    rule = contract.load(check.interface).rules[check.case.name]
    operation = "sendInvoice"
    request = strategies.boundary(operation, check.interface)[-1].message
    element = element_of(check.interface, operation, request)
    sound = soap.envelope(element)
    token = next(element.iterfind("tokens"))
    token.addnext(deepcopy(token))
    broken = soap.envelope(element)
    # A copy of the schemas: no bundled rule is unexplained, so one is made.
    with TemporaryDirectory() as folder:
        copytree(schemas.bundled(), folder, dirs_exist_ok=True)
        changed = schemas.schema_set(check.interface, Path(folder))
        _forbid_equal_tokens(changed.documented, operation)
        judge = check.environment.contract(check.interface, changed)
        before, after = judge.lint(sound), judge.lint(broken)
    _expect_findings(check, sound, before, rule=rule)
    _expect_findings(check, broken, after, rule.id, rule=rule)
    _record_both(check, rule)


def _forbid_equal_tokens(schema: Path, operation: str) -> None:
    """Add a requirement to a schema that is neither a facet nor about order or number."""
    document = etree.parse(schema)
    (element,) = document.iterfind(f"{XS}element[@name='{operation}']")
    unique = etree.SubElement(element, f"{XS}unique", name="tokens")
    etree.SubElement(unique, f"{XS}selector", xpath="tokens")
    etree.SubElement(unique, f"{XS}field", xpath="id")
    document.write(schema)


def _expect_findings(
    check: CheckContext,
    envelope: bytes,
    findings: Sequence[Finding],
    *expected: str,
    rule: Rule | None = None,
) -> None:
    """Fail unless the findings are of these rules and of no other."""
    if {each.id for each in findings} != set(expected):
        reported = "; ".join(map(str, findings)) or "nothing"
        message = f"the linter reports {reported}, expected {', '.join(expected) or 'nothing'}"
        about = rule or (findings[0].rule if findings else None)
        check.fail(message, rule=about, envelope=envelope)


def _expect_no_findings(check: CheckContext, envelope: bytes, rule: Rule | None = None) -> None:
    _expect_findings(check, envelope, check.contract.lint(envelope), rule=rule)


def _expect_only_its_rule(check: CheckContext, broken: Broken) -> None:
    found = check.contract.lint(broken.envelope)
    _expect_findings(check, broken.envelope, found, broken.rule.id, rule=broken.rule)
    check.record(Aspect.BROKEN, f"{check.interface} {broken.rule.id}")


def _expect_accepted(check: CheckContext, envelope: bytes, rule: Rule | None = None) -> None:
    """Fail unless both validators accept a message, by the documented and the published schema."""
    element, found = payload_of(envelope), check.contract.schemas
    for schema, path in (("documented", found.documented), ("published", found.wire)):
        found_by = verdicts(path, element)
        message = f"by the {schema} schema {found_by}"
        check.expect(found_by == ACCEPTED, message, rule=rule, envelope=envelope)


def _record_both(check: CheckContext, rule: Rule) -> None:
    """Record a rule that no single message can break as kept and broken."""
    check.expect(
        rule.id in check.contract.rules, f"the contract lacks the rule {rule.id}", rule=rule
    )
    for aspect in (Aspect.KEPT, Aspect.BROKEN):
        check.record(aspect, f"{check.interface} {rule.id}")

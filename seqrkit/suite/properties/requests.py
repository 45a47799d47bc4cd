"""Messages by themselves, nothing is sent: what keeps every rule, what breaks one, what is odd.

They are made from the bundled contract and judged by the environment's.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from lxml import etree

from seqrkit import contract, schemas, soap, strategies
from seqrkit.contract import Rule, Severity
from seqrkit.schemas import XS
from seqrkit.suite.framework.check_context import Case
from seqrkit.suite.framework.contract_coverage import Aspect
from seqrkit.suite.framework.property import PropertyGroup
from seqrkit.suite.oracles.message_cases import (
    SMALL_LIMIT,
    element_of,
    envelope_of,
    fields_of,
    first_message_by_rule,
    message_cases,
    message_name,
    new_boundaries,
    payload_of,
    rule_cases,
)
from seqrkit.suite.oracles.schema_validators import Verdicts, verdicts
from seqrkit.suite.oracles.validator_disagreements import is_known, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seqrkit.contract import Finding
    from seqrkit.strategies import Broken, Message, Wild
    from seqrkit.suite.framework.check_context import CheckContext
    from seqrkit.vocabulary import Interface

GROUP = PropertyGroup("requests")


@GROUP.property(
    "valid-has-no-findings",
    "A message that keeps every rule has no findings, and both validators accept it.",
    source="each rule's own; wire: XML Schema 1.0",
    cases=message_cases,
)
def _valid(check: CheckContext) -> None:
    name = message_name(check.case)

    def look(message: Message) -> None:
        envelope = envelope_of(check.interface, name, message)
        _nothing_found(check, envelope)
        _accepted(check, envelope)
        kind = contract.load(check.interface).elements[name]
        fields = set(fields_of(element_of(check.interface, name, message), kind))
        check.record(Aspect.ELEMENT, *(f"{check.interface} {field}" for field in fields))

    for each in strategies.boundary(name, check.interface)[-2:]:  # the fewest fields, and all
        look(each.message)
    check.explore(strategies.valid(name, check.interface), look)


@GROUP.property(
    "limits-are-inclusive",
    "A message that meets a limit exactly has no findings, and both validators accept it.",
    source="each rule's own",
    cases=message_cases,
)
def _boundary(check: CheckContext) -> None:
    name = message_name(check.case)
    for each in strategies.boundary(name, check.interface):
        envelope = envelope_of(check.interface, name, each.message)
        _nothing_found(check, envelope, rule=each.rule)
    for each in new_boundaries(check.interface)[name]:
        _accepted(check, envelope_of(check.interface, name, each.message), rule=each.rule)


@GROUP.property(
    "broken-is-found",
    "A message that breaks one rule has findings of that rule and of no other, in each way to "
    "break it; before it was broken it had none.",
    source="each rule's own",
    cases=rule_cases,
)
def _broken(check: CheckContext) -> None:
    interface, rule = check.interface, check.case.name
    name = first_message_by_rule(interface)[rule]
    sound = None
    for each in strategies.broken_examples(name, interface, rule=rule):
        if each.sound is not sound:
            sound = each.sound
            _nothing_found(check, envelope_of(interface, name, sound), rule=each.rule)
            check.record(Aspect.KEPT, f"{interface} {rule}")
        _only_its_rule(check, each)


@GROUP.property(
    "broken-is-found-everywhere",
    "Whatever message breaks one rule has findings of that rule and of no other.",
    source="each rule's own",
    cases=message_cases,
)
def _broken_everywhere(check: CheckContext) -> None:
    name = message_name(check.case)
    for rule in strategies.broken_rules(name, check.interface):
        examples = strategies.broken_examples(name, check.interface, rule=rule.id)
        _only_its_rule(check, next(examples))
    check.explore(
        strategies.broken(name, check.interface), lambda each: _only_its_rule(check, each)
    )


def _rules_of_elements(interface: Interface) -> Iterator[Case]:
    """Those that a schema could say: not those of the envelope."""
    rules = contract.load(interface).rules
    return (case for case in rule_cases(interface) if rules[case.name].path != "soap")


@GROUP.property(
    "validators-refuse-what-xsd-says",
    "What XML Schema can say both validators refuse, by the schema where it stands; the rest of "
    "what breaks a rule both accept.",
    source="wire: XML Schema 1.0",
    cases=_rules_of_elements,
)
def _validators(check: CheckContext) -> None:
    name, found = first_message_by_rule(check.interface)[check.case.name], check.contract.schemas
    for each in strategies.broken_examples(name, check.interface, rule=check.case.name):
        element = payload_of(each.envelope)
        documented, wire = (verdicts(path, element) for path in (found.documented, found.wire))
        if each.rule.kind == "type" and _is_disputed(each):
            continue  # the group wire says who accepts it
        expected = documented_verdict(each.rule)
        for schema, said, wanted in (
            ("documented", documented, expected),
            ("published", wire, True if expected or _only_documented(each.rule) else None),
        ):
            agreed = not said.differ if wanted is None else said == Verdicts(wanted, wanted)
            check.expect(
                agreed,
                f"by the {schema} schema {said}",
                rule=each.rule,
                envelope=each.envelope,
            )


def _is_disputed(broken: Broken) -> bool:
    base = contract.load().field(broken.rule.path).base
    return any(is_known(base, text) for text in texts_of(broken))


def documented_verdict(rule: Rule) -> bool | None:
    """Whether the documented schema accepts what breaks a rule; `None` where it depends.

    It does for advice and for what depends on other fields. What is empty may break facets besides.
    """
    if rule.kind == "empty":
        return None
    if rule.kind == "out-of-order":
        return False
    across = rule.kind in {"principal", "needed", "present", "not-used"}
    return across or rule.severity is Severity.WARNING


def _only_documented(rule: Rule) -> bool:
    """Whether it limits values in a way that the published schema never does."""
    return rule.kind in {"max-length", "min-length", "pattern", "minimum", "exclusive-minimum"}


@GROUP.property(
    "wild-is-no-error",
    "What the schema allows is no error, however odd, but for its size; both validators accept it.",
    source="wire: XML 1.0, XML Schema 1.0",
    cases=message_cases,
)
def _wild(check: CheckContext) -> None:
    def look(wild: Wild) -> None:
        findings = check.contract.lint(wild.envelope, limit=SMALL_LIMIT)
        errors = {each.id for each in findings if each.severity is Severity.ERROR}
        large = len(wild.envelope) > SMALL_LIMIT
        check.expect(
            errors == ({"soap.too-large"} if large else set()),
            lambda: f"of {len(wild.envelope):,} bytes, {SMALL_LIMIT:,} allowed: {_said(findings)}",
            envelope=wild.envelope,
        )
        if not large:
            _accepted(check, wild.envelope)

    strategy = strategies.wild(message_name(check.case), check.interface, limit=SMALL_LIMIT)
    check.explore(strategy, look)


@GROUP.property(
    "session-rules",
    "The last message of a session has a finding of the rule that it breaks with earlier ones.",
    source="each rule's own",
    cases=lambda interface: [Case(interface, name=rule) for rule in contract.SESSION_RULES],
)
def _session(check: CheckContext) -> None:
    rule = contract.load(check.interface).rules[check.case.name]
    session = contract.SessionRules()
    *kept, broken = strategies.broken_session(rule.id, check.interface)
    for message in kept:
        early = session.check(message)
        check.expect(not early, _said(early), rule=rule, envelope=soap.envelope(message))
    found = session.check(broken)
    check.expect(
        [each.id for each in found] == [rule.id],
        lambda: _said(found),
        rule=rule,
        envelope=soap.envelope(broken),
    )
    _saw_both_sides(check, rule)


@GROUP.property(
    "unexplained-is-told",
    "What libxml2 refuses and no rule explains has a finding that says so.",
    source="wire: the message is valid by the documented schema",
    cases=lambda interface: (Case(interface, name=_SCHEMA),),
)
def _unexplained(check: CheckContext) -> None:
    rule = contract.load(check.interface).rules[_SCHEMA]
    operation = "sendInvoice"
    request = strategies.boundary(operation, check.interface)[-1].message
    element = element_of(check.interface, operation, request)
    sound = soap.envelope(element)
    token = next(element.iterfind("tokens"))
    token.addnext(deepcopy(token))
    broken = soap.envelope(element)
    with TemporaryDirectory() as folder:
        copytree(schemas.bundled(), folder, dirs_exist_ok=True)
        changed = schemas.schema_set(check.interface, Path(folder))
        _forbid_equal_tokens(changed.documented, operation)
        judge = check.environment.contract(check.interface, changed)
        before, after = judge.lint(sound), judge.lint(broken)
    check.expect(not before, lambda: _said(before), rule=rule, envelope=sound)
    check.expect(
        {each.id for each in after} == {_SCHEMA},
        lambda: f"the schema forbids two tokens with one id: {_said(after)}",
        rule=rule,
        envelope=broken,
    )
    _saw_both_sides(check, rule)


def _forbid_equal_tokens(schema: Path, operation: str) -> None:
    """Have a schema demand something that is no facet, no order and no number."""
    document = etree.parse(schema)
    (element,) = document.iterfind(f"{XS}element[@name='{operation}']")
    unique = etree.SubElement(element, f"{XS}unique", name="tokens")
    etree.SubElement(unique, f"{XS}selector", xpath="tokens")
    etree.SubElement(unique, f"{XS}field", xpath="id")
    document.write(schema)


_SCHEMA: Final = "wire.schema"


def _nothing_found(check: CheckContext, envelope: bytes, rule: Rule | None = None) -> None:
    found = check.contract.lint(envelope)
    check.expect(
        not found,
        lambda: f"it keeps every rule: {_said(found)}",
        rule=rule or (found[0].rule if found else None),
        envelope=envelope,
    )


def _only_its_rule(check: CheckContext, broken: Broken) -> None:
    found = check.contract.lint(broken.envelope)
    check.expect(
        {each.id for each in found} == {broken.rule.id},
        lambda: f"it breaks {broken.rule.id} and no other rule: {_said(found)}",
        rule=broken.rule,
        envelope=broken.envelope,
    )
    check.record(Aspect.BROKEN, f"{check.interface} {broken.rule.id}")


def _accepted(check: CheckContext, envelope: bytes, rule: Rule | None = None) -> None:
    """Both validators accept a message, by the documented schema and by the published one."""
    element, found = payload_of(envelope), check.contract.schemas
    for schema, path in (("documented", found.documented), ("published", found.wire)):
        said = verdicts(path, element)
        check.expect(
            said == Verdicts(libxml2=True, xmlschema=True),
            f"by the {schema} schema {said}",
            rule=rule,
            envelope=envelope,
        )


def _saw_both_sides(check: CheckContext, rule: Rule) -> None:
    """Note a rule that no single message can break, where the contract still has it."""
    check.expect(rule.id in check.contract.rules, f"the contract has no rule {rule.id}", rule=rule)
    for aspect in (Aspect.KEPT, Aspect.BROKEN):
        check.record(aspect, f"{check.interface} {rule.id}")


def _said(findings: Iterable[Finding]) -> str:
    said = "; ".join(map(str, findings))
    return f"the linter says {said}" if said else "the linter says nothing"

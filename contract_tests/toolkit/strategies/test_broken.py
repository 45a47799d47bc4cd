from functools import cache
from itertools import chain, islice

import pytest
from hypothesis import given, settings

from contract_tests.toolkit.messages import CONTRACTS
from contract_tests.toolkit.strategies.judges import NAMES, SOME, ids, payload, verdicts
from seqrkit import contract, strategies
from seqrkit.contract import Rule, Severity
from seqrkit.vocabulary import Interface

CASES = [
    (interface, rule)
    for interface, judge in CONTRACTS.items()
    for rule in judge.rules.values()
    if rule.id not in strategies.UNBREAKABLE
]
IDS = [f"{interface}-{rule.id}" for interface, rule in CASES]
OF_ELEMENTS = [each for each in CASES if each[1].path not in {"wire", "soap"}]
MOST = {Interface.CASHREGISTER_2: None, Interface.EXTCLIENTPROXY_V2: 3}
"""How many examples of a rule are judged: the rules of the older interface are the same."""


@cache
def homes(interface: str) -> dict[str, str]:
    """The first message that can break each rule."""
    found: dict[str, str] = {}
    for name in CONTRACTS[interface].elements:
        for rule in strategies.broken_rules(name, interface):
            found.setdefault(rule.id, name)
    return found


def test_only_two_rules_cannot_be_broken_by_one_message() -> None:
    assert set(strategies.UNBREAKABLE) == {
        "context.clientReference.unique",  # takes two requests
        "wire.schema",  # says that the linter itself is wrong
    }


def made_of(interface: str, rule: Rule, most: int | None) -> list[strategies.Broken]:
    name = homes(interface)[rule.id]
    return list(islice(strategies.broken_examples(name, interface, rule=rule.id), most))


@pytest.mark.parametrize(("interface", "rule"), CASES, ids=IDS)
def test_every_rule_is_broken_by_itself_in_all_known_ways(interface: Interface, rule: Rule) -> None:
    made = made_of(interface, rule, MOST[interface])
    assert made
    for each in made:
        assert each.rule is rule
        assert ids(interface, each.envelope) == {rule.id}, each


@pytest.mark.parametrize(("interface", "name"), NAMES)
def test_whatever_is_broken_breaks_its_rule_and_no_other(interface: str, name: str) -> None:
    @settings(max_examples=SOME)
    @given(strategies.broken(name, interface))
    def judged(broken: strategies.Broken) -> None:
        assert broken.message == name
        assert ids(interface, broken.envelope) == {broken.rule.id}

    judged()


@pytest.mark.parametrize("interface", CONTRACTS)
def test_both_validators_reject_what_xsd_can_say_and_accept_the_rest(
    interface: Interface,
) -> None:
    rules = [rule for at, rule in OF_ELEMENTS if at == interface]
    for each in chain.from_iterable(made_of(interface, rule, 2) for rule in rules):
        rule = each.rule
        element = payload(each.envelope)
        documented = verdicts(interface, element, "documented")
        wire = verdicts(interface, element, "wire")
        if xsd_says(rule):
            refused = [not said for said in documented]
            assert any(refused) if rule.kind == "type" else all(refused), each
        elif rule.kind != "empty":  # what is empty breaks facets as well, which say nothing then
            assert documented == wire == (True, True), each
        if is_documented_only(rule):
            assert wire == (True, True), each


def xsd_says(rule: Rule) -> bool:
    """Whether a schema refuses what breaks a rule: errors within an element, and the order."""
    across = rule.kind == "principal" or rule.id == "principalId.userId.required"
    return rule.kind == "out-of-order" or (rule.severity == Severity.ERROR and not across)


def is_documented_only(rule: Rule) -> bool:
    """Whether a rule is in the documents and not in the published schema."""
    return rule.kind in {"max-length", "min-length", "pattern", "exclusive-minimum", "minimum"}


@pytest.mark.parametrize("interface", CONTRACTS)
def test_examples_are_the_same_every_time(interface: str) -> None:
    once, again = (list(strategies.broken_examples("sendInvoice", interface)) for _ in range(2))
    assert once == again


def test_a_rule_that_a_message_cannot_break_is_refused() -> None:
    with pytest.raises(LookupError, match=r"no cancelInvoice breaks invoice\.title\.required"):
        strategies.broken("cancelInvoice", rule="invoice.title.required")
    with pytest.raises(LookupError, match=r"no rule 'invoice\.title'"):
        strategies.broken("sendInvoice", rule="invoice.title")


def test_only_one_rule_needs_a_session_and_the_watch_judges_it() -> None:
    watch = contract.ReferenceWatch()
    assert watch.see("till", "7") is None
    again = watch.see("till", "7")
    assert again is not None
    assert again.id == "context.clientReference.unique"

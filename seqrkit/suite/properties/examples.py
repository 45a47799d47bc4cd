"""The references' own examples: each breaks exactly the rules that it is known to break."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from seqrkit import contract
from seqrkit.contract import CONTRADICTIONS, Example, examples
from seqrkit.errors import MessageError
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.soap import local
from seqrkit.suite.framework import Aspect, Case, CheckContext, PropertyGroup
from seqrkit.suite.oracles.message_cases import payload_of
from seqrkit.vocabulary import NEWEST, Interface

GROUP = PropertyGroup("examples")


@cache
def _examples(interface: Interface) -> Mapping[Case, Example]:
    """Return the examples of an interface, with the cases they make."""
    operations = contract.load(interface).operations
    found = {}
    for each in examples():
        if each.interface is interface:
            operation = each.name.partition(".")[0]
            found[Case(interface, operation * (operation in operations), each.name)] = each
    return found


@GROUP.property(source="each example's own", cases=_examples)
def known_findings(check: CheckContext) -> None:
    """An example of the references breaks exactly the rules that it is known to break."""
    example = _examples(check.interface)[check.case]
    found = check.contract.lint(example.envelope)
    ids, known = [each.id for each in found], list(example.findings)
    odd = next((rule for rule in (*known, *ids) if known.count(rule) != ids.count(rule)), None)
    check.expect(
        ids == known,
        f"{example}: the findings are {', '.join(ids) or 'none'}, expected "
        f"{', '.join(known) or 'none'}",
        rule=None if odd is None else contract.load(check.interface).rules.get(odd),
        envelope=example.envelope,
    )
    check.record(Aspect.BROKEN, *(f"{check.interface} {rule}" for rule in ids))


def _requests(interface: Interface) -> Iterator[Case]:
    """Yield the examples that are requests in an envelope that can be read."""
    for case, example in _examples(interface).items():
        readable = not any(rule.startswith("soap.") for rule in example.findings)
        if case.operation and readable and local(payload_of(example.envelope)) == case.operation:
            yield case


@GROUP.property(source="each example's own", cases=_requests)
def requests_are_read(check: CheckContext) -> None:
    """The endpoint reads every request that the references show, even an invalid one."""
    envelope = _examples(check.interface)[check.case].envelope
    try:
        call = wire_codec(check.interface).read(envelope)
    except MessageError as error:
        check.fail(f"the endpoint rejects it: {error}", envelope=envelope)
    check.expect(
        call.operation == check.case.operation and call.request is not None,
        f"the endpoint reads it as {call.operation}",
        envelope=envelope,
    )


def _contradictions(interface: Interface) -> Iterator[Case]:
    """Yield the contradictions that break a rule, each at the interface of its example."""
    shown_at = {key: each.interface for each in examples() for key in each.shows}
    for each in CONTRADICTIONS:
        if each.rules and shown_at.get(each.id, NEWEST) is interface:
            yield Case(interface, name=each.id)


@GROUP.property(source="the contradiction's two places", cases=_contradictions)
def contradictions_are_shown(check: CheckContext) -> None:
    """Every contradiction of the references that breaks a rule has an example that breaks it."""
    (contradiction,) = (each for each in CONTRADICTIONS if each.id == check.case.name)
    shown = (each.findings for each in examples() if contradiction.id in each.shows)
    broken = {rule for findings in shown for rule in findings}
    missing = [rule for rule in contradiction.rules if rule not in broken]
    check.expect(
        not missing,
        f"{contradiction} breaks {', '.join(missing)}, and no example shows it",
        rule=contract.load(check.interface).rules.get(missing[0]) if missing else None,
    )

"""The references' own examples: each has the findings that it is known to have, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqrkit import contract
from seqrkit.contract import CONTRADICTIONS, Example, examples
from seqrkit.errors import MessageError
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.soap import local
from seqrkit.suite.framework.check_context import Case
from seqrkit.suite.framework.contract_coverage import Aspect
from seqrkit.suite.framework.property import PropertyGroup
from seqrkit.suite.oracles.message_cases import payload_of
from seqrkit.vocabulary import NEWEST, Interface

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqrkit.suite.framework.check_context import CheckContext

GROUP = PropertyGroup("examples")


def _examples(interface: Interface) -> Iterator[Case]:
    for each in examples():
        if each.interface is interface:
            operation = each.name.partition(".")[0]
            known = operation in contract.load(interface).operations
            yield Case(interface, operation if known else "", each.name)


@GROUP.property(
    "known-findings",
    "An example of the references breaks the rules that it is known to break, and no other.",
    source="001 and 000, each example's own section",
    cases=_examples,
)
def _findings(check: CheckContext) -> None:
    example = _example(check.interface, check.case.name)
    found = check.contract.lint(example.envelope)
    ids, known = [each.id for each in found], list(example.findings)
    odd = next((rule for rule in (*known, *ids) if known.count(rule) != ids.count(rule)), None)
    check.expect(
        ids == known,
        f"{example} is known for {', '.join(known) or 'nothing'}; found is "
        f"{', '.join(ids) or 'nothing'}",
        rule=None if odd is None else contract.load(check.interface).rules.get(odd),
        envelope=example.envelope,
    )
    check.record(Aspect.BROKEN, *(f"{check.interface} {rule}" for rule in ids))


def _requests(interface: Interface) -> Iterator[Case]:
    """Those that are requests of an operation, in an envelope that can be read."""
    for case in _examples(interface):
        findings = _example(interface, case.name).findings
        if case.operation and not any(rule.startswith("soap.") for rule in findings):
            payload = payload_of(_example(interface, case.name).envelope)
            if local(payload) == case.operation:
                yield case


@GROUP.property(
    "requests-are-read",
    "A request that the references show is read by the endpoint, whatever is wrong with it.",
    source="001, each example's own section",
    cases=_requests,
)
def _read(check: CheckContext) -> None:
    envelope = _example(check.interface, check.case.name).envelope
    try:
        call = wire_codec(check.interface).read(envelope)
    except MessageError as error:
        check.fail(f"the endpoint refuses it: {error}", envelope=envelope)
    check.expect(
        call.operation == check.case.operation and call.request is not None,
        f"the endpoint reads it as {call.operation}",
        envelope=envelope,
    )


def _contradictions(interface: Interface) -> Iterator[Case]:
    """Those that break a rule, each at the interface whose example shows it."""
    first_message_by_rule = {key: each.interface for each in examples() for key in each.shows}
    for each in CONTRADICTIONS:
        if each.rules and first_message_by_rule.get(each.id, NEWEST) is interface:
            yield Case(interface, name=each.id)


@GROUP.property(
    "contradictions-are-shown",
    "A contradiction of the references that breaks a rule is shown by an example that breaks it.",
    source="001 and 000, the contradiction's two places",
    cases=_contradictions,
)
def _shown(check: CheckContext) -> None:
    (contradiction,) = (each for each in CONTRADICTIONS if each.id == check.case.name)
    shown = [each for each in examples() if contradiction.id in each.shows]
    broken = {rule for each in shown for rule in each.findings}
    missing = [rule for rule in contradiction.rules if rule not in broken]
    check.expect(
        not missing,
        f"{contradiction} breaks {', '.join(missing)}, and no example of it does",
        rule=contract.load(check.interface).rules.get(missing[0]) if missing else None,
    )


def _example(interface: Interface, name: str) -> Example:
    return next(each for each in examples() if (each.interface, each.name) == (interface, name))

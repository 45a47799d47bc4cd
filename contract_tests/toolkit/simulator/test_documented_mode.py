"""Documented mode rejects what the interface's own document forbids, with the rule's code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.messages import CONTRACTS
from contract_tests.toolkit.simulator.hosting import Hosted, hosted
from seqrkit import schemas, soap, strategies
from seqrkit.contract import Rule, Severity
from seqrkit.model_base import Request
from seqrkit.vocabulary import Interface, ResultCode

CODES = {
    "context.clientReference.max-length": 90,
    "context.clientRequestTimeout.enumeration": 90,
    "context.channel.max-length": 90,
    "context.password.required": 20,
    "context.initiatorPrincipalId.required": 29,
    "principalId.userId.required": 37,
    "sendInvoice.principal": 21,
    "invoice.title.required": 49,
    "invoice.footer.required": 49,
    "amount.value.pattern": 49,
    "invoice.notificationUrl.pattern": 64,
    "assignSeqrId.seqrId.pattern": 53,
    "markTransactionPeriod.parameters.keys": 90,
    "executeReport.parameters.keys": 90,
    "registerTerminal.externalTerminalId.required": 90,
    "registerTerminal.name.required": 90,
    "registerTerminal.password.required": 90,
    "registerTerminal.password.min-length": 0,
}
"""Some of the codes, as the table of documented mode and the documents' result codes say."""


@pytest.fixture(scope="module")
def documented() -> Iterator[Hosted]:
    with hosted(documented=True) as there:
        yield there


def own(interface: Interface, rule: Rule) -> bool:
    """Whether a rule is an error by the interface's own document."""
    title = schemas.documents()[CONTRACTS[interface].document].title
    return rule.severity is Severity.ERROR and rule.source.startswith(title)


CALLS = [
    (interface, operation)
    for interface in Interface
    for operation in CONTRACTS[interface].operations
]
EXEMPT = {"registerTerminal", "updateInvoice", "refundPayment"}
"""The operations for which some rules reject nothing, as `documented-mode.toml` says."""


def answer(there: Hosted, body: bytes, interface: Interface) -> tuple[int, str]:
    answer = there.post(body, interface=interface)
    outcome = soap.outcome_of(soap.read_payload(answer.content))
    if outcome.fault is not None:
        return -1, outcome.fault.reason or ""
    assert outcome.result_code is not None
    return outcome.result_code, outcome.result_description or ""


@pytest.mark.parametrize(("interface", "operation"), CALLS)
def test_error_rules_of_the_own_document_reject_and_no_others_do(
    interface: Interface, operation: str, documented: Hosted, lenient: Hosted
) -> None:
    for rule in strategies.broken_rules(operation, interface):
        if rule.source == "wire":
            continue  # the documents say nothing of the envelope and its elements
        first = next(strategies.broken_examples(operation, interface, rule=rule.id))
        by_default, _ = answer(lenient, first.envelope, interface)
        code, description = answer(documented, first.envelope, interface)
        if code == by_default:
            assert not own(interface, rule) or operation in EXEMPT, rule
        else:
            assert own(interface, rule), rule
            assert code in set(ResultCode) - {ResultCode.SUCCESS}
            assert rule.id in description
            assert str(rule.source) in description


@pytest.mark.parametrize("rule", CODES)
def test_some_codes_are_those_that_the_documents_name(rule: str, documented: Hosted) -> None:
    operation = next(
        name
        for name in CONTRACTS[Interface.CASHREGISTER_2].operations
        if rule in {each.id for each in strategies.broken_rules(name)}
    )
    first = next(strategies.broken_examples(operation, rule=rule))
    assert answer(documented, first.envelope, Interface.CASHREGISTER_2)[0] == CODES[rule]


@given(data=st.data())
def test_a_request_that_keeps_every_rule_is_carried_out(
    data: st.DataObject, documented: Hosted
) -> None:
    interface = data.draw(st.sampled_from(list(Interface)))
    operation = data.draw(st.sampled_from(list(CONTRACTS[interface].operations)))
    request = data.draw(strategies.valid(operation, interface))
    assert isinstance(request, Request)
    assert answer(documented, strategies.envelope(request, interface), interface)[0] == 0


def test_documented_and_strict_mode_can_be_combined() -> None:
    with hosted(documented=True, strict=True) as both:
        odd = next(strategies.broken_examples("sendInvoice", rule="invoice.title.required"))
        assert answer(both, odd.envelope, Interface.CASHREGISTER_2)[0] == 49
        odd = next(strategies.broken_examples("sendInvoice", rule="sendInvoice.unknown-element"))
        assert answer(both, odd.envelope, Interface.CASHREGISTER_2)[0] == -1

import pytest
from hypothesis import given, settings

from contract_tests.toolkit.messages import CONTRACTS
from contract_tests.toolkit.strategies.judges import NAMES, SOME, element_of, verdicts
from seqrkit import soap, strategies
from seqrkit.model_base import Request
from seqrkit.simulator.wire import wire

REQUESTS = [(i, name) for i, judge in CONTRACTS.items() for name in judge.operations]


@pytest.mark.parametrize(("interface", "name"), NAMES)
def test_a_valid_message_is_accepted_by_both_validators_and_has_no_findings(
    interface: str, name: str
) -> None:
    @settings(max_examples=SOME)
    @given(strategies.valid(name, interface))
    def judged(message: strategies.Message) -> None:
        element = element_of(interface, name, message)
        assert CONTRACTS[interface].lint_element(element) == ()
        assert verdicts(interface, element, "documented") == (True, True)
        assert verdicts(interface, element, "wire") == (True, True)

    judged()


@pytest.mark.parametrize(("interface", "name"), REQUESTS)
def test_what_is_written_is_what_the_endpoint_reads(interface: str, name: str) -> None:
    @settings(max_examples=SOME)
    @given(strategies.valid(name, interface))
    def read_back(message: strategies.Message) -> None:
        assert isinstance(message, Request)
        data = strategies.envelope(message, interface)
        assert wire(interface).read(data).request == message

    read_back()


def test_every_field_of_an_invoice_and_its_rows_comes_up() -> None:
    seen: set[str] = set()

    @settings(max_examples=150, database=None)
    @given(strategies.valid("sendInvoice"))
    def look(request: strategies.Message) -> None:
        seen.update(map(soap.local, element_of("cashregister-2", "sendInvoice", request).iter()))

    look()
    types = CONTRACTS["cashregister-2"].types
    fields = {
        field.name
        for name in ("clientContext", "invoice", "paymentInvoiceRow", "customerToken")
        for field in types[name].fields
    }
    assert fields <= seen


@pytest.mark.parametrize("make", [strategies.valid, strategies.broken, strategies.wild])
def test_an_unknown_message_is_refused_by_name(make: object) -> None:
    assert callable(make)
    with pytest.raises(LookupError, match="no message 'payInvoice'; it has sendInvoice"):
        make("payInvoice")

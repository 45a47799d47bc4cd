import pytest
from hypothesis import given, settings

from contract_tests.toolkit.messages import CONTRACTS
from seqrkit import soap, strategies
from seqrkit.suite.oracles.message_cases import element_of
from seqrkit.vocabulary import Interface


def test_every_field_of_an_invoice_and_its_rows_is_generated() -> None:
    seen: set[str] = set()

    @settings(max_examples=150, database=None)
    @given(strategies.valid("sendInvoice"))
    def look(request: strategies.Message) -> None:
        seen.update(
            map(soap.local, element_of(Interface.CASHREGISTER_2, "sendInvoice", request).iter())
        )

    look()
    types = CONTRACTS["cashregister-2"].types
    fields = {
        field.name
        for name in ("clientContext", "invoice", "paymentInvoiceRow", "customerToken")
        for field in types[name].fields
    }
    assert fields <= seen


@pytest.mark.parametrize("make", [strategies.valid, strategies.broken, strategies.wild])
def test_an_unknown_message_is_an_error_that_names_it(make: object) -> None:
    assert callable(make)
    with pytest.raises(LookupError, match="no message 'payInvoice'; it has sendInvoice"):
        make("payInvoice")

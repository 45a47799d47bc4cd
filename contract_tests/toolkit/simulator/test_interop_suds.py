"""suds-community, with nothing but the served description, lives a whole life too."""

from __future__ import annotations

from typing import Any

import pytest
import suds.client

from contract_tests.toolkit.simulator.life import endpoint, live
from seqrkit.simulator import PUBLISHED
from seqrkit.vocabulary import Interface


@pytest.mark.parametrize("interface", Interface)
def test_suds_lives_a_whole_life(interface: Interface) -> None:
    with endpoint() as there:
        client = suds.client.Client(there.url(interface) + "?wsdl", cache=None)

        def call(operation: str, **arguments: Any) -> Any:
            return getattr(client.service, operation)(**arguments)

        live(there, call, interface)


def test_objects_made_by_the_factory_are_understood() -> None:
    with endpoint() as there:
        client = suds.client.Client(there.url() + "?wsdl", cache=None)
        total = client.factory.create("amount")
        total.currency, total.value = "SEK", "5"
        terminal = client.factory.create("principalId")
        terminal.id, terminal.type = PUBLISHED.terminal_id, "TERMINALID"
        context = client.factory.create("clientContext")
        context.clientRequestTimeout = 0
        context.initiatorPrincipalId = terminal
        context.password = PUBLISHED.terminal_password
        row = client.factory.create("paymentInvoiceRow")
        row.itemQuantity = 1
        row.itemTotalAmount = total
        invoice = client.factory.create("invoice")
        invoice.invoiceRows = {"invoiceRow": [row]}
        invoice.totalAmount = total
        sent = client.service.sendInvoice(context, invoice)
        assert sent.resultCode == 0
        assert sent.invoiceQRCode == f"HTTP://SEQR.SE/R{sent.invoiceReference}"

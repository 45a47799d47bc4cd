"""One call of every operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from contract_tests.toolkit.messages import CONTRACTS, INTERFACES
from seqrkit import model
from seqrkit.client import Client, Credentials
from seqrkit.simulator.wire.codec import wire_codec

CREDENTIALS = Credentials(
    terminal_id="till-1",
    terminal_password="till & pass",
    reseller_id="shop",
    reseller_user="9900",
    reseller_password="shop <pass>",
)
INVOICE = model.Invoice(
    title="Grand Cinema",
    client_invoice_id="42",
    cashier_id="Bob",
    footer="Enjoy the film",
    invoice_rows=[
        model.InvoiceRow(
            item_description="Movie ticket", item_quantity=1, item_total_amount="149.99 SEK"
        )
    ],
    total_amount="149.99 SEK",
)
RECEIPT = model.ReceiptDocument(
    mime_type="text/html", receipt_data=b"<p>149.99</p>", receipt_type="PAYMENT_RECEIPT"
)
CREDIT = model.CreditUserRequest(user_id="user1", amount="5.00 EUR", correlation_id="c1")
CALLS: Mapping[str, Callable[[Client], model.Reply]] = {
    "sendInvoice": lambda client: client.send_invoice(INVOICE),
    "updateInvoice": lambda client: client.update_invoice(
        "1397222701693",
        attrs.evolve(
            INVOICE, payment_mode="IMMEDIATE_DEBIT", acknowledgment_mode="NO_ACKNOWLEDGMENT"
        ),
        [model.CustomerToken(description="Club", id="club", status=1, value="7")],
    ),
    "getPaymentStatus": lambda client: client.get_payment_status("1397222701693", 2),
    "cancelInvoice": lambda client: client.cancel_invoice("1397222701693"),
    "commitReservation": lambda client: client.commit_reservation("1397222701693"),
    "submitPaymentReceipt": lambda client: client.submit_payment_receipt("2026", RECEIPT),
    "refundPayment": lambda client: client.refund_payment("2026", INVOICE),
    "creditUser": lambda client: client.credit_user(CREDIT),
    "registerTerminal": lambda client: client.register_terminal("till-2", "s3cret", "Till 2"),
    "unregisterTerminal": lambda client: client.unregister_terminal(),
    "assignSeqrId": lambda client: client.assign_seqr_id("cinema1"),
    "markTransactionPeriod": lambda client: client.mark_transaction_period({"TERMINALID": "7"}),
    "executeReport": lambda client: client.execute_report(
        "STD_RECON_001", "en", {"transactionPeriodId": "1"}
    ),
}
OPERATIONS = [
    (interface, operation)
    for interface in INTERFACES
    for operation in CONTRACTS[interface].operations
]


def posted(client: Client, index: int = -1) -> Any:
    """A request as the endpoint's reader reads it."""
    exchange = client.exchanges[index]
    request = wire_codec(exchange.interface).read(exchange.request).request
    assert request is not None
    return request

"""A shop that sends invoices."""

from __future__ import annotations

from typing import Any

from seqrkit.client import Client
from seqrkit.client.credentials import Credentials
from seqrkit.model import Invoice, InvoiceRow, SendInvoiceReply
from seqrkit.simulator import PUBLISHED, Endpoint

TICKET = InvoiceRow(
    item_description="Movie ticket", item_quantity=2, item_total_amount="149.99 SEK"
)
BACK = "https://shop.example/thanks?order=42"
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


class Shop:
    """The published test terminal at an endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.client = Client(
            endpoint.url(),
            Credentials(
                terminal_id=PUBLISHED.terminal_id, terminal_password=PUBLISHED.terminal_password
            ),
            clock=endpoint.clock,
        )

    def send(self, **terms: Any) -> SendInvoiceReply:
        """Send the cinema's invoice with some other values."""
        usual = {
            "title": "Grand Cinema",
            "client_invoice_id": "42",
            "cashier_id": "Bob",
            "footer": "Enjoy the film",
            "invoice_rows": (TICKET,),
            "total_amount": "149.99 SEK",
            "back_url": BACK,
        }
        return self.client.send_invoice(Invoice(**(usual | terms)))

    def status(self, reply: SendInvoiceReply) -> str:
        """Return the status of a payment."""
        return str(self.client.get_payment_status(reply.invoice_reference).status)

"""A call of the client, recorded and linted, against plain zeep making the same call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import zeep

import seqrkit
from benchmarks.figures import Figure, alternate, millis, ratio
from benchmarks.messages import PASSWORD, TERMINAL
from benchmarks.processes import server
from seqrkit.vocabulary import NEWEST, PATHS

ISSUED = datetime(2026, 1, 1, 12, tzinfo=UTC)


def measure(seconds: float) -> Iterator[Figure]:
    """The same sendInvoice to the same endpoint, each over a connection of its own, kept alive."""
    with (
        TemporaryDirectory() as home,
        server("seqrkit", "serve", "--db", str(Path(home, "client.db"))) as port,
    ):
        url = f"http://127.0.0.1:{port}{PATHS[NEWEST]}"
        client = seqrkit.connect(url, terminal_id=TERMINAL, terminal_password=PASSWORD, quiet=True)
        service = zeep.Client(f"{url}?wsdl").service
        ours, theirs = alternate(
            [lambda: client.send_invoice(_invoice()), lambda: _plain(service)], seconds
        )
        assert not client.exchanges[-1].findings
    yield Figure(
        what="a client call, recorded and linted",
        against="plain zeep making the same call",
        ours=millis(ours),
        theirs=millis(theirs),
        measured=ratio(ours, theirs),
        asked=1.25,
    )


def _invoice() -> seqrkit.Invoice:
    ticket = seqrkit.InvoiceRow(
        item_description="Movie ticket", item_quantity=1, item_total_amount="149.99 SEK"
    )
    return seqrkit.Invoice(
        issue_date=ISSUED,
        title="Grand Cinema",
        client_invoice_id="42",
        invoice_rows=[ticket],
        total_amount="149.99 SEK",
        cashier_id="Bob",
        footer="Enjoy the film",
    )


def _plain(service: zeep.proxy.ServiceProxy) -> None:
    amount = {"currency": "SEK", "value": Decimal("149.99")}
    row = {"itemDescription": "Movie ticket", "itemQuantity": 1, "itemTotalAmount": amount}
    reply = service.sendInvoice(
        context={
            "channel": "WS",
            "clientId": "benchmark 1.0",
            "clientReference": "0123456789abcdef",
            "clientRequestTimeout": 0,
            "initiatorPrincipalId": {"id": TERMINAL, "type": "TERMINALID"},
            "password": PASSWORD,
        },
        invoice={
            "paymentMode": "IMMEDIATE_DEBIT",
            "acknowledgmentMode": "NO_ACKNOWLEDGMENT",
            "issueDate": ISSUED,
            "title": "Grand Cinema",
            "clientInvoiceId": "42",
            "invoiceRows": {"invoiceRow": [row]},
            "totalAmount": amount,
            "cashierId": "Bob",
            "footer": "Enjoy the film",
        },
    )
    assert reply.resultCode == 0

"""The invoices, the loyalty card and the receipt of the demo scenario, in SEK."""

from __future__ import annotations

from typing import Final

from seqrkit.model import CustomerToken, Invoice, InvoiceRow, ReceiptDocument
from seqrkit.money import Amount
from seqrkit.vocabulary import AcknowledgmentMode, PaymentMode, ReceiptType, TokenStatus

SHOP: Final = "Grand Cinema"
TERMINAL_PASSWORD: Final = "popcorn-2026"  # noqa: S105 - of a terminal that the demo unregisters


def _invoice(
    number: str,
    rows: dict[str, str],
    total: str,
    mode: PaymentMode = PaymentMode.IMMEDIATE_DEBIT,
    acknowledgment: AcknowledgmentMode = AcknowledgmentMode.NO_ACKNOWLEDGMENT,
) -> Invoice:
    return Invoice(
        payment_mode=mode,
        acknowledgment_mode=acknowledgment,
        title=SHOP,
        client_invoice_id=number,
        invoice_rows=[
            InvoiceRow(item_description=item, item_quantity=1, item_total_amount=amount)
            for item, amount in rows.items()
        ],
        total_amount=total,
        cashier_id="Bob",
        footer="Enjoy the film",
    )


TICKETS: Final = _invoice("1001", {"Tickets": "260.00 SEK", "Popcorn": "45.50 SEK"}, "305.50 SEK")
POPCORN: Final = _invoice("1001", {"Popcorn": "45.50 SEK"}, "45.50 SEK")
MEMBER: Final = _invoice(
    "1002",
    {"Ticket": "130.00 SEK"},
    "130.00 SEK",
    acknowledgment=AcknowledgmentMode.REQUIRE_ACKNOWLEDGMENT,
)
MEMBER_PRICE: Final = _invoice(
    "1002", {"Ticket": "130.00 SEK", "Member discount": "-30.00 SEK"}, "100.00 SEK"
)
BAR_TAB: Final = _invoice(
    "1003", {"Bar tab": "500.00 SEK"}, "500.00 SEK", PaymentMode.RESERVATION_REQUIRED
)
BAR_TAB_SPENT: Final = Amount.of("387.00 SEK")
SWEETS: Final = _invoice("1004", {"Sweets": "32.00 SEK", "Lemonade": "28.00 SEK"}, "60.00 SEK")
PRIZE: Final = Amount.of("25.00 SEK")
CARD: Final = CustomerToken(
    id="GRAND_MEMBER",
    description="Grand Cinema member",
    value="2610411111110",
    status=TokenStatus.USED,
)
RECEIPT: Final = ReceiptDocument(
    mime_type="text/html",
    receipt_data=b"<html><body><h1>Grand Cinema</h1><p>305.50 SEK</p></body></html>",
    receipt_type=ReceiptType.PAYMENT_RECEIPT,
)

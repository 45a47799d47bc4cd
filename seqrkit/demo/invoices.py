"""What is bought, refunded and put on a tab at the cinema of the demo, in SEK."""

from __future__ import annotations

from html import escape
from typing import Final

from seqrkit import soap
from seqrkit.model import Invoice, InvoiceRow
from seqrkit.money import Amount
from seqrkit.vocabulary import NAMESPACE, AcknowledgmentMode, PaymentMode

SHOP: Final = "Grand Cinema"
TERMINAL_PASSWORD: Final = "popcorn-2026"  # noqa: S105 - of a terminal that lives for one story


def _row(description: str, total: str, quantity: int = 1) -> InvoiceRow:
    return InvoiceRow(item_description=description, item_quantity=quantity, item_total_amount=total)


def _bill(
    number: str,
    *rows: InvoiceRow,
    total: str,
    mode: PaymentMode = PaymentMode.IMMEDIATE_DEBIT,
    acknowledgment: AcknowledgmentMode = AcknowledgmentMode.NO_ACKNOWLEDGMENT,
) -> Invoice:
    return Invoice(
        payment_mode=mode,
        acknowledgment_mode=acknowledgment,
        title=SHOP,
        client_invoice_id=number,
        invoice_rows=rows,
        total_amount=total,
        cashier_id="Bob",
        footer="Enjoy the film",
    )


TICKETS: Final = _bill(
    "1001",
    _row("Movie ticket", "260.00 SEK", 2),
    _row("Popcorn", "45.50 SEK"),
    total="305.50 SEK",
)
POPCORN_BACK: Final = _bill("1001", _row("Popcorn", "45.50 SEK"), total="45.50 SEK")
MEMBER: Final = _bill(
    "1002",
    _row("Movie ticket", "130.00 SEK"),
    total="130.00 SEK",
    acknowledgment=AcknowledgmentMode.REQUIRE_ACKNOWLEDGMENT,
)
MEMBER_PRICE: Final = _bill(
    "1002",
    _row("Movie ticket", "130.00 SEK"),
    _row("Member's discount", "-30.00 SEK"),
    total="100.00 SEK",
)
TAB: Final = _bill(
    "1003", _row("Bar tab", "500.00 SEK"), total="500.00 SEK", mode=PaymentMode.RESERVATION_REQUIRED
)
TAB_SPENT: Final = Amount.of("387.00 SEK")
SWEETS: Final = _bill("1004", _row("Sweets", "32.00 SEK"), total="32.00 SEK")
SWEETS_AND_DRINK: Final = _bill(
    "1004", _row("Sweets", "32.00 SEK"), _row("Lemonade", "28.00 SEK"), total="60.00 SEK"
)
CARD_ID: Final = "GRAND_MEMBER"
CARD_NAME: Final = "Grand Cinema member"
CARD_VALUE: Final = "2610411111110"
PRIZE: Final = Amount.of("25.00 SEK")
RECEIPT: Final = (
    "<html><body><h1>Grand Cinema</h1><p>2 tickets, popcorn</p><p>305.50 SEK</p></body></html>"
)

BY_HAND_BREAKS: Final = frozenset(
    {
        "context.channel.recommended",
        "invoice.clientInvoiceId.required",
        "invoice.footer.required",
        "invoice.issueDate.required",
        "invoice.out-of-order",
        "invoice.paymentMode.required",
    }
)
"""What the linter finds in the bill written by hand: all that the reference's own example does."""


def by_hand(terminal_id: str, reference: str) -> bytes:
    """A sendInvoice with the omissions, the order and the channel of the reference's example.

    Its password is masked, as in a saved envelope; the client that sends it puts its own there.
    """
    return f"""\
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ext="{NAMESPACE}">
  <soapenv:Header/>
  <soapenv:Body>
    <ext:sendInvoice>
      <context>
        <channel>extWS</channel>
        <clientId>till by hand</clientId>
        <clientReference>{escape(reference)}</clientReference>
        <clientRequestTimeout>0</clientRequestTimeout>
        <initiatorPrincipalId>
          <id>{escape(terminal_id)}</id>
          <type>TERMINALID</type>
        </initiatorPrincipalId>
        <password>{soap.MASK}</password>
      </context>
      <invoice>
        <acknowledgmentMode>NO_ACKNOWLEDGMENT</acknowledgmentMode>
        <title>{SHOP}</title>
        <cashierId>Bob</cashierId>
        <invoiceRows>
          <invoiceRow>
            <itemDescription>Sweets</itemDescription>
            <itemQuantity>1</itemQuantity>
            <itemTotalAmount>
              <currency>SEK</currency>
              <value>32.00</value>
            </itemTotalAmount>
          </invoiceRow>
        </invoiceRows>
        <totalAmount>
          <currency>SEK</currency>
          <value>32.00</value>
        </totalAmount>
      </invoice>
    </ext:sendInvoice>
  </soapenv:Body>
</soapenv:Envelope>
""".encode()

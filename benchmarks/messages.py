"""The two requests that every endpoint is asked with, as bytes on the wire."""

from __future__ import annotations

from seqrkit.vocabulary import NAMESPACE

TERMINAL, PASSWORD = "public_test_shop_terminal", "12345678"
"""The terminal that every endpoint of ours knows at the start, as the vendor published it."""

_CONTEXT = f"""<context>
        <channel>WS</channel>
        <clientId>benchmark 1.0</clientId>
        <clientReference>0123456789abcdef</clientReference>
        <clientRequestTimeout>0</clientRequestTimeout>
        <initiatorPrincipalId>
          <id>{TERMINAL}</id>
          <type>TERMINALID</type>
        </initiatorPrincipalId>
        <password>{PASSWORD}</password>
      </context>"""

_INVOICE = """<invoice>
        <paymentMode>IMMEDIATE_DEBIT</paymentMode>
        <acknowledgmentMode>NO_ACKNOWLEDGMENT</acknowledgmentMode>
        <issueDate>2026-01-01T12:00:00Z</issueDate>
        <title>Grand Cinema</title>
        <clientInvoiceId>42</clientInvoiceId>
        <invoiceRows>
          <invoiceRow>
            <itemDescription>Movie ticket</itemDescription>
            <itemQuantity>1</itemQuantity>
            <itemTotalAmount>
              <currency>SEK</currency>
              <value>149.99</value>
            </itemTotalAmount>
          </invoiceRow>
        </invoiceRows>
        <totalAmount>
          <currency>SEK</currency>
          <value>149.99</value>
        </totalAmount>
        <cashierId>Bob</cashierId>
        <footer>Enjoy the film</footer>
      </invoice>"""


def _envelope(operation: str, content: str) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ext="{NAMESPACE}">
  <soapenv:Body>
    <ext:{operation}>
      {_CONTEXT}
      {content}
    </ext:{operation}>
  </soapenv:Body>
</soapenv:Envelope>
""".encode()


SEND_INVOICE = _envelope("sendInvoice", _INVOICE)
"""A valid invoice of one row."""


def get_payment_status(reference: str) -> bytes:
    """A valid question for the state of an invoice, by its invoiceReference."""
    return _envelope(
        "getPaymentStatus",
        f"<invoiceReference>{reference}</invoiceReference>\n"
        "      <invoiceVersion>0</invoiceVersion>",
    )

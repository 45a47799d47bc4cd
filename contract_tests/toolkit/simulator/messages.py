"""Messages as text, taken apart so that a test can put something else in one place."""

from __future__ import annotations

from seqrkit.soap import ENVELOPE_NAMESPACE
from seqrkit.vocabulary import NAMESPACE

CONTEXT = """<context>
  <channel>WS</channel>
  <clientId>till</clientId>
  <clientReference>0001</clientReference>
  <clientRequestTimeout>0</clientRequestTimeout>
  <initiatorPrincipalId><id>public_test_shop_terminal</id><type>TERMINALID</type></initiatorPrincipalId>
  <password>12345678</password>
</context>"""

ROW = """<invoiceRow>
  <itemDescription>Ticket</itemDescription>
  <itemQuantity>1</itemQuantity>
  <itemTotalAmount><currency>SEK</currency><value>149.99</value></itemTotalAmount>
</invoiceRow>"""

TOTAL = "<totalAmount><currency>SEK</currency><value>149.99</value></totalAmount>"


def invoice(*, more: str = "", row: str = ROW, total: str = TOTAL) -> str:
    """An invoice; `more` comes before its rows."""
    return (
        f"<invoice><paymentMode>IMMEDIATE_DEBIT</paymentMode><title>Cinema</title>{more}"
        f"<invoiceRows>{row}</invoiceRows>{total}<cashierId>Bob</cashierId></invoice>"
    )


def envelope(body: str, *, header: str = "") -> bytes:
    """An envelope around the content of a Body."""
    return (
        f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE_NAMESPACE}" xmlns:ext="{NAMESPACE}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{header}<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    ).encode()


def call(operation: str, content: str = "", *, context: str = CONTEXT, header: str = "") -> bytes:
    """An envelope with an operation."""
    body = f"<ext:{operation}>{context}{content}</ext:{operation}>"
    return envelope(body, header=header)


def send_invoice(**parts: str) -> bytes:
    """A sendInvoice whose invoice has these parts."""
    return call("sendInvoice", invoice(**parts))


PLAIN = send_invoice()

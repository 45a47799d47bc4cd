"""Plays a register, or a webshop, that passes each test of its procedure."""

from __future__ import annotations

import secrets
from typing import Final

from seqrkit.model import Invoice, InvoiceRow, ReceiptDocument, SendInvoiceReply
from seqrkit.money import Amount
from seqrkit.session import Session

_WAIT: Final = 31.0
"""Seconds until the first invoice is polled again after the second one was sent; at least 30."""
_PRICE: Final = Amount.of("10.00 SEK")


def rehearse(seqr: Session, procedure: str) -> None:
    """Play a procedure with the simulated buyer; the session's journal has the exchanges.

    The requests are paced by the session's clock. Raises `ConfigurationError` if the endpoint has
    no simulated phone, and what the operations raise.
    """
    phone = seqr.phone
    is_pos = procedure == "pos"
    till = _registered(seqr) if is_pos else seqr
    sold = _send(till)
    till.get_payment_status(sold)
    phone.scan(sold.qr).pay()
    seqr.clock.sleep(1)
    paid = till.get_payment_status(sold)
    till.submit_payment_receipt(paid, ReceiptDocument.html("<p>Tea 10.00 SEK</p>"))
    till.refund_payment(paid, _invoice())
    given_up = _send(till)
    seqr.clock.sleep(_WAIT)
    till.get_payment_status(sold, paid.version or 0)
    till.get_payment_status(given_up)
    till.cancel_invoice(given_up)
    seqr.mark_transaction_period()
    if is_pos:
        till.unregister_terminal()


def _registered(seqr: Session) -> Session:
    """Return the session as a new terminal with a static code."""
    tag, password = secrets.token_hex(4), secrets.token_urlsafe(12)
    terminal = seqr.register_terminal(f"rehearsal-{tag}", password, "Rehearsal").terminal_id
    till = seqr.as_terminal(terminal or "", password)
    till.assign_seqr_id(f"REHEARSAL{tag}")
    return till


def _send(till: Session) -> SendInvoiceReply:
    return till.send_invoice(_invoice())


def _invoice() -> Invoice:
    row = InvoiceRow(item_description="Tea", item_quantity=1, item_total_amount=_PRICE)
    return Invoice(
        title="Tea",
        client_invoice_id=f"rehearsal-{secrets.token_hex(6)}",
        invoice_rows=[row],
        total_amount=_PRICE,
        cashier_id="1",
        footer="Thank you",
    )

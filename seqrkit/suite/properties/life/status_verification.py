"""What getPaymentStatus must say of a sale."""

from __future__ import annotations

from typing import Any

from seqrkit import contract, schemas
from seqrkit.model import PaymentStatusReply
from seqrkit.suite.properties.life.reference_model import Sale
from seqrkit.vocabulary import USER_TOKEN, Interface, InvoiceStatus


def status_discrepancies(sale: Sale, reply: PaymentStatusReply, interface: Interface) -> list[str]:
    """Return the differences between a reply of getPaymentStatus and the model."""
    paid = sale.status is InvoiceStatus.PAID
    status = sale.status
    is_published = status in schemas.published_values("invoiceStatus", interface)
    if not is_published and reply.status is InvoiceStatus.ISSUED:
        status = InvoiceStatus.ISSUED  # an older interface may lack PARTIALLY_PAID (assumed)
    receipt = reply.receipt
    sold = receipt.invoice if receipt else None
    tokens = reply.customer_tokens or ()
    cards = [((each.id or "", each.value or ""), each.status) for each in tokens]
    known = [(card, token) for card, token in cards if card[0] != USER_TOKEN]
    named = len(cards) - len(known)
    # Only gaming partners get the token, and whether the shop is one only the service knows.
    can_name = paid or sale.status is InvoiceStatus.RESERVED
    can_name = can_name and "creditUser" in contract.load(interface).operations
    pairs: dict[str, tuple[Any, Any]] = {
        "status": (reply.status, status),
        "version": (reply.version, sale.version),
        "presence of ersReference": (bool(reply.ers_reference), paid),
        "presence of receipt": (receipt is not None, paid),
        "paymentReference": (receipt and receipt.payment_reference, reply.ers_reference),
        "total of the receipt": (
            sold and sold.total_amount and sold.total_amount.value,
            sale.total if paid else None,
        ),
        "cashierId of the receipt": (sold and sold.cashier_id, sale.cashier if paid else None),
        "customerTokens": (sorted(known), sorted(sale.cards.items())),
        f"number of {USER_TOKEN} tokens": (named, min(named, int(can_name))),
    }
    return [
        f"{name} is {found}, expected {expected}"
        for name, (found, expected) in pairs.items()
        if found != expected
    ]

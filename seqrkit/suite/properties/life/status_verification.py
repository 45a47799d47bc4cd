"""What getPaymentStatus must say of a sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seqrkit import contract
from seqrkit.vocabulary import USER_TOKEN, InvoiceStatus

if TYPE_CHECKING:
    from seqrkit.model import PaymentStatusReply
    from seqrkit.suite.properties.life.reference_model import Sale
    from seqrkit.vocabulary import Interface


def status_discrepancies(sale: Sale, reply: PaymentStatusReply, interface: Interface) -> list[str]:
    """Return the differences between a reply of getPaymentStatus and the model."""
    paid = sale.status is InvoiceStatus.PAID
    status = sale.status
    if status not in contract.load(interface).field("getPaymentStatusResponse.status").enumeration:
        status = InvoiceStatus.ISSUED  # an older interface cannot say PARTIALLY_PAID (assumed)
    receipt = reply.receipt
    sold = receipt.invoice if receipt else None
    tokens = reply.customer_tokens or ()
    cards = [((each.id or "", each.value or ""), each.status) for each in tokens]
    known = [(card, token) for card, token in cards if card[0] != USER_TOKEN]
    has_user = sale.status in {InvoiceStatus.PAID, InvoiceStatus.RESERVED}
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
        f"number of {USER_TOKEN} tokens": (len(cards) - len(known), int(has_user)),
    }
    return [
        f"{name} is {found}, expected {expected}"
        for name, (found, expected) in pairs.items()
        if found != expected
    ]

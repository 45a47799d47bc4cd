"""What getPaymentStatus must say of a sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seqrkit import contract
from seqrkit.suite.framework.shop import USER_TOKEN
from seqrkit.vocabulary import InvoiceStatus

if TYPE_CHECKING:
    from seqrkit.model import PaymentStatusReply
    from seqrkit.suite.properties.life.reference_model import Sale
    from seqrkit.vocabulary import Interface


def untrue(sale: Sale, reply: PaymentStatusReply, interface: Interface) -> list[str]:
    """What getPaymentStatus does not say as it must, a sentence each."""
    paid = sale.status is InvoiceStatus.PAID
    said = sale.status
    if said not in contract.load(interface).field("getPaymentStatusResponse.status").enumeration:
        said = InvoiceStatus.ISSUED  # the older one has no word for a part that is paid (assumed)
    receipt = reply.receipt
    sold = receipt.invoice if receipt else None
    tokens = reply.customer_tokens or ()
    cards = [((each.id or "", each.value or ""), each.status) for each in tokens]
    known = [(card, status) for card, status in cards if card[0] != USER_TOKEN]
    pairs: dict[str, tuple[Any, Any]] = {
        "status": (reply.status, said),
        "version": (reply.version, sale.version),
        "having an ersReference": (bool(reply.ers_reference), paid),
        "having a receipt": (receipt is not None, paid),
        "the receipt's paymentReference": (
            receipt.payment_reference if receipt else None,
            reply.ers_reference,
        ),
        "the receipt's total": (
            sold and sold.total_amount and sold.total_amount.value,
            sale.total if paid else None,
        ),
        "the receipt's cashierId": (sold and sold.cashier_id, sale.cashier if paid else None),
        "tokens": (sorted(known), sorted(sale.cards.items())),
        "the number of tokens of the user": (
            len(cards) - len(known),
            int(sale.status in {InvoiceStatus.PAID, InvoiceStatus.RESERVED}),
        ),
    }
    return [
        f"{what} is {found}, not {wanted}"
        for what, (found, wanted) in pairs.items()
        if found != wanted
    ]

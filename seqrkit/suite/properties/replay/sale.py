"""A sale to the end, whatever its terms are, and what must be known of it then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import attrs

from seqrkit.model import CustomerToken, InvoiceRow
from seqrkit.qr import invoice_code
from seqrkit.vocabulary import InvoiceStatus

if TYPE_CHECKING:
    from seqrkit.model import Invoice
    from seqrkit.suite.framework.shop import Shop, Till

_DATE: Final = "issue_date"


def sells(till: Till, reference: str, invoice: Invoice) -> None:
    """The buyer scans and pays; the till acknowledges tokens and commits a reservation."""
    bill = till.session.phone.scan(invoice_code(reference))
    if bill.waiting:
        till.session.update_invoice(reference, invoice)
    bill.pay()
    if bill.status is InvoiceStatus.RESERVED:
        till.session.commit_reservation(reference)


def as_sold(shop: Shop, reference: str, invoice: Invoice) -> Iterator[str]:
    """What is not as the invoice has it: status, receipt and the row in the books."""
    reply = shop.till.status(reference)
    if reply.status is not InvoiceStatus.PAID or reply.receipt is None:
        yield f"the status is {reply.status}, not PAID and with a receipt"
        return
    receipt = reply.receipt
    if receipt.payment_reference != reply.ers_reference or not reply.ers_reference:
        yield f"the paymentReference is {receipt.payment_reference}, not the ersReference"
    for field in attrs.fields(type(invoice)):
        sent, kept = getattr(invoice, field.name), getattr(receipt.invoice, field.name, None)
        if sent is not None and field.name == _DATE and kept is not None:
            kept = kept if sent.tzinfo else kept.replace(tzinfo=None)
        if sent is not None and told(kept) != told(sent):
            yield f"the receipt's {field.name} is {kept!r}, and {sent!r} was sent"
    assert invoice.total_amount is not None  # noqa: S101 - it is required
    moved = [(row.ers_reference, row.amount, row.terminal_id) for row in shop.transactions()]
    wanted = [(reply.ers_reference, invoice.total_amount.value, shop.till.terminal_id)]
    if moved != wanted:
        yield f"the report has {moved}, not {wanted}"


def told(value: object) -> object:
    """What a value says: an empty text is none on the wire, and so is an empty list."""
    if isinstance(value, tuple):
        return [told(each) for each in value] or None
    if isinstance(value, InvoiceRow | CustomerToken):
        return [told(getattr(value, field.name)) for field in attrs.fields(type(value))]
    return None if value == "" else value

"""A terminal at which a shop sells, and the invoices that it sends."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from attrs import frozen

from seqrkit.model import Invoice, InvoiceRow, PaymentStatusReply
from seqrkit.money import Amount
from seqrkit.session import Session
from seqrkit.suite.framework.buyer import Buyer
from seqrkit.vocabulary import USER_TOKEN, AcknowledgmentMode, PaymentMode

TOTAL: Final = "100.00 SEK"
ISSUED: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""The date of invoices: always the same, so that a run can be repeated to the byte."""


class Payment(NamedTuple):
    """A final payment; `user_id` is the buyer's, for creditUser."""

    reference: str
    ers_reference: str
    user_id: str


@frozen
class Till:
    """A terminal: the session's own, or a cash register that the suite has registered."""

    session: Session
    terminal_id: str
    buyer_pays: Buyer
    """Has the buyer pay or reserve an invoice that needs no acknowledgment."""

    @property
    def seqr_id(self) -> str:
        """A seqrId that only this terminal uses."""
        return "SUITE" + "".join(filter(str.isalnum, self.terminal_id))

    @property
    def code_of_unknown(self) -> int:
        """The result code of a status of an unknown invoice; a refused terminal has another."""
        return int(self.session.get_payment_status("0", check=False).result_code)

    def send(self, total: Amount | str = TOTAL, **fields: Any) -> str:
        """Send an invoice, see `bill`; return its reference."""
        reply = self.session.send_invoice(bill(total, **fields))
        return reply.invoice_reference or ""

    def status(self, reference: str, version: int | None = 0) -> PaymentStatusReply:
        """Call getPaymentStatus, which makes a payment final; `version` is the latest one seen."""
        return self.session.get_payment_status(reference, version or 0)

    def reserved(self, total: Amount | str = TOTAL) -> str:
        """Send an invoice and have the buyer reserve its total; return its reference."""
        reference = self.send(total, payment_mode=PaymentMode.RESERVATION_REQUIRED)
        self.buyer_pays(reference)
        return reference

    def paid(self, total: Amount | str = TOTAL) -> Payment:
        """Send an invoice, have the buyer pay it, and return the final payment."""
        reference = self.send(total)
        self.buyer_pays(reference)
        reply = self.status(reference)
        users = (each.value for each in reply.customer_tokens or () if each.id == USER_TOKEN)
        return Payment(reference, reply.ers_reference or "", next(users, None) or "")


def bill(total: Amount | str = TOTAL, **fields: Any) -> Invoice:
    """Return an invoice that keeps every rule and is debited at once unless `fields` differ."""
    amount = Amount.of(total)
    row = InvoiceRow(item_description="Ticket", item_quantity=1, item_total_amount=amount)
    usual: dict[str, Any] = {
        "payment_mode": PaymentMode.IMMEDIATE_DEBIT,
        "acknowledgment_mode": AcknowledgmentMode.NO_ACKNOWLEDGMENT,
        "issue_date": ISSUED,
        "title": "Grand Cinema",
        "client_invoice_id": "42",
        "cashier_id": "Bob",
        "footer": "Enjoy the film",
        "invoice_rows": (row,),
        "total_amount": amount,
    }
    return Invoice(**(usual | fields))

"""The model of a sale that the endpoint is compared with.

It is small, and independent of the endpoint's own state machine. A method for a request returns the
result code that the endpoint must answer; a method for an action of the buyer returns whether the
phone accepts it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Final

from seqrkit.vocabulary import AcknowledgmentMode, InvoiceStatus, PaymentMode, ResultCode

NOTHING: Final = Decimal(0)
# Typed again on purpose: a model that takes its figures from the endpoint proves nothing.
REVERSED_AFTER: Final = timedelta(seconds=20)
"""The time after which a payment that no getPaymentStatus has returned is reversed."""
RESERVED_FOR: Final = timedelta(seconds=3600)
"""The time of a reservation without commitReservationTimeout (assumed)."""
_OPEN: Final = (InvoiceStatus.ISSUED, InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE)
_PAYABLE: Final = (InvoiceStatus.ISSUED, InvoiceStatus.PARTIALLY_PAID)
_ENDED: Final = (InvoiceStatus.CANCELED, InvoiceStatus.FAILED)
Card = tuple[str, str]
"""The id and value of a token."""


@dataclass(frozen=True)
class Terms:
    """The terms of payment of an invoice."""

    mode: PaymentMode = PaymentMode.IMMEDIATE_DEBIT
    acknowledgment: AcknowledgmentMode | None = AcknowledgmentMode.NO_ACKNOWLEDGMENT
    seconds: int | None = None
    """The commitReservationTimeout."""


@dataclass
class Sale:
    """An invoice and its state; times are those since the modelled shop opened."""

    reference: str
    till: int
    terms: Terms
    total: Decimal
    cashier: str
    status: InvoiceStatus = InvoiceStatus.ISSUED
    version: int = 0
    paid: Decimal = NOTHING
    reserved: Decimal = NOTHING
    refunded: Decimal = NOTHING
    scanned: bool = False
    acknowledged: bool = False
    confirming: bool = False
    cards: dict[Card, int] = field(default_factory=dict)
    """The status of each token, in the order of arrival."""
    due: timedelta | None = None
    """When a payment is reversed, or a reservation lapses."""
    ers_reference: str | None = None
    """The ersReference of the payment, once a reply has named it."""

    def change_to(self, status: InvoiceStatus) -> None:
        """Change the status, which raises the version and closes the PIN dialog."""
        self.version += self.status is not status
        self.status, self.confirming, self.due = status, False, None

    # Actions of the buyer: whether the phone accepts them

    @property
    def payable(self) -> bool:
        """Whether the buyer can pay now."""
        return self.scanned and self.status in _PAYABLE

    def scan(self, offered: tuple[Card, ...]) -> bool:
        """Scan, offering cards; a new card may make the invoice wait for acknowledgment."""
        if self.status in (*_OPEN, *_PAYABLE):
            self.scanned = True
            fresh = [card for card in offered if card not in self.cards]
            self.cards |= dict.fromkeys(fresh, 0)
            if self.status is InvoiceStatus.ISSUED and self._waits(offers=bool(fresh)):
                self.change_to(InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE)
            elif fresh:
                self.version += 1
        return True

    def _waits(self, *, offers: bool) -> bool:
        if self.terms.acknowledgment is AcknowledgmentMode.NO_ACKNOWLEDGMENT:
            return False
        always = self.terms.acknowledgment is not AcknowledgmentMode.OPTIONAL_ACKNOWLEDGMENT
        return offers or (always and not self.acknowledged)

    def begin(self) -> bool:
        """Open the PIN dialog."""
        self.confirming |= self.payable
        return self.payable

    def leave(self) -> bool:
        """Close the PIN dialog."""
        self.confirming = False
        return True

    def pay(self, amount: Decimal | None, now: timedelta) -> Decimal | None:
        """Confirm with the PIN; return the amount charged (0 if reserved), `None` if refused."""
        left = self.total - self.paid
        amount = left if amount is None else amount
        if not self.payable or not NOTHING < amount <= left:
            return None
        if self.terms.mode is not PaymentMode.IMMEDIATE_DEBIT:
            if amount != self.total:
                return None
            seconds = self.terms.seconds or 0
            self.change_to(InvoiceStatus.RESERVED)
            self.reserved = amount
            self.due = now + (timedelta(seconds=seconds) if seconds > 0 else RESERVED_FOR)
            return NOTHING
        self.paid += amount
        whole = self.paid == self.total
        self.change_to(InvoiceStatus.PAID if whole else InvoiceStatus.PARTIALLY_PAID)
        self.due = now + REVERSED_AFTER if whole else None
        return amount

    def decline(self) -> bool:
        """Decline by the bank; a part that is paid stays paid."""
        could = self.payable
        if could and self.status is InvoiceStatus.ISSUED:
            self.change_to(InvoiceStatus.FAILED)
        self.confirming &= not could
        return could

    def buyer_cancels(self) -> bool:
        """Cancel in the app; a part that is paid stays paid."""
        if self.status in _OPEN:
            self.change_to(InvoiceStatus.CANCELED)
            return True
        part = self.status is InvoiceStatus.PARTIALLY_PAID
        self.confirming &= not part
        return part

    # Requests of the merchant: the code that must be answered

    def update(self, total: Decimal, cashier: str, tokens: dict[Card, int]) -> ResultCode:
        """Apply updateInvoice."""
        if self.status is InvoiceStatus.PARTIALLY_PAID:
            return ResultCode.PAYMENT_IN_PROGRESS
        if self.status in (*_ENDED, InvoiceStatus.PAID):
            return ResultCode.SYSTEM_ERROR
        if self.status is InvoiceStatus.RESERVED and total > self.reserved:
            return ResultCode.REJECTED_AMOUNT
        if self.confirming:
            return ResultCode.PAYMENT_IN_PROGRESS
        waits = self.status is InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE
        if waits or self.status is InvoiceStatus.RESERVED or not self.scanned:
            self.total, self.cashier = total, cashier
            self.cards |= tokens
        if waits:
            self.change_to(InvoiceStatus.ISSUED)
            self.acknowledged = True
        return ResultCode.SUCCESS

    def cancel(self) -> ResultCode:
        """Apply cancelInvoice."""
        if self.status is InvoiceStatus.PAID:
            return ResultCode.CANNOT_CANCEL_PAID_INVOICE
        if self.status in _ENDED:
            return ResultCode.INVOICE_ALREADY_CANCELED
        if self.confirming or self.status is InvoiceStatus.PARTIALLY_PAID:
            return ResultCode.CANNOT_CANCEL_INVOICE_IN_PROGRESS
        self.change_to(InvoiceStatus.CANCELED)
        self.reserved = NOTHING
        return ResultCode.SUCCESS

    def seen(self) -> None:
        """Make a payment final, so that it is never reversed."""
        if self.status is InvoiceStatus.PAID:
            self.due = None

    def commit(self, amount: Decimal | None) -> ResultCode:
        """Apply commitReservation."""
        if self.status is not InvoiceStatus.RESERVED:
            return ResultCode.INVOICE_STATE_NOT_RESERVED
        amount = self.total if amount is None else amount
        if not NOTHING < amount <= self.reserved:
            return ResultCode.REJECTED_AMOUNT
        self.change_to(InvoiceStatus.PAID)
        self.total = self.paid = amount
        self.reserved = NOTHING
        return ResultCode.SUCCESS

    def refund(self, amount: Decimal) -> ResultCode:
        """Apply refundPayment."""
        if self.refunded + amount > self.paid:
            return ResultCode.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION
        self.refunded += amount
        self.due = None
        return ResultCode.SUCCESS

    # Actions of the service

    def superseded(self) -> None:
        """Cancel for a newer invoice on the same cash register."""
        if self.status in _OPEN:
            self.change_to(InvoiceStatus.CANCELED)

    def falls_due(self) -> Decimal:
        """Reverse a payment or end a reservation; return the amount that the buyer gets back."""
        back = self.paid - self.refunded
        self.change_to(InvoiceStatus.CANCELED)
        self.reserved, self.refunded = NOTHING, self.paid
        return back

"""A sale as a shop understands it: the model that the endpoint is compared with.

It is small on purpose, and knows nothing of the endpoint's own state machine. What a request does
is here the code it must be answered with; what the buyer does is whether the phone takes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Final

from seqrkit.vocabulary import AcknowledgmentMode, InvoiceStatus, PaymentMode, ResultCode

NOTHING: Final = Decimal(0)
UNSEEN: Final = timedelta(seconds=20)
"""How long a payment waits to be asked for (001 getPaymentStatus)."""
HOLDS: Final = timedelta(seconds=3600)
"""How long a reservation holds that names no time (assumed)."""
_OPEN: Final = (InvoiceStatus.ISSUED, InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE)
_PAYABLE: Final = (InvoiceStatus.ISSUED, InvoiceStatus.PARTIALLY_PAID)
_ENDED: Final = (InvoiceStatus.CANCELED, InvoiceStatus.FAILED)
Card = tuple[str, str]
"""Id and value of a token."""


@dataclass(frozen=True)
class Terms:
    """What an invoice says of how it is paid."""

    mode: PaymentMode = PaymentMode.IMMEDIATE_DEBIT
    acknowledgment: AcknowledgmentMode | None = AcknowledgmentMode.NO_ACKNOWLEDGMENT
    seconds: int | None = None
    """The commitReservationTimeout."""


@dataclass
class Sale:
    """An invoice and its life; `now` is the time that has passed in the world."""

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
    """The status of each token, in the order in which they came."""
    due: timedelta | None = None
    """When an unseen payment is reversed, or a reservation lapses."""
    ers_reference: str | None = None
    """The payment's, once the shop was told."""

    def becomes(self, status: InvoiceStatus) -> None:
        """Another status is another version, and ends whatever the buyer was at."""
        self.version += self.status is not status
        self.status, self.confirming, self.due = status, False, None

    # The buyer: whether the phone takes it

    @property
    def payable(self) -> bool:
        """Whether the buyer can pay now."""
        return self.scanned and self.status in _PAYABLE

    def scan(self, offered: tuple[Card, ...]) -> bool:
        """A scan: what the buyer offers is new once, and may make the bill wait."""
        if self.status in (*_OPEN, *_PAYABLE):
            self.scanned = True
            fresh = [card for card in offered if card not in self.cards]
            self.cards |= dict.fromkeys(fresh, 0)
            if self.status is InvoiceStatus.ISSUED and self._waits(offers=bool(fresh)):
                self.becomes(InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE)
            elif fresh:
                self.version += 1
        return True

    def _waits(self, *, offers: bool) -> bool:
        if self.terms.acknowledgment is AcknowledgmentMode.NO_ACKNOWLEDGMENT:
            return False
        always = self.terms.acknowledgment is not AcknowledgmentMode.OPTIONAL_ACKNOWLEDGMENT
        return offers or (always and not self.acknowledged)

    def begin(self) -> bool:
        """The PIN dialog opens."""
        self.confirming |= self.payable
        return self.payable

    def leave(self) -> bool:
        """The PIN dialog closes."""
        self.confirming = False
        return True

    def pay(self, amount: Decimal | None, now: timedelta) -> Decimal | None:
        """The PIN: what is charged, nothing for a reservation; `None` where it is not taken."""
        left = self.total - self.paid
        amount = left if amount is None else amount
        if not self.payable or not NOTHING < amount <= left:
            return None
        if self.terms.mode is not PaymentMode.IMMEDIATE_DEBIT:
            if amount != self.total:
                return None
            seconds = self.terms.seconds or 0
            self.becomes(InvoiceStatus.RESERVED)
            self.reserved = amount
            self.due = now + (timedelta(seconds=seconds) if seconds > 0 else HOLDS)
            return NOTHING
        self.paid += amount
        whole = self.paid == self.total
        self.becomes(InvoiceStatus.PAID if whole else InvoiceStatus.PARTIALLY_PAID)
        self.due = now + UNSEEN if whole else None
        return amount

    def decline(self) -> bool:
        """The bank's no: a part that is paid stays."""
        could = self.payable
        if could and self.status is InvoiceStatus.ISSUED:
            self.becomes(InvoiceStatus.FAILED)
        self.confirming &= not could
        return could

    def buyer_cancels(self) -> bool:
        """Cancel in the app: a part that is paid stays."""
        if self.status in _OPEN:
            self.becomes(InvoiceStatus.CANCELED)
            return True
        part = self.status is InvoiceStatus.PARTIALLY_PAID
        self.confirming &= not part
        return part

    # The merchant: the code that must be answered

    def update(self, total: Decimal, cashier: str, said: dict[Card, int]) -> ResultCode:
        """The merchant calls updateInvoice."""
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
            self.cards |= said
        if waits:
            self.becomes(InvoiceStatus.ISSUED)
            self.acknowledged = True
        return ResultCode.SUCCESS

    def cancel(self) -> ResultCode:
        """The merchant calls cancelInvoice."""
        if self.status is InvoiceStatus.PAID:
            return ResultCode.CANNOT_CANCEL_PAID_INVOICE
        if self.status in _ENDED:
            return ResultCode.INVOICE_ALREADY_CANCELED
        if self.confirming or self.status is InvoiceStatus.PARTIALLY_PAID:
            return ResultCode.CANNOT_CANCEL_INVOICE_IN_PROGRESS
        self.becomes(InvoiceStatus.CANCELED)
        self.reserved = NOTHING
        return ResultCode.SUCCESS

    def seen(self) -> None:
        """The shop was told of the payment, or has acted on it: it is never reversed."""
        if self.status is InvoiceStatus.PAID:
            self.due = None

    def commit(self, amount: Decimal | None) -> ResultCode:
        """The merchant calls commitReservation."""
        if self.status is not InvoiceStatus.RESERVED:
            return ResultCode.INVOICE_STATE_NOT_RESERVED
        amount = self.total if amount is None else amount
        if not NOTHING < amount <= self.reserved:
            return ResultCode.REJECTED_AMOUNT
        self.becomes(InvoiceStatus.PAID)
        self.total = self.paid = amount
        self.reserved = NOTHING
        return ResultCode.SUCCESS

    def refund(self, amount: Decimal) -> ResultCode:
        """The merchant calls refundPayment."""
        if self.refunded + amount > self.paid:
            return ResultCode.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION
        self.refunded += amount
        self.due = None
        return ResultCode.SUCCESS

    # The service

    def superseded(self) -> None:
        """A newer invoice on the same cash register."""
        if self.status in _OPEN:
            self.becomes(InvoiceStatus.CANCELED)

    def falls_due(self) -> Decimal:
        """Time has come: what the buyer gets back."""
        back = self.paid - self.refunded
        self.becomes(InvoiceStatus.CANCELED)
        self.reserved, self.refunded = NOTHING, self.paid
        return back

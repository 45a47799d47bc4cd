"""What the state machine is about: an invoice's state, what can happen to it, what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import NamedTuple, TypeAlias

from seqrkit.model import CustomerToken
from seqrkit.money import Amount
from seqrkit.simulator.behaviours import Behaviour
from seqrkit.vocabulary import AcknowledgmentMode, InvoiceStatus, PaymentMode, ResultCode

NOTHING = Decimal(0)
EXACT = Context(prec=2_000_000, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Sums of money are exact; a request's size limit allows no more digits than this."""


@dataclass(frozen=True, slots=True)
class InvoiceState:
    """What decides an invoice's further life; titles and rows are kept elsewhere.

    `paid`, `reserved` and `refunded` are in the currency of `total`. `due` is when a payment is
    reversed, or a reservation lapses. `withdrawn` is a CANCELED one that cancelInvoice ended.
    """

    reference: str
    total: Amount
    status: InvoiceStatus = InvoiceStatus.ISSUED
    version: int = 0
    mode: PaymentMode | None = None
    acknowledgment: AcknowledgmentMode | None = None
    paid: Decimal = NOTHING
    reserved: Decimal = NOTHING
    refunded: Decimal = NOTHING
    scanned: bool = False
    acknowledged: bool = False
    confirming: bool = False
    buyer: str | None = None
    ers_reference: str | None = None
    paid_at: datetime | None = None
    due: datetime | None = None
    reservation_seconds: int | None = None
    notification_url: str | None = None
    back_url: str | None = None
    tokens: tuple[CustomerToken, ...] = ()
    withdrawn: bool = False

    @property
    def open(self) -> Decimal:
        """What is still to be paid."""
        return EXACT.subtract(self.total.value or NOTHING, self.paid)


# What can happen


@dataclass(frozen=True, slots=True)
class Scan:
    """A buyer scans the code, and offers these tokens."""

    buyer: str
    tokens: tuple[CustomerToken, ...] = ()


@dataclass(frozen=True, slots=True)
class BeginConfirmation:
    """The buyer opens the PIN dialog."""


@dataclass(frozen=True, slots=True)
class LeaveConfirmation:
    """The buyer closes it without confirming."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """The buyer confirms with the PIN, for `amount` or all that is open.

    `reference` becomes the payment's ersReference.
    """

    reference: str
    amount: Decimal | None = None
    bank_reserves: bool = True


@dataclass(frozen=True, slots=True)
class Decline:
    """The buyer's bank declines."""


@dataclass(frozen=True, slots=True)
class BuyerCancel:
    """The buyer presses cancel."""


@dataclass(frozen=True, slots=True)
class Update:
    """updateInvoice; terms that are `None` stay as they are."""

    total: Amount
    tokens: tuple[CustomerToken, ...] = ()
    mode: PaymentMode | None = None
    acknowledgment: AcknowledgmentMode | None = None
    reservation_seconds: int | None = None
    notification_url: str | None = None
    back_url: str | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """cancelInvoice."""


@dataclass(frozen=True, slots=True)
class Poll:
    """getPaymentStatus."""


@dataclass(frozen=True, slots=True)
class Commit:
    """commitReservation, for `amount` or all of it; `reference` as in `Confirm`."""

    reference: str
    amount: Amount | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """refundPayment; `reference` becomes the refund's own ersReference."""

    reference: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class SubmitReceipt:
    """submitPaymentReceipt for the payment, or for a refund of it."""


@dataclass(frozen=True, slots=True)
class Supersede:
    """A new invoice was sent from the same cash register."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """Time has come to the instant it is handed; `reference` is a reversal's own."""

    reference: str


Event: TypeAlias = (
    Scan
    | BeginConfirmation
    | LeaveConfirmation
    | Confirm
    | Decline
    | BuyerCancel
    | Update
    | Cancel
    | Poll
    | Commit
    | Refund
    | SubmitReceipt
    | Supersede
    | Lapse
)


# What follows, besides the new state


@dataclass(frozen=True, slots=True)
class Refuse:
    """Nothing was done, and this is the answer."""

    behaviour: Behaviour
    code: ResultCode


@dataclass(frozen=True, slots=True)
class Charge:
    """The buyer's money goes to the merchant."""

    amount: Amount
    reference: str


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Money goes back to the buyer, by a refund or because the payment is reversed."""

    amount: Amount
    reference: str
    reversal: bool = False


@dataclass(frozen=True, slots=True)
class Replace:
    """The merchant's new title, rows and total take the place of the old ones."""


@dataclass(frozen=True, slots=True)
class Notify:
    """The merchant's notificationUrl is to be called."""

    url: str
    reference: str


@dataclass(frozen=True, slots=True)
class OpenBackUrl:
    """The buyer's phone opens the merchant's backURL."""

    url: str


Effect: TypeAlias = Refuse | Charge | GiveBack | Replace | Notify | OpenBackUrl


class Step(NamedTuple):
    """An invoice after an event, and what follows from it."""

    invoice: InvoiceState
    effects: tuple[Effect, ...] = ()

    @property
    def refusal(self) -> Refuse | None:
        """The refusal, if it was one; the invoice is then what it was."""
        return next((effect for effect in self.effects if isinstance(effect, Refuse)), None)

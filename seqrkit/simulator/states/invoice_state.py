"""An invoice's state, the events of the state machine, and what follows from an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple, TypeAlias, get_args

from seqrkit.model import CustomerToken
from seqrkit.money import NOTHING, Amount
from seqrkit.simulator.behaviours import Behaviour, Refusal
from seqrkit.vocabulary import AcknowledgmentMode, InvoiceStatus, PaymentMode

SENT = "sendInvoice"
"""The name of the entry that every invoice's history begins with."""


@dataclass(frozen=True, slots=True)
class InvoiceState:
    """The part of an invoice that decides its further life, without title and rows.

    `due` is when a payment is
    reversed, or a reservation lapses. `withdrawn` marks an invoice that cancelInvoice ended, and
    `acknowledged` one that updateInvoice released after a scan.
    """

    reference: str
    total: Amount
    status: InvoiceStatus = InvoiceStatus.ISSUED
    version: int = 0
    mode: PaymentMode | None = None
    acknowledgment: AcknowledgmentMode | None = None
    paid: Amount = NOTHING
    reserved: Amount = NOTHING
    refunded: Amount = NOTHING
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
    delivery_address: str | None = None

    @property
    def open(self) -> Amount:
        """The amount still to be paid."""
        return self.total - self.paid


# Events; `NAME` is what an invoice's history calls them


@dataclass(frozen=True, slots=True)
class Scan:
    """A buyer scans the code, and offers these tokens."""

    NAME: ClassVar = "buyer scans"
    buyer: str
    tokens: tuple[CustomerToken, ...] = ()
    delivery_address: str | None = None


@dataclass(frozen=True, slots=True)
class BeginConfirmation:
    """The buyer opens the PIN dialog."""

    NAME: ClassVar = "buyer opens the PIN dialog"


@dataclass(frozen=True, slots=True)
class LeaveConfirmation:
    """The buyer closes the PIN dialog without confirming."""

    NAME: ClassVar = "buyer closes the PIN dialog"


@dataclass(frozen=True, slots=True)
class Confirm:
    """The buyer confirms with the PIN, for `amount` or all that is open.

    `reference` becomes the payment's ersReference; `bank_reserves` is whether the buyer's bank
    reserves an amount if the merchant only desires it.
    """

    NAME: ClassVar = "buyer pays"
    reference: str
    amount: Amount | None = None
    bank_reserves: bool = True


@dataclass(frozen=True, slots=True)
class Decline:
    """The buyer's bank declines."""

    NAME: ClassVar = "bank declines"


@dataclass(frozen=True, slots=True)
class BuyerCancel:
    """The buyer cancels in the app."""

    NAME: ClassVar = "buyer cancels"


@dataclass(frozen=True, slots=True)
class Update:
    """updateInvoice; a term that is `None` stays unchanged."""

    NAME: ClassVar = "updateInvoice"
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

    NAME: ClassVar = "cancelInvoice"


@dataclass(frozen=True, slots=True)
class Poll:
    """getPaymentStatus."""

    NAME: ClassVar = "getPaymentStatus"


@dataclass(frozen=True, slots=True)
class Commit:
    """commitReservation, for `amount` or all of it; `reference` as in `Confirm`."""

    NAME: ClassVar = "commitReservation"
    reference: str
    amount: Amount | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """refundPayment; `reference` becomes the refund's own ersReference."""

    NAME: ClassVar = "refundPayment"
    reference: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class SubmitReceipt:
    """submitPaymentReceipt for the payment, or for a refund of it."""

    NAME: ClassVar = "submitPaymentReceipt"


@dataclass(frozen=True, slots=True)
class Supersede:
    """A new invoice is sent from the same cash register."""

    NAME: ClassVar = "a newer sendInvoice"


@dataclass(frozen=True, slots=True)
class Lapse:
    """Time has reached the given instant; `reference` is for the reversal, if there is one."""

    NAME: ClassVar = "time passes"
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

EVENTS: frozenset[str] = frozenset({SENT, *(kind.NAME for kind in get_args(Event))})
"""The names of all events."""

# What follows from an event, besides the new state


@dataclass(frozen=True, slots=True)
class Charge:
    """The buyer's money goes to the merchant; `reference` is the ersReference."""

    amount: Amount
    reference: str


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Money goes back to the buyer, by a refund or by the reversal of a payment."""

    amount: Amount
    reference: str
    reversal: bool = False


@dataclass(frozen=True, slots=True)
class Notify:
    """The merchant's notificationUrl is to be called."""

    url: str
    reference: str


@dataclass(frozen=True, slots=True)
class OpenBackUrl:
    """The buyer's phone opens the merchant's backURL."""

    url: str


Effect: TypeAlias = Charge | GiveBack | Notify | OpenBackUrl


class Step(NamedTuple):
    """An invoice after an event, the behaviour that was applied, and what follows.

    A refusal is a behaviour with a result code; the invoice is then unchanged. `behaviour` is
    `None` for an event that no behaviour is about, such as a second getPaymentStatus.
    """

    invoice: InvoiceState
    behaviour: Behaviour | None = None
    effects: tuple[Effect, ...] = ()

    @property
    def refusal(self) -> Refusal | None:
        """The behaviour, if it is a refusal."""
        return self.behaviour if isinstance(self.behaviour, Refusal) else None

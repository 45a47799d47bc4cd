"""An invoice's state, the events of the state machine, and what follows from an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple

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


@dataclass(frozen=True)
class Event:
    """What happens to an invoice; `NAME` is what its history calls it."""

    # Without slots: those of a dataclass would leave a second subclass of the same name.

    NAME: ClassVar[str]


@dataclass(frozen=True)
class Scan(Event):
    """A buyer scans the code, and offers these tokens."""

    NAME: ClassVar[str] = "buyer scans"
    buyer: str
    tokens: tuple[CustomerToken, ...] = ()
    delivery_address: str | None = None


@dataclass(frozen=True)
class BeginConfirmation(Event):
    """The buyer opens the PIN dialog."""

    NAME: ClassVar[str] = "buyer opens the PIN dialog"


@dataclass(frozen=True)
class LeaveConfirmation(Event):
    """The buyer closes the PIN dialog without confirming."""

    NAME: ClassVar[str] = "buyer closes the PIN dialog"


@dataclass(frozen=True)
class Confirm(Event):
    """The buyer confirms with the PIN, for `amount` or all that is open.

    `reference` becomes the payment's ersReference; `bank_reserves` is whether the buyer's bank
    reserves an amount if the merchant only desires it.
    """

    NAME: ClassVar[str] = "buyer pays"
    reference: str
    amount: Amount | None = None
    bank_reserves: bool = True


@dataclass(frozen=True)
class Decline(Event):
    """The buyer's bank declines."""

    NAME: ClassVar[str] = "bank declines"


@dataclass(frozen=True)
class BuyerCancel(Event):
    """The buyer cancels in the app."""

    NAME: ClassVar[str] = "buyer cancels"


@dataclass(frozen=True)
class Update(Event):
    """updateInvoice; a term that is `None` stays unchanged."""

    NAME: ClassVar[str] = "updateInvoice"
    total: Amount
    tokens: tuple[CustomerToken, ...] = ()
    mode: PaymentMode | None = None
    acknowledgment: AcknowledgmentMode | None = None
    reservation_seconds: int | None = None
    notification_url: str | None = None
    back_url: str | None = None


@dataclass(frozen=True)
class Cancel(Event):
    """cancelInvoice."""

    NAME: ClassVar[str] = "cancelInvoice"


@dataclass(frozen=True)
class Poll(Event):
    """getPaymentStatus."""

    NAME: ClassVar[str] = "getPaymentStatus"


@dataclass(frozen=True)
class Commit(Event):
    """commitReservation, for `amount` or all of it; `reference` as in `Confirm`."""

    NAME: ClassVar[str] = "commitReservation"
    reference: str
    amount: Amount | None = None


@dataclass(frozen=True)
class Refund(Event):
    """refundPayment; `reference` becomes the refund's own ersReference."""

    NAME: ClassVar[str] = "refundPayment"
    reference: str
    amount: Amount


@dataclass(frozen=True)
class SubmitReceipt(Event):
    """submitPaymentReceipt for the payment, or for a refund of it."""

    NAME: ClassVar[str] = "submitPaymentReceipt"


@dataclass(frozen=True)
class Supersede(Event):
    """A new invoice is sent from the same cash register."""

    NAME: ClassVar[str] = "a newer sendInvoice"


@dataclass(frozen=True)
class Lapse(Event):
    """Time has reached the given instant; `reference` is for the reversal, if there is one."""

    NAME: ClassVar[str] = "time passes"
    reference: str


EVENTS: frozenset[str] = frozenset({SENT, *(kind.NAME for kind in Event.__subclasses__())})
"""The names of all events."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows from an event, besides the new state."""


@dataclass(frozen=True, slots=True)
class Charge(Effect):
    """The buyer's money goes to the merchant; `reference` is the ersReference."""

    amount: Amount
    reference: str


@dataclass(frozen=True, slots=True)
class GiveBack(Effect):
    """Money goes back to the buyer, by a refund or by the reversal of a payment."""

    amount: Amount
    reference: str
    reversal: bool = False


@dataclass(frozen=True, slots=True)
class Notify(Effect):
    """The merchant's notificationUrl is to be called."""

    url: str
    reference: str


@dataclass(frozen=True, slots=True)
class OpenBackUrl(Effect):
    """The buyer's phone opens the merchant's backURL."""

    url: str


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

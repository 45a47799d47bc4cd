"""The records that the store holds: resellers, terminals, invoices, money and history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from seqrkit.model import Invoice, ReceiptDocument
from seqrkit.money import Amount
from seqrkit.simulator.states.invoice_state import InvoiceState
from seqrkit.simulator.store.serialization import decode_invoice, decode_title
from seqrkit.simulator.store.settings import TerminalKind
from seqrkit.vocabulary import InvoiceStatus


class TerminalState(StrEnum):
    """Whether a terminal may send requests."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    UNREGISTERED = "unregistered"


@dataclass(frozen=True, slots=True)
class Reseller:
    """A shop with its one user and its permissions.

    `password` is a hash, or several with a space between them.
    """

    id: str
    user_id: str
    name: str
    password: str
    may_refund: bool = True
    account_takes_refunds: bool = True
    blocked: bool = False
    gaming: bool = False
    """Whether replies to getPaymentStatus name the buyer for creditUser."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """A cash register or a webshop; `password` is as that of a reseller.

    `number` is the primary key: 0 for a terminal that is not stored yet.
    """

    id: str
    reseller: str
    kind: TerminalKind
    name: str
    password: str
    number: int = 0
    external_id: str = ""
    seqr_id: str | None = None
    state: TerminalState = TerminalState.ACTIVE
    current: str | None = None
    """The invoiceReference of a cash register's latest invoice."""


@dataclass(frozen=True, slots=True)
class StoredInvoice:
    """An invoice: the terminal that sent it, its state, and what the merchant wrote on it."""

    state: InvoiceState
    terminal: int
    sent_at: datetime
    # Kept as bytes: polls are most of the load, and most of them do not need it.
    content: msgspec.Raw
    """The merchant's invoice without its total, as `encode_invoice` returns it."""

    @property
    def invoice(self) -> Invoice:
        """The merchant's invoice, with the total of the state."""
        return decode_invoice(self.content, self.state.total)

    @property
    def title(self) -> str:
        """The title of the invoice."""
        return decode_title(self.content)


class MovementKind(StrEnum):
    """Why money moved."""

    SALE = "sale"
    REFUND = "refund"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that went from buyer to merchant, or back; `amount` is always positive.

    `number` is the primary key: 0 for a movement that is not stored yet.
    """

    reference: str
    kind: MovementKind
    invoice: str
    terminal: int
    reseller: str
    amount: Amount
    cashier: str | None
    at: datetime
    number: int = 0


@dataclass(frozen=True, slots=True)
class SubmittedReceipt:
    """A receipt that a merchant submitted for the movement with that ersReference."""

    movement: str
    at: datetime
    mime_type: str | None = None
    receipt_type: str | None = None
    receipt_data: bytes | None = None

    @property
    def document(self) -> ReceiptDocument:
        """The receipt as it was submitted."""
        return ReceiptDocument(
            mime_type=self.mime_type,
            receipt_type=self.receipt_type,
            receipt_data=self.receipt_data,
        )


@dataclass(frozen=True, slots=True)
class Period:
    """A transaction period of a shop, or of one of its terminals.

    It holds the movements with a number above `after`, up to `last`: each movement is in exactly
    one period of its shop and in one of its terminal.
    """

    id: str
    reseller: str
    terminal: int | None
    marked_at: datetime
    after: int
    # Numbers rather than times, because two movements can have the same microsecond.
    last: int


@dataclass(frozen=True, slots=True)
class Credit:
    """Money paid to a user by creditUser, and the amount received in the account's currency."""

    reference: str
    user_id: str
    terminal: int
    amount: Amount
    received: Amount
    description: str
    correlation_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class QueuedNotification:
    """A notification that is not delivered yet, and is sent again after a restart.

    `id` is the invoiceReference and the version of the invoice that the notification reports;
    `attempt` is the number of the next attempt, which is made at `due`.
    """

    id: str
    invoice: str
    url: str
    due: datetime
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An event of an invoice, and the invoice's status and version after it.

    `behaviour` is the id of the behaviour that was applied; `code` is the result code of a refusal.
    """

    invoice: str
    at: datetime
    event: str
    status: InvoiceStatus
    version: int
    behaviour: str | None = None
    code: int | None = None

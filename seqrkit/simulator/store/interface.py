"""The small interface behind which the endpoint keeps what it knows.

A request is one transaction. `read` is for those that mostly change nothing: a transaction that
finds that it must write after all raises `MustWrite`, and the request is done again in `write`.
Nothing here knows SQL; `sqlite.py` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from seqrkit.model import ReceiptDocument
from seqrkit.money import Amount
from seqrkit.simulator.states.invoice_state import InvoiceState
from seqrkit.vocabulary import InvoiceStatus

Tables = Mapping[str, Mapping[str, Any]]
"""What a store holds, as plain data: of each table its columns and rows."""


class MustWrite(Exception):
    """A transaction opened for reading is about to write."""


class TerminalKind(StrEnum):
    """Where a terminal comes from, which decides how many open invoices it can have."""

    CASH_REGISTER = "cash register"
    """Made by registerTerminal."""
    WEBSHOP = "webshop"
    """Given out by the service."""


class TerminalState(StrEnum):
    """Whether a terminal may call."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    UNREGISTERED = "unregistered"


@dataclass(frozen=True, slots=True)
class Reseller:
    """A shop, its one user and what it is allowed."""

    id: str
    user_id: str
    name: str
    password: str
    may_refund: bool = True
    account_takes_refunds: bool = True


@dataclass(frozen=True, slots=True)
class Terminal:
    """A cash register or a webshop. `number` is the store's own; `password` is a hash."""

    number: int
    id: str
    reseller: str
    kind: TerminalKind
    name: str
    password: str
    short_password: bool = False
    external_id: str = ""
    seqr_id: str | None = None
    state: TerminalState = TerminalState.ACTIVE
    current: str | None = None
    """The invoiceReference of a cash register's latest invoice."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An invoice in the store: whose it is, its state, and what the merchant wrote on it."""

    terminal: int
    state: InvoiceState
    written: str
    """The merchant's invoice, encoded; `codec.read_invoice` reads it."""


@dataclass(frozen=True, slots=True)
class User:
    """A simulated buyer; `currency` is the account's."""

    id: str
    currency: str


class MovementKind(StrEnum):
    """Why money moved."""

    SALE = "sale"
    REFUND = "refund"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that went from buyer to merchant, or back; `amount` is always positive."""

    reference: str
    kind: MovementKind
    invoice: str
    terminal: int
    reseller: str
    amount: Amount
    cashier: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """A transaction period of a shop, or of one of its terminals."""

    id: str
    reseller: str
    terminal: int | None
    marked_at: datetime


@dataclass(frozen=True, slots=True)
class Credit:
    """Money paid out to a user by creditUser, and what arrived in the account's currency."""

    reference: str
    user_id: str
    terminal: int
    amount: Amount
    received: Amount
    description: str
    correlation_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """An invoice with the instant at which it was sent."""

    kept: Kept
    at: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened to an invoice, and what it was then: a line of its timeline.

    `behaviour` is the id of the entry that it went by; `code` is the result code of a refusal.
    """

    invoice: str
    at: datetime
    event: str
    status: InvoiceStatus
    version: int
    behaviour: str | None = None
    code: int | None = None


class Transaction(Protocol):
    """Everything an operation may ask of the store, all or nothing."""

    def sequence(self) -> int:
        """The next of the numbers that make references unique, also across processes."""

    def something_due(self, now: datetime) -> bool:
        """Whether a payment is to be reversed or a reservation lapses by `now`."""

    def next_due(self, now: datetime) -> Kept | None:
        """The invoice whose time came first, at or before `now`."""

    def reseller(self, id: str) -> Reseller | None:
        """The reseller of that id."""

    def save_reseller(self, reseller: Reseller) -> None:
        """Add or change a reseller."""

    def terminal(self, id: str) -> Terminal | None:
        """The terminal of that terminalId."""

    def terminal_by_number(self, number: int) -> Terminal:
        """The terminal of an invoice or a movement."""

    def terminal_by_seqr_id(self, seqr_id: str) -> Terminal | None:
        """The terminal whose static code has that seqrId."""

    def registered_terminals(self, reseller: str) -> Sequence[Terminal]:
        """A reseller's cash registers that are not unregistered."""

    def add_terminal(self, terminal: Terminal) -> Terminal:
        """Keep a new terminal, and give it its number."""

    def save_terminal(self, terminal: Terminal) -> None:
        """Change a terminal."""

    def add_invoice(self, kept: Kept, earliest: int, at: datetime) -> str:
        """Keep a new invoice, sent at `at`; its reference is `earliest`, or the next one free."""

    def invoice(self, reference: str) -> Kept | None:
        """The invoice of that reference."""

    def save_invoice(self, kept: Kept, *, rewritten: bool) -> None:
        """Change an invoice; `rewritten` where the merchant's writing changed too."""

    def add_movement(self, movement: Movement) -> None:
        """Keep a sale, a refund or a reversal."""

    def movement(self, reference: str) -> Movement | None:
        """The movement of that ersReference."""

    def add_receipt(self, reference: str, receipt: ReceiptDocument | None, at: datetime) -> None:
        """Keep a receipt for a movement."""

    def receipts(self, reference: str) -> Sequence[ReceiptDocument]:
        """The receipts of a movement, in the order they came."""

    def mark(self, period: Period) -> None:
        """End a period here: it holds what moved since the one before it."""

    def period(self, id: str) -> Period | None:
        """The period of that transactionPeriodId."""

    def latest_period(self, reseller: str) -> Period | None:
        """A reseller's period that was marked last."""

    def movements(self, period: Period) -> Sequence[Movement]:
        """What moved in a period, in order."""

    def add_user(self, user: User) -> None:
        """Make a user known, if it is not yet."""

    def user(self, id: str) -> User | None:
        """The user of that userId."""

    def add_credit(self, credit: Credit) -> None:
        """Keep a payout."""

    def credits(self, user_id: str) -> Sequence[Credit]:
        """What a user was paid out, in order."""

    # For those who look on

    def add_happening(self, happening: Happening) -> None:
        """Keep a line of an invoice's timeline; the first, that it was sent, is kept with it."""

    def happenings(self, reference: str) -> Sequence[Happening]:
        """What happened to an invoice after it was sent, in order."""

    def sent(self, reference: str) -> Sent | None:
        """The invoice of that reference, and when it was sent."""

    def latest_invoices(
        self, limit: int, before: str | None = None, status: InvoiceStatus | None = None
    ) -> Sequence[Sent]:
        """The newest invoices, newest first: those sent before another, those in a status."""

    def count_invoices(self, after: int, most: int) -> tuple[int, int]:
        """How many invoices have a reference above `after`, up to `most`, and the last of them."""

    def terminals(self, limit: int) -> Sequence[Terminal]:
        """The terminals, newest first."""

    def movements_of(self, reference: str) -> Sequence[Movement]:
        """What moved for an invoice, in order."""

    # All of it at once

    def clear(self) -> None:
        """Forget everything."""

    def dump(self) -> Tables:
        """Everything but passwords, as plain data."""

    def load(self, tables: Tables) -> Sequence[str]:
        """Put what `dump` gave in the place of everything.

        Passwords stay those that the store has; the ids that it has none for are returned, and
        nobody gets in under them. Raises `ConfigurationError` for what no `dump` gave.
        """


class Store(Protocol):
    """A place that keeps what was answered with success. Safe to use from several threads."""

    def read(self) -> AbstractContextManager[Transaction]:
        """A transaction that only reads; it raises `MustWrite` rather than write."""

    def write(self) -> AbstractContextManager[Transaction]:
        """A transaction that writes, committed at the end unless an exception leaves it."""

    def close(self) -> None:
        """Give back the file."""

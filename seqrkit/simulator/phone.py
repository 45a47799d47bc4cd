"""The simulated buyer's phone: it scans codes, shows bills, pays, declines and cancels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

import attrs

from seqrkit.errors import CannotPay, InvalidAmount, InvalidCode
from seqrkit.model import CustomerToken, Invoice, InvoiceRow, ReceiptDocument
from seqrkit.money import Amount
from seqrkit.notebook_repr import Shown
from seqrkit.qr import CodeKind, QrCode, parse_code
from seqrkit.simulator.behaviours import Refusal
from seqrkit.simulator.states import invoice_state as events
from seqrkit.simulator.states.invoice_state import Event, InvoiceState, OpenBackUrl, Step
from seqrkit.simulator.store.records import (
    Credit,
    StoredInvoice,
    Terminal,
)
from seqrkit.simulator.store.settings import KnownToken, User
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.simulator.transactions.runner import TransactionRunner
from seqrkit.vocabulary import InvoiceStatus, ResultCode, TokenStatus

OPEN: Final = frozenset(
    {
        InvoiceStatus.ISSUED,
        InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE,
        InvoiceStatus.PARTIALLY_PAID,
    }
)
"""The statuses of a bill that can be paid now, or after the merchant's updateInvoice."""
_SEARCHED_INVOICES: Final = 50
_REASONS: Final = {
    ResultCode.PENDING_APPROVAL: "it waits for the merchant's updateInvoice",
    ResultCode.PAYMENT_ALREADY_CANCELLED: "it was cancelled",
    ResultCode.PAYMENT_EXPIRED: "it has expired",
    ResultCode.REJECTED_AMOUNT: "the amount must be more than zero and at most the open amount",
}


class Phone(Shown):
    """A buyer with an account and optional loyalty cards.

    `can_reserve` is whether the buyer's bank reserves an amount when the merchant desires it
    (RESERVATION_DESIRED). Safe to use from several threads.
    """

    def __init__(self, transactions: TransactionRunner, name: str = "buyer") -> None:
        self._transactions = transactions
        self._cards: tuple[CustomerToken, ...] = ()
        self.can_reserve = True
        self.delivery_address: str | None = None
        """The address that extclientproxy-v2 returns to the merchant after a scan."""
        self.user_id: str = transactions.numbers.user_id(name)
        """The opaque userId of the buyer, to which merchants can pay with creditUser."""

    @property
    def cards(self) -> tuple[CustomerToken, ...]:
        """The tokens that the phone offers after a scan."""
        return self._cards

    def add_card(self, value: str, id: str = "LOYALTY_CARD", description: str = "") -> None:
        """Add a loyalty card or a coupon, which a scan offers as a token with status 0."""
        card = CustomerToken(
            description=description or id, id=id, status=TokenStatus.PENDING, value=value
        )
        self._cards = (*self._cards, card)

    def deliver_to(self, address: str | None) -> None:
        """Set the `delivery_address`; `None` for none."""
        self.delivery_address = address

    def remove_cards(self) -> None:
        """Remove all cards."""
        self._cards = ()

    @property
    def credits(self) -> Sequence[Credit]:
        """The payments to this buyer by creditUser, in order."""
        return self._transactions.run(
            lambda ledger: ledger.tx.find(Credit, user_id=self.user_id), reading=True
        )

    def scan(self, code: QrCode | str | None) -> Bill:
        """Scan the code of an invoice or a terminal, and return its bill.

        Raises `InvalidCode` for a text that is not a code and for `None`, and `CannotPay` for a
        code without a bill. A bill that is paid or cancelled is shown, but cannot be paid.
        """
        if code is None:
            msg = "this reply has no code to scan: only a reply with result code 0 has one"
            raise InvalidCode(msg)
        read = parse_code(str(code))

        def work(ledger: Ledger) -> StoredInvoice:
            # creditUser pays only users that the service knows, and it knows a buyer from the first
            # scan.
            if ledger.tx.get(User, id=self.user_id) is None:
                ledger.tx.save(User(self.user_id))
            found = _scanned(ledger, read.kind, read.reference)
            cards = tuple(_with_status(ledger, card) for card in self._cards)
            ledger.apply(found, events.Scan(self.user_id, cards, self.delivery_address))
            return found

        return Bill(self, self._transactions, self._transactions.run(work).state.reference)

    def bill(self, reference: str) -> Bill:
        """Return the bill of an invoiceReference, without scanning it.

        Raises `CannotPay` for an unknown invoiceReference.
        """
        found = Bill(self, self._transactions, reference)
        self._transactions.run(found.read, reading=True)
        return found

    def open_bills(self, most: int = 5) -> Sequence[Bill]:
        """Return the newest bills that can be paid now or later, newest first."""

        def work(ledger: Ledger) -> list[str]:
            states = (found.state for found in ledger.tx.latest_invoices(_SEARCHED_INVOICES))
            return [state.reference for state in states if state.status in OPEN][:most]

        return [
            Bill(self, self._transactions, found)
            for found in self._transactions.run(work, reading=True)
        ]

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after every change of an invoice; return a function that stops it.

        It is called in the thread that made the change, and must not block.
        """

        def listener(_changed: Sequence[str]) -> None:
            callback()

        self._transactions.listeners.append(listener)
        return lambda: self._transactions.listeners.remove(listener)

    def __repr__(self) -> str:
        cards = ", ".join(card.id or "?" for card in self._cards)
        return f"<Phone{' with ' + cards if cards else ''}>"


class Bill:
    """The bill that the app shows after a scan; each property reads the store."""

    def __init__(self, phone: Phone, transactions: TransactionRunner, reference: str) -> None:
        self._phone = phone
        self._transactions = transactions
        self.reference = reference
        """The invoiceReference."""
        self.opened_url: str | None = None
        """The merchant's backURL, after the phone has opened it."""

    @property
    def status(self) -> InvoiceStatus:
        """The invoice's status."""
        return self.state.status

    @property
    def state(self) -> InvoiceState:
        """The invoice's state."""
        return self._stored().state

    @property
    def invoice(self) -> Invoice:
        """The merchant's invoice."""
        return self._stored().invoice

    @property
    def title(self) -> str:
        """The title of the bill."""
        return self.invoice.title or ""

    @property
    def rows(self) -> Sequence[InvoiceRow]:
        """The rows of the bill."""
        return self.invoice.invoice_rows or ()

    @property
    def total(self) -> Amount:
        """The total of the bill."""
        return self.state.total

    @property
    def tokens(self) -> Sequence[CustomerToken]:
        """The customer tokens of the bill, with the descriptions that buyers see."""
        return self._transactions.run(
            lambda ledger: ledger.shown_tokens(self.read(ledger).state), reading=True
        )

    @property
    def terminal(self) -> str:
        """The name of the terminal that sent the bill."""
        return self._transactions.run(
            lambda ledger: ledger.terminal(self.read(ledger).terminal).name, reading=True
        )

    @property
    def receipts(self) -> Sequence[ReceiptDocument]:
        """The receipts that the merchant submitted, in order."""

        def work(ledger: Ledger) -> Sequence[ReceiptDocument]:
            return [each.document for each in ledger.receipts(self.reference)]

        return self._transactions.run(work, reading=True)

    @property
    def waiting(self) -> bool:
        """Whether the bill waits for the merchant's updateInvoice."""
        return self.status is InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE

    def pay(self, amount: Amount | Decimal | str | None = None) -> Bill:
        """Confirm with the PIN: the open amount, or a part of it ("50 SEK").

        Raises `CannotPay` for a bill that waits, is paid or is cancelled, and for an amount that is
        zero or more than the open one; `InvalidAmount` for one that cannot be read.
        """
        part = self._amount(amount)

        def work(ledger: Ledger) -> Step:
            # Taken inside the transaction, because the sequence is in the store.
            event = events.Confirm(ledger.reference(), part, self._phone.can_reserve)
            return ledger.apply(_invoice(ledger, self.reference), event)

        return self._done(self._transactions.run(work), "paid")

    def decline(self) -> Bill:
        """Let the buyer's bank decline; raises `CannotPay` for a bill that cannot be paid."""
        return self._apply(events.Decline(), "declined")

    def cancel(self) -> Bill:
        """Cancel in the app; raises `CannotPay` for a bill that is paid or has ended."""
        return self._apply(events.BuyerCancel(), "cancelled")

    def begin_confirmation(self) -> Bill:
        """Open the PIN dialog; until it closes, updateInvoice returns 48 and cancelInvoice 51.

        Raises `CannotPay` for a bill that cannot be paid now.
        """
        return self._apply(events.BeginConfirmation(), "confirmed")

    def leave_confirmation(self) -> Bill:
        """Close the PIN dialog without paying."""
        return self._apply(events.LeaveConfirmation(), "left")

    def _apply(self, event: Event, verb: str) -> Bill:
        step = self._transactions.run(
            lambda ledger: ledger.apply(_invoice(ledger, self.reference), event)
        )
        return self._done(step, verb)

    def _done(self, step: Step, verb: str) -> Bill:
        if step.refusal is not None:
            raise self._cannot(step.refusal, step.invoice.status, verb)
        for effect in step.effects:
            if isinstance(effect, OpenBackUrl):
                self.opened_url = effect.url
        return self

    def _cannot(self, refusal: Refusal, status: InvoiceStatus, verb: str) -> CannotPay:
        why = _REASONS.get(refusal.code, f"it is {status}")
        return CannotPay(
            f"the bill {self.reference} cannot be {verb}: {why}",
            code=refusal.code,
            topic=refusal.id,
        )

    def read(self, ledger: Ledger) -> StoredInvoice:
        """Return the stored invoice; raises `CannotPay` for an unknown invoiceReference."""
        return _invoice(ledger, self.reference)

    def _stored(self) -> StoredInvoice:
        return self._transactions.run(self.read, reading=True)

    def _amount(self, amount: Amount | Decimal | str | None) -> Amount | None:
        """Return an amount in the currency of the bill."""
        if amount is None:
            return None
        currency = self.total.currency
        # A buyer sees one currency and types a number.
        read = Amount(amount, currency) if isinstance(amount, Decimal) else Amount.of(amount)
        if read.currency != currency or read.value is None:
            msg = f"the bill {self.reference} is in {currency}; {read} cannot be paid on it"
            raise InvalidAmount(msg)
        return read

    def __repr__(self) -> str:
        state = self.state
        return f"<Bill {self.reference}: {state.total}, {state.status}>"


def _with_status(ledger: Ledger, card: CustomerToken) -> CustomerToken:
    """Return a card with the status, and by default the description, that the settings give it."""
    known = ledger.tx.get(KnownToken, id=card.id or "")
    if known is None:
        return card
    # Only a description that nobody chose is replaced.
    description = known.description if card.description == card.id else None
    return attrs.evolve(
        card,
        status=known.status_of(card.value),
        description=description or card.description,
    )


def _invoice(ledger: Ledger, reference: str) -> StoredInvoice:
    found = ledger.tx.invoice(reference)
    if found is None:
        msg = f"no invoice {reference} exists here; scan the code of one that was sent"
        raise CannotPay(msg, code=ResultCode.INVALID_INVOICE_REFERENCE, topic="no-bill")
    return found


def _scanned(ledger: Ledger, kind: CodeKind, reference: str) -> StoredInvoice:
    """Return the invoice of a code, or the current invoice of a terminal's code."""
    if kind is CodeKind.INVOICE:
        return _invoice(ledger, reference)
    terminal = ledger.tx.get(Terminal, seqr_id=reference)
    if terminal is None:
        msg = f"no terminal has the seqrId {reference}; give it to one with assignSeqrId"
        raise CannotPay(msg, code=ResultCode.INVALID_SEQR_ID, topic="code-does-not-scan")
    if terminal.current is None:
        msg = f'the terminal "{terminal.name}" has no bill to pay; send an invoice from it first'
        raise CannotPay(msg, topic="no-bill")
    return _invoice(ledger, terminal.current)

"""Applies events to the invoices in the store.

The state machine decides; the ledger stores the new state, the history, the movements of money, and
collects the notifications to send after the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import attrs
import msgspec

from seqrkit.errors import StoreError
from seqrkit.model import CustomerToken
from seqrkit.simulator.reference_numbers import ReferenceNumbers
from seqrkit.simulator.states import step
from seqrkit.simulator.states.invoice_state import (
    Charge,
    Event,
    GiveBack,
    InvoiceState,
    Lapse,
    Notify,
    Step,
)
from seqrkit.simulator.store.records import (
    HistoryEntry,
    Movement,
    MovementKind,
    QueuedNotification,
    StoredInvoice,
    SubmittedReceipt,
    Terminal,
)
from seqrkit.simulator.store.settings import KnownToken
from seqrkit.simulator.store.sql_transaction import SqlTransaction


@dataclass(slots=True)
class Ledger:
    """One transaction's view of the invoices, at one instant."""

    tx: SqlTransaction
    now: datetime
    numbers: ReferenceNumbers
    notifications: list[QueuedNotification] = field(default_factory=list)
    """The notifications to post after the commit."""
    changed: list[str] = field(default_factory=list)
    """The references of invoices that were sent or have a new history entry."""
    lapsed: int = 0
    """How many due events were applied."""
    is_event_due: bool = False
    """Whether an invoice was stored with an event that is due already."""

    def reference(self, at: datetime | None = None) -> str:
        """Return a new ersReference or transactionPeriodId."""
        return self.numbers.reference(at or self.now, self.tx.sequence())

    def invoice_reference(self) -> str:
        """Return the invoiceReference of an invoice sent now."""
        return self.tx.unused_invoice_reference(self.numbers.earliest_invoice(self.now))

    def terminal(self, number: int) -> Terminal:
        """Return the terminal of an invoice or a movement."""
        terminal = self.tx.get(Terminal, number=number)
        if terminal is None:
            raise KeyError(number)
        return terminal

    def shown_tokens(self, invoice: InvoiceState) -> Sequence[CustomerToken]:
        """Return an invoice's tokens; one without a description has that of the settings."""

        def described(token: CustomerToken) -> CustomerToken:
            known = None if token.description else self.tx.get(KnownToken, id=token.id or "")
            return token if known is None else attrs.evolve(token, description=known.description)

        return [described(token) for token in invoice.tokens]

    def receipts(self, invoice: str) -> Sequence[SubmittedReceipt]:
        """Return the receipts for the payments and refunds of an invoice."""
        return [
            receipt
            for movement in self.tx.find(Movement, invoice=invoice)
            for receipt in self.tx.find(SubmittedReceipt, movement=movement.reference)
        ]

    def add(self, invoice: StoredInvoice) -> None:
        """Store an invoice that was just sent."""
        self._save(invoice)
        self.changed.append(invoice.state.reference)

    def apply(
        self,
        invoice: StoredInvoice,
        event: Event,
        *,
        at: datetime | None = None,
        content: msgspec.Raw | None = None,
        terminal: Terminal | None = None,
        cashier: str | None = None,
    ) -> Step:
        """Apply `event` to an invoice, and store the outcome.

        `content` is the merchant's new invoice, stored if the event changes the state; `terminal`
        and `cashier` are those of a refund, if it is not the terminal that sold.
        """
        at = at or self.now
        outcome = step(invoice.state, event, at)
        changed = outcome.invoice is not invoice.state
        if changed:
            content = invoice.content if content is None else content
            self._save(replace(invoice, state=outcome.invoice, content=content))
        # Refusals are part of the history too: they explain what a client did wrong.
        if changed or outcome.behaviour is not None:
            self._record(event, outcome, at)
        for effect in outcome.effects:
            if isinstance(effect, Notify):
                self.queue(effect, outcome.invoice.version)
            elif isinstance(effect, Charge | GiveBack):
                self._move(effect, invoice, at, terminal, cashier)
        return outcome

    def apply_due_events(self) -> None:
        """Apply the events that are due by now, each at its own time, in order.

        Raises `StoreError` for one that stays due, which would be applied for ever.
        """
        while (invoice := self.tx.next_due(self.now)) is not None:
            due = invoice.state.due or self.now
            # At its own time, so that histories and reports are the same however late the clock was
            # looked at.
            outcome = self.apply(invoice, Lapse(self.reference(due)), at=due)
            if outcome.invoice.due == invoice.state.due:
                raise StoreError(
                    f"what is due of invoice {invoice.state.reference} cannot be carried out; "
                    "POST /control/reset removes everything that is stored"
                )
            self.lapsed += 1

    def _save(self, invoice: StoredInvoice) -> None:
        self.tx.save(invoice)
        due = invoice.state.due
        if due is not None and due <= self.now:
            self.is_event_due = True

    def queue(self, effect: Notify, version: int) -> None:
        """Store a notification with the payment, so that it cannot be lost after the commit."""
        # A reservation and its commit notify separately; within one version a notification is sent
        # once.
        id_ = f"{effect.reference}.{version}"
        notification = QueuedNotification(id_, effect.reference, effect.url, self.now)
        self.tx.save(notification)
        self.notifications.append(notification)

    def _record(self, event: Event, outcome: Step, at: datetime) -> None:
        """Add an entry to the invoice's history."""
        after, behaviour, refusal = outcome.invoice, outcome.behaviour, outcome.refusal
        self.changed.append(after.reference)
        self.tx.save(
            HistoryEntry(
                invoice=after.reference,
                at=at,
                event=event.NAME,
                status=after.status,
                version=after.version,
                behaviour=behaviour.id if behaviour else None,
                code=int(refusal.code) if refusal else None,
            )
        )

    def _move(
        self,
        effect: Charge | GiveBack,
        invoice: StoredInvoice,
        at: datetime,
        terminal: Terminal | None,
        cashier: str | None,
    ) -> None:
        kind = _kind(effect)
        terminal = terminal or self.terminal(invoice.terminal)
        # A sale and its reversal belong to the cashier who sold; a refund to the one who refunds.
        if kind is not MovementKind.REFUND:
            cashier = invoice.invoice.cashier_id
        self.tx.save(
            Movement(
                reference=effect.reference,
                kind=kind,
                invoice=invoice.state.reference,
                terminal=terminal.number,
                # Stored with the movement, because a terminal can be given to another reseller
                # later.
                reseller=terminal.reseller,
                amount=effect.amount,
                cashier=cashier,
                at=at,
            )
        )


def _kind(effect: Charge | GiveBack) -> MovementKind:
    if isinstance(effect, Charge):
        return MovementKind.SALE
    return MovementKind.REVERSAL if effect.reversal else MovementKind.REFUND

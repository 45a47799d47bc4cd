"""Applies events to the invoices in the store.

The state machine decides; the ledger stores the new state, the history, the movements of money, and
collects the notifications to send after the commit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from seqrkit.simulator.reference_numbers import Ids
from seqrkit.simulator.states import step
from seqrkit.simulator.states.invoice_state import (
    Charge,
    Event,
    GiveBack,
    Lapse,
    Notify,
    Step,
)
from seqrkit.simulator.store import state_codec
from seqrkit.simulator.store.interface import (
    Happening,
    Kept,
    Movement,
    MovementKind,
    Terminal,
    Transaction,
)


@dataclass(slots=True)
class Ledger:
    """One transaction's view of the invoices, at one instant."""

    tx: Transaction
    now: datetime
    ids: Ids
    notices: list[Notify] = field(default_factory=list)
    """What is to be posted after the commit."""
    touched: list[str] = field(default_factory=list)
    """The invoices to which something happened."""
    swept: int = 0
    """How much had fallen due and has happened."""

    def reference(self, at: datetime | None = None) -> str:
        """A new ersReference or transactionPeriodId."""
        return self.ids.reference(at or self.now, self.tx.sequence())

    def earliest_invoice(self) -> int:
        """The smallest invoiceReference of an invoice sent now."""
        return self.ids.earliest_invoice(self.now)

    def happen(
        self,
        kept: Kept,
        event: Event,
        *,
        at: datetime | None = None,
        written: str | None = None,
        by: Terminal | None = None,
        cashier: str | None = None,
    ) -> Step:
        """Apply `event` to an invoice, and store the outcome.

        `written` is the merchant's new invoice, stored if the event changes the state; `by` and
        `cashier` are those of a refund, if it is not the terminal that sold.
        """
        at = at or self.now
        outcome = step(kept.state, event, at)
        if outcome.invoice is not kept.state:
            text = kept.written if written is None else written
            stored = Kept(kept.terminal, outcome.invoice, text)
            self.tx.save_invoice(stored, rewritten=written is not None)
        if outcome.behaviour is not None or outcome.invoice is not kept.state:
            self._record(event, outcome, at)
        for effect in outcome.effects:
            if isinstance(effect, Notify):
                self.notices.append(effect)
            elif isinstance(effect, Charge | GiveBack):
                self._move(effect, kept, at, by, cashier)
        return outcome

    def sweep(self) -> None:
        """Let everything happen that has fallen due by now, each at its own time, in order."""
        while (kept := self.tx.next_due(self.now)) is not None:
            due = kept.state.due or self.now
            self.happen(kept, Lapse(self.reference(due)), at=due)
            self.swept += 1

    def _record(self, event: Event, outcome: Step, at: datetime) -> None:
        """Add an entry to the invoice's history."""
        after, behaviour, refusal = outcome.invoice, outcome.behaviour, outcome.refusal
        self.touched.append(after.reference)
        self.tx.add_happening(
            Happening(
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
        kept: Kept,
        at: datetime,
        by: Terminal | None,
        cashier: str | None,
    ) -> None:
        kind = _kind(effect)
        terminal = by or self.tx.terminal_by_number(kept.terminal)
        if kind is not MovementKind.REFUND:
            cashier = state_codec.read_invoice(kept.written).cashier_id
        self.tx.add_movement(
            Movement(
                reference=effect.reference,
                kind=kind,
                invoice=kept.state.reference,
                terminal=terminal.number,
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

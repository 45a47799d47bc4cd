"""Lets events happen to invoices in the store, and does what follows from them.

The state machine says what; here it is written down: the new state, the money that moved, the
notifications to be sent once the transaction is committed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from seqrkit.simulator import codec
from seqrkit.simulator.behaviours import ALL, Active, money
from seqrkit.simulator.ids import Ids
from seqrkit.simulator.invoice import (
    Charge,
    Event,
    GiveBack,
    Lapse,
    Notify,
    Replace,
    Step,
    Update,
)
from seqrkit.simulator.states import step
from seqrkit.simulator.states.naming import WORDS, behaviour_of
from seqrkit.simulator.store import (
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
    active: Active = ALL
    notices: list[Notify] = field(default_factory=list)
    """What is to be posted after the commit."""
    touched: list[str] = field(default_factory=list)
    """The invoices to which something happened."""
    swept: int = 0
    """How much had fallen due and has happened."""

    def reference(self, at: datetime | None = None) -> str:
        """A new ersReference or transactionPeriodId."""
        if money.LONG_REFERENCES not in self.active:
            return str(self.tx.sequence())
        return self.ids.reference(at or self.now, self.tx.sequence())

    def earliest_invoice(self) -> int:
        """The smallest invoiceReference of an invoice sent now."""
        of_now = money.INVOICE_REFERENCES in self.active
        return self.ids.earliest_invoice(self.now) if of_now else 1

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
        """Let `event` happen to an invoice, and keep what became of it.

        `written` is the merchant's new invoice, kept if the machine takes it; `by` and `cashier`
        are those who refund, where it is not the terminal that sold.
        """
        at = at or self.now
        after, effects = outcome = step(kept.state, event, at, self.active)
        rewritten = written is not None and Replace() in effects
        if after is not kept.state or rewritten:
            text = written if rewritten and written is not None else kept.written
            self.tx.save_invoice(Kept(kept.terminal, after, text), rewritten=rewritten)
        if after is not kept.state or effects or isinstance(event, Update):
            self._tell(kept, event, outcome, at)
        for effect in effects:
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

    def _tell(self, kept: Kept, event: Event, outcome: Step, at: datetime) -> None:
        """Add to the invoice's timeline what happened, or was refused."""
        after, refusal = outcome.invoice, outcome.refusal
        behaviour = behaviour_of(kept.state, event, outcome)
        self.touched.append(after.reference)
        self.tx.add_happening(
            Happening(
                invoice=after.reference,
                at=at,
                event=WORDS[type(event)],
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
        if kind is MovementKind.REVERSAL and money.REVERSED_IN_REPORTS not in self.active:
            return
        terminal = by or self.tx.terminal_by_number(kept.terminal)
        if kind is not MovementKind.REFUND:
            cashier = codec.read_invoice(kept.written).cashier_id
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

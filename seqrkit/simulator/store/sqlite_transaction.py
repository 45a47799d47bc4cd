"""What a transaction does, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from seqrkit.model import ReceiptDocument
from seqrkit.simulator.store import sqlite_rows as rows
from seqrkit.simulator.store.interface import (
    Credit,
    Kept,
    Movement,
    Period,
    Reseller,
    Terminal,
    TerminalKind,
    TerminalState,
    User,
)
from seqrkit.simulator.store.sqlite_queries import SqliteOverview

_IN_PERIOD: Final = ", (SELECT after, last FROM period WHERE id = ?) WHERE "
_IN_ORDER: Final = "AND number > after AND number <= last ORDER BY number"
_OF_SHOP: Final = f"{rows.MOVEMENT}{_IN_PERIOD} reseller = ? {_IN_ORDER}"
_OF_TERMINAL: Final = f"{rows.MOVEMENT}{_IN_PERIOD} terminal = ? {_IN_ORDER}"


class SqliteTransaction(SqliteOverview):
    """A `Transaction` on the connection of a store."""

    def sequence(self) -> int:
        """The next of the numbers that make references unique, also across processes."""
        statement = "UPDATE sequence SET value = value + 1 RETURNING value"
        ((value,),) = self._write(statement).fetchall()
        return int(value)

    # What falls due

    def something_due(self, now: datetime) -> bool:
        """Whether a payment is to be reversed or a reservation lapses by `now`."""
        found = self._row("SELECT 1 FROM invoice WHERE due <= ? LIMIT 1", rows.instant(now))
        return found is not None

    def next_due(self, now: datetime) -> Kept | None:
        """The invoice whose time came first, at or before `now`."""
        statement = f"{rows.INVOICE} WHERE due <= ? ORDER BY due, reference LIMIT 1"
        return self._one(rows.kept, statement, rows.instant(now))

    # Resellers and terminals

    def reseller(self, id: str) -> Reseller | None:
        """The reseller of that id."""
        return self._one(rows.reseller, f"{rows.RESELLER} WHERE id = ?", id)

    def save_reseller(self, reseller: Reseller) -> None:
        """Add or change a reseller."""
        self._write(
            "INSERT OR REPLACE INTO reseller VALUES (?, ?, ?, ?, ?, ?)",
            (
                reseller.id,
                reseller.user_id,
                reseller.name,
                reseller.password,
                reseller.may_refund,
                reseller.account_takes_refunds,
            ),
        )

    def terminal(self, id: str) -> Terminal | None:
        """The terminal of that terminalId."""
        return self._one(rows.terminal, f"{rows.TERMINAL} WHERE id = ?", id)

    def terminal_by_number(self, number: int) -> Terminal:
        """The terminal of an invoice or a movement."""
        found = self._one(rows.terminal, f"{rows.TERMINAL} WHERE number = ?", number)
        if found is None:
            raise KeyError(number)
        return found

    def terminal_by_seqr_id(self, seqr_id: str) -> Terminal | None:
        """The terminal whose static code has that seqrId."""
        return self._one(rows.terminal, f"{rows.TERMINAL} WHERE seqr_id = ?", seqr_id)

    def registered_terminals(self, reseller: str) -> Sequence[Terminal]:
        """A reseller's cash registers that are not unregistered."""
        statement = (
            f"{rows.TERMINAL} WHERE reseller = ? AND kind = ? AND state <> ? ORDER BY number"
        )
        values = (reseller, TerminalKind.CASH_REGISTER, TerminalState.UNREGISTERED)
        found = self._execute(statement, values).fetchall()
        return tuple(map(rows.terminal, found))

    def add_terminal(self, terminal: Terminal) -> Terminal:
        """Keep a new terminal, and give it its number."""
        statement = (
            "INSERT INTO terminal VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number"
        )
        ((number,),) = self._write(statement, rows.terminal_columns(terminal)).fetchall()
        return replace(terminal, number=number)

    def save_terminal(self, terminal: Terminal) -> None:
        """Change a terminal."""
        self._write(
            "UPDATE terminal SET id = ?, reseller = ?, kind = ?, name = ?, password = ?, "
            "short_password = ?, external_id = ?, seqr_id = ?, state = ?, current = ? "
            "WHERE number = ?",
            (*rows.terminal_columns(terminal), terminal.number),
        )

    # Invoices

    def add_invoice(self, kept: Kept, earliest: int, at: datetime) -> str:
        """Keep a new invoice, sent at `at`; its reference is `earliest`, or the next one free."""
        status, due, state = rows.state_columns(kept)
        ((reference,),) = self._write(
            "INSERT INTO invoice VALUES (max(?, coalesce((SELECT max(reference) FROM invoice), 0)"
            " + 1), ?, ?, ?, ?, ?, ?) RETURNING reference",
            (earliest, kept.terminal, status, due, rows.instant(at), state, kept.written),
        ).fetchall()
        return str(reference)

    def invoice(self, reference: str) -> Kept | None:
        """The invoice of that reference."""
        statement = f"{rows.INVOICE} WHERE reference = ?"
        return self._one(rows.kept, statement, rows.invoice_key(reference))

    def save_invoice(self, kept: Kept, *, rewritten: bool) -> None:
        """Change an invoice; `rewritten` where the merchant's writing changed too."""
        key = rows.invoice_key(kept.state.reference)
        set_state = "UPDATE invoice SET status = ?, due = ?, state = ?"
        if rewritten:
            statement = f"{set_state}, written = ? WHERE reference = ?"
            self._write(statement, (*rows.state_columns(kept), kept.written, key))
        else:
            self._write(f"{set_state} WHERE reference = ?", (*rows.state_columns(kept), key))

    # Money

    def add_movement(self, movement: Movement) -> None:
        """Keep a sale, a refund or a reversal."""
        self._write(
            "INSERT INTO movement VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                movement.reference,
                movement.kind,
                movement.invoice,
                movement.terminal,
                movement.reseller,
                str(movement.amount.value),
                movement.amount.currency,
                movement.cashier,
                movement.at.isoformat(),
            ),
        )

    def movement(self, reference: str) -> Movement | None:
        """The movement of that ersReference."""
        return self._one(rows.movement, f"{rows.MOVEMENT} WHERE reference = ?", reference)

    def add_receipt(self, reference: str, receipt: ReceiptDocument | None, at: datetime) -> None:
        """Keep a receipt for a movement."""
        document = receipt or ReceiptDocument()
        self._write(
            "INSERT INTO receipt VALUES (NULL, ?, ?, ?, ?, ?)",
            (
                reference,
                document.mime_type,
                document.receipt_type,
                document.receipt_data,
                at.isoformat(),
            ),
        )

    def receipts(self, reference: str) -> Sequence[ReceiptDocument]:
        """The receipts of a movement, in the order they came."""
        found = self._execute(
            "SELECT mime_type, type, data FROM receipt WHERE reference = ? ORDER BY number",
            (reference,),
        )
        return tuple(
            ReceiptDocument(mime_type=mime_type, receipt_type=type_, receipt_data=data)
            for mime_type, type_, data in found.fetchall()
        )

    # Periods: a period is a range of movements, so that each movement is in exactly one

    def mark(self, period: Period) -> None:
        """End a period here: it holds what moved since the one before it."""
        before = self._row(
            "SELECT last FROM period WHERE reseller = ? AND terminal IS ? "
            "ORDER BY number DESC LIMIT 1",
            period.reseller,
            period.terminal,
        )
        latest = self._row("SELECT coalesce(max(number), 0) FROM movement")
        self._write(
            "INSERT INTO period VALUES (NULL, ?, ?, ?, ?, ?, ?)",
            (
                period.id,
                period.reseller,
                period.terminal,
                period.marked_at.isoformat(),
                before[0] if before else 0,
                latest[0] if latest else 0,
            ),
        )

    def period(self, id: str) -> Period | None:
        """The period of that transactionPeriodId."""
        return self._one(rows.period, f"{rows.PERIOD} WHERE id = ?", id)

    def latest_period(self, reseller: str) -> Period | None:
        """A reseller's period that was marked last."""
        statement = f"{rows.PERIOD} WHERE reseller = ? ORDER BY number DESC LIMIT 1"
        return self._one(rows.period, statement, reseller)

    def movements(self, period: Period) -> Sequence[Movement]:
        """What moved in a period, in order."""
        if period.terminal is None:
            found = self._execute(_OF_SHOP, (period.id, period.reseller))
        else:
            found = self._execute(_OF_TERMINAL, (period.id, period.terminal))
        return tuple(map(rows.movement, found.fetchall()))

    # Payouts

    def add_user(self, user: User) -> None:
        """Make a user known, if it is not yet."""
        self._write("INSERT OR IGNORE INTO user VALUES (?, ?)", (user.id, user.currency))

    def user(self, id: str) -> User | None:
        """The user of that userId."""
        return self._one(lambda row: User(*row), "SELECT id, currency FROM user WHERE id = ?", id)

    def add_credit(self, credit: Credit) -> None:
        """Keep a payout."""
        self._write(
            "INSERT INTO credit VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                credit.reference,
                credit.user_id,
                credit.terminal,
                str(credit.amount.value),
                credit.amount.currency,
                str(credit.received.value),
                credit.received.currency,
                credit.description,
                credit.correlation_id,
                credit.at.isoformat(),
            ),
        )

    def credits(self, user_id: str) -> Sequence[Credit]:
        """What a user was paid out, in order."""
        found = self._execute(
            f"{rows.CREDIT} WHERE user_id = ? ORDER BY number",
            (user_id,),
        )
        return tuple(map(rows.credit, found.fetchall()))

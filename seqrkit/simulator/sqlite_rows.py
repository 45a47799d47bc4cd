"""Rows of the tables into records, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from seqrkit.money import Amount
from seqrkit.simulator import codec
from seqrkit.simulator.store import (
    Credit,
    Kept,
    Movement,
    MovementKind,
    Period,
    Reseller,
    Terminal,
    TerminalKind,
    TerminalState,
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LARGEST: Final = 2**63 - 1
_DIGITS: Final = len(str(_LARGEST))


def instant(at: datetime) -> int:
    """An instant as the store compares it, in microseconds."""
    return (at - _EPOCH) // _MICROSECOND


def invoice_key(reference: str) -> int | None:
    """The row of an invoiceReference; None for a text that can be none."""
    if not (reference.isascii() and reference.isdigit() and len(reference) <= _DIGITS):
        return None
    key = int(reference)
    return key if str(key) == reference and key <= _LARGEST else None


def state_columns(kept: Kept) -> tuple[Any, ...]:
    """Status, due time and state of an invoice."""
    due = kept.state.due
    return kept.state.status, due and instant(due), codec.write_state(kept.state)


def kept(row: tuple[Any, ...] | None) -> Kept | None:
    """An invoice as kept."""
    if row is None:
        return None
    reference, terminal, state, written = row
    return Kept(terminal, codec.read_state(str(reference), state), written)


def terminal_columns(terminal: Terminal) -> tuple[Any, ...]:
    """What a terminal keeps, but for its number."""
    return (
        terminal.id,
        terminal.reseller,
        terminal.kind,
        terminal.name,
        terminal.password,
        terminal.short_password,
        terminal.external_id,
        terminal.seqr_id,
        terminal.state,
        terminal.current,
    )


def reseller(row: tuple[Any, ...] | None) -> Reseller | None:
    """A reseller."""
    if row is None:
        return None
    id_, user_id, name, password, may_refund, takes_refunds = row
    return Reseller(id_, user_id, name, password, bool(may_refund), bool(takes_refunds))


def terminal(row: tuple[Any, ...] | None) -> Terminal | None:
    """A terminal."""
    if row is None:
        return None
    number, id_, reseller, kind, name, password, short, external_id, seqr_id, state, current = row
    return Terminal(
        number,
        id_,
        reseller,
        TerminalKind(kind),
        name,
        password,
        bool(short),
        external_id,
        seqr_id,
        TerminalState(state),
        current,
    )


def movement(row: tuple[Any, ...]) -> Movement:
    """A movement of money."""
    reference, kind, invoice, terminal, reseller, value, currency, cashier, at = row[:9]
    return Movement(
        reference,
        MovementKind(kind),
        invoice,
        terminal,
        reseller,
        Amount(Decimal(value), currency),
        cashier,
        datetime.fromisoformat(at),
    )


def period(row: tuple[Any, ...] | None) -> Period | None:
    """A transaction period."""
    if row is None:
        return None
    id_, reseller, terminal, marked_at = row
    return Period(id_, reseller, terminal, datetime.fromisoformat(marked_at))


def credit(row: tuple[Any, ...]) -> Credit:
    """A payout."""
    reference, user_id, terminal, value, currency, received, into, description, correlation, at = (
        row
    )
    return Credit(
        reference,
        user_id,
        terminal,
        Amount(Decimal(value), currency),
        Amount(Decimal(received), into),
        description,
        correlation,
        datetime.fromisoformat(at),
    )

"""Rows of the tables into records, and back; each select has the columns its reader takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from seqrkit.money import Amount
from seqrkit.simulator.store import state_codec
from seqrkit.simulator.store.interface import (
    Credit,
    Happening,
    Kept,
    Movement,
    MovementKind,
    Period,
    Reseller,
    Sent,
    Terminal,
    TerminalKind,
    TerminalState,
)
from seqrkit.vocabulary import InvoiceStatus

INVOICE: Final = "SELECT reference, terminal, state, written FROM invoice"
SENT: Final = "SELECT reference, terminal, state, written, sent_at FROM invoice"
TERMINAL: Final = (
    "SELECT number, id, reseller, kind, name, password, short_password, external_id, seqr_id, "
    "state, current FROM terminal"
)
MOVEMENT: Final = (
    "SELECT reference, kind, invoice, terminal, reseller, value, currency, cashier, at "
    "FROM movement"
)
HAPPENING: Final = "SELECT invoice, at, event, status, version, behaviour, code FROM happening"
PERIOD: Final = "SELECT id, reseller, terminal, marked_at FROM period"
RESELLER: Final = (
    "SELECT id, user_id, name, password, may_refund, account_takes_refunds FROM reseller"
)
CREDIT: Final = (
    "SELECT reference, user_id, terminal, value, currency, received_value, received_currency, "
    "description, correlation_id, at FROM credit"
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LARGEST: Final = 2**63 - 1
_DIGITS: Final = len(str(_LARGEST))


def instant(at: datetime) -> int:
    """An instant as the store compares it, in microseconds."""
    return (at - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """The instant that `instant` wrote."""
    return _EPOCH + timedelta(microseconds=microseconds)


def invoice_key(reference: str) -> int | None:
    """The row of an invoiceReference; None for a text that can be none."""
    if not (reference.isascii() and reference.isdigit() and len(reference) <= _DIGITS):
        return None
    key = int(reference)
    return key if str(key) == reference and key <= _LARGEST else None


def state_columns(kept: Kept) -> tuple[Any, ...]:
    """Status, due time and state of an invoice."""
    due = kept.state.due
    return kept.state.status, due and instant(due), state_codec.write_state(kept.state)


def kept(row: tuple[Any, ...]) -> Kept:
    """An invoice as kept."""
    reference, terminal, state, written = row
    return Kept(terminal, state_codec.read_state(str(reference), state), written)


def sent(row: tuple[Any, ...]) -> Sent:
    """An invoice as kept, with the instant after it."""
    return Sent(kept(row[:-1]), moment(row[-1]))


def written(row: tuple[Any, ...]) -> Sent:
    """An invoice as kept, which can be read, all of it."""
    found = sent(row)
    state_codec.read_invoice(found.kept.written)
    return found


def happening(row: tuple[Any, ...]) -> Happening:
    """A line of a timeline."""
    invoice, at, event, status, version, behaviour, code = row
    return Happening(
        str(invoice), moment(at), event, InvoiceStatus(status), version, behaviour, code
    )


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


def reseller(row: tuple[Any, ...]) -> Reseller:
    """A reseller."""
    id_, user_id, name, password, may_refund, takes_refunds = row
    return Reseller(id_, user_id, name, password, bool(may_refund), bool(takes_refunds))


def terminal(row: tuple[Any, ...]) -> Terminal:
    """A terminal."""
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
    reference, kind, invoice, terminal, reseller, value, currency, cashier, at = row
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


def period(row: tuple[Any, ...]) -> Period:
    """A transaction period."""
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

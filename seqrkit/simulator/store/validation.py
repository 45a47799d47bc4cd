"""Checks of data that is loaded into a store: a snapshot, or a file of an older format.

The types of the fields do not exclude values with which the endpoint cannot work afterwards: times
without zone, amounts of a billion digits, or payments in another currency than the invoice.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Final

import attrs

from seqrkit.clock import LATEST
from seqrkit.money import EXACT, NOTHING, Amount
from seqrkit.simulator.states.invoice_state import EVENTS, InvoiceState
from seqrkit.simulator.store.records import HistoryEntry, Movement, StoredInvoice
from seqrkit.simulator.store.settings import UNPRINTABLE

MAX_INTEGER: Final = 10**18
"""Larger numbers would leave no room for the next reference below SQLite's largest integer."""
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_QUOTED: Final = 40


def check_record(record: object) -> None:
    """Raise `ValueError` for a record with a value that the endpoint cannot work with."""
    if isinstance(record, StoredInvoice):
        _check_state(record.state)
        record = {"sent_at": record.sent_at, "state": record.state, "invoice": record.invoice}
    elif isinstance(record, Movement) and not record.amount > NOTHING:
        raise ValueError(f"amount is {_quoted(str(record.amount))}, which is not positive")
    elif isinstance(record, HistoryEntry) and record.event not in EVENTS:
        raise ValueError(f"event is {_quoted(record.event)}, which is not an event of an invoice")
    for path, value in _leaves(record):
        problem = _problem(value)
        if problem is not None:
            raise ValueError(f"{path} {problem}")


def check_same(given: object, stored: object, path: str = "") -> None:
    """Raise `ValueError` if data would not be read back as it was given.

    Members that are not stored are ignored, because they have their default or belong to another
    release; members that are not given get their default.
    """
    if isinstance(given, Mapping) and isinstance(stored, Mapping):
        for name, value in given.items():
            if name in stored:
                check_same(value, stored[name], f"{path}.{name}".lstrip("."))
            elif isinstance(value, float) and not math.isfinite(value):
                raise ValueError(f"{path}.{name} is {value}, which is not a number")
    elif isinstance(given, Sequence) and isinstance(stored, list) and len(given) == len(stored):
        for place, (one, other) in enumerate(zip(given, stored, strict=True)):
            check_same(one, other, f"{path}[{place}]")
    elif not (isinstance(stored, type(given)) and (given == stored or _same_time(given, stored))):
        raise ValueError(
            f"{path} is {_quoted(given)}, which would be read back as {_quoted(stored)}"
        )


def _check_state(state: InvoiceState) -> None:
    """Raise `ValueError` for numbers that no sequence of operations leads to."""
    total, sums = state.total, (state.paid, state.reserved, state.refunded)
    if not 0 < int(state.reference) <= MAX_INTEGER:
        raise ValueError(f"reference is {state.reference:.20}, which is not from 1 to 10^18")
    if state.version < 0:
        raise ValueError("state.version is negative")
    if total.value is None:
        raise ValueError("state.total has no value")
    # NOTHING has no currency, and is what an invoice without payments has.
    if any(each != NOTHING and each.currency != total.currency for each in sums):
        raise ValueError("state.total, paid, reserved and refunded are not in one currency")
    if not all(each >= NOTHING for each in sums) or state.refunded > state.paid:
        raise ValueError("state.paid, reserved or refunded is negative, or more refunded than paid")


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield the amounts, times, numbers and texts within a record, with their paths."""
    inner: Iterable[tuple[str, object]]
    if isinstance(value, Amount | str | bytes):
        inner = ()
    elif isinstance(value, Mapping):
        inner = ((f".{name}", each) for name, each in value.items())
    elif isinstance(value, Sequence):
        inner = ((f"[{place}]", each) for place, each in enumerate(value))
    elif is_dataclass(value) or attrs.has(type(value)):
        members = fields(value) if is_dataclass(value) else attrs.fields(type(value))  # type: ignore[arg-type]
        inner = ((f".{each.name}", getattr(value, each.name)) for each in members)
    else:
        inner = ()
    yield path.lstrip("."), value
    for name, each in inner:
        yield from _leaves(each, path + name)


def _problem(value: object) -> str | None:
    """Return what is wrong with a value, if anything."""
    if isinstance(value, Amount) and value.value is not None:
        # An exponent above 0 is not in the notation of the API, and can stand for a text of
        # gigabytes; one far below 0 as well.
        exponent = value.value.as_tuple().exponent
        if not isinstance(exponent, int) or not -EXACT.prec < exponent <= 0:
            return f"is {_quoted(str(value.value))}; write it without an exponent"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return f"is {value.isoformat()}, which has no time zone"
        if not _EARLIEST <= value <= LATEST:
            return f"is {value.isoformat()}; use {_EARLIEST.year} to {LATEST.year}"
    if isinstance(value, str) and UNPRINTABLE.search(value):
        return "has a character that XML does not allow"
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return "is larger than 10^18"
    return None


def _same_time(one: object, other: object) -> bool:
    """Return whether two texts are the same instant, such as with Z and with +00:00."""
    try:
        return datetime.fromisoformat(str(one)) == datetime.fromisoformat(str(other))
    except ValueError:
        return False


def _quoted(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}..."

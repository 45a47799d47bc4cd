"""What there is to be seen of a life: codes and transitions, asked of the endpoint's own machine.

Nothing here is typed in: a code or a transition that the endpoint gets must be seen by the suite,
or it is a gap.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import Final, NamedTuple

from seqrkit import contract, schemas
from seqrkit.clock import DEFAULT_START
from seqrkit.model import CustomerToken
from seqrkit.money import Amount
from seqrkit.simulator import behaviours
from seqrkit.simulator.states import HANDLERS, step
from seqrkit.simulator.states import invoice_state as what
from seqrkit.simulator.states.invoice_state import Event, InvoiceState
from seqrkit.vocabulary import AcknowledgmentMode, Interface, InvoiceStatus, PaymentMode

_TOTAL: Final = Amount(Decimal(2), "SEK")
_PART: Final = Decimal(1)
_LATER: Final = DEFAULT_START + timedelta(days=1)
_EVENTS: Final[tuple[Event, ...]] = (
    what.Scan("buyer"),
    what.Scan("buyer", (CustomerToken(id="CARD", value="1", status=0),)),
    what.BeginConfirmation(),
    what.LeaveConfirmation(),
    what.Confirm("1"),
    what.Confirm("1", _PART),
    what.Confirm("1", bank_reserves=False),
    what.Decline(),
    what.BuyerCancel(),
    what.Update(_TOTAL),
    what.Cancel(),
    what.Poll(),
    what.Commit("2"),
    what.Refund("3", Amount(_PART, "SEK")),
    what.SubmitReceipt(),
    what.Supersede(),
    what.Lapse("4"),
)
"""Every kind of event, in the forms that lead to different statuses."""
_TERMS: Final = tuple(
    InvoiceState("1", _TOTAL, mode=mode, acknowledgment=acknowledgment)
    for mode, acknowledgment in product((*PaymentMode, None), (*AcknowledgmentMode, None))
)
"""Invoices of all terms, as they are sent."""


def codes(interface: Interface) -> frozenset[str]:
    """Every result code that the endpoint can answer over an interface."""
    known, operations = schemas.result_codes(), contract.load(interface).operations
    return frozenset(
        str(int(code))
        for code in behaviours.answered()
        if any(known[code].fits(operation) for operation in operations)
    )


@cache
def transitions() -> frozenset[str]:
    """Every change of status that an invoice can meet, from ISSUED on: `ISSUED > PAID`."""
    return frozenset(paths())


def transition(before: InvoiceStatus, after: InvoiceStatus) -> str:
    """How a change of status is called."""
    return f"{before} > {after}"


class Path(NamedTuple):
    """A way to a state: the terms of the invoice, and what has to happen to it."""

    terms: InvoiceState
    events: tuple[Event, ...] = ()


@cache
def paths() -> Mapping[str, Path]:
    """A shortest way to every change of status there is."""
    missing = set(HANDLERS) - set(map(type, _EVENTS))
    if missing:
        msg = f"the invoice's machine has events that are not tried here: {missing}"
        raise NotImplementedError(msg)
    found: dict[str, Path] = {}
    known = set(_TERMS)
    waiting = deque((terms, Path(terms)) for terms in _TERMS)
    while waiting:
        state, path = waiting.popleft()
        for event in _EVENTS:
            now = _LATER if isinstance(event, what.Lapse) else DEFAULT_START
            after = replace(step(state, event, now).invoice, version=0)
            further = Path(path.terms, (*path.events, event))
            if after.status is not state.status:
                found.setdefault(transition(state.status, after.status), further)
            if after not in known:
                known.add(after)
                waiting.append((after, further))
    return MappingProxyType(found)

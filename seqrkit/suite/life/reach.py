"""What there is to be seen of a life: codes and transitions, asked of the endpoint's own machine.

Nothing here is typed in: a code or a transition that the endpoint gets must be seen by the suite,
or it is a gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Final

from seqrkit.clock import DEFAULT_START
from seqrkit.model import CustomerToken
from seqrkit.money import Amount
from seqrkit.simulator import behaviours
from seqrkit.simulator import invoice as what
from seqrkit.simulator.invoice import Event, InvoiceState
from seqrkit.simulator.states import HANDLERS, step
from seqrkit.vocabulary import AcknowledgmentMode, InvoiceStatus, PaymentMode

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


def codes() -> frozenset[str]:
    """Every result code that the endpoint can answer."""
    return frozenset(str(int(code)) for code in behaviours.answered())


@cache
def transitions() -> frozenset[str]:
    """Every change of status that an invoice can meet, from ISSUED on: `ISSUED > PAID`."""
    return frozenset(
        transition(state.status, after.status)
        for state, after in _steps()
        if state.status is not after.status
    )


def transition(before: InvoiceStatus, after: InvoiceStatus) -> str:
    """How a change of status is called."""
    return f"{before} > {after}"


def _steps() -> Iterator[tuple[InvoiceState, InvoiceState]]:
    """Every step from every state that can be reached."""
    missing = set(HANDLERS) - set(map(type, _EVENTS))
    if missing:
        msg = f"the invoice's machine has events that are not tried here: {missing}"
        raise NotImplementedError(msg)
    modes = product((None, *PaymentMode), (None, *AcknowledgmentMode))
    waiting = [
        InvoiceState("1", _TOTAL, mode=mode, acknowledgment=acknowledgment)
        for mode, acknowledgment in modes
    ]
    known = set(waiting)
    while waiting:
        state = waiting.pop()
        for event in _EVENTS:
            now = _LATER if isinstance(event, what.Lapse) else DEFAULT_START
            after = replace(step(state, event, now).invoice, version=0)
            yield state, after
            if after not in known:
                known.add(after)
                waiting.append(after)

"""What happened to an invoice, in words: the event, and the behaviour that it went by.

For the timeline of an invoice only: the transitions themselves do not need it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from seqrkit.simulator import invoice as what
from seqrkit.simulator.behaviours import Behaviour, life, money
from seqrkit.simulator.invoice import Event, InvoiceState, Step
from seqrkit.simulator.states.common import ISSUED, PAID, PART, PENDING, RESERVED
from seqrkit.vocabulary import AcknowledgmentMode, PaymentMode

SENT: Final = "sendInvoice"
"""The event that every timeline begins with."""
WORDS: Final[Mapping[type[Event], str]] = MappingProxyType(
    {
        what.Scan: "buyer scans",
        what.BeginConfirmation: "buyer opens the PIN dialog",
        what.LeaveConfirmation: "buyer closes the PIN dialog",
        what.Confirm: "buyer pays",
        what.Decline: "bank declines",
        what.BuyerCancel: "buyer cancels",
        what.Update: "updateInvoice",
        what.Cancel: "cancelInvoice",
        what.Poll: "getPaymentStatus",
        what.Commit: "commitReservation",
        what.Refund: "refundPayment",
        what.SubmitReceipt: "submitPaymentReceipt",
        what.Supersede: "a newer sendInvoice",
        what.Lapse: "time passes",
    }
)
"""How a timeline names each event."""

_WAITS: Final = {
    AcknowledgmentMode.REQUIRE_ACKNOWLEDGMENT: life.SCAN_REQUIRED,
    AcknowledgmentMode.OPTIONAL_ACKNOWLEDGMENT: life.SCAN_OPTIONAL,
    AcknowledgmentMode.NO_ACKNOWLEDGMENT: life.SCAN_FREE,
    None: life.SCAN_UNSTATED,
}
_Namer = Callable[[InvoiceState, Any, InvoiceState], Behaviour | None]


def behaviour_of(before: InvoiceState, event: Event, step: Step) -> Behaviour | None:
    """The behaviour by which `event` made of `before` what `step` says; `None` for none of its own.

    A refusal names its behaviour itself.
    """
    if step.refusal is not None:
        return step.refusal.behaviour
    return _NAMERS[type(event)](before, event, step.invoice)


def _scan(before: InvoiceState, _event: Event, after: InvoiceState) -> Behaviour | None:
    if before.status is ISSUED and after.status is PENDING:
        return _WAITS[before.acknowledgment]
    if len(after.tokens) > len(before.tokens):
        return life.SCAN_TOKENS
    if before.status is not ISSUED:
        return None
    return life.RESCAN if before.acknowledged else _WAITS[before.acknowledgment]


def _confirm(before: InvoiceState, _event: Event, after: InvoiceState) -> Behaviour:
    if after.status is RESERVED:
        desired = before.mode is PaymentMode.RESERVATION_DESIRED
        return life.RESERVED_IF_POSSIBLE if desired else life.RESERVED
    at_once = before.status is ISSUED and after.status is PAID
    return life.PAID_AT_ONCE if at_once else life.PAID_IN_PART


def _update(before: InvoiceState, _event: Event, after: InvoiceState) -> Behaviour:
    if before.status is RESERVED:
        return life.UPDATE_RESERVED
    if before.status is PENDING:
        return life.UPDATE_ACKNOWLEDGES
    return life.UPDATE_AFTER_SCAN if after is before else life.UPDATE_BEFORE_SCAN


def _commit(_before: InvoiceState, event: what.Commit, _after: InvoiceState) -> Behaviour:
    return life.COMMIT_ALL if event.amount is None else life.COMMIT


def _ends(behaviour: Behaviour, of_part: Behaviour) -> _Namer:
    """What ends an invoice that is open, and leaves one that is paid in part."""
    return lambda before, _event, _after: of_part if before.status is PART else behaviour


def _by_status(behaviour: Behaviour, reserved: Behaviour) -> _Namer:
    return lambda before, _event, _after: reserved if before.status is RESERVED else behaviour


def _always(behaviour: Behaviour) -> _Namer:
    return lambda _before, _event, _after: behaviour


_NAMERS: Final[Mapping[type[Event], _Namer]] = MappingProxyType(
    {
        what.Scan: _scan,
        what.BeginConfirmation: _always(life.CONFIRMING),
        what.LeaveConfirmation: _always(life.CONFIRMING),
        what.Confirm: _confirm,
        what.Decline: _ends(life.DECLINED, life.PART_DECLINED),
        what.BuyerCancel: _ends(life.BUYER_CANCELS, life.PART_DECLINED),
        what.Update: _update,
        what.Cancel: _by_status(life.MERCHANT_CANCELS, life.CANCEL_RESERVED),
        what.Poll: _always(life.POLLED_IS_FINAL),
        what.Commit: _commit,
        what.Refund: _always(money.REFUND_REFERENCE),
        what.SubmitReceipt: _always(money.RECEIPT_ACKNOWLEDGES),
        what.Supersede: _always(life.SUPERSEDED),
        what.Lapse: _by_status(life.REVERSED, life.LAPSED),
    }
)

"""Strategies of invoices and events for the state machine."""

from datetime import timedelta

from hypothesis import strategies as st

from seqrkit.clock import DEFAULT_START
from seqrkit.model import CustomerToken
from seqrkit.money import Amount
from seqrkit.simulator.states.invoice_state import (
    BeginConfirmation,
    BuyerCancel,
    Cancel,
    Commit,
    Confirm,
    Decline,
    Event,
    InvoiceState,
    Lapse,
    LeaveConfirmation,
    Poll,
    Refund,
    Scan,
    SubmitReceipt,
    Supersede,
    Update,
)
from seqrkit.vocabulary import AcknowledgmentMode, InvoiceStatus, PaymentMode

TOTAL = Amount.of("100 SEK")
HELD: dict[InvoiceStatus, dict[str, object]] = {
    InvoiceStatus.RESERVED: {"reserved": TOTAL},
    InvoiceStatus.PARTIALLY_PAID: {"paid": Amount.of("40 SEK"), "ers_reference": "1"},
    InvoiceStatus.PAID: {"paid": TOTAL, "ers_reference": "1", "paid_at": DEFAULT_START},
}
"""The money that an invoice holds in a status."""

tokens = st.builds(
    CustomerToken,
    id=st.sampled_from(["CARD", "COUPON"]),
    value=st.sampled_from(["1", "2"]),
    status=st.sampled_from([0, 1]),
)
amounts = st.builds(Amount, st.decimals(-10, 150, places=2), st.just("SEK"))
optional_instants = st.none() | st.integers(-30, 30).map(
    lambda seconds: DEFAULT_START + timedelta(seconds=seconds)
)
optional_urls = st.sampled_from([None, "http://shop.example/paid"])


def invoices_in(status: InvoiceStatus) -> st.SearchStrategy[InvoiceState]:
    """Invoices in one status, with all that belongs to it."""
    timed = status in {InvoiceStatus.PAID, InvoiceStatus.RESERVED}
    return st.builds(
        InvoiceState,
        reference=st.just("1397222701693"),
        total=st.just(TOTAL),
        status=st.just(status),
        version=st.integers(0, 9),
        mode=st.none() | st.sampled_from(PaymentMode),
        acknowledgment=st.none() | st.sampled_from(AcknowledgmentMode),
        scanned=st.booleans(),
        acknowledged=st.booleans(),
        confirming=st.booleans(),
        due=optional_instants if timed else st.none(),
        notification_url=optional_urls,
        back_url=optional_urls,
        tokens=st.lists(tokens, max_size=2).map(tuple),
        withdrawn=st.booleans() if status is InvoiceStatus.CANCELED else st.just(value=False),
        **{name: st.just(value) for name, value in HELD.get(status, {}).items()},
    )


invoices = st.sampled_from(InvoiceStatus).flatmap(invoices_in)
"""Invoices in every status."""

money = st.builds(Amount, st.decimals(-10, 150, places=2), st.sampled_from(["SEK", "EUR"]))
offered = st.lists(tokens, max_size=2).map(tuple)
EVENTS: dict[type[Event], st.SearchStrategy[Event]] = {
    Scan: st.builds(Scan, st.just("buyer"), offered),
    BeginConfirmation: st.builds(BeginConfirmation),
    LeaveConfirmation: st.builds(LeaveConfirmation),
    Confirm: st.builds(Confirm, st.just("2"), st.none() | amounts, st.booleans()),
    Decline: st.builds(Decline),
    BuyerCancel: st.builds(BuyerCancel),
    Update: st.builds(
        Update, st.builds(Amount, st.decimals("0.01", 150, places=2), st.just("SEK")), offered
    ),
    Cancel: st.builds(Cancel),
    Poll: st.builds(Poll),
    Commit: st.builds(Commit, st.just("3"), st.none() | money),
    Refund: st.builds(
        Refund, st.just("4"), st.builds(Amount, st.decimals("0.01", 150, places=2), st.just("SEK"))
    ),
    SubmitReceipt: st.builds(SubmitReceipt),
    Supersede: st.builds(Supersede),
    Lapse: st.builds(Lapse, st.just("5")),
}
events = st.one_of(*EVENTS.values())

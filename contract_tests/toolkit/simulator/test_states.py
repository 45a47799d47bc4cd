"""The state machine alone: it answers every event in every status, with the right money."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.invoices import EVENTS, events, invoices, invoices_in
from seqrkit.clock import DEFAULT_START
from seqrkit.money import NOTHING, Amount
from seqrkit.simulator import behaviours
from seqrkit.simulator.states import HANDLERS, step
from seqrkit.simulator.states.invoice_state import (
    Cancel,
    Charge,
    Confirm,
    Event,
    GiveBack,
    InvoiceState,
)
from seqrkit.vocabulary import InvoiceStatus

CLOSED = {InvoiceStatus.CANCELED, InvoiceStatus.FAILED, InvoiceStatus.EXPIRED}


def test_every_event_has_a_transition_and_a_strategy() -> None:
    assert set(Event.__subclasses__()) == set(HANDLERS) == set(EVENTS)


@pytest.mark.parametrize("status", InvoiceStatus)
@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_status_has_an_answer_to_every_event(
    status: InvoiceStatus, kind: type[Event]
) -> None:
    @settings(max_examples=15)
    @given(invoices_in(status), EVENTS[kind])
    def check(invoice: InvoiceState, event: Event) -> None:
        after = step(invoice, event, DEFAULT_START)
        assert isinstance(after.invoice.status, InvoiceStatus)

    check()


@given(invoices, events)
def test_a_refusal_changes_nothing_and_names_its_behaviour(
    invoice: InvoiceState, event: Event
) -> None:
    after = step(invoice, event, DEFAULT_START)
    if after.refusal is not None:
        assert after.invoice == invoice
        assert after.effects == ()


@given(invoices, events)
def test_the_version_rises_by_one_with_a_status_or_a_token_only(
    invoice: InvoiceState, event: Event
) -> None:
    after = step(invoice, event, DEFAULT_START).invoice
    before = {(token.id, token.value) for token in invoice.tokens}
    offered = {(token.id, token.value) for token in after.tokens} - before
    merchants = {(token.id, token.value) for token in getattr(event, "tokens", ())}
    by_buyer = bool(offered) and not (merchants and hasattr(event, "total"))
    changed = after.status is not invoice.status or by_buyer
    assert after.version == invoice.version + changed


@given(invoices, events)
def test_money_is_neither_made_nor_lost(invoice: InvoiceState, event: Event) -> None:
    after, _, effects = step(invoice, event, DEFAULT_START)
    charged = sum((e.amount for e in effects if isinstance(e, Charge)), NOTHING)
    given_back = sum((e.amount for e in effects if isinstance(e, GiveBack)), NOTHING)
    assert after.paid == invoice.paid + charged
    assert after.refunded == invoice.refunded + given_back
    assert NOTHING <= after.refunded <= after.paid
    assert after.reserved >= NOTHING


@given(invoices, events)
def test_only_a_reserved_invoice_reserves_and_only_paid_ones_hold_money(
    invoice: InvoiceState, event: Event
) -> None:
    after = step(invoice, event, DEFAULT_START).invoice
    assert (after.reserved > NOTHING) == (after.status is InvoiceStatus.RESERVED)
    if after.status in CLOSED:
        assert after.paid == after.refunded
        assert after.due is None


@given(st.sampled_from(sorted(CLOSED)).flatmap(invoices_in), events)
def test_an_ended_invoice_stays_ended(invoice: InvoiceState, event: Event) -> None:
    after = step(invoice, event, DEFAULT_START)
    assert after.invoice.status is invoice.status
    assert not any(isinstance(effect, Charge) for effect in after.effects)


@given(invoices, events)
def test_only_an_open_invoice_can_be_in_confirmation(invoice: InvoiceState, event: Event) -> None:
    after = step(invoice, event, DEFAULT_START).invoice
    open_ones = {InvoiceStatus.ISSUED, InvoiceStatus.PARTIALLY_PAID}
    if after.confirming and not invoice.confirming:
        assert after.status in open_ones


@pytest.mark.parametrize(
    ("status", "behaviour"),
    [
        (InvoiceStatus.ISSUED, behaviours.refusal("phone.not-scanned")),
        (InvoiceStatus.EXPIRED, behaviours.refusal("phone.expired")),
    ],
)
def test_states_that_the_phone_cannot_reach_are_refused_too(
    status: InvoiceStatus, behaviour: behaviours.Behaviour
) -> None:
    invoice = InvoiceState("1397222701693", Amount.of("1 SEK"), status)
    refusal = step(invoice, Confirm("1"), DEFAULT_START).refusal
    assert refusal is not None
    assert refusal is behaviour


@given(invoices, events)
def test_a_second_cancel_is_refused_by_the_reason_of_the_first_ending(
    invoice: InvoiceState, event: Event
) -> None:
    before = replace(invoice, withdrawn=False)
    after = step(before, event, DEFAULT_START).invoice
    again = step(after, Cancel(), DEFAULT_START).refusal
    if after.status is InvoiceStatus.CANCELED:
        assert again is not None
        by_merchant = isinstance(event, Cancel) and after.status is not before.status
        assert again.id == ("cancel.canceled" if by_merchant else "cancel.ended")

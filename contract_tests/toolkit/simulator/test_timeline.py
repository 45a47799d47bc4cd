"""The timeline of an invoice: every event has words, and names the behaviour that it went by."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given

from contract_tests.toolkit.simulator.invoices import EVENTS, events, invoices
from contract_tests.toolkit.simulator.shop import Shop, standard
from seqrkit.clock import DEFAULT_START
from seqrkit.simulator.behaviours import ALL, TABLE
from seqrkit.simulator.invoice import Event, InvoiceState, Lapse
from seqrkit.simulator.states import step
from seqrkit.simulator.states.naming import WORDS, behaviour_of
from seqrkit.simulator.store import Happening


def test_every_event_has_words_of_its_own() -> None:
    assert set(WORDS) == set(get_args(Event)) == set(EVENTS)
    assert len(set(WORDS.values())) == len(WORDS)


@given(invoices, events)
def test_what_changes_the_status_names_the_behaviour_without_which_it_would_not(
    invoice: InvoiceState, event: Event
) -> None:
    outcome = step(invoice, event, DEFAULT_START)
    if outcome.invoice.status is invoice.status and outcome.refusal is None:
        return
    named = behaviour_of(invoice, event, outcome)
    assert named is not None
    without = step(invoice, event, DEFAULT_START, ALL - {named})
    assert without.invoice.status is not outcome.invoice.status or (
        outcome.refusal is not None and without.refusal is not None and (without.refusal.code == 10)
    )


@given(invoices, events)
def test_whatever_is_named_is_in_the_table(invoice: InvoiceState, event: Event) -> None:
    named = behaviour_of(invoice, event, step(invoice, event, DEFAULT_START))
    assert named is None or named in TABLE.values()


def timeline(shop: Shop, reference: str) -> list[Happening]:
    return list(shop.service.desk.run(lambda ledger: ledger.tx.happenings(reference)))


def test_a_poll_that_changes_nothing_is_not_kept() -> None:
    shop = Shop()
    reference = shop.send()
    for _ in range(3):
        shop.status(reference)
    assert timeline(shop, reference) == []


@pytest.mark.parametrize("steps", [1, 20])
def test_it_is_the_same_whether_time_passes_at_once_or_in_steps(steps: int) -> None:
    shop = Shop()
    reference = shop.send()
    shop.scan(reference).pay()
    for _ in range(steps):
        shop.clock.advance(60 / steps)
    last = timeline(shop, reference)[-1]
    assert (last.event, last.behaviour) == (WORDS[Lapse], "reversal")
    assert (last.at - DEFAULT_START).total_seconds() == 20


def test_an_update_that_is_not_taken_says_so() -> None:
    shop = Shop()
    reference = shop.send()
    shop.scan(reference)
    shop.call("updateInvoice", invoice_reference=reference, invoice=standard("5 SEK"))
    assert timeline(shop, reference)[-1].behaviour == "update.after-scan"


def test_a_refusal_is_in_it_with_its_code() -> None:
    shop = Shop()
    reference = shop.send()
    for _ in range(2):
        shop.call("cancelInvoice", invoice_reference=reference)
    told = [(each.event, each.status, each.code) for each in timeline(shop, reference)]
    assert told == [("cancelInvoice", "CANCELED", None), ("cancelInvoice", "CANCELED", 95)]

"""The timeline of an invoice: every event has words, and names the behaviour that it went by."""

from __future__ import annotations

import pytest

from contract_tests.toolkit.simulator.invoices import EVENTS
from contract_tests.toolkit.simulator.shop import Shop, standard
from seqrkit.clock import DEFAULT_START
from seqrkit.simulator.states.invoice_state import Event, Lapse
from seqrkit.simulator.store.records import HistoryEntry


def test_every_event_has_a_name_of_its_own() -> None:
    assert len({event.NAME for event in Event.__subclasses__()}) == len(EVENTS)


def timeline(shop: Shop, reference: str) -> list[HistoryEntry]:
    return list(
        shop.service.transactions.run(
            lambda ledger: ledger.tx.find(HistoryEntry, invoice=reference)
        )
    )


def test_a_poll_that_changes_nothing_adds_no_history() -> None:
    shop = Shop()
    reference = shop.send()
    for _ in range(3):
        shop.status(reference)
    assert timeline(shop, reference) == []


@pytest.mark.parametrize("steps", [1, 20])
def test_history_is_the_same_whether_time_passes_at_once_or_in_steps(steps: int) -> None:
    shop = Shop()
    reference = shop.send()
    shop.scan(reference).pay()
    for _ in range(steps):
        shop.clock.advance(60 / steps)
    last = timeline(shop, reference)[-1]
    assert (last.event, last.behaviour) == (Lapse.NAME, "reversal")
    assert (last.at - DEFAULT_START).total_seconds() == 20


def test_an_update_without_effect_names_its_behaviour() -> None:
    shop = Shop()
    reference = shop.send()
    shop.scan(reference)
    shop.call("updateInvoice", invoice_reference=reference, invoice=standard("5 SEK"))
    assert timeline(shop, reference)[-1].behaviour == "update.after-scan"


def test_a_refusal_is_in_the_history_with_its_code() -> None:
    shop = Shop()
    reference = shop.send()
    for _ in range(2):
        shop.call("cancelInvoice", invoice_reference=reference)
    told = [(each.event, each.status, each.code) for each in timeline(shop, reference)]
    assert told == [("cancelInvoice", "CANCELED", None), ("cancelInvoice", "CANCELED", 95)]

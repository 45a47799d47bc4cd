"""Each behaviour of the table has a proof: a scenario, or the situations that it refuses.

A refusal is proved by the situations of `test_codes`, each of which is refused by that entry and
not by another one with the same code.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from contract_tests.toolkit.simulator.proofs import PROOFS
from contract_tests.toolkit.simulator.proofs_of_codes import RESTING_ON
from contract_tests.toolkit.simulator.shop import Shop
from contract_tests.toolkit.simulator.test_codes import SITUATIONS
from seqrkit.clock import DEFAULT_START
from seqrkit.money import Amount
from seqrkit.simulator import service
from seqrkit.simulator.behaviours import TABLE, Behaviour, Refusal, refusal
from seqrkit.simulator.states import step
from seqrkit.simulator.states.invoice_state import Confirm, InvoiceState
from seqrkit.vocabulary import InvoiceStatus

for each in ("proofs_of_life", "proofs_of_money", "proofs_of_reading"):
    import_module(f"contract_tests.toolkit.simulator.{each}")

OF_THE_MACHINE = {
    refusal("phone.expired"): InvoiceStatus.EXPIRED,  # no invoice here reaches it
    refusal("phone.not-scanned"): InvoiceStatus.ISSUED,
}
"""Refusals that the phone cannot reach, each with a status in which the state machine has it."""


def answered_by(make: Any, monkeypatch: pytest.MonkeyPatch) -> set[Refusal]:
    """Return the entries that refuse a situation."""
    found: set[Refusal] = set()
    reply = service._reply

    def noting(kind: Any, answer: Any, **options: Any) -> Any:
        if isinstance(answer, Refusal):
            found.add(answer)
        return reply(kind, answer, **options)

    monkeypatch.setattr(service, "_reply", noting)
    make(Shop())
    return found


@pytest.mark.parametrize("id_", [*PROOFS])
def test_a_proof_ends_as_its_entry_states(id_: str) -> None:
    scenario, expected = PROOFS[id_]
    assert scenario(Shop()) == expected


@pytest.mark.parametrize(
    ("id_", "name"), [(id_, name) for id_, names in RESTING_ON.items() for name in sorted(names)]
)
def test_a_situation_is_refused_by_its_entry(
    id_: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, make = SITUATIONS[name]
    found = {each for each in answered_by(make, monkeypatch) if each.code == code}
    assert found == {TABLE[id_]}


def test_every_entry_has_a_proof_or_a_situation() -> None:
    assert {*PROOFS, *RESTING_ON, *(each.id for each in OF_THE_MACHINE)} == set(TABLE)


def test_every_situation_has_one_entry_and_its_code() -> None:
    resting = [(name, TABLE[id_].code) for id_, names in RESTING_ON.items() for name in names]
    assert sorted(resting) == sorted((name, code) for name, (code, _make) in SITUATIONS.items())


@pytest.mark.parametrize(("behaviour", "status"), OF_THE_MACHINE.items(), ids=str)
def test_the_state_machine_names_the_entries_that_the_phone_cannot_reach(
    behaviour: Behaviour, status: InvoiceStatus
) -> None:
    invoice = InvoiceState("1397222701693", Amount.of("1 SEK"), status)
    refusal = step(invoice, Confirm("1"), DEFAULT_START).refusal
    assert refusal is not None
    assert refusal is behaviour


def test_every_proof_is_of_an_entry() -> None:
    assert set(PROOFS) | set(RESTING_ON) <= set(TABLE)
    assert not set(PROOFS) & set(RESTING_ON)

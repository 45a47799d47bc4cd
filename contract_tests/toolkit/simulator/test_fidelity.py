"""Each behaviour of the table is proved: something ends otherwise when that entry is switched off.

What answers a result code is proved by the situations of `test_codes` that rest on that very entry,
and on no other of the same code; the rest by a scene each.
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
from seqrkit.simulator.behaviours import TABLE, Behaviour, codes, without
from seqrkit.simulator.invoice import Confirm, InvoiceState
from seqrkit.simulator.states import step
from seqrkit.vocabulary import InvoiceStatus

for each in ("proofs_of_life", "proofs_of_money", "proofs_of_reading"):
    import_module(f"contract_tests.toolkit.simulator.{each}")

OF_THE_MACHINE = {
    codes.PHONE_EXPIRED: InvoiceStatus.EXPIRED,  # which no invoice here ever is
    codes.PHONE_NOT_SCANNED: InvoiceStatus.ISSUED,  # its own code is the unspecific one
}
"""What no phone can bring about: only the state machine tells, see `test_states`."""


def ended_otherwise(id_: str) -> set[str]:
    """The situations answered with an entry's code that end otherwise without that entry."""
    code = TABLE[id_].code
    makes = {name: make for name, (answer, make) in SITUATIONS.items() if answer == code}
    return {
        name
        for name, make in makes.items()
        if getattr(_or_failed(make, Shop(active=without(id_))), "result_code", None) != code
    }


@pytest.mark.parametrize("id_", [*TABLE])
def test_something_ends_otherwise_without_it(id_: str) -> None:
    behaviour = TABLE[id_]
    if behaviour in OF_THE_MACHINE:
        return  # the test below is theirs
    if id_ in PROOFS:
        scene, expected = PROOFS[id_]
        assert scene(Shop()) == expected
        assert _or_failed(scene, Shop(active=without(id_))) != expected
    else:
        assert id_ in RESTING_ON, f"{id_} has no proof"
        assert ended_otherwise(id_) == RESTING_ON[id_]


def test_every_situation_rests_on_one_entry_and_has_its_code() -> None:
    resting = [(name, TABLE[id_].code) for id_, names in RESTING_ON.items() for name in names]
    assert sorted(resting) == sorted((name, code) for name, (code, _make) in SITUATIONS.items())


@pytest.mark.parametrize(("behaviour", "status"), OF_THE_MACHINE.items(), ids=str)
def test_the_machine_names_what_no_phone_can_bring_about(
    behaviour: Behaviour, status: InvoiceStatus
) -> None:
    invoice = InvoiceState("1397222701693", Amount.of("1 SEK"), status)
    refusal = step(invoice, Confirm("1"), DEFAULT_START).refusal
    assert refusal is not None
    assert refusal.behaviour is behaviour


def test_no_proof_is_of_something_else() -> None:
    assert set(PROOFS) | set(RESTING_ON) <= set(TABLE)
    assert not set(PROOFS) & set(RESTING_ON)


def _or_failed(scene: Any, shop: Shop) -> Any:
    """What a scene ends with; without its behaviour it may come to nothing half-way."""
    try:
        return scene(shop)
    except Exception as failure:  # noqa: BLE001 - whatever it is, it is not what was expected
        return failure

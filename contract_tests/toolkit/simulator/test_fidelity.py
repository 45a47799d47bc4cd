"""Each behaviour of the table is proved: something ends otherwise when that entry is switched off.

What answers a result code is proved by the situations of `test_codes`; the rest by a scene each.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from contract_tests.toolkit.simulator.proofs import PROOFS
from contract_tests.toolkit.simulator.shop import Shop
from contract_tests.toolkit.simulator.test_codes import SITUATIONS
from seqrkit.clock import DEFAULT_START
from seqrkit.money import Amount
from seqrkit.simulator.behaviours import TABLE, Active, Behaviour, codes, without
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


def ended(behaviour: Behaviour, active: Active) -> list[Any]:
    """The codes of every situation that the behaviour's code is the answer to."""
    makes = [make for code, make in SITUATIONS.values() if code == behaviour.code]
    replies = [_or_failed(make, Shop(active=active)) for make in makes]
    return [getattr(reply, "result_code", reply) for reply in replies]


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
        assert behaviour.code is not None, f"{id_} has no proof"
        answers = ended(behaviour, without(id_))
        assert answers, f"no situation of test_codes is answered {behaviour.code}"
        assert set(answers) != {behaviour.code}


@pytest.mark.parametrize(("behaviour", "status"), OF_THE_MACHINE.items(), ids=str)
def test_the_machine_names_what_no_phone_can_bring_about(
    behaviour: Behaviour, status: InvoiceStatus
) -> None:
    invoice = InvoiceState("1397222701693", Amount.of("1 SEK"), status)
    refusal = step(invoice, Confirm("1"), DEFAULT_START).refusal
    assert refusal is not None
    assert refusal.behaviour is behaviour


def test_no_proof_is_of_something_else() -> None:
    assert set(PROOFS) <= set(TABLE)


def _or_failed(scene: Any, shop: Shop) -> Any:
    """What a scene ends with; without its behaviour it may come to nothing half-way."""
    try:
        return scene(shop)
    except Exception as failure:  # noqa: BLE001 - whatever it is, it is not what was expected
        return failure

"""Proofs of behaviours: a scenario for each entry, and its expected end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from contract_tests.toolkit.simulator.shop import Shop

Scenario = Callable[[Shop], Any]


class Proof(NamedTuple):
    """A scenario, and what it returns."""

    scenario: Scenario
    expected: object


PROOFS: dict[str, Proof] = {}
"""The proofs by the ids of their behaviours."""


def proof(behaviour: str, expected: object) -> Callable[[Scenario], Scenario]:
    """Register the decorated scenario as the proof of a behaviour."""

    def register(scenario: Scenario) -> Scenario:
        assert behaviour not in PROOFS, f"{behaviour} is proved twice"
        PROOFS[behaviour] = Proof(scenario, expected)
        return scenario

    return register

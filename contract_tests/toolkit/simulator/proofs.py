"""Proofs of behaviours: a scene each, which ends otherwise when that entry is switched off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from contract_tests.toolkit.simulator.shop import Shop

Scene = Callable[[Shop], Any]


class Proof(NamedTuple):
    """What a scene ends with while the behaviour is in force."""

    scene: Scene
    expected: object


PROOFS: dict[str, Proof] = {}
"""By the id of the behaviour."""


def proof(behaviour: str, expected: object) -> Callable[[Scene], Scene]:
    """Keep the decorated scene as the proof of a behaviour."""

    def keep(scene: Scene) -> Scene:
        assert behaviour not in PROOFS, f"{behaviour} is proved twice"
        PROOFS[behaviour] = Proof(scene, expected)
        return scene

    return keep

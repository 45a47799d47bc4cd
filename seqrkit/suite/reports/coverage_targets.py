"""What the checks of an interface can cover: the whole contract, and what the endpoint can do."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from seqrkit import contract
from seqrkit.suite.framework import Aspect, Coverage
from seqrkit.suite.properties import life
from seqrkit.vocabulary import Interface


def coverage_targets(
    interfaces: Iterable[Interface], aspects: Collection[Aspect] = tuple(Aspect)
) -> Coverage:
    """Return everything that checks of these interfaces can cover, as if they had covered it."""
    targets = Coverage()
    for interface in interfaces:
        known = contract.load(interface)
        fields = (field.path for kind in known.types.values() for field in kind.fields)
        rules = [f"{interface} {rule}" for rule in known.rules]
        for aspect, items in (
            (Aspect.OPERATION, (f"{interface} {name}" for name in known.operations)),
            (Aspect.ELEMENT, (f"{interface} {path}" for path in fields)),
            (Aspect.KEPT, rules),
            (Aspect.BROKEN, rules),
            (Aspect.CODE, life.possible_codes(interface)),
            (Aspect.TRANSITION, life.paths(interface)),
        ):
            if aspect in aspects:
                targets.record(aspect, *items)
    return targets

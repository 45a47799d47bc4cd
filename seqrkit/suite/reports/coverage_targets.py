"""What there is to be exercised, and what of it was not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from seqrkit import contract
from seqrkit.suite.properties import life
from seqrkit.suite.reports.contract_coverage import Aspect, Coverage
from seqrkit.vocabulary import Interface


def universe(interfaces: Iterable[Interface]) -> Coverage:
    """All that checks of these interfaces can see, as if they had."""
    whole = Coverage()
    for interface in interfaces:
        known = contract.load(interface)
        fields = (field.path for kind in known.types.values() for field in kind.fields)
        rules = [f"{interface} {rule}" for rule in known.rules]
        whole.saw(Aspect.OPERATION, *(f"{interface} {name}" for name in known.operations))
        whole.saw(Aspect.ELEMENT, *(f"{interface} {path}" for path in fields))
        whole.saw(Aspect.KEPT, *rules)
        whole.saw(Aspect.BROKEN, *rules)
        whole.saw(Aspect.CODE, *life.codes(interface))
    whole.saw(Aspect.TRANSITION, *life.transitions())
    return whole


def gaps(seen: Coverage, whole: Coverage) -> Mapping[Aspect, list[str]]:
    """What was not seen, by aspect; aspects that have no gap are left out."""
    missing = {aspect: sorted(whole.seen(aspect) - seen.seen(aspect)) for aspect in Aspect}
    return {aspect: items for aspect, items in missing.items() if items}

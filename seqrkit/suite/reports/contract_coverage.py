"""Coverage of the contract, not of the code: what of it was exercised, and what was not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum


class Aspect(StrEnum):
    """What is counted. Items are texts: `cashregister-2 sendInvoice`, `49`, `ISSUED > PAID`."""

    OPERATION = "operations"
    ELEMENT = "elements"
    KEPT = "rules kept"
    BROKEN = "rules broken"
    CODE = "result codes"
    TRANSITION = "transitions"


class Coverage:
    """What was seen, by aspect; several can be put together, as those of pytest-xdist's workers."""

    def __init__(self, seen: Mapping[str, Iterable[str]] | None = None) -> None:
        self._seen: defaultdict[Aspect, set[str]] = defaultdict(set)
        for aspect, items in (seen or {}).items():
            self.saw(Aspect(aspect), *items)

    def saw(self, aspect: Aspect, *items: str) -> None:
        """Take note of what was exercised."""
        self._seen[aspect].update(items)

    def seen(self, aspect: Aspect) -> frozenset[str]:
        """What was exercised of an aspect."""
        return frozenset(self._seen[aspect])

    def add(self, other: Coverage) -> None:
        """Take over what another has seen."""
        for aspect, items in other._seen.items():
            self.saw(aspect, *items)

    def to_dict(self) -> dict[str, list[str]]:
        """Everything seen, ready for JSON, sorted; the constructor reads it."""
        return {aspect.value: sorted(self._seen[aspect]) for aspect in Aspect}

"""Coverage of the contract (not of the code): the parts that checks have exercised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum


class Aspect(StrEnum):
    """An aspect of the contract; its items are texts such as `cashregister-2 sendInvoice`, `49`."""

    OPERATION = "operations"
    ELEMENT = "elements"
    KEPT = "rules kept"
    BROKEN = "rules broken"
    CODE = "result codes"
    TRANSITION = "transitions"


class Coverage:
    """The items covered, by aspect. Coverages of several processes can be added up."""

    def __init__(self, items: Mapping[str, Iterable[str]] | None = None) -> None:
        self._items: defaultdict[Aspect, set[str]] = defaultdict(set)
        for aspect, covered in (items or {}).items():
            self.record(Aspect(aspect), *covered)

    def record(self, aspect: Aspect, *items: str) -> None:
        """Add items that were exercised."""
        self._items[aspect].update(items)

    def covered(self, aspect: Aspect) -> frozenset[str]:
        """Return the items of an aspect."""
        return frozenset(self._items[aspect])

    def add(self, other: Coverage) -> None:
        """Add the items of another coverage."""
        for aspect, items in other._items.items():
            self.record(aspect, *items)

    def to_dict(self) -> dict[str, list[str]]:
        """Return all items, sorted, ready for JSON; the constructor takes the same."""
        return {aspect.value: sorted(self._items[aspect]) for aspect in Aspect}

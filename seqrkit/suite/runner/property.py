"""Properties: what must hold of messages, endpoint and linter, each for a list of cases.

A chapter is a list of properties that belong together; a check is a property and one of its cases,
which is what pytest runs, what fails, and what a mutation must be caught by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from attrs import field, frozen

from seqrkit.vocabulary import Interface

if TYPE_CHECKING:
    from seqrkit.suite.runner.check_context import Trial

_Holds = TypeVar("_Holds", bound="Callable[[Trial], None]")


class Need(StrEnum):
    """What a property needs beyond contract and linter."""

    ENDPOINT = "endpoint"
    """Somewhere to send requests."""
    WRITES = "writes"
    """An endpoint where invoices may be made and money be moved: never a shop's own."""
    BUYER = "buyer"
    """A simulated buyer who scans and pays."""
    CLOCK = "clock"
    """A clock that can be turned."""
    INSIDE = "inside"
    """The endpoint inside this process, whose terminals can be blocked and whose faults set."""


class Case(NamedTuple):
    """What a property is tried on: an interface, and there a message, a rule, a code or a scene.

    `operation` is the operation concerned, by which cases are selected; empty where it is none.
    """

    interface: Interface
    operation: str = ""
    name: str = ""
    """Whatever else tells the case from others: a rule's id, a code, a message."""

    def __str__(self) -> str:
        return "/".join(filter(None, self))


@frozen(eq=False)
class Property:
    """Something that must hold. `cases` lists what it must hold for, at one interface.

    `id` is the chapter's name and its own; `source` says where the demand is written.
    """

    id: str
    statement: str
    source: str
    holds: Callable[[Trial], None] = field(repr=False)
    cases: Callable[[Interface], Iterable[Case]] = field(repr=False)
    needs: frozenset[Need] = frozenset()


class Chapter:
    """Properties that belong together, in the order in which they are written."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.properties: list[Property] = []

    def property(
        self,
        id: str,
        statement: str,
        *,
        source: str,
        cases: Callable[[Interface], Iterable[Case]],
        needs: Iterable[Need] = (),
    ) -> Callable[[_Holds], _Holds]:
        """Add the decorated function: it raises a `Violation`, through its trial, or returns."""

        def add(holds: _Holds) -> _Holds:
            added = Property(f"{self.name}.{id}", statement, source, holds, cases, frozenset(needs))
            self.properties.append(added)
            return holds

        return add

    def __iter__(self) -> Iterator[Property]:
        return iter(self.properties)


@frozen
class Check:
    """A property and one of its cases."""

    property: Property
    case: Case

    def __str__(self) -> str:
        return f"{self.property.id}[{self.case}]"

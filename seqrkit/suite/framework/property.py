"""Properties of messages, endpoint and linter, and the checks they consist of.

A `Property` lists cases. A `Check` is a property for one of its cases: the unit that pytest runs,
that fails, and that a seeded mistake must be caught by. A `PropertyGroup` is a list of properties.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import TypeVar

from attrs import field, frozen

from seqrkit.errors import EndpointUnreachable
from seqrkit.schemas import Source
from seqrkit.suite.framework.check_context import Case, CheckContext
from seqrkit.suite.framework.check_environment import CheckEnvironment
from seqrkit.vocabulary import Interface

_Test = TypeVar("_Test", bound="Callable[[CheckContext], None]")


class Need(StrEnum):
    """What a property needs beyond contract and linter."""

    ENDPOINT = "endpoint"
    """An endpoint to send requests to."""
    WRITES = "writes"
    """Permission to create invoices and move money there."""
    BUYER = "buyer"
    """A buyer who pays."""
    PHONE = "phone"
    """A simulated phone, which also offers cards, opens the PIN dialog and shows the bill."""
    CLOCK = "clock"
    """A clock that can be advanced."""
    INSIDE = "inside"
    """An endpoint in this process, whose terminals can be blocked and whose faults be injected."""


@frozen(eq=False, kw_only=True)
class Property:
    """A statement that must hold for each of its cases.

    `id` is the name of the group and its own; `source` says where the requirement is written, and
    `letter` is its source letter (`seqrkit.simulator.behaviours.SOURCES`). `test` raises
    `CheckFailure` if it does not hold. A property that `concludes` others, by their ids, is checked
    after each selection of them, and finishes what they leave where the clock cannot be moved.
    """

    id: str
    statement: str
    source: str
    test: Callable[[CheckContext], None] = field(repr=False)
    cases: Callable[[Interface], Iterable[Case]] = field(repr=False)
    needs: frozenset[Need] = frozenset()
    letter: str = "D"
    concludes: frozenset[str] = frozenset()

    @property
    def of_service(self) -> bool:
        """Whether it is about the service, and not about seqrkit's own schemas and linter."""
        return Need.ENDPOINT in self.needs


class PropertyGroup:
    """Properties that belong together, in the order in which they are defined.

    `around` is entered for the time of each test.
    """

    def __init__(
        self,
        name: str,
        around: Callable[[CheckContext], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self.name = name
        self.properties: list[Property] = []
        self._around = around

    def property(
        self,
        *,
        source: str,
        cases: Callable[[Interface], Iterable[Case]],
        needs: Iterable[Need] = (),
        letter: str = "D",
        concludes: Iterable[str] = (),
    ) -> Callable[[_Test], _Test]:
        """Add the decorated test as a property: its name is the id, its docstring the statement."""

        def add(test: _Test) -> _Test:
            def run(check: CheckContext) -> None:
                with self._around(check):
                    test(check)

            self.properties.append(
                Property(
                    id=f"{self.name}.{test.__name__.replace('_', '-')}",
                    statement=" ".join((test.__doc__ or "").split()),
                    source=Source(source),
                    test=run,
                    cases=cases,
                    needs=frozenset(needs),
                    letter=letter,
                    concludes=frozenset(concludes),
                )
            )
            return test

        return add

    def __iter__(self) -> Iterator[Property]:
        return iter(self.properties)


@frozen
class Check:
    """A property for one of its cases."""

    property: Property
    case: Case

    def run(self, environment: CheckEnvironment) -> None:
        """Run the test; raise `CheckFailure` if the property does not hold."""
        context = CheckContext(environment, str(self), self.case)
        try:
            with context.going_on():
                self.property.test(context)
        except EndpointUnreachable:
            if not context.kept:
                raise
        context.finish()

    def __str__(self) -> str:
        return f"{self.property.id}[{self.case}]"

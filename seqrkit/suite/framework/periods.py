"""The periods of a shop, by which the transactions in its reports are compared with the cases.

A report is ready only some seconds after its period has ended. Cases in which nobody pays share a
period, and a case with a payment has one that begins before it, so that few reports are read, each
for few cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

_Case = TypeVar("_Case")
Transaction = tuple[str, Decimal]
"""The ersReference and the amount, negative for a refund."""


@dataclass
class Period(Generic[_Case]):
    """What the reports of one period, or of several with these `ids`, must contain together.

    `tolerated` requests were accepted against expectation: each can have moved something else, as
    can a case that has left an `is_mixed` period.
    """

    cases: list[_Case]
    has_payment: bool = False
    expected: list[Transaction] = field(default_factory=list)
    tolerated: int = 0
    ids: list[str] = field(default_factory=list)
    is_mixed: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether only one case can have moved anything."""
        return len(self.cases) == 1 and not self.is_mixed

    @property
    def is_certain(self) -> bool:
        """Whether a difference shows that a case is wrong, even if that does not occur again."""
        return self.is_alone or not (self.tolerated or self.is_mixed)


class Periods(Generic[_Case]):
    """The periods of a shop that were not compared with their reports yet.

    `begin` begins a period, and `end` ends one and returns its id.
    """

    def __init__(self, begin: Callable[[], object], end: Callable[[], str]) -> None:
        self.current: Period[_Case] | None = None
        self._ended: list[Period[_Case]] = []
        self._case: _Case | None = None
        self._begin, self._end = begin, end

    @property
    def cases(self) -> set[_Case]:
        """The cases in these periods."""
        periods = filter(None, (*self._ended, self.current))
        return {case for period in periods for case in period.cases}

    def begin(self, case: _Case) -> None:
        """Begin a case."""
        self._case = case
        if self.current is None:
            self._begin()
            self.current = Period([])
        self.current.cases.append(case)

    def before_payment(self) -> None:
        """Begin a period for the payments of a case, unless its period has no other case."""
        if self.current is None or self.current.has_payment:
            return
        if self.current.cases == [self._case]:
            self.current.has_payment = True
            return
        self.end_period()
        if self._case is not None:
            self.current = Period([self._case], has_payment=True)

    def end(self, *, is_known: bool) -> None:
        """End a case, which leaves its periods unless it `is_known` what it has moved."""
        if not is_known:
            for period in filter(None, (*self._ended, self.current)):
                others = [each for each in period.cases if each != self._case]
                period.is_mixed |= others != period.cases
                period.cases = others
            self._ended = [each for each in self._ended if each.cases]
            if self.current is not None and not self.current.cases:
                self.current = None
        elif self.current is not None and self.current.has_payment:
            self.end_period()
        self._case = None

    def end_period(self) -> None:
        """End the current period, if there is one."""
        if self.current is not None:
            self.current.ids.append(self._end())
            self._ended.append(self.current)
            self.current = None

    def take(self) -> list[Period[_Case]]:
        """End the current period; return all that were not compared, in order, and forget them."""
        self.end_period()
        ended, self._ended = self._ended, []
        return ended

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Keep the periods so far for later, and give up those of the block that it leaves."""
        self.end_period()
        kept, self._ended = self._ended, []
        try:
            yield
        finally:
            self.current, self._ended, self._case = None, kept, None

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

    `tolerated` requests were accepted against expectation: each can have moved something else.
    """

    cases: list[_Case]
    has_payment: bool = False
    expected: list[Transaction] = field(default_factory=list)
    tolerated: int = 0
    ids: list[str] = field(default_factory=list)


class Periods(Generic[_Case]):
    """The periods of a shop that were not compared with their reports yet.

    `begin` begins a period, and `end` ends one and returns its id.
    """

    def __init__(self, begin: Callable[[], object], end: Callable[[], str]) -> None:
        self.current: Period[_Case] | None = None
        self._ended: list[Period[_Case]] = []
        self._case: _Case | None = None
        self._begin, self._end = begin, end

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
        """End a case; its period is given up unless it `is_known` what the case has moved."""
        self._case = None
        if not is_known:
            self.current = None
        elif self.current is not None and self.current.has_payment:
            self.end_period()

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
            self._ended = kept
            self.end(is_known=False)

"""The generated requests of a case: at the limits of its operation, and at random."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from seqrkit import contract, strategies
from seqrkit.money import Amount
from seqrkit.strategies import Message
from seqrkit.suite.framework import CheckContext, Need
from seqrkit.suite.framework.till import TOTAL
from seqrkit.suite.oracles.message_variants import with_amounts
from seqrkit.vocabulary import Interface

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

SENDS: Final = (Need.ENDPOINT, Need.WRITES)
"""The needs of a property that sends requests."""
EXAMPLES_PER_WAY: Final = 25
"""For each further number of examples, another way to break each rule is tried."""
_FEW: Final = 3
"""The divisor of examples where they only supplement a list, or are all refused alike."""


def boundaries(check: CheckContext) -> Iterable[Message]:
    """Return both ends of each limit, and the requests with the fewest and with all fields.

    Values between the ends, such as all currencies, are read alike, as is the context of every
    operation: a limit is tested at the first operation that has it, unless the run is thorough.
    """
    name, interface = check.case.operation, check.interface
    ends: dict[tuple[str, str], list[Message]] = {}
    for each in strategies.boundary(name, interface):
        first = _first_operations(interface).get(each.path)
        if not each.path or first == name or is_thorough(check):
            key = (each.path, each.value if each.rule is None else each.rule.id)
            ends[key] = [*ends.get(key, [])[:1], each.message]
    return (message for messages in ends.values() for message in messages)


@cache
def _first_operations(interface: Interface) -> Mapping[str, str]:
    """Return the first operation whose request has a limit, by the path of its field."""
    found: dict[str, str] = {}
    for name in contract.load(interface).operations:
        for each in strategies.boundary(name, interface):
            found.setdefault(each.path, name)
    return found


def is_thorough(check: CheckContext) -> bool:
    """Return whether to test at every operation what operations have in common."""
    return check.environment.profile.examples > EXAMPLES_PER_WAY


def acceptable(check: CheckContext, request: Message) -> Message:
    """Return the request with amounts in currencies of the service, which may have few."""

    def accepted(amount: Amount) -> Amount:
        takes = check.shop.takes(amount.currency)
        return amount if takes else Amount(amount.value, Amount.of(TOTAL).currency)

    return request if check.requires("C") else with_amounts(request, accepted)


def valid(check: CheckContext) -> SearchStrategy[Message]:
    """Return a strategy for requests of the operation that keep every rule."""
    return strategies.valid(check.case.operation, check.interface)


def few(check: CheckContext) -> int:
    """Return a number of examples where they only supplement others."""
    return max(1, check.environment.profile.examples // _FEW)

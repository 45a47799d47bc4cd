"""Builders of amounts, lists and maps in valid messages.

A builder makes a part of a message from choices, which Hypothesis draws or the samples answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple, TypeAlias, cast

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from seqrkit.contract import Field, MessageType
from seqrkit.money import Amount
from seqrkit.strategies.characters import trimmed
from seqrkit.strategies.values import Choice, allowed, choice, decimals, numbers


@dataclass(frozen=True, slots=True, eq=False)
class Several:
    """A list: Hypothesis draws it from `strategy`; `fewest` returns the shortest one."""

    strategy: SearchStrategy[object]
    fewest: Callable[[Pick], object]


Pick: TypeAlias = Callable[["Choice | Several"], object]
"""Makes a choice."""


class Money(NamedTuple):
    """The currency and the number of decimals of all amounts of an invoice."""

    currency: str
    places: int


Draw: TypeAlias = Callable[[Pick, Money | None], object]
"""Builds a part of a message from choices; the money is that of the invoice around it."""

_MOST_ITEMS: Final = 4
_USUAL_DECIMALS: Final = 2


@cache
def money_of(kind: MessageType) -> Callable[[Pick], Money]:
    """A currency, and a number of decimals up to the currency's own."""
    currency = _currencies(kind.by_name["currency"])
    most = numbers(kind.by_name["value"]).places
    fewer = Choice(st.integers(0, most), 0)

    def draw(pick: Pick) -> Money:
        # Every currency takes two choices, so that none is simpler than the first: Hypothesis
        # shrinks to fewer choices before it shrinks each of them.
        code = cast("str", pick(currency))
        places = min(_minor_units(code), most) - cast("int", pick(fewer))
        return Money(code, max(places, 0))

    return draw


def _currencies(field: Field) -> Choice:
    """The currencies of a field, sorted by their decimals.

    A currency that fails because of its decimals shrinks to the first of these, always the same.
    """

    def order(code: str) -> tuple[bool, int]:
        return _minor_units(code) != _USUAL_DECIMALS, _minor_units(code)

    codes = sorted(allowed(field), key=order)
    return Choice(st.sampled_from(codes), field.sample, field.path) if codes else choice(field)


@cache
def _minor_units(currency: str) -> int:
    return Amount(Decimal(1), currency).minor_units or 0


@cache
def amounts(kind: MessageType) -> Draw:
    """Amounts in the money of the invoice around them, or in any."""
    value = kind.by_name["value"]
    range_ = numbers(value)
    coins = money_of(kind)
    by_places = [
        Choice(decimals(range_, places), Decimal(14999).scaleb(-places), value.path)
        for places in range(range_.places + 1)
    ]

    def draw(pick: Pick, money: Money | None) -> object:
        currency, places = money or coins(pick)
        return Amount(cast("Decimal", pick(by_places[places])), currency)

    return draw


def lists(make: Draw, fewest: int, most: int = _MOST_ITEMS) -> Callable[[Money | None], Several]:
    """Lists of items, by the money that they are in."""

    @cache
    def of(money: Money | None) -> Several:
        @st.composite
        def one(draw: DrawFn) -> object:
            return make(lambda choice: draw(choice.strategy), money)

        items = st.lists(one(), min_size=fewest, max_size=most)
        return Several(items, lambda pick: [make(pick, money) for _ in range(fewest)])

    return of


def items(make: Draw, fewest: int) -> Draw:
    """Return a builder of lists with at least so many items."""
    several = lists(make, fewest)
    return lambda pick, money: pick(several(money))


def maps(fewest: int, known: Sequence[str] = ()) -> Draw:
    """Return a builder of maps with at least so many of the known keys, or of any keys."""
    keys = st.sampled_from(known) if known else trimmed(1)
    most = len(known) or _MOST_ITEMS
    pairs = st.dictionaries(keys, trimmed(1), min_size=fewest, max_size=most)
    several = Several(pairs, lambda _: {"TERMINALID": "sample"} if fewest else {})
    return lambda pick, _: pick(several)

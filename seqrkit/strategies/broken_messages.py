"""Messages that break exactly one named rule.

A valid message is generated first, with all fields that the rule is about; then a recipe changes
it. A recipe is deterministic, except for the choices that it offers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from seqrkit import soap
from seqrkit.contract import SESSION_RULES, Contract, Rule
from seqrkit.model_fields import ModelMessage, message_fields
from seqrkit.strategies.breaking import ENVELOPES, RECIPES, Choose, sites, ways
from seqrkit.strategies.envelope_writer import Shown, shown, written
from seqrkit.strategies.valid_messages import messages
from seqrkit.strategies.valid_messages import simplest as simplest_message

_Option = TypeVar("_Option")


@dataclass(frozen=True, slots=True)
class Broken(Shown):
    """A message that breaks one rule and no other.

    `message` is the name of its element (`sendInvoice`, `sendInvoiceResponse`), `envelope` the
    bytes to send, indented; `sound` is the same message before it was broken.
    """

    rule: Rule
    message: str
    envelope: bytes
    sound: ModelMessage

    def __repr__(self) -> str:
        return f"Broken({self.rule.id}, {self.message}:\n{shown(self.envelope)})"


UNBREAKABLE: Final = MappingProxyType(
    {
        **dict.fromkeys(SESSION_RULES, "it takes several messages of one session"),
        "wire.schema": "it says that libxml2 refuses what no rule explains, which is a defect",
    }
)
"""The rules that no single message can break, each with the reason."""


def breakable(contract: Contract, name: str) -> tuple[Rule, ...]:
    """Return the rules that a message of that name can break, in the contract's order."""
    return tuple(rule for rule in contract.rules.values() if _can(contract, name, rule))


def broken_messages(contract: Contract, name: str, rule: Rule) -> SearchStrategy[Broken]:
    """Return a strategy of messages that break a rule.

    Raises `LookupError` if messages of that name cannot break it; see `breakable`.
    """
    found = _ways(contract, name, rule)
    if not found:
        msg = f"no {name} breaks {rule.id} and nothing else"
        raise LookupError(msg)

    @st.composite
    def message(draw: DrawFn) -> Broken:
        def choose(options: Sequence[_Option], /) -> _Option:
            return options[0] if len(options) == 1 else draw(st.sampled_from(options))

        made = draw(messages(contract, name, choose(found)))
        return _break(_Case(contract, name, rule), made, choose, at=choose)

    return message()


def examples(contract: Contract, name: str, rule: Rule) -> Iterator[Broken]:
    """Return the simplest message of that name, broken in each way that the recipe offers."""
    for way in _ways(contract, name, rule):
        made = simplest_message(contract, name, way)
        for choose in _each_choice():
            yield _break(_Case(contract, name, rule), made, choose, at=_first)


class _Case(NamedTuple):
    """A rule to break in a message of that name."""

    contract: Contract
    name: str
    rule: Rule


def _break(case: _Case, made: ModelMessage, choose: Choose, *, at: Choose) -> Broken:
    contract, name, rule = case
    element = written(made, message_fields(contract, name))
    options = ENVELOPES.get(rule.id)
    if options is not None:
        return Broken(rule, name, choose(options(soap.envelope(element), name)), made)
    RECIPES[rule.kind](at(sites(contract, element, name, rule, choose)))
    return Broken(rule, name, soap.envelope(element), made)


def _can(contract: Contract, name: str, rule: Rule) -> bool:
    return bool(_ways(contract, name, rule))


@cache
def _ways(contract: Contract, name: str, rule: Rule) -> tuple[frozenset[str], ...]:
    if rule.id in ENVELOPES:
        return (frozenset(),)
    if rule.id in UNBREAKABLE:
        return ()
    return ways(contract, name, rule)


def _first(options: Sequence[_Option], /) -> _Option:
    return options[0]


class _Script:
    """Chooses by a script, then always the first option; records the numbers of options."""

    def __init__(self, script: list[int]) -> None:
        self.script = script
        self.met: list[tuple[int, int]] = []

    def __call__(self, options: Sequence[_Option], /) -> _Option:
        place = len(self.met)
        number = self.script[place] if place < len(self.script) else 0
        self.met.append((number, len(options)))
        return options[number]


def _each_choice() -> Iterator[_Script]:
    """Return a script for each combination of choices; use each before requesting the next."""
    script: list[int] = []
    while True:
        chooser = _Script(script)
        yield chooser
        met = chooser.met
        while met and met[-1][0] + 1 >= met[-1][1]:
            met.pop()
        if not met:
            return
        # Counts up like an odometer: the last choice that has another option goes first.
        script = [*(number for number, _ in met[:-1]), met[-1][0] + 1]

"""The table of behaviours says what the code does: every entry is named where it is acted on."""

import re
from pathlib import Path

import pytest

from seqrkit.simulator import behaviours
from seqrkit.simulator.behaviours import (
    SOURCES,
    TABLE,
    Behaviour,
    codes,
    life,
    money,
    notices,
    reading,
)

PACKAGE = Path(behaviours.__file__).parents[1]
CODE = "\n".join(
    path.read_text() for path in PACKAGE.rglob("*.py") if path.parent.name != "behaviours"
)
NAMES = {
    f"{module.__name__.rpartition('.')[2]}.{name}": value
    for module in (life, notices, codes, money, reading)
    for name, value in vars(module).items()
    if isinstance(value, Behaviour)
}


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_is_named_in_the_code_that_acts_on_it(name: str) -> None:
    assert re.search(rf"\b{re.escape(name)}\b", CODE)


@pytest.mark.parametrize("behaviour", TABLE.values(), ids=str)
def test_every_entry_has_a_statement_a_source_and_a_place(behaviour: Behaviour) -> None:
    assert behaviour.statement.endswith(".")
    assert behaviour.source in SOURCES
    assert bool(behaviour.place) == (behaviour.source != "A")
    assert re.fullmatch(r"[a-z]+([.-][a-z]+)*", behaviour.id)


def test_every_refusal_has_a_code_and_nothing_else_has() -> None:
    assert {b for b in TABLE.values() if b.code is not None} == {
        b for b in vars(codes).values() if isinstance(b, Behaviour) and b is not codes.COMBINED_ID
    }


def test_an_entry_without_a_source_or_place_is_refused() -> None:
    with pytest.raises(ValueError, match="source letter"):
        Behaviour("x", "It does.", "D")
    with pytest.raises(ValueError, match="source letter"):
        Behaviour("x", "It does.", "A", "somewhere")


def test_one_can_be_switched_off_by_id() -> None:
    assert life.REVERSED not in behaviours.without("reversal")
    with pytest.raises(KeyError):
        behaviours.without("no-such-behaviour")

"""The tests of the certification procedures, as schemas/certification.toml has them."""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

import msgspec
from attrs import frozen

from seqrkit import schemas
from seqrkit.schemas import Source

_FILE: Final = "certification.toml"
_BEHAVIOURS: Final = "observable-behaviours.toml"
PROCEDURES: Final = {"pos": "Certification, point of sale", "webshop": "Certification, webshop"}
"""The procedures, each with its title."""
ADVICE: Final = "Advice"


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A requirement of a step; the comment in certification.toml describes the kinds."""

    request: str = ""
    reply: str = ""
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    absent: bool = False
    pattern: str = ""
    unlike_request: str = ""
    rises: bool = False
    differs: bool = False
    finding: str = ""
    rows: str = ""
    have: tuple[str, ...] = ()
    unique: str = ""
    no_finding: str = ""
    only_errors: bool = False
    seconds: tuple[float, ...] = ()
    of: str = ""
    advice: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The next exchange of a test: its operations, which one it is, and what must hold for it."""

    operations: tuple[str, ...]
    text: str = ""
    where: tuple[Condition, ...] = ()
    require: tuple[Condition, ...] = ()
    sale: Literal["same", "other"] = "same"
    after: float = 0.0
    any_reply: bool = False
    code: int = 0
    next: bool = False

    def __str__(self) -> str:
        return self.text or " or ".join(self.operations)


_Steps = tuple[Step, ...]


@frozen(kw_only=True)
class Test:
    """A test of a procedure, or, without a `number`, advice."""

    id: str
    number: int | None
    title: str
    source: str
    every: bool
    steps: tuple[Step, ...]


@cache
def certification_tests(procedure: str) -> tuple[Test, ...]:
    """Return the tests of a procedure in their order, then the advice."""
    read = [
        Test(
            id=id_,
            number=entry.get(procedure),
            title=entry["title"],
            source=Source(entry["source"]),
            every=entry.get("every", False),
            steps=msgspec.convert(entry["step"], _Steps),
        )
        for id_, entry in schemas.read_toml(_FILE).items()
        # Advice names no procedure and concerns all of them.
        if procedure in entry or not entry.keys() & PROCEDURES.keys()
    ]
    return tuple(sorted(read, key=lambda test: test.number or len(read)))


@cache
def observable() -> dict[str, tuple[tuple[Step, ...], ...]]:
    """Return the sequences of steps that show a behaviour of the service, by the behaviour's id."""
    return {
        id_: tuple(msgspec.convert(each["step"], _Steps) for each in sequences)
        for id_, sequences in schemas.read_toml(_BEHAVIOURS).items()
    }

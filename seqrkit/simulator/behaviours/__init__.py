"""The behaviours of the endpoint, each with the evidence that the service behaves that way too.

`table.md` has them as data; ids come in, entries go out, and nothing else of the simulator is
imported. The state machine names the entry that it applies in a `Step`, and an operation returns
the `Refusal` that it applies; the tests check each entry against that or with a proof of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from seqrkit.schemas import Source
from seqrkit.vocabulary import ResultCode

SOURCES: Final = {
    "D": "documented in the two references",
    "V": "the vendor's other public material",
    "C": "seen in public client code",
    "A": "assumed here, because no source says",
}
"""The meaning of each source letter."""
_PLACES: Final = {"C": "public clients' source code"}
"""The places of entries that name none."""
_COLUMNS: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Behaviour:
    """Something the endpoint does, and the evidence that the service does it too.

    `source` is a letter of `SOURCES`; `place` says where it is written (empty if assumed).
    """

    id: str
    statement: str
    source: str
    place: str = ""

    @property
    def code(self) -> ResultCode | None:
        """The result code of the reply, if it is a refusal."""
        return None

    def __post_init__(self) -> None:
        if self.source not in SOURCES or bool(self.place) != (self.source != "A"):
            msg = f"{self.id} needs a source letter, and a place unless it is assumed"
            raise ValueError(msg)

    def __str__(self) -> str:
        return f"{self.id} [{self.source}]"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Refusal(Behaviour):
    """A situation in which a request is refused, and the result code of the reply."""

    code: ResultCode


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on one request: the rule, the place, what is wrong, and what was done instead.

    The request was accepted all the same; `behaviour` is the entry of the table that says why.
    """

    behaviour: Behaviour
    rule: str
    path: str
    wrong: str
    taken: str

    @property
    def breaks_schema(self) -> bool:
        """Whether the published schema rejects it; it does not know the keys of parameters."""
        id_ = self.behaviour.id
        return id_.startswith("read.") and id_ != "read.parameter-key"

    @property
    def sentence(self) -> str:
        """What is wrong, and what was done instead."""
        return f"{self.wrong}; {self.taken}"


def _read(text: str) -> Mapping[str, Behaviour]:
    """Return the entries of the tables in a Markdown text, by id."""
    entries: dict[str, Behaviour] = {}
    for line in text.splitlines():
        id_, statement, source, place, code = _cells(line)
        # The head of a Markdown table, and the line below it.
        if not id_ or id_ == "id" or id_.startswith("-"):
            continue
        if id_ in entries:
            msg = f"two behaviours have the id {id_}"
            raise ValueError(msg)
        place = Source(place or _PLACES.get(source, ""))
        entries[id_] = (
            Refusal(id_, statement, source, place, code=ResultCode[code])
            if code
            else Behaviour(id_, statement, source, place)
        )
    return MappingProxyType(entries)


def _cells(line: str) -> list[str]:
    """Return the cells of a row, which are empty for a line outside the tables."""
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return cells if line.startswith("|") and len(cells) == _COLUMNS else [""] * _COLUMNS


TABLE: Final = _read(Path(__file__).with_name("table.md").read_text(encoding="utf-8"))
"""Every behaviour, by its id, in the order of the life of a payment."""


def behaviour(id: str) -> Behaviour:
    """Return the behaviour of an id; raises `KeyError` for an unknown one."""
    return TABLE[id]


def refusal(id: str) -> Refusal:
    """Return the refusal of an id; raises `KeyError` for an id that is not a refusal's."""
    found = TABLE[id]
    if not isinstance(found, Refusal):
        raise KeyError(id)
    return found


def answered() -> frozenset[ResultCode]:
    """Return every result code of the API; the refusals of the buyer's phone are not part of it."""
    # The phone is not part of the API: its refusals reuse the codes to be understood.
    codes = (each.code for each in TABLE.values() if not each.id.startswith("phone."))
    return frozenset({ResultCode.SUCCESS, *filter(None, codes)})

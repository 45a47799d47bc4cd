"""What this endpoint does, an entry each, and how anybody knows that the service does so too.

The code names an entry where it acts on it (``if life.REVERSED in active``), so that the table
cannot claim what the code does not do, and so that an entry can be switched off by itself: without
it nothing happens, and a refusal becomes the unspecific code 10.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from seqrkit.simulator.behaviours import codes, life, money, notices, reading
from seqrkit.simulator.behaviours.entry import SOURCES, Behaviour
from seqrkit.vocabulary import ResultCode

__all__ = [
    "ALL",
    "SOURCES",
    "STRICT",
    "TABLE",
    "Active",
    "Behaviour",
    "answered",
    "codes",
    "life",
    "money",
    "notices",
    "reading",
    "without",
]

Active = frozenset[Behaviour]
"""The behaviours that are in force."""


def _entries(*modules: ModuleType) -> dict[str, Behaviour]:
    found: dict[str, Behaviour] = {}
    for behaviour in (value for module in modules for value in vars(module).values()):
        if isinstance(behaviour, Behaviour) and found.setdefault(behaviour.id, behaviour) is not (
            behaviour
        ):
            msg = f"two behaviours are called {behaviour.id}"
            raise ValueError(msg)
    return found


TABLE: Mapping[str, Behaviour] = MappingProxyType(_entries(life, notices, codes, money, reading))
"""Every behaviour, by its id, in the order of the life of a payment."""

ALL: Active = frozenset(TABLE.values())
"""All of them in force, as they are unless somebody switches one off."""

STRICT: Active = ALL - reading.PUT_UP_WITH - {codes.COMBINED_ID, money.OLD_REPORT_NAMES}
"""Those in force in strict mode: a client's slip is answered by a fault or its code."""


def answered() -> frozenset[ResultCode]:
    """Every result code that a client can be answered; the phone's own refusals are the buyer's."""
    told = {each.code for each in TABLE.values() if not each.id.startswith("phone.")}
    return frozenset({ResultCode.SUCCESS, *filter(None, told)})


def without(*names: str) -> Active:
    """All but these, by id; raises `KeyError` for an id that is in no entry."""
    return ALL - {TABLE[name] for name in names}

"""The table of behaviours: what the endpoint does, and the evidence that the service does it.

Nothing comes in but result codes, and it imports nothing else of the simulator. State machine and
operations name the entry that they apply, in a `Step` or as the refusal they return; the tests
check each entry against that, or against a scene of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from seqrkit.simulator.behaviours import (
    invoice_life,
    message_reading,
    notifications,
    result_codes,
    terminals_and_money,
)
from seqrkit.simulator.behaviours.behaviour import SOURCES, Behaviour, Refusal
from seqrkit.vocabulary import ResultCode

__all__ = [
    "SOURCES",
    "TABLE",
    "Behaviour",
    "Refusal",
    "answered",
    "codes",
    "life",
    "money",
    "notices",
    "reading",
]


def _entries(*modules: ModuleType) -> dict[str, Behaviour]:
    found: dict[str, Behaviour] = {}
    for behaviour in (value for module in modules for value in vars(module).values()):
        if isinstance(behaviour, Behaviour) and found.setdefault(behaviour.id, behaviour) is not (
            behaviour
        ):
            msg = f"two behaviours are called {behaviour.id}"
            raise ValueError(msg)
    return found


TABLE: Mapping[str, Behaviour] = MappingProxyType(
    _entries(invoice_life, notifications, result_codes, terminals_and_money, message_reading)
)
"""Every behaviour, by its id, in the order of the life of a payment."""


def answered() -> frozenset[ResultCode]:
    """Return every result code of the API; the refusals of the buyer's phone are not part of it."""
    codes_ = (each.code for each in TABLE.values() if not each.id.startswith("phone."))
    return frozenset({ResultCode.SUCCESS, *filter(None, codes_)})

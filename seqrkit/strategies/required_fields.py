"""What has to be in a message: paths of fields, and who makes it.

A set of paths is all that `broken` and `boundary` ask of the makers of messages: the rest stays
free.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from seqrkit.contract import Contract, MessageType, Operation
from seqrkit.vocabulary import PrincipalType

USER: Final = "principalId.userId"
"""Its presence says who calls: only a user of a reseller has one."""
_CALLER: Final = "principalId.type="


def called_by(principal: PrincipalType) -> str:
    """The path that stands for a call by a principal."""
    return f"{_CALLER}{principal}"


def callers(operation: Operation, present: Collection[str]) -> tuple[str, ...]:
    """Who may make a request in which some fields are present; empty where nobody may."""
    asked = {path.removeprefix(_CALLER) for path in present if path.startswith(_CALLER)}
    if USER in present:
        asked.add(PrincipalType.RESELLERUSER)
    return tuple(each for each in operation.principals if asked <= {each})


def every(contract: Contract, name: str) -> frozenset[str]:
    """All fields of a message, but for that which only one of its principals has."""
    return frozenset(_paths(contract.elements[name])) - {USER}


def _paths(kind: MessageType) -> set[str]:
    found = {field.path for field in kind.fields}
    return found.union(*(_paths(field.type) for field in kind.fields if field.type is not None))

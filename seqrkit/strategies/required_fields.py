"""The fields that must be present in a generated message, as a set of paths.

`broken` and `boundary` require the fields that a rule is about; the generator is free otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from seqrkit.contract import Contract, MessageType, Operation
from seqrkit.vocabulary import PrincipalType

USER: Final = "principalId.userId"
"""If it is present, a reseller's user is the caller: only these have one."""
_CALLER: Final = "principalId.type="


def called_by(principal: PrincipalType) -> str:
    """Return the path that requires a call by a principal."""
    return f"{_CALLER}{principal}"


def callers(operation: Operation, present: Collection[str]) -> tuple[str, ...]:
    """Return who may send a request in which these fields are present; may be empty."""
    required = {path.removeprefix(_CALLER) for path in present if path.startswith(_CALLER)}
    if USER in present:
        required.add(PrincipalType.RESELLERUSER)
    return tuple(each for each in operation.principals if required <= {each})


def every(contract: Contract, name: str) -> frozenset[str]:
    """Return the paths of all fields of a message, except for the one that not every caller has."""
    types = types_in(contract.elements[name])
    return frozenset(field.path for _, kind in types for field in kind.fields) - {USER}


def types_in(
    kind: MessageType, way: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], MessageType]]:
    """Return a type and all types inside it, each with the paths of the fields on the way."""
    yield way, kind
    for field in kind.fields:
        if field.type is not None:
            yield from types_in(field.type, (*way, field.path))

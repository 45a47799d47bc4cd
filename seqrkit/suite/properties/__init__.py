"""The properties of the contract suite, in groups; a group is a module or package of this one.

In: a `CheckContext`. Out: a `CheckFailure` where a property does not hold, and the coverage of the
contract. Imports the framework, the oracles, and all of seqrkit that is under test.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from importlib import import_module
from typing import Final

from seqrkit.suite.framework import Check, PropertyGroup
from seqrkit.vocabulary import Interface

GROUPS: Final = ("wire", "requests", "examples", "replay", "life")
"""The names of the groups, in the order in which they run."""


def group(name: str) -> PropertyGroup:
    """Return the group of that name."""
    found = import_module(f"{__name__}.{name}").GROUP
    assert isinstance(found, PropertyGroup)  # noqa: S101 - each module named above has one
    return found


def checks(
    *groups: str,
    interfaces: Collection[Interface] = tuple(Interface),
    operations: Collection[str] = (),
) -> Iterator[Check]:
    """Yield every check of these groups (default: all), in order.

    With `operations`, only the checks that concern one of them.
    """
    for name in groups or GROUPS:
        yield from (
            Check(each, case)
            for each in group(name)
            for interface in interfaces
            for case in each.cases(interface)
            if not operations or case.operation in operations
        )

"""The contract suite: properties of messages, endpoint and linter, to be run by pytest or by code.

`checks` lists what there is to check, `Trial(bench, check).run()` runs one of them on a `Bench`. A
property that does not hold raises a `Violation` with the smallest message that shows it. The files
in contract_tests/ hand the checks to pytest; ``seqrkit verify`` runs those.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from importlib import import_module
from typing import Final

from seqrkit.suite.reports.contract_coverage import Aspect, Coverage
from seqrkit.suite.runner.check_context import Trial
from seqrkit.suite.runner.environment import Bench, embedded
from seqrkit.suite.runner.profile import PROFILES, Profile
from seqrkit.suite.runner.property import Case, Chapter, Check, Need, Property
from seqrkit.suite.runner.violation import Violation
from seqrkit.vocabulary import Interface

__all__ = [
    "CHAPTERS",
    "PROFILES",
    "Aspect",
    "Bench",
    "Case",
    "Chapter",
    "Check",
    "Coverage",
    "Need",
    "Profile",
    "Property",
    "Trial",
    "Violation",
    "chapter",
    "checks",
    "embedded",
]

CHAPTERS: Final = ("wire", "requests", "examples", "replay", "life")
"""The chapters in the order in which they are run, each a module of this package."""


def chapter(name: str) -> Chapter:
    """The chapter of that name."""
    found = import_module(f"{__name__}.properties.{name}").CHAPTER
    assert isinstance(found, Chapter)  # noqa: S101 - each module named above has one
    return found


def checks(
    *chapters: str,
    interfaces: Collection[Interface] = tuple(Interface),
    operations: Collection[str] = (),
) -> Iterator[Check]:
    """Every check of some chapters, or of all, in order.

    Given `operations`, only what concerns one of them.
    """
    for name in chapters or CHAPTERS:
        yield from (
            Check(each, case)
            for each in chapter(name)
            for interface in interfaces
            for case in each.cases(interface)
            if not operations or case.operation in operations
        )

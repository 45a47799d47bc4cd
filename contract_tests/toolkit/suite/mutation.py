"""A deliberate mistake, and the check of the suite that catches it.

What counts is a `Violation`: a named property that does not hold. A mistake that makes the suite
crash has not been caught.
"""

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Protocol

from contract_tests.toolkit.suite.rewriting import rewritten
from seqrkit import contract, schemas
from seqrkit.contract import Contract
from seqrkit.schemas import SchemaSet
from seqrkit.suite import CHAPTERS, Bench, Check, Profile, Trial, Violation, checks

ContractOf = Callable[..., Contract]
PROFILE = Profile("mutations", examples=10, steps=30, seed=1, shrinks=False)
"""The same examples every time, as many as find a mistake; the first failure will do."""


class Cached(Protocol):
    """What `functools.cache` makes of a function."""

    def cache_clear(self) -> None:
        """Forget what it made."""


class Edit(NamedTuple):
    """A piece of a file of schemas/, which stands there once, and what takes its place."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Mutation:
    """A mistake: how it is made, and which checks are to look for it first (a regex of names,
    beginning with that of a chapter).

    `edit` is one in the schemas that the linter judges by; all else reads the true ones. `rebuilt`
    is what was built from mistaken code, and must be built again with it.
    """

    name: str
    made: Callable[[], AbstractContextManager[object]] = nullcontext
    first: str = ""
    edit: Edit | None = None
    rebuilt: Sequence[Cached] = ()

    def __str__(self) -> str:
        return self.name

    @contextmanager
    def bench(self) -> Iterator[Bench]:
        """A bench on which the mistake is made."""
        with ExitStack() as stack:
            for each in self.rebuilt:
                stack.callback(each.cache_clear)  # after the mistake is taken out again
            stack.enter_context(self.made())
            for each in self.rebuilt:
                each.cache_clear()
            judges: ContractOf = contract.load
            if self.edit is not None:
                judges = edited(Path(stack.enter_context(TemporaryDirectory())), self.edit)
            yield stack.enter_context(Bench(PROFILE, contract_of=judges))

    def caught(self) -> Violation | None:
        """The first thing that the suite finds while the mistake is made."""
        with self.bench() as bench:
            violations = (found(bench, check) for check in self.checks())
            return next(filter(None, violations), None)

    def checks(self) -> Iterator[Check]:
        """All checks: those that look first, the others of their chapter, and all the others."""
        chapter = self.first.partition("\\.")[0]
        likely = [check for check in known(chapter) if re.match(self.first, str(check))]
        yield from likely
        tried = set(likely)
        others = dict.fromkeys((*known(chapter), *known(*CHAPTERS)))
        yield from (check for check in others if check not in tried)


def edited(root: Path, edit: Edit) -> ContractOf:
    """The contract from a copy of the schemas, in `root`, with a piece of them changed."""
    copied = Path(shutil.copytree(schemas.bundled(), root / "schemas"))
    file = copied / edit.file
    text = file.read_text(encoding="utf-8")
    if text.count(edit.old) != 1:
        raise LookupError(f"{edit.file} has {edit.old!r} {text.count(edit.old)} times, not once")
    file.write_text(text.replace(edit.old, edit.new), encoding="utf-8")

    @cache
    def load(interface: str, given: SchemaSet | None = None) -> Contract:
        return contract.load(interface, given or schemas.schema_set(interface, copied))

    return load


def code(
    name: str,
    function: Callable[..., Any],
    old: str,
    new: str,
    *,
    first: str,
    rebuilt: Sequence[Cached] = (),
) -> Mutation:
    """A mistake in the text of a function."""
    return Mutation(name, partial(rewritten, function, old, new), first, None, rebuilt)


@cache
def known(*chapters: str) -> tuple[Check, ...]:
    """The checks of some chapters, in order."""
    return tuple(checks(*chapters))


def found(bench: Bench, check: Check) -> Violation | None:
    """What a check finds, if anything."""
    try:
        Trial(bench, check).run()
    except Violation as violation:
        return violation
    return None


def holds(violation: Violation) -> bool:
    """Whether the property holds where no mistake is made, in the very same case."""
    with Bench(PROFILE) as bench:
        return found(bench, Check(violation.property, violation.case)) is None

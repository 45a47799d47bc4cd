"""A seeded mistake, and the check of the suite that catches it.

A mistake is caught by a `CheckFailure`: a named property that does not hold. A mistake that makes
the suite itself raise an error has not been caught.
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
from seqrkit.suite import GROUPS, Check, CheckEnvironment, CheckFailure, Profile, checks

LoadContract = Callable[..., Contract]
PROFILE = Profile("mutations", examples=10, steps=30, seed=1, shrinks=False)
"""The same examples every time, enough to find each mistake; the first failure is enough."""


class Cached(Protocol):
    """A function with `functools.cache`."""

    def cache_clear(self) -> None:
        """Clear the cache."""


class Edit(NamedTuple):
    """A text that occurs once in a file of schemas/, and its replacement."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Mutation:
    """A mistake: how it is made, and the checks to run first (a regex of names, group first).

    `edit` changes the schemas that the linter judges by; everything else reads the true ones.
    `rebuilt` lists caches of what was built from the mistaken code.
    """

    name: str
    made: Callable[[], AbstractContextManager[object]] = nullcontext
    first: str = ""
    edit: Edit | None = None
    rebuilt: Sequence[Cached] = ()

    def __str__(self) -> str:
        return self.name

    @contextmanager
    def environment(self) -> Iterator[CheckEnvironment]:
        """Make the mistake, and provide an environment to run checks in."""
        with ExitStack() as stack:
            for each in self.rebuilt:
                stack.callback(each.cache_clear)  # runs after the mistake is undone
            stack.enter_context(self.made())
            for each in self.rebuilt:
                each.cache_clear()
            load: LoadContract = contract.load
            if self.edit is not None:
                load = edited(Path(stack.enter_context(TemporaryDirectory())), self.edit)
            yield stack.enter_context(CheckEnvironment(PROFILE, load_contract=load))

    def caught(self) -> tuple[Check, CheckFailure] | None:
        """Return the first check that fails while the mistake is made, with its failure."""
        with self.environment() as environment:
            failures = ((check, failure(environment, check)) for check in self.checks())
            return next(((check, found) for check, found in failures if found), None)

    def checks(self) -> Iterator[Check]:
        """Yield all checks: those to run first, then the others of their group, then the rest."""
        group = self.first.partition("\\.")[0]
        likely = [check for check in known(group) if re.match(self.first, str(check))]
        yield from likely
        others = dict.fromkeys((*known(group), *known(*GROUPS)))
        yield from (check for check in others if check not in set(likely))


def edited(root: Path, edit: Edit) -> LoadContract:
    """Return a function that loads the contract from a changed copy of the schemas in `root`."""
    copied = Path(shutil.copytree(schemas.bundled(), root / "schemas"))
    file = copied / edit.file
    text = file.read_text(encoding="utf-8")
    if text.count(edit.old) != 1:
        raise LookupError(
            f"{edit.old} occurs {text.count(edit.old)} times in {edit.file}, not once"
        )
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
    """Return a mistake in the source of a function."""
    return Mutation(name, partial(rewritten, function, old, new), first, None, rebuilt)


@cache
def known(*groups: str) -> tuple[Check, ...]:
    """Return the checks of some groups, in order."""
    return tuple(checks(*groups))


def failure(environment: CheckEnvironment, check: Check) -> CheckFailure | None:
    """Run a check and return its failure; `None` if it passes."""
    try:
        check.run(environment)
    except CheckFailure as found:
        return found
    return None


def passes(check: Check) -> bool:
    """Return whether a check passes without any mistake."""
    with CheckEnvironment(PROFILE) as environment:
        return failure(environment, check) is None

"""Every rule has a check that fails when the linter does not look for it; ``nox -s rules``."""

from contextlib import nullcontext
from copy import copy

import pytest

from contract_tests.toolkit.suite.mutation import PROFILE, found
from contract_tests.toolkit.suite.rewriting import rewritten
from seqrkit import contract
from seqrkit.contract import Contract, Finding, ReferenceWatch
from seqrkit.schemas import SchemaSet
from seqrkit.soap import MAX_BYTES
from seqrkit.suite import Bench, checks
from seqrkit.vocabulary import Interface

CHECKS = tuple(checks("requests"))
UNIQUE = "context.clientReference.unique"
"""The one that is not looked for in a message by itself."""


class Without(Contract):
    """A contract whose linter says nothing of one rule."""

    rule: str

    def lint(
        self, data: bytes, *, limit: int = MAX_BYTES, charset: str | None = None
    ) -> tuple[Finding, ...]:
        found = super().lint(data, limit=limit, charset=charset)
        return tuple(each for each in found if each.id != self.rule)


def without(rule: str, whole: Contract) -> Contract:
    """The contract without a rule, which is not read from the schemas again."""
    part = copy(whole)
    part.__class__ = Without
    part.__dict__["rule"] = rule
    return part


@pytest.mark.parametrize(
    ("interface", "rule"),
    [(interface, rule) for interface in Interface for rule in contract.load(interface).rules],
)
def test_a_check_fails_without_it(interface: Interface, rule: str) -> None:
    def judges(spoken: Interface, schemas: SchemaSet | None = None) -> Contract:
        return without(rule, contract.load(spoken, schemas))

    about = (interface, rule)
    unwatched = rewritten(ReferenceWatch.see, "if earlier is None:", "if True:")
    concerned = (check for check in CHECKS if (check.case.interface, check.case.name) == about)
    with (
        unwatched if rule == UNIQUE else nullcontext(),
        Bench(PROFILE, contract_of=judges) as bench,
    ):
        violations = (found(bench, check) for check in concerned)
        caught = next(filter(None, violations), None)
    assert caught is not None, f"nothing fails where {rule} is not looked for"
    assert caught.rule is not None
    assert caught.rule.id == rule
    assert caught.envelope is not None

"""For every rule a check fails if the linter does not report it; ``nox -s rules``."""

from copy import copy

import pytest
from lxml import etree

from contract_tests.toolkit.suite.mutation import PROFILE, failure
from seqrkit import contract
from seqrkit.contract import SESSION_RULES, Contract, Finding, SessionRules
from seqrkit.schemas import SchemaSet
from seqrkit.soap import MAX_BYTES
from seqrkit.suite import CheckEnvironment, checks
from seqrkit.vocabulary import Interface

CHECKS = tuple(checks("requests"))


class Without(Contract):
    """A contract whose linter never reports one rule."""

    rule: str

    def lint(
        self,
        data: bytes,
        *,
        limit: int = MAX_BYTES,
        charset: str | None = None,
        as_: str | None = None,
    ) -> tuple[Finding, ...]:
        found = super().lint(data, limit=limit, charset=charset, as_=as_)
        return tuple(each for each in found if each.id != self.rule)


def without(rule: str, whole: Contract) -> Contract:
    """Return the contract without a rule, without reading the schemas again."""
    part = copy(whole)
    part.__class__ = Without
    part.__dict__["rule"] = rule
    return part


@pytest.mark.parametrize(
    ("interface", "rule"),
    [(interface, rule) for interface in Interface for rule in contract.load(interface).rules],
)
def test_a_check_fails_without_the_rule(
    interface: Interface, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(given: Interface, schemas: SchemaSet | None = None) -> Contract:
        return without(rule, contract.load(given, schemas))

    def nothing(session: SessionRules, message: etree._Element) -> tuple[Finding, ...]:
        del session, message
        return ()

    if rule in SESSION_RULES:
        monkeypatch.setattr(SessionRules, "check", nothing)
    about = (interface, rule)
    concerned = (check for check in CHECKS if (check.case.interface, check.case.name) == about)
    with (
        CheckEnvironment(PROFILE, load_contract=load) as environment,
    ):
        failures = (failure(environment, check) for check in concerned)
        caught = next(filter(None, failures), None)
    assert caught is not None, f"no check fails without {rule}"
    assert caught.rule is not None
    assert caught.rule.id == rule
    assert caught.envelope is not None

"""Checks whose property a test defines."""

from collections.abc import Callable

from seqrkit.suite import Check, CheckEnvironment, Profile
from seqrkit.suite.framework import Case, CheckContext, Property
from seqrkit.vocabulary import Interface

PROFILE = Profile("test", examples=20, steps=5, seed=1)
CASE = Case(next(iter(Interface)), "sendInvoice", "one")


def check(test: Callable[[CheckContext], None]) -> Check:
    """Return a check of a property with this test."""
    return Check(Property("group.holds", "It holds.", "here", test, lambda _: [CASE]), CASE)


def run(test: Callable[[CheckContext], None], profile: Profile = PROFILE) -> None:
    """Run such a check."""
    with CheckEnvironment(profile) as environment:
        check(test).run(environment)

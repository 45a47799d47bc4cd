"""Checks whose property a test defines."""

from collections.abc import Callable
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from seqrkit.exchange import Exchange
from seqrkit.suite import Check, CheckEnvironment, Profile
from seqrkit.suite.framework import Case, CheckContext, Property
from seqrkit.vocabulary import Interface

PROFILE = Profile("test", examples=20, steps=5, seed=1)
CASE = Case(next(iter(Interface)), "sendInvoice", "one")
EXCHANGE = Exchange(
    operation="sendInvoice",
    interface=CASE.interface,
    endpoint="here",
    started_at=datetime(2026, 1, 1, tzinfo=UTC),
    duration=0,
    request=b"<sent/>",
)


def check(test: Callable[[CheckContext], object], case: Case = CASE) -> Check:
    """Return a check of a property with this test."""

    def run(context: CheckContext) -> None:
        test(context)

    holds = Property(
        id="group.holds", statement="It holds.", source="here", test=run, cases=lambda _: [case]
    )
    return Check(holds, case)


def run(test: Callable[[CheckContext], None], profile: Profile = PROFILE) -> None:
    """Run such a check."""
    with CheckEnvironment(profile) as environment:
        check(test).run(environment)


def row_of(amount: str) -> bytes:
    """Return a report with one transaction."""
    return f"<Report><Row><SalesAmount>{escape(amount)}</SalesAmount></Row></Report>".encode()

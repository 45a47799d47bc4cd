"""What the requests of a case may move and change: verified once, at the end of the case.

Reading the vendor's report of transactions costs the seconds that it takes to become ready, so it
is read once, and only from a service that offers it. If something has moved that should not, the
case runs again and compares after each request, which names the request to blame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from seqrkit.model import PaymentStatusReply
from seqrkit.suite.framework import CheckContext, CheckFailure
from seqrkit.suite.framework.example_steps import Expected, literal
from seqrkit.suite.framework.failure_causes import OF_VERSIONS, UNSTABLE
from seqrkit.suite.oracles.message_values import expected_text, first_difference, normalized
from seqrkit.vocabulary import ReportId

_CHANGED: Final = "a refused request changes an invoice"
Transaction = tuple[str, Decimal]
"""The ersReference and the amount, negative for a refund."""


class Ledger:
    """The transactions that a case expects, and the invoices that it must not change.

    With `at_once` they are verified after every request.
    """

    def __init__(self, check: CheckContext, *, at_once: bool = False) -> None:
        self.check = check
        self.at_once = at_once
        self._reads = check.shop.offers_details
        self._expected: list[Transaction] = []
        self._tolerated = 0
        self._periods: list[str] = []
        self._statuses: tuple[tuple[str, ...], tuple[PaymentStatusReply, ...]] | None = None
        self._begin()

    def expect(self, *transactions: tuple[str | None, Decimal]) -> None:
        """Expect these transactions, of requests that are not under test."""
        self._expected += [(reference or "", amount) for reference, amount in transactions]

    def moves(self, *transactions: tuple[str | None, Decimal]) -> None:
        """Expect that the last request has moved exactly this."""
        self.expect(*transactions)
        self._after_request()

    def accepted(self) -> None:
        """Accept whatever one request has moved and changed, such as one that breaks advice."""
        self._statuses = None
        self._tolerated += 1

    def marked(self, period: str) -> None:
        """Expect no transactions in a period that a request has ended."""
        self._periods.append(period)
        self._after_request()

    def keeps(self, references: tuple[str, ...]) -> None:
        """Expect that requests which are refused do not change these invoices."""
        if self._statuses is None or self._statuses[0] != references:
            self.compare()
            self._statuses = (references, self.check.shop.statuses(*references))

    def compare(self) -> None:
        """Fail if an invoice has changed that refused requests concerned."""
        if self._statuses is None:
            return
        references, before = self._statuses
        self._statuses = None
        refused = self.check.session.exchanges[-1]
        for old, read in zip(before, self.check.shop.readers(*references), strict=True):
            was, now = normalized(old), normalized(read())
            if was != now:
                difference = first_difference(now, was)
                in_receipt = difference.path.startswith("receipt.")
                of_versions = difference.path in {OF_VERSIONS} & self.check.environment.shown
                self.check.fail(
                    f"the request was refused, and still an invoice changed: {difference}",
                    exchange=self.check.session.exchanges[-1],
                    deviation=f"{self.check.case.operation}: {_CHANGED}",
                    cause=UNSTABLE if in_receipt else OF_VERSIONS if of_versions else _CHANGED,
                    expects=expected_text(difference, was),
                    tested=refused,
                )

    def settle(self) -> None:
        """Compare invoices and transactions with what is expected."""
        self.compare()
        shop, operation = self.check.shop, self.check.case.operation
        if not self._reads:
            return
        rows = [
            (row.ers_reference, row.amount)
            for period in (*self._periods, shop.mark())
            for row in shop.transactions_of(period)
        ]
        expected, self._expected, self._periods = self._expected, [], []
        reported = set(shop.reported)
        shop.reported.update(reference for reference, _ in rows)
        tolerated, self._tolerated = self._tolerated, 0
        for kind, verb, differing in (
            # First: one that was missing in an earlier period is unexpected in the next.
            ("missing", "lacks", Counter(expected) - Counter(rows)),
            ("unexpected", "has an unexpected", Counter(rows) - Counter(expected)),
        ):
            # A request that was accepted against expectation has moved something, which is reported
            # there.
            if kind == "unexpected" and differing.total() <= tolerated:
                continue
            for reference, amount in differing:
                # getPaymentStatus has shown a payment; only its reply, a refund.
                of_report = amount > 0 if kind == "missing" else reference in reported
                of_reports = f"executeReport: {kind} transaction"
                deviation = of_reports if of_report else f"{operation}: {kind} transaction"
                is_shown = of_reports in self.check.environment.shown
                self.check.fail(
                    f"the report {ReportId.DETAILS} {verb} {amount} with ersReference {reference}",
                    exchange=self.check.session.exchanges[-1],
                    deviation=deviation,
                    cause=of_reports if is_shown else deviation,
                    expects=_expected(reference, amount, expected, is_missing=kind == "missing"),
                )

    def _after_request(self) -> None:
        if self.at_once:
            self.settle()
            self._begin()

    def _begin(self) -> None:
        """Begin new periods of the shop and of the till."""
        for till in (None, self.check.shop.till) if self._reads else ():
            self.check.shop.mark(till)


def _expected(
    reference: str, amount: Decimal, all_of: Sequence[Transaction], *, is_missing: bool
) -> Expected:
    """Return what the report should have in place of a transaction, or because it lacks it."""
    own = f">{literal(reference)}<"
    right = amount if is_missing else dict(all_of).get(reference)
    if not is_missing and right in {None, amount}:  # a row of no payment, or a second one
        times = 1 + all_of.count((reference, amount))
        return Expected("contentString", f".*{own}" * times + ".*", matches=False)
    # In a row the amount comes before or after the reference.
    number = f">{literal(f'{right:.2f}')}0*<"
    return Expected("contentString", f".*({number}.{{0,99}}{own}|{own}.{{0,99}}{number}).*")


def settled(check: CheckContext, run: Callable[[Ledger], None]) -> None:
    """Run a case and verify its ledger at the end, unless an example has ended early."""
    ledger = Ledger(check)
    with check.going_on():
        run(ledger)
    if check.is_interrupted:
        return  # what that example has moved is not known
    try:
        with check.errors_as_failures():
            ledger.settle()
    except CheckFailure:
        check.environment.begin(check.interface)
        known = len(check.kept)
        with check.going_on():
            run(Ledger(check, at_once=True))
        if len(check.kept) == known:  # the request to blame was not found
            raise

"""What the requests of a case may move and change: verified once, at the end of the case.

Reports are read only from a service that offers them, and where that takes real time, at the end of
the run. If something has moved or changed that should not, the case runs again and compares after
each request, which names the request to blame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from seqrkit.model import PaymentStatusReply
from seqrkit.suite.framework import CheckContext, CheckFailure, Need
from seqrkit.suite.framework.example_steps import Expected, literal
from seqrkit.suite.framework.failure_causes import OF_VERSIONS, UNSTABLE
from seqrkit.suite.framework.periods import Period, Transaction
from seqrkit.suite.oracles.message_values import expected_text, first_difference, normalized
from seqrkit.vocabulary import ReportId

_CHANGED: Final = "a refused request changes an invoice"


class _Case(NamedTuple):
    """A case, and how to run it with another ledger."""

    check: CheckContext
    run: Callable[[Ledger], None]


class Ledger:
    """The transactions that a case expects, and the invoices that it must not change.

    They are compared with reports if `run` runs the case; with `at_once` after every request.
    """

    def __init__(
        self,
        check: CheckContext,
        run: Callable[[Ledger], None] | None = None,
        *,
        at_once: bool = False,
    ) -> None:
        self.check = check
        self.at_once = at_once
        self._case = _Case(check, run) if run and check.shop.offers_details else None
        self._statuses: dict[str, PaymentStatusReply] = {}
        self._may_differ = False
        self._begin()

    def expect(self, *transactions: tuple[str | None, Decimal]) -> None:
        """Expect these transactions, of requests that are not under test."""
        if period := self.check.shop.periods.current:
            period.expected += [(reference or "", amount) for reference, amount in transactions]

    def moves(self, *transactions: tuple[str | None, Decimal]) -> None:
        """Expect that the last request has moved exactly this."""
        self._may_differ |= not transactions
        self.expect(*transactions)
        self._after_request()

    def accepted(self, ended: str = "") -> None:
        """Accept whatever one request has moved, such as one that breaks advice.

        It may have `ended` a period, and changed the invoices that it concerns, which are those of
        the precondition and not the witness's.
        """
        others = self.check.shop.readers()
        self._statuses = {name: each for name, each in self._statuses.items() if name in others}
        if self.at_once:
            self._may_differ = True
            self.compare()
        if period := self.check.shop.periods.current:
            period.tolerated += 1
            period.ids += [ended] if ended else []

    def marked(self, id_: str) -> None:
        """Expect no transactions in a period that a request has ended."""
        if period := self.check.shop.periods.current:
            period.ids.append(id_)
        self._after_request()

    def keeps(self, references: tuple[str, ...]) -> None:
        """Expect that requests which are refused do not change these invoices."""
        readers = self.check.shop.readers(*references)
        if self._statuses.keys() != readers.keys():
            self.compare()
            known = self._statuses
            self._statuses = {
                name: known[name] if name in known else read() for name, read in readers.items()
            }

    def compare(self) -> None:
        """Fail if an invoice has changed that only refused requests concerned."""
        if not self._may_differ:
            return
        self._may_differ = False
        latest = self.check.session.exchanges[-1]
        why = "does not concern it" if latest.succeeded else "was refused"
        readers = self.check.shop.readers(*self._statuses)
        for name, before in self._statuses.items():
            was, now = normalized(before), normalized(readers[name]())
            if was != now:
                self._statuses = {}
                difference = first_difference(now, was)
                in_receipt = difference.path.startswith("receipt.")
                of_versions = difference.path in {OF_VERSIONS} & self.check.environment.shown
                self.check.fail(
                    f"the request {why}, and still an invoice changed: {difference}",
                    exchange=self.check.session.exchanges[-1],
                    deviation=f"{self.check.case.operation}: {_CHANGED}",
                    cause=UNSTABLE if in_receipt else OF_VERSIONS if of_versions else _CHANGED,
                    expects=expected_text(difference, was),
                    tested=latest,
                )

    def _after_request(self) -> None:
        if self.at_once:
            self.compare()
            for period in self.check.shop.periods.take():
                _compare(period, self.check)
            self._begin()

    def _begin(self) -> None:
        if self._case is not None:
            self.check.shop.periods.begin(self._case)


def _compare(period: Period[_Case], check: CheckContext) -> None:
    """Fail if the reports of a period have other transactions than its cases expect."""
    shop, operation = check.shop, check.case.operation
    read = [row for id_ in period.ids for row in shop.transactions_of(id_)]
    rows = [(row.ers_reference, row.amount) for row in read]
    reported = set(shop.reported)
    shop.reported.update(reference for reference, _ in rows)
    for kind, verb, differing in (
        # First: one that was missing in an earlier period is unexpected in the next.
        ("missing", "lacks", Counter(period.expected) - Counter(rows)),
        ("unexpected", "has an unexpected", Counter(rows) - Counter(period.expected)),
    ):
        # A request that was accepted against expectation has moved something, which is reported
        # there. In a shared period, another case can have moved it.
        is_tolerated = period.is_alone and differing.total() <= period.tolerated
        if kind == "unexpected" and is_tolerated:
            continue
        for reference, amount in differing:
            # getPaymentStatus has shown a payment; only its reply, a refund.
            of_report = amount > 0 if kind == "missing" else reference in reported
            of_reports = f"executeReport: {kind} transaction"
            deviation = of_reports if of_report else f"{operation}: {kind} transaction"
            is_missing, is_shown = kind == "missing", of_reports in check.environment.shown
            of_periods = check.environment.causes.get("transactionPeriodId")
            check.fail(
                f"the report {ReportId.DETAILS} {verb} {amount} with ersReference {reference}",
                exchange=check.session.exchanges[-1],
                deviation=deviation,
                cause=of_periods or (of_reports if is_shown else deviation),
                expects=expected_row(reference, amount, period.expected, is_missing=is_missing),
            )


def expected_row(
    reference: str, amount: Decimal, all_of: Sequence[Transaction], *, is_missing: bool
) -> Expected:
    """Return what a report should have in place of a transaction, or because it lacks it."""
    own = f">{literal(reference)}<"
    right = amount if is_missing else dict(all_of).get(reference)
    if not is_missing and right in {None, amount}:  # a row of no payment, or a second one
        times = 1 + all_of.count((reference, amount))
        return Expected("contentString", f".*{own}" * times + ".*", matches=False)
    # In a row the amount comes before or after the reference.
    number = f">{literal(f'{right:.2f}')}0*<"
    return Expected("contentString", f".*({number}.{{0,99}}{own}|{own}.{{0,99}}{number}).*")


def settled(check: CheckContext, run: Callable[[Ledger], None]) -> None:
    """Run a case and compare what it must not change.

    Its transactions are compared at once if no time passes until a report is ready, and else by
    `compare_periods`.
    """
    ledger, is_known = Ledger(check, run), False
    try:
        with check.going_on():
            run(ledger)
        # What an example has moved that ended early is not known.
        is_known = not check.is_interrupted
    finally:
        check.shop.periods.end(is_known=is_known)
    if is_known:
        try:
            with check.errors_as_failures():
                ledger.compare()
        except CheckFailure as failure:
            _blame(check, Period([_Case(check, run)]), failure)
    if Need.CLOCK not in check.environment.unmet:
        compare_periods(check)


def compare_periods(check: CheckContext) -> bool:
    """Compare the periods of the cases so far with their reports; keep the failures.

    Return whether there were any.
    """
    periods = check.shop.periods.take()
    for period in periods:
        try:
            with check.errors_as_failures():
                _compare(period, period.cases[0].check if period.is_alone else check)
        except CheckFailure as failure:
            _blame(check, period, failure)
    return bool(periods)


def _blame(check: CheckContext, period: Period[_Case], failure: CheckFailure) -> None:
    """Run the cases of a period again and keep what that shows.

    If it is nothing new, keep the failure if it is certain. Each case of a shared period then has a
    period of its own. A single one is compared after every request.
    """
    known, is_alone, periods = len(check.kept), period.is_alone, check.shop.periods
    if failure.cause not in check.environment.shown and failure.deviation not in check.kept:
        with periods.apart():
            for case in period.cases:
                for each in _failures_again(case, at_once=is_alone):
                    check.keep(each)
            if not is_alone:
                compare_periods(check)
    if len(check.kept) == known and period.is_certain:
        check.keep(failure)
    # The same cause in another period needs no search.
    check.environment.shown.update(each.cause for each in check.kept.values())


def _failures_again(case: _Case, *, at_once: bool) -> Sequence[CheckFailure]:
    """Run a case again; return its new failures."""
    case.check.environment.begin(case.check.interface)
    known = len(case.check.kept)
    ledger, periods = Ledger(case.check, case.run, at_once=at_once), case.check.shop.periods
    with case.check.going_on():
        case.run(ledger)
    periods.end(is_known=not case.check.is_interrupted)
    periods.end_period()
    return list(case.check.kept.values())[known:]

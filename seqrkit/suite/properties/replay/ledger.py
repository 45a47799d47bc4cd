"""What the requests of a case may move and change: verified once, at the end of the case.

Reports are read only from a service that offers them, and where that takes real time, at the end of
the run. If something has moved or changed that should not, the case runs again and compares after
each request, which names the request to blame. Other programs may use the service meanwhile: before
a report is blamed, the case runs again where they cannot move anything, see `Shop.apart`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import takewhile
from typing import Final, NamedTuple, NoReturn

from seqrkit.model import PaymentStatusReply
from seqrkit.suite.framework import CheckContext, CheckFailure, Need
from seqrkit.suite.framework.example_steps import Expected, literal
from seqrkit.suite.framework.failure_causes import OF_VERSIONS, UNSTABLE
from seqrkit.suite.framework.periods import Period, Transaction
from seqrkit.suite.framework.shop import Shop
from seqrkit.suite.oracles.message_values import expected_text, first_difference, normalized
from seqrkit.vocabulary import ReportId

_CHANGED: Final = "a refused request changes an invoice"
_END_OF_REFERENCE: Final = "</([A-Za-z0-9_.-]+:)?ErsReference>"
_REPEATED: Final = "transactions are repeated in reports"


class _Case(NamedTuple):
    """A case, and how to run it with another ledger."""

    check: CheckContext
    run: Callable[[Ledger], None]


class _Difference(NamedTuple):
    """A transaction that reports lack or have unexpectedly, and whether they are to blame.

    It `is_certain` if no other program can have caused it.
    """

    kind: str
    reference: str
    amount: Decimal
    of_report: bool
    is_certain: bool


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
        self._case = _Case(check, run) if run and check.shop.has_books else None
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
                lost = before.status if difference.path == "status" else None
                changed = self.check.environment.causes.get(lost or "", _CHANGED)
                self.check.fail(
                    f"the request {why}, and still an invoice changed: {difference}",
                    exchange=self.check.session.exchanges[-1],
                    deviation=f"{self.check.case.operation}: {_CHANGED}",
                    cause=UNSTABLE if in_receipt else OF_VERSIONS if of_versions else changed,
                    expects=expected_text(difference, was),
                    tested=latest,
                )

    def _after_request(self) -> None:
        if self.at_once:
            self.compare()
            for period in self.check.shop.periods.take():
                for difference in _differences(period, self.check.shop)[:1]:
                    if difference.is_certain:
                        _fail(self.check, period, difference)
            self._begin()

    def _begin(self) -> None:
        if self._case is not None:
            self.check.shop.periods.begin(self._case)


def _differences(period: Period[_Case], shop: Shop) -> list[_Difference]:
    """Return what the reports of a period lack or have unexpectedly, what is certain first.

    Of this run are the transactions that it expects and those at its own cash registers. At the
    terminal of the session, another program can sell, too. What was sold before another program
    ends a period is in a report that only that program can read.
    """
    expected, found = Counter(period.expected), Counter[Transaction]()
    own = {reference for reference, _ in expected}
    reported = shop.reported.copy()
    for id_ in period.ids:
        rows = shop.transactions_of(id_)
        shop.reported.update(row.ers_reference for row in rows)
        is_own_period = id_ in shop.own_periods
        at_own_till = (r for r in rows if is_own_period or r.terminal_id in shop.registered)
        own.update(row.ers_reference for row in at_own_till)
        possible = {shop.till.terminal_id, ""}
        of_run = (r for r in rows if r.ers_reference in own or r.terminal_id in possible)
        # A period of the shop and one of a terminal can have the same transaction.
        found |= Counter((row.ers_reference, row.amount) for row in of_run)
    present = {reference for reference, _ in found}
    lacking = takewhile(lambda each: each[0] not in present, period.expected)
    earlier = set() if period.ids[-1] in shop.own_periods else set(lacking)
    missing, unexpected = expected - found, found - expected
    # A request that was accepted against expectation has moved something, which is reported
    # there. In a shared period, another case can have moved it.
    if period.is_alone and unexpected.total() <= period.tolerated:
        unexpected.clear()
    differences = [
        # First: one that was missing in an earlier period is unexpected in the next. A report is to
        # blame for a payment, which getPaymentStatus has shown, and not for a refund.
        *(_Difference("missing", *each, each[1] > 0, each not in earlier) for each in missing),
        *(
            _Difference("unexpected", *each, each[0] in reported, each[0] in own)
            for each in unexpected
        ),
    ]
    return sorted(differences, key=lambda each: not each.is_certain)


def _fail(check: CheckContext, period: Period[_Case], found: _Difference) -> NoReturn:
    """Fail because of a difference."""
    kind, reference, amount = found.kind, found.reference, found.amount
    is_missing = kind == "missing"
    verb = "lacks" if is_missing else "has an unexpected"
    of_reports = f"executeReport: {kind} transaction"
    deviation = of_reports if found.of_report else f"{check.case.operation}: {kind} transaction"
    is_shown = of_reports in check.environment.shown
    is_repeated = not is_missing and (reference, amount) in period.expected
    cause = _REPEATED if is_repeated else of_reports if is_shown else deviation
    of_periods = check.environment.causes.get("transactionPeriodId")
    check.fail(
        f"the report {ReportId.DETAILS} {verb} {amount} with ersReference {reference}",
        exchange=check.session.exchanges[-1],
        deviation=deviation,
        cause=of_periods or cause,
        expects=expected_row(reference, amount, period.expected, is_missing=is_missing),
    )


def expected_row(
    reference: str, amount: Decimal, all_of: Sequence[Transaction], *, is_missing: bool
) -> Expected:
    """Return what a report should have in place of a transaction, or because it lacks it."""
    own = f">{literal(reference)}<"
    right = amount if is_missing else dict(all_of).get(reference)
    if right is None:  # no reply has its reference, so that a script can only count the rows
        more = f"(.*{_END_OF_REFERENCE}){{{len(all_of) + 1}}}.*"
        return Expected("contentString", more, matches=False)
    if not is_missing and right == amount:
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
            with check.shop.periods.apart():
                _blame(check, _Case(check, run), failure)
    if Need.CLOCK not in check.environment.unmet:
        compare_periods(check)


def compare_periods(check: CheckContext) -> bool:
    """Compare the periods of the cases so far with their reports; keep the failures.

    Return whether there were any. The cases of a period that differs run again, each in a period of
    its own at a cash register of this run, where no other program can cause a difference.
    """
    shop, environment = check.shop, check.environment
    periods = shop.periods.take()
    wrong = [(period, found) for period in periods if (found := _found(check, period))]
    again = [period for period, (failure, _) in wrong if _is_new(check, failure)]
    shown = set[_Case]()
    if again:
        with shop.periods.apart():
            has_buyer = Need.BUYER not in environment.unmet
            with shop.apart(by_till=has_buyer and shop.has_periods_of_tills):
                for case in (case for period in again for case in period.cases):
                    for failure in _failures_again(case):
                        check.keep(failure)
                        shown.add(case)
                for period in shop.periods.take():
                    if (found := _found(check, period)) and found[1]:
                        _blame(check, period.cases[0], found[0])
                        shown.update(period.cases)
    for period, (failure, is_certain) in wrong:
        if is_certain and not shown.intersection(period.cases):
            check.keep(failure)
    return bool(periods)


def _found(check: CheckContext, period: Period[_Case]) -> tuple[CheckFailure, bool] | None:
    """Return the failure of a period, if there is one, and whether it is certain.

    It is, if no other program can have caused it, and no case that is not compared.
    """
    check, is_certain = period.cases[0].check if period.is_alone else check, True
    try:
        with check.errors_as_failures():
            for difference in _differences(period, check.shop)[:1]:
                is_certain = difference.is_certain
                _fail(check, period, difference)
    except CheckFailure as failure:
        return failure, is_certain and period.is_certain
    return None


def _is_new(check: CheckContext, failure: CheckFailure) -> bool:
    """Return whether no failure with its cause has been shown."""
    return failure.cause not in check.environment.shown and failure.deviation not in check.kept


def _blame(check: CheckContext, case: _Case, failure: CheckFailure) -> None:
    """Run a case again, compare after each request, and keep what that shows, or the failure."""
    again = _failures_again(case, at_once=True) if _is_new(check, failure) else ()
    for each in again or (failure,):
        check.keep(each)
    # The same cause in another period needs no search.
    check.environment.shown.update(each.cause for each in check.kept.values())


def _failures_again(case: _Case, *, at_once: bool = False) -> Sequence[CheckFailure]:
    """Run a case again; return its new failures."""
    case.check.environment.begin(case.check.interface)
    known = len(case.check.kept)
    ledger, periods = Ledger(case.check, case.run, at_once=at_once), case.check.shop.periods
    with case.check.going_on():
        case.run(ledger)
    periods.end(is_known=not case.check.is_interrupted)
    periods.end_period()
    return list(case.check.kept.values())[known:]

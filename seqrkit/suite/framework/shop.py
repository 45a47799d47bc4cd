"""A shop at an endpoint: its tills, invoices in the states that checks need, and its reports.

It uses the API, and the buyer's phone and the clock of the session. The client raises an error for
any reply that the shop cannot continue with; the error fails the check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from typing import Any, Final

from seqrkit.errors import ConfigurationError, ReportNotReady, ResultError, TransportError
from seqrkit.exchange import Exchange
from seqrkit.model import PaymentStatusReply
from seqrkit.money import Amount
from seqrkit.session import Session
from seqrkit.simulator import Endpoint
from seqrkit.suite.framework.check_failure import Inapplicable, LeftOut
from seqrkit.suite.framework.periods import Periods
from seqrkit.suite.framework.shop_report import Report, Row
from seqrkit.suite.framework.till import TOTAL, Till, bill
from seqrkit.vocabulary import PrincipalType, ReportId, ResultCode

PASSWORD: Final = "at the till"  # noqa: S105 - of terminals that the suite registers itself
READY: Final = 3.0
"""Seconds from marking a period until its report is ready (vendor's developer manual)."""
_TRIES: Final = 10


class Shop:
    """The reseller of a session, with its tills and reports."""

    def __init__(
        self,
        session: Session,
        pay: Callable[[Session, str], None],
        offers: Callable[[str], bool] = bool,
    ) -> None:
        self.session = session
        self.offers = offers
        """Whether the service has an operation."""
        self.registrations: list[Exchange] = []
        """The exchanges that registered the other tills, and that sent the witness's invoice."""
        self.registered: set[str] = set()
        """The terminalIds that only this run uses."""
        self.own_periods: set[str] = set()
        """The periods of those terminals that the shop has ended."""
        self.reported: set[str] = set()
        """The ersReferences of transactions that earlier reports have, or should have."""
        self.not_printed: frozenset[str] | None = None
        """The fields that the receipt of a usual invoice, see `bill`, lacks; `None` if unknown."""
        self.periods: Periods[Any] = Periods(self._begin_periods, self._end_period)
        """The periods of the cases whose transactions are compared with reports."""
        self._pay = pay
        self._leaver: Till | None = None
        self._apart: Till | None = None
        self._marked: Till | None = None
        self._currencies = {None: True, Amount.of(TOTAL).currency: True}

    @cached_property
    def principals(self) -> tuple[PrincipalType, ...]:
        """The types of principals whose credentials the session has."""
        return principals(self.session)

    def require(self, kind: PrincipalType) -> None:
        """Raise `LeftOut` unless the session has the credentials of a principal of this type."""
        if kind not in self.principals:
            raise LeftOut(f"needs the credentials of a {kind}")

    def require_operation(self, name: str) -> None:
        """Raise `Inapplicable` unless the service has an operation."""
        if not self.offers(name):
            raise Inapplicable(f"needs {name}, which the service does not offer")

    @property
    def can_register(self) -> bool:
        """Whether other terminals can be registered."""
        return PrincipalType.RESELLERUSER in self.principals and self.offers("registerTerminal")

    def require_registration(self) -> None:
        """Raise `LeftOut` unless other terminals can be registered."""
        if not self.can_register:
            kind = PrincipalType.RESELLERUSER
            raise LeftOut(f"needs registerTerminal and the credentials of a {kind}")

    @property
    def till(self) -> Till:
        """The terminal at which checks run: that of the session, or a cash register; see `apart`.

        Users who send a saved message again have the password of the former.
        """
        return self._apart or self._session_till

    @contextmanager
    def apart(self, *, by_till: bool) -> Iterator[None]:
        """Run checks at a cash register whose transactions are this run's alone.

        Other programs can have the credentials of the session, sell at its terminal, and end the
        periods of the shop and of that terminal. With `by_till` the periods are the register's, and
        no other program ends them, either.
        """
        self._apart, self._marked = self.own_till, self.own_till if by_till else None
        try:
            yield
        finally:
            self._apart = self._marked = None

    @cached_property
    def own_till(self) -> Till:
        """A cash register that no other program knows."""
        return self.register("Books")

    @cached_property
    def _session_till(self) -> Till:
        if self.principals:  # else the client says which variables to set
            self.require(PrincipalType.TERMINALID)
        own = self.session.context("sendInvoice").initiator_principal_id
        return self._till(self.session, (own and own.id) or "")

    @cached_property
    def tills(self) -> tuple[Till, ...]:
        """The session's own terminal and two cash registers."""
        return self.till, self.register("Life 1"), self.register("Life 2")

    @cached_property
    def witness(self) -> tuple[Till, str]:
        """Another cash register and its open invoice, which no check changes."""
        till = self.register("Witness")
        reference = till.send()
        self.registrations.append(self.session.exchanges[-1])
        return till, reference

    @cached_property
    def short_password_till(self) -> Till:
        """A cash register whose password is too short for some operations.

        Raises `Inapplicable` if the service does not register one.
        """
        try:
            return self.register("Careless", "123")
        except ResultError as error:
            raise Inapplicable(
                "needs a terminal with a password of 3 characters, which the service refuses with "
                f"resultCode {error.code:d}"
            ) from error

    def takes(self, currency: str | None) -> bool:
        """Return whether the service accepts invoices in a currency.

        Merchants use the currency of their country; no document lists those of the service.
        """
        if currency not in self._currencies:
            reply = self.till.session.send_invoice(bill(f"1 {currency}"), check=False)
            self._currencies[currency] = reply.result_code != ResultCode.INVALID_INVOICE_DATA
        return self._currencies[currency]

    @property
    def simulator(self) -> Endpoint:
        """The endpoint, if it is in this process."""
        assert self.session.simulator is not None  # noqa: S101 - its users declare Need.INSIDE
        return self.session.simulator

    def register(self, name: str, password: str = PASSWORD) -> Till:
        """Register a cash register."""
        self.require(PrincipalType.RESELLERUSER)
        self.require_operation("registerTerminal")
        # A service may refuse another terminal with the identifier of a registered one.
        unique = self.session.context("registerTerminal").client_reference
        reply = self.session.register_terminal(f"{name} {unique}", password, name)
        # Kept apart, because the exchanges are forgotten before each example.
        self.registrations.append(self.session.exchanges[-1])
        terminal_id = reply.terminal_id or ""
        self.registered.add(terminal_id)
        return self._till(self.session.as_terminal(terminal_id, password), terminal_id)

    def _till(self, session: Session, terminal_id: str) -> Till:
        def pay(reference: str) -> None:
            self.periods.before_payment()
            self._pay(session, reference)

        return Till(session, terminal_id, pay)

    @property
    def leaver(self) -> Till:
        """A cash register that a check may unregister; a new one after that."""
        if self._leaver is None or self.is_unregistered(self._leaver):
            self._leaver = self.register("Leaver")
            # Reads the code of a terminal that may call, before a service ends all of them.
            self.is_unregistered(self._leaver)
        return self._leaver

    @cached_property
    def code_of_unknown(self) -> int:
        """The result code of a status of an unknown invoice at a terminal that may call."""
        has_own = PrincipalType.TERMINALID in self.principals
        return self.till.code_of_unknown if has_own else ResultCode.INVALID_INVOICE_REFERENCE

    def is_unregistered(self, till: Till) -> bool:
        """Whether the endpoint no longer lets a terminal call, which the last exchange shows."""
        of_known = {ResultCode.SUCCESS, self.code_of_unknown}
        return till.code_of_unknown not in of_known

    @property
    def offers_details(self) -> bool:
        """Whether the service offers the vendor's report of transactions; it is requested once."""
        return bool(self.ready_period)

    @property
    def has_books(self) -> bool:
        """Whether reports can be compared with what a cash register of this run has sold."""
        return self.can_register and self.offers_details

    @cached_property
    def has_periods_of_tills(self) -> bool:
        """Whether the period of a terminal goes on when one of the shop ends; needs a buyer.

        It is assumed if no report has any payment: then the reports are wrong.
        """
        for _ in range(_TRIES):
            self.mark(self.own_till)
            paid = {self.own_till.paid().ers_reference for _ in range(2)}
            self.reported |= paid
            of_shop, of_till = self.mark(), self.mark(self.own_till)
            with suppress(ResultError):
                if paid & {row.ers_reference for row in self.transactions_of(of_till)}:
                    return True
            # Another program may have ended this one before.
            if paid & {row.ers_reference for row in self.transactions_of(of_shop)}:
                return False
        return True

    def require_details(self) -> None:
        """Raise `Inapplicable` unless the service has the vendor's report of transactions."""
        if not self.offers_details:
            raise Inapplicable(
                f"needs the vendor's report {ReportId.DETAILS}, which no document names"
            )

    @cached_property
    def ready_period(self) -> str:
        """A period whose report of transactions is ready; empty if the service offers none."""
        if PrincipalType.RESELLERUSER not in self.principals:
            return ""
        try:
            period = self.mark()
            return period if period and self.report(ReportId.DETAILS, period).content else ""
        except (ResultError, TransportError):
            return ""

    def _begin_periods(self) -> None:
        """Begin new periods of the shop and of the till."""
        for till in (None, self.till):
            self.mark(till)

    def _end_period(self) -> str:
        """End the period of the shop, or of a till whose periods are compared."""
        return self.mark(self._marked)

    def mark(self, till: Till | None = None) -> str:
        """End a transaction period of the shop, or of one till; return the period's id."""
        parameters = None if till is None else {"TERMINALID": till.terminal_id}
        period = self.session.mark_transaction_period(parameters).transaction_period_id or ""
        if till is not None and till.terminal_id in self.registered:
            self.own_periods.add(period)
        return period

    def transactions_of(self, period: str) -> tuple[Row, ...]:
        """Return the transactions of a period, from its report."""
        return self.report(ReportId.DETAILS, period).rows

    def report(self, report_id: str, period: str) -> Report:
        """Return a report, once it is ready."""
        parameters = {"transactionPeriodId": period}
        read = partial(self.session.execute_report, report_id, parameters=parameters)
        # Most services are ready at once, and "about 3 seconds" may be more.
        for _ in range(_TRIES):
            try:
                reply = read()
                break
            except ReportNotReady:
                self.session.clock.sleep(READY / 3)
        else:
            reply = read()
        content = (reply.report.content if reply.report else None) or b""
        return Report(report_id, content, self.session.exchanges[-1])

    def readers(self, *references: str) -> Mapping[str, Callable[[], PaymentStatusReply]]:
        """Return functions that read the status of each of these invoices, and of the witness's."""
        own = {each: partial(self.till.status, each) for each in references}
        if not self.can_register:
            return own
        till, reference = self.witness
        return {**own, reference: partial(till.status, reference)}


def principals(session: Session) -> tuple[PrincipalType, ...]:
    """Return the types of principals whose credentials a session has."""
    found = []
    for kind in PrincipalType:
        # The client has no other way to say which credentials it has.
        with suppress(ConfigurationError):
            session.context("unregisterTerminal", principal=kind)
            found.append(kind)
    return tuple(found)

"""What the property of a check is given: examples to draw, a session to send with, ways to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, TypeVar, Unpack, cast

from seqrkit.errors import (
    CannotPay,
    ConnectionLost,
    EndpointUnreachable,
    ResultError,
    SeqrError,
    SoapFault,
    TimedOut,
    TlsError,
    TransportError,
)
from seqrkit.suite.framework.check_failure import CheckFailure, Evidence
from seqrkit.suite.framework.example_steps import Expected
from seqrkit.suite.framework.failure_causes import (
    CONSEQUENCES,
    OF_INVOICES,
    STOPPED,
    cause_of,
    cause_of_code,
)
from seqrkit.suite.framework.shop_report import UnreadableReport
from seqrkit.vocabulary import InvoiceStatus

if TYPE_CHECKING:
    from hypothesis.stateful import RuleBasedStateMachine
    from hypothesis.strategies import SearchStrategy

    from seqrkit.contract import Contract
    from seqrkit.session import Session
    from seqrkit.suite.framework.check_environment import CheckEnvironment
    from seqrkit.suite.framework.contract_coverage import Aspect
    from seqrkit.suite.framework.shop import Shop
    from seqrkit.vocabulary import Interface

_Value = TypeVar("_Value")
_Smaller = Callable[[_Value, int], Iterable[tuple[int, _Value]]]


class Case(NamedTuple):
    """What a property is checked for: an interface and, where they apply, operation and name."""

    interface: Interface
    operation: str = ""
    """The operation by which the case is selected; empty if it concerns no single operation."""
    name: str = ""
    """What distinguishes the case from others of the operation: a rule's id, a scenario."""

    def __str__(self) -> str:
        return "/".join(filter(None, self))


class CheckContext:
    """The context of one check; `name` is that of the check, for failures."""

    def __init__(self, environment: CheckEnvironment, name: str, case: Case) -> None:
        self.environment = environment
        self.name = name
        self.case = case
        self.kept: dict[str, CheckFailure] = {}  # by deviation
        self.is_interrupted = False  # whether an example ended early: its effect is not known

    @property
    def interface(self) -> Interface:
        """The case's interface."""
        return self.case.interface

    @property
    def contract(self) -> Contract:
        """The contract under test."""
        return self.environment.contract(self.interface)

    @property
    def session(self) -> Session:
        """The session with the endpoint; all checks of an interface share it."""
        return self.environment.session(self.interface)

    @property
    def shop(self) -> Shop:
        """The shop at that session, also shared."""
        return self.environment.shop(self.interface)

    def requires(self, letter: str) -> bool:
        """Return whether statements with this source letter are required of the endpoint."""
        return letter in self.environment.sources

    def explore(
        self,
        strategy: SearchStrategy[_Value],
        test: Callable[[_Value], object],
        *,
        examples: int | None = None,
    ) -> None:
        """Run a test on generated values: as many as given, or as the profile says.

        Hypothesis shrinks a value that fails before the failure is raised. Failures of another
        cause than the first, or of one that an earlier check has shown, are kept.
        """
        from hypothesis import given, seed

        causes, ended = list[str](), list[SeqrError]()

        def run(value: _Value) -> None:  # new for each check, because `seed` changes the function
            if self.environment.has_stopped:
                return  # and no failure, which Hypothesis would shrink
            try:
                test(value)
            except _UNANSWERED as error:
                if not self.is_end(error):
                    raise
                ended.append(error)
            except CheckFailure as failure:
                if failure.cause in self.environment.shown:
                    self.keep(failure)
                    return
                causes.append(failure.deviation)
                # Hypothesis shrinks one failure at a time, and would mix two causes.
                if failure.deviation == causes[0]:
                    raise
                self.keep(failure)

        explored = given(strategy)(run)
        profile = self.environment.profile
        start = profile.seed_of(self.name)
        if start is not None:
            seed(start)(explored)
        # After the seed, which removes the database of examples.
        profile.settings(self.name, examples=examples)(explored)()
        for error in ended:
            raise error
        self.environment.require_service()

    def examine(
        self,
        values: Iterable[_Value],
        test: Callable[[_Value], object],
        smaller: _Smaller[_Value],
    ) -> None:
        """Run a test on all of these values, and shrink those that fail by a cause of their own.

        `smaller` returns values that are a little smaller, each with its position in their order,
        beginning at a position. The check goes on after a failure.
        """
        for value in values:
            failure = self._failure_of(test, value)
            if failure is None or failure.deviation in self.kept:
                continue
            if self.environment.profile.shrinks and failure.cause not in self.environment.shown:
                failure = self._shrunk(test, failure, smaller, value)
            self.keep(failure)

    def run_state_machine(self, make: Callable[[], RuleBasedStateMachine]) -> None:
        """Run a state machine as often, and for as many steps, as the profile says."""
        from hypothesis import seed
        from hypothesis.stateful import run_state_machine_as_test

        def machine() -> RuleBasedStateMachine:  # new for each check, as above
            return make()

        profile = self.environment.profile
        start = profile.seed_of(self.name)
        if start is not None:
            seed(start)(machine)
        factory = cast("type[RuleBasedStateMachine]", machine)  # any factory is accepted
        run_state_machine_as_test(factory, settings=profile.settings(self.name))

    def cause_of_code(self, code: int) -> str:
        """Return the cause of a code that refuses a valid request, or that of an earlier failure.

        An ersReference that is not that of a payment, for example, is refused later.
        """
        earlier = CONSEQUENCES.get(code, "")
        return self.environment.causes.get(earlier) or cause_of_code(code)

    def record(self, aspect: Aspect, *items: str) -> None:
        """Record parts of the contract as covered."""
        self.environment.coverage.record(aspect, *items)

    def expect(
        self,
        condition: object,
        message: str | Callable[[], str],
        **evidence: Unpack[Evidence],
    ) -> None:
        """Raise `CheckFailure` unless the condition is true; a callable makes a costly message."""
        if not condition:
            text = message if isinstance(message, str) else message()
            self.fail(text, **evidence)

    def fail(self, message: str, **evidence: Unpack[Evidence]) -> NoReturn:
        """Raise `CheckFailure`; the message says what was found and what was expected."""
        failure = CheckFailure(self.name, message, **evidence)
        failure.trace = self.environment.trace(self.interface)
        raise failure

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Keep a failure of the block for the end of the check, which continues after it."""
        try:
            with self.errors_as_failures():
                yield
        except CheckFailure as failure:
            self.keep(failure)

    def finish(self) -> None:
        """Raise the first failure that was kept, with the others."""
        if self.kept:
            first, *others = self.kept.values()
            self.environment.shown.update(each.cause for each in self.kept.values())
            first.others = tuple(others)
            raise first

    def is_end(self, error: SeqrError) -> bool:
        """Return whether an error shows that the service has stopped answering."""
        return isinstance(error, _UNANSWERED) and self.environment.find_stop()

    @contextmanager
    def errors_as_failures(self) -> Iterator[None]:
        """Turn errors that the endpoint causes into `CheckFailure`.

        An unexpected result code, an unreadable reply and an invoice that cannot be paid fail the
        check, even if they do not occur again when Hypothesis repeats the example: the endpoint has
        state. An endpoint that cannot be reached fails nothing, because nothing was tested. Where
        it stops answering, the request that it did not answer is kept as a failure, and
        `EndpointUnreachable` is raised.
        """
        from hypothesis.errors import FlakyFailure

        try:
            yield
        except (FlakyFailure, *_CAUSED) as error:
            # Hypothesis raises FlakyFailure if a failure does not occur when it is repeated.
            first = error.exceptions[0] if isinstance(error, FlakyFailure) else error
            if isinstance(first, CheckFailure):
                raise first from None
            if isinstance(first, SeqrError) and self.is_end(first):
                if isinstance(first, TimedOut | ConnectionLost):
                    self.keep(self._caused(first))
                if not isinstance(first, EndpointUnreachable):
                    raise EndpointUnreachable(STOPPED) from error
            if isinstance(first, _CAUSED) and not isinstance(first, _UNREACHABLE):
                raise self._caused(first) from error
            if isinstance(first, SeqrError):
                raise first from None
            raise

    def _caused(self, error: ResultError | TransportError | CannotPay) -> CheckFailure:
        """Return the failure of an error, whose cause is the reply and not the check."""
        exchange = error.exchange
        is_buyer = isinstance(error, CannotPay)
        operation = "buyer" if is_buyer or exchange is None else exchange.operation
        has_outcome = isinstance(error, ResultError | SoapFault)
        paid = Expected("status", InvoiceStatus.ISSUED, matches=False) if is_buyer else None
        what = f"resultCode {error.code:d}" if isinstance(error, ResultError) else ""
        deviation = f"{operation}: {what or type(error).__name__}"
        failure = CheckFailure(
            self.name,
            str(error),
            exchange=exchange,
            deviation=deviation,
            expects=Expected("resultCode", "0") if has_outcome else paid,
        )
        if isinstance(error, UnreadableReport):
            failure.expects = error.expects
        failure.trace = self.environment.trace(self.interface)
        if self.environment.has_stopped:
            failure.deviation = failure.cause = STOPPED
            failure.message = f"{STOPPED}: {error.sentence}"
        if isinstance(error, ResultError):
            failure.cause = self.cause_of_code(error.code)
        if isinstance(error, SoapFault) and exchange and exchange.fault:
            failure.cause = cause_of(exchange.fault)
        # A buyer who cannot pay is a consequence of an invoice that never became ISSUED.
        if is_buyer:
            causes = self.environment.causes
            earlier = causes.get(InvoiceStatus.ISSUED) or causes.get(OF_INVOICES)
            failure.cause = earlier or failure.cause
        return failure

    def keep(self, failure: CheckFailure) -> None:
        """Keep a failure for the end of the check, unless there is one with its deviation."""
        # The first one: it has been shrunk.
        self.kept.setdefault(failure.deviation, failure)

    def _failure_of(self, test: Callable[[_Value], object], value: _Value) -> CheckFailure | None:
        self.environment.require_service()
        try:
            with self.errors_as_failures():
                test(value)
        except CheckFailure as failure:
            return failure
        return None

    def _shrunk(
        self,
        test: Callable[[_Value], object],
        failure: CheckFailure,
        smaller: _Smaller[_Value],
        value: _Value,
    ) -> CheckFailure:
        """Return the failure of the smallest value, as far as some attempts find it."""
        left, start = _ATTEMPTS, 0
        while True:
            for position, candidate in islice(smaller(value, start), left):
                left -= 1
                found = self._failure_of(test, candidate)
                if found is not None and found.deviation == failure.deviation:
                    # What was needed before this position is hardly needless now.
                    failure, value, start = found, candidate, position
                    break
            else:
                if not start:
                    return failure
                start = 0


_ATTEMPTS: Final = 100
"""The maximum number of smaller values that are tried for one failure."""
_CAUSED: Final = (ResultError, TransportError, CannotPay)
_UNREACHABLE: Final = (EndpointUnreachable, TlsError)
_UNANSWERED: Final = (EndpointUnreachable, TimedOut, ConnectionLost, CannotPay)
"""The errors that also occur where the service has stopped, the last one at the buyer."""

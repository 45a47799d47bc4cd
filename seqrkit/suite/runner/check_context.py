"""One check being run: what its property gets, to look at things with and to say what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar, cast

from seqrkit.errors import (
    CannotPay,
    EndpointUnreachable,
    ResultError,
    SeqrError,
    TlsError,
    TransportError,
)
from seqrkit.suite.runner.violation import Violation

if TYPE_CHECKING:
    from hypothesis.stateful import RuleBasedStateMachine
    from hypothesis.strategies import SearchStrategy

    from seqrkit.contract import Contract, Rule
    from seqrkit.exchange import Exchange
    from seqrkit.session import Session
    from seqrkit.suite.reports.contract_coverage import Aspect
    from seqrkit.suite.runner.environment import Bench
    from seqrkit.suite.runner.property import Case, Check
    from seqrkit.suite.runner.shop import Shop
    from seqrkit.vocabulary import Interface

_Value = TypeVar("_Value")


class Trial:
    """A check on a bench."""

    def __init__(self, bench: Bench, check: Check) -> None:
        self.bench = bench
        self.check = check

    @property
    def case(self) -> Case:
        """What the property is tried on."""
        return self.check.case

    @property
    def interface(self) -> Interface:
        """The case's interface."""
        return self.case.interface

    @property
    def contract(self) -> Contract:
        """What its messages are judged by."""
        return self.bench.contract(self.interface)

    @property
    def session(self) -> Session:
        """The session to send with, which checks share."""
        return self.bench.session(self.interface)

    @property
    def shop(self) -> Shop:
        """The shop at that session, which checks share too."""
        return self.bench.shop(self.interface)

    def run(self) -> None:
        """Run the check; raises a `Violation` where its property does not hold.

        An answer that the client cannot take, and a bill that cannot be paid, are violations too.
        So is what failed once and, as an endpoint remembers, not when it was tried again.
        """
        from hypothesis.errors import FlakyFailure

        try:
            self.check.property.holds(self)
        except (FlakyFailure, *_REFUSALS) as error:
            first = error.exceptions[0] if isinstance(error, FlakyFailure) else error
            if isinstance(first, Violation):
                raise first from None
            if isinstance(first, _REFUSALS) and not isinstance(first, _NOBODY):
                raise self._violation(str(first), exchange=_exchange(first)) from error
            raise

    def explore(
        self,
        strategy: SearchStrategy[_Value],
        look: Callable[[_Value], None],
        *,
        examples: int | None = None,
    ) -> None:
        """Look at as many examples as the profile says; what fails is shrunk first."""
        from hypothesis import given, seed

        name = str(self.check)
        profile = self.bench.profile

        def run(value: _Value) -> None:
            look(value)

        explored = given(strategy)(run)
        start = profile.seed_of(name)
        if start is not None:
            seed(start)(explored)
        # After the seed, which takes the database away.
        profile.settings(name, examples=examples)(explored)()

    def live(self, make: Callable[[], RuleBasedStateMachine]) -> None:
        """Live as many lives as the profile says, of as many steps."""
        from hypothesis import seed
        from hypothesis.stateful import run_state_machine_as_test

        def machine() -> RuleBasedStateMachine:  # of its own, since a seed sticks to it
            return make()

        name = str(self.check)
        start = self.bench.profile.seed_of(name)
        if start is not None:
            seed(start)(machine)
        factory = cast("type[RuleBasedStateMachine]", machine)  # whatever makes one will do
        run_state_machine_as_test(factory, settings=self.bench.profile.settings(name))

    def saw(self, aspect: Aspect, *items: str) -> None:
        """Take note of what of the contract was exercised."""
        self.bench.coverage.saw(aspect, *items)

    def expect(
        self,
        held: object,
        sentence: str | Callable[[], str],
        *,
        rule: Rule | None = None,
        envelope: bytes | None = None,
        exchange: Exchange | None = None,
    ) -> None:
        """Fail with a sentence unless something held; a callable makes one that costs something."""
        if not held:
            said = sentence if isinstance(sentence, str) else sentence()
            self.fail(said, rule=rule, envelope=envelope, exchange=exchange)

    def fail(
        self,
        sentence: str,
        *,
        rule: Rule | None = None,
        envelope: bytes | None = None,
        exchange: Exchange | None = None,
    ) -> NoReturn:
        """Fail with a sentence that says what was found in place of what."""
        raise self._violation(sentence, rule=rule, envelope=envelope, exchange=exchange)

    def _violation(
        self,
        sentence: str,
        *,
        rule: Rule | None = None,
        envelope: bytes | None = None,
        exchange: Exchange | None = None,
    ) -> Violation:
        return Violation(
            self.check.property,
            self.case,
            sentence,
            rule=rule,
            envelope=envelope,
            exchange=exchange,
        )


_REFUSALS: Final = (ResultError, TransportError, CannotPay)
_NOBODY: Final = (EndpointUnreachable, TlsError)
"""There is nobody to be judged."""


def _exchange(error: SeqrError) -> Exchange | None:
    from seqrkit.exchange import Exchange

    return error.exchange if isinstance(error.exchange, Exchange) else None

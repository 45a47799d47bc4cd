"""The service without SOAP and HTTP: a request comes in, a reply goes out, one transaction each."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

from seqrkit.clock import Clock, ManualClock, SystemClock, elapsed
from seqrkit.errors import StoreError
from seqrkit.model import REPLIES, PaymentStatusReply, Reply
from seqrkit.model_base import Request
from seqrkit.simulator.authentication.passwords import HashNeeded, Passwords
from seqrkit.simulator.authentication.principals import authenticate, remember_published
from seqrkit.simulator.behaviours import Note, Refusal, refusal
from seqrkit.simulator.documented_mode import Rejection
from seqrkit.simulator.operations import OPERATIONS, admitted
from seqrkit.simulator.operations.configuration import Configuration
from seqrkit.simulator.operations.operation_call import Call
from seqrkit.simulator.phone import Phone
from seqrkit.simulator.reference_numbers import ReferenceNumbers
from seqrkit.simulator.store.settings import Settings, SettingsSource
from seqrkit.simulator.store.transactional_store import Store
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.simulator.transactions.runner import Notifier, TransactionRunner, Work
from seqrkit.vocabulary import Interface, ResultCode

_LOG_SECONDS: Final = 60
"""How long a database that fails is not logged again, whatever its next reason."""
_log = logging.getLogger(__name__)
_KNOWN: Final = frozenset(ResultCode)
_DESCRIPTIONS: Final = {
    ResultCode.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION: (
        "Sum of refunds can not be more than original transaction"
    )
}
"""A resultDescription is the name of the code, except for these in default mode (refund.text)."""
_EXPLAINED: Final = "documented."
"""Refusals whose ids begin so name their source as well, as rules do in documented mode."""


class ServiceCall(NamedTuple):
    """A request to the service; `request` is `None` for an operation that this API lacks.

    The first of the `rejections` is the answer once the caller is authenticated. Remarks on a
    request that was carried out are put into `notes`.
    """

    operation: str
    request: Request | None
    interface: Interface = Interface.CASHREGISTER_2
    rejections: Sequence[Rejection] = ()
    notes: list[Note] | None = None


class Service:
    """Answers requests from a store, as the references describe the service.

    Safe to call from several threads. `store` comes from `sqlite.open_store`; `clock` is the
    system's unless given. `strict` refuses combined reseller ids and short names of reports. `seed`
    makes ids repeatable, `None` uses the system's randomness. `zone` is that of reports, references
    and dates without one. `notify` is called with each payment notification after the commit that
    stored it; it must not block. `settings` are applied at the start and after each reset.
    `documented` follows the interface's document where the default mode is more lenient; the
    settings can change it. Raises `ConfigurationError` if they are not valid.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock | None = None,
        *,
        seed: int | None = 0,
        zone: tzinfo = UTC,
        notify: Notifier | None = None,
        strict: bool = False,
        documented: bool = False,
        passwords: Passwords | None = None,
        settings: SettingsSource | None = None,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.zone = zone
        self._strict = strict
        self.transactions: TransactionRunner = TransactionRunner(
            store,
            self.clock,
            ReferenceNumbers(seed, zone),
            passwords or Passwords(),
            notify=notify,
        )
        """Runs all work on the store."""
        self.problem: str = ""
        """What the store has failed with, if it has failed the last time."""
        self._logged = ("", 0.0)
        remember_published(self.transactions.passwords)
        self.phone: Phone = Phone(self.transactions)
        """The simulated buyer's phone."""
        self.documented: bool = documented
        """Whether the endpoint is in documented mode."""
        self._start = self.configure(settings or Settings())
        self._documented_at_start = self.documented
        self._unsubscribe = (
            self.clock.subscribe(self._clock_moved) if isinstance(self.clock, ManualClock) else None
        )

    def handle(
        self,
        operation: str,
        request: Request | None,
        interface: Interface = Interface.CASHREGISTER_2,
    ) -> Reply:
        """Answer one request; never raises for anything that a client can send.

        `operation` is the wire name. An operation of the old service that this API lacks (its
        `request` is `None`) is answered 91 with a plain `Reply`; a failure of the store is answered
        90 and logged.
        """
        while True:
            (reply,) = self.handle_all([ServiceCall(operation, request, interface)])
            if isinstance(reply, Reply):
                return reply
            if not isinstance(reply, HashNeeded):
                raise reply
            reply.compute()

    def handle_all(self, calls: Sequence[ServiceCall]) -> Sequence[Reply | Exception]:
        """Answer requests that wait at the same time, in one transaction.

        The exception is `HashNeeded` for a request that has to be handled again after a slow hash;
        any other is an error of the endpoint.
        """
        try:
            outcomes = self.transactions.run_all([self._work(call) for call in calls])
        except StoreError as error:
            outcomes = [error] * len(calls)
        self._report_first(calls, outcomes)
        return [self._answer(*each) for each in zip(calls, outcomes, strict=True)]

    def refuse(self, operation: str, code: int) -> Reply:
        """Return the reply to an operation with a result code, without carrying it out."""
        kind = REPLIES.get(operation, Reply)
        # This code has a behaviour with a source; other injected codes are arbitrary.
        if code == ResultCode.SERVICE_UNAVAILABLE:
            return _reply(kind, refusal("operation.bank-away"))
        return _reply(kind, code, documented=self.documented)

    def configure(self, settings: SettingsSource) -> Configuration:
        """Apply settings: all of them, or none if one is not valid.

        Raises `ConfigurationError` for settings that are not valid.
        """
        passwords = self.transactions.passwords
        configuration = Configuration(settings, passwords, self.phone.user_id)
        self.transactions.run(configuration.apply)
        documented = configuration.settings.documented
        # Settings that do not mention the mode leave it alone.
        self.documented = self.documented if documented is None else documented
        return configuration

    def reset(self) -> None:
        """Delete everything, and apply the settings that were given at the start.

        A manual clock returns to its start.
        """

        def work(ledger: Ledger) -> None:
            ledger.tx.clear()
            self._start.apply(ledger)

        start = self.clock.start if isinstance(self.clock, ManualClock) else None
        self.transactions.replace(work, at=start)
        if isinstance(self.clock, ManualClock):
            self.clock.move_to(self.clock.start)
        self.documented = self._documented_at_start

    def apply_due_events(self) -> int:
        """Apply the events that are due by now, in order; return how many there were."""
        return self.transactions.run(lambda ledger: ledger.lapsed, reading=True)

    def tick(self) -> None:
        """Apply the events that are due; raises `StoreError` if the database fails."""
        self.transactions.store.maintain()
        self.apply_due_events()
        self.problem = ""

    def close(self) -> None:
        """Close the store."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self.transactions.store.close()

    def report(self, what: str, failure: StoreError) -> None:
        """Log a failure of the store once a minute, not with every request that it refuses."""
        self.problem = failure.sentence
        now, (logged, at) = elapsed(), self._logged
        if failure.sentence != logged or now - at > _LOG_SECONDS:
            self._logged = failure.sentence, now
            _log.error("%s could not be carried out: %s", what, failure.sentence)

    def _report_first(self, calls: Sequence[ServiceCall], outcomes: Sequence[object]) -> None:
        for call, outcome in zip(calls, outcomes, strict=True):
            if isinstance(outcome, StoreError):
                self.report(call.operation, outcome)
                return
        self.problem = ""

    def _clock_moved(self, _now: datetime) -> None:
        try:
            self.apply_due_events()
        except StoreError as error:  # the next request applies them; the clock has moved
            self.report("events that are due", error)

    def _answer(
        self, call: ServiceCall, outcome: Reply | Refusal | Rejection | Exception
    ) -> Reply | Exception:
        kind = REPLIES.get(call.operation, Reply)
        if isinstance(outcome, StoreError):
            return _reply(kind, ResultCode.SYSTEM_ERROR)
        if isinstance(outcome, Refusal | Rejection):
            return _reply(kind, outcome, documented=self.documented)
        return outcome

    def _work(self, asked: ServiceCall) -> Work:
        if asked.request is None or asked.operation not in admitted(asked.interface):
            unsupported = _reply(Reply, refusal("operation.unsupported"))
            # In the batch all the same, so that replies keep the order of the calls.
            return Work(lambda _ledger: unsupported, reading=True)
        passwords, operation = self.transactions.passwords, OPERATIONS[asked.operation]
        interface = asked.interface

        def carry_out(ledger: Ledger) -> Reply | Refusal | Rejection:
            context = getattr(asked.request, "context", None)
            caller = authenticate(ledger.tx, context, passwords, strict=self._strict)
            if not isinstance(caller, Refusal):
                if caller.type not in admitted(interface)[asked.operation]:
                    caller = refusal("caller.type")
                elif operation.needs_long_password and caller.has_short_password:
                    caller = refusal("caller.short-password")
            if isinstance(caller, Refusal):
                # The caller's refusal stands, but the document's words for the same code say more.
                code = caller.code
                return next((each for each in asked.rejections if each.code is code), caller)
            # After authentication: a stranger learns nothing about rules.
            if asked.rejections:
                return asked.rejections[0]
            call = Call(
                ledger,
                caller,
                passwords,
                interface,
                self.zone,
                strict=self._strict,
                documented=self.documented,
            )
            answer = operation.carry_out(call, asked.request)
            if asked.notes is not None:
                asked.notes[:] = call.notes  # replaced, because this may run again
            return answer

        return Work(carry_out, operation.reading)


def _reply(
    kind: type[Reply], answer: Refusal | Rejection | int, *, documented: bool = False
) -> Reply:
    """Return a reply with a result code and nothing else."""
    code = answer if isinstance(answer, int) else answer.code
    known = ResultCode(code) if code in _KNOWN else None
    text = known.name if known is not None else ""
    if isinstance(answer, Rejection):
        text = answer.description
    elif isinstance(answer, Refusal) and answer.id.startswith(_EXPLAINED):
        text = f"{text}: {answer.statement} ({answer.id}; {answer.place})"
    elif known in _DESCRIPTIONS and not documented:
        text = _DESCRIPTIONS[known]
    # The schema requires a version, also of a refusal.
    if kind is PaymentStatusReply:
        return PaymentStatusReply(result_code=code, result_description=text, version=0)
    return kind(result_code=code, result_description=text)

"""The service without SOAP and HTTP: a request comes in, a reply goes out, one transaction each."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, tzinfo
from typing import Final

from attrs import evolve

from seqrkit.clock import Clock, ManualClock, SystemClock
from seqrkit.errors import StoreError
from seqrkit.model import REPLIES, PaymentStatusReply, Reply
from seqrkit.model_base import Request
from seqrkit.simulator.authentication.passwords import Passwords
from seqrkit.simulator.authentication.principals import authenticate, remember_published
from seqrkit.simulator.behaviours import Refusal, refusal
from seqrkit.simulator.operations import OPERATIONS, admitted
from seqrkit.simulator.operations.call import Call
from seqrkit.simulator.operations.configuration import Configuration
from seqrkit.simulator.phone import Phone
from seqrkit.simulator.reference_numbers import ReferenceNumbers
from seqrkit.simulator.store.interface import Store
from seqrkit.simulator.store.settings import Settings, SettingsSource
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.simulator.transactions.runner import Notifier, TransactionRunner
from seqrkit.vocabulary import Interface, ResultCode

_log = logging.getLogger(__name__)
_KNOWN: Final = frozenset(ResultCode)
_DESCRIPTIONS: Final = {
    ResultCode.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION: (
        "Sum of refunds can not be more than original transaction"
    )
}
"""A resultDescription is the name of the code, except for these (vendor's public material)."""


class Service:
    """Answers requests from a store, as the references describe the service.

    Safe to call from several threads. `store` comes from `sqlite.open_store`; `clock` is the
    system's unless given. `strict` refuses combined reseller ids and short names of reports. `seed`
    makes ids repeatable, `None` uses the system's randomness. `zone` is that of reports, references
    and dates without one. `notify` is called with a notificationUrl and an invoiceReference after
    each commit that requires it; it must not block. `settings` are applied at the start and after
    each reset. Raises `ConfigurationError` if they are not valid.
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
        self._reported = ""
        remember_published(self.transactions.passwords)
        self.phone: Phone = Phone(self.transactions)
        """The simulated buyer's phone."""
        self._start = self.configure(settings or Settings())
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
        if request is None or operation not in admitted(interface):
            return _reply(Reply, refusal("operation.unsupported"))
        try:
            answer = self._answer(operation, request, interface)
        except StoreError as error:
            self._report(operation, error)
            answer = ResultCode.SYSTEM_ERROR
        else:
            self._reported = ""
        return answer if isinstance(answer, Reply) else _reply(REPLIES[operation], answer)

    def refuse(self, operation: str, code: int, description: str = "") -> Reply:
        """Return the reply to an operation with a result code, without carrying it out.

        The resultDescription is the name of the code, unless a `description` is given.
        """
        kind = REPLIES.get(operation, Reply)
        if code == ResultCode.SERVICE_UNAVAILABLE:
            return _reply(kind, refusal("operation.bank-away"))
        reply = _reply(kind, code)
        return evolve(reply, result_description=description) if description else reply

    def configure(self, settings: SettingsSource) -> Configuration:
        """Apply settings: all of them, or none if one is not valid.

        Raises `ConfigurationError` for settings that are not valid.
        """
        passwords = self.transactions.passwords
        configuration = Configuration(settings, passwords, self.phone.user_id)
        self.transactions.run(configuration.apply)
        return configuration

    def reset(self) -> None:
        """Delete everything, and apply the settings that were given at the start."""

        def work(ledger: Ledger) -> None:
            ledger.tx.clear()
            self._start.apply(ledger)

        self.transactions.replace(work)

    def apply_due_events(self) -> int:
        """Apply the events that are due by now, in order; return how many there were."""
        return self.transactions.run(lambda ledger: ledger.lapsed, reading=True)

    def tick(self) -> None:
        """Apply the events that are due; raises `StoreError` if the database file is not there."""
        self.transactions.store.check_file()
        self.apply_due_events()

    def close(self) -> None:
        """Close the store."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self.transactions.store.close()

    def _report(self, operation: str, error: StoreError) -> None:
        """Log a failure once, not with every request that it refuses."""
        if error.sentence != self._reported:
            self._reported = error.sentence
            _log.error("%s could not be carried out: %s", operation, error.sentence)

    def _clock_moved(self, _now: datetime) -> None:
        self.apply_due_events()

    def _answer(
        self, name: str, request: Request, interface: Interface
    ) -> Reply | Refusal | ResultCode:
        passwords, operation = self.transactions.passwords, OPERATIONS[name]

        def work(ledger: Ledger) -> Reply | Refusal:
            context = getattr(request, "context", None)
            caller = authenticate(ledger.tx, context, passwords, strict=self._strict)
            if isinstance(caller, Refusal):
                return caller
            if caller.type not in admitted(interface)[name]:
                return refusal("caller.type")
            if operation.needs_long_password and caller.has_short_password:
                return refusal("caller.short-password")
            call = Call(ledger, caller, passwords, interface, self.zone, strict=self._strict)
            return operation.carry_out(call, request)

        return self.transactions.run(work, reading=operation.reading)


def _reply(kind: type[Reply], answer: Refusal | int) -> Reply:
    """Return a reply with a result code and nothing else."""
    code = answer.code if isinstance(answer, Refusal) else answer
    known = ResultCode(code) if code in _KNOWN else None
    text = _DESCRIPTIONS.get(known, known.name) if known is not None else ""
    if kind is PaymentStatusReply:
        return PaymentStatusReply(result_code=code, result_description=text, version=0)
    return kind(result_code=code, result_description=text)

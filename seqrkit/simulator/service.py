"""The service without its wire: one request in, one reply out, one transaction each."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, tzinfo
from typing import Final

from seqrkit.clock import Clock, ManualClock, SystemClock
from seqrkit.errors import StoreError
from seqrkit.model import REPLIES, PaymentStatusReply, Reply
from seqrkit.model_base import Request
from seqrkit.simulator.authentication.administration import Administration
from seqrkit.simulator.authentication.passwords import Passwords
from seqrkit.simulator.authentication.principals import make_ready, recognize, remember_published
from seqrkit.simulator.behaviours import Refusal, result_codes
from seqrkit.simulator.operations import OPERATIONS, admitted
from seqrkit.simulator.operations.call import Call
from seqrkit.simulator.phone import Phone
from seqrkit.simulator.reference_numbers import Ids
from seqrkit.simulator.store.interface import Store
from seqrkit.simulator.store.ledger import Ledger
from seqrkit.simulator.store.unit_of_work import Desk, Notifier
from seqrkit.vocabulary import NEWEST, Interface, ResultCode

_log = logging.getLogger(__name__)
_KNOWN: Final = frozenset(ResultCode)
_DESCRIPTIONS: Final = {
    ResultCode.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION: (
        "Sum of refunds can not be more than original transaction"
    )
}
"""A resultDescription is the code's name, but for these (vendor's public material)."""


class Service:
    """Answers requests out of a store, as the references say that the service does.

    Safe to call from several threads. `store` comes from `sqlite.open_store`, `clock` is the
    system's unless given. `strict` refuses combined reseller ids and short names of reports.
    `seed` makes ids repeatable, `None` takes them from the system's
    randomness. `zone` is that of reports, references and dates without one. `notify` is told a
    notificationUrl and an invoiceReference after each commit that asks for it; it must not block.
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
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.zone = zone
        ids = Ids(seed, zone)
        self._strict = strict
        self.desk = Desk(store, self.clock, ids, passwords or Passwords(), notify=notify)
        """Where work with the store is done."""
        remember_published(self.desk.passwords)
        self.desk.run(make_ready)
        self.phone = Phone(self.desk)
        """The simulated buyer's phone."""
        self.administration = Administration(self.desk)
        """What the service's own staff can switch."""
        self._unsubscribe = (
            self.clock.subscribe(self._moved) if isinstance(self.clock, ManualClock) else None
        )

    def handle(
        self,
        operation: str,
        request: Request | None,
        interface: Interface = NEWEST,
    ) -> Reply:
        """Answer one request; never raises for anything a client can send.

        `operation` is the wire name. An operation of the old service that is not of this API (its
        `request` is None) is answered 91 with a plain `Reply`; whatever is wrong with the store is
        answered 90 and logged.
        """
        if request is None or operation not in admitted(interface):
            return self._reply(Reply, result_codes.UNSUPPORTED)
        try:
            answer = self._answer(operation, request, interface)
        except StoreError:
            _log.exception("%s could not be carried out", operation)
            return self._reply(REPLIES[operation], ResultCode.SYSTEM_ERROR)
        return answer if isinstance(answer, Reply) else self._reply(REPLIES[operation], answer)

    def refuse(self, operation: str, code: int) -> Reply:
        """The reply to an operation that says a code, whatever was asked; nothing is done."""
        kind = REPLIES.get(operation, Reply)
        if code not in _KNOWN:
            return _saying(kind, code, "")
        if code == ResultCode.SERVICE_UNAVAILABLE:
            return self._reply(kind, result_codes.BANK_AWAY)
        return self._reply(kind, ResultCode(code))

    def sweep(self) -> int:
        """Let everything happen that has fallen due, in order; returns how much that was."""
        return self.desk.run(_swept, reading=True)

    def close(self) -> None:
        """Close the store."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self.desk.store.close()

    @staticmethod
    def _reply(kind: type[Reply], answer: Refusal | ResultCode) -> Reply:
        """A reply that holds a result code and nothing else."""
        code = answer.code if isinstance(answer, Refusal) else answer
        return _saying(kind, code, _DESCRIPTIONS.get(code, code.name))

    def _moved(self, _now: datetime) -> None:
        self.sweep()

    def _answer(self, name: str, request: Request, interface: Interface) -> Reply | Refusal:
        desk, operation = self.desk, OPERATIONS[name]

        def work(ledger: Ledger) -> Reply | Refusal:
            context = getattr(request, "context", None)
            caller = recognize(ledger.tx, context, desk.passwords, strict=self._strict)
            if isinstance(caller, Refusal):
                return caller
            if caller.type not in admitted(interface)[name]:
                return result_codes.WRONG_PRINCIPAL
            if operation.password_matters and caller.has_short_password:
                return result_codes.SHORT_PASSWORD
            call = Call(ledger, caller, desk.passwords, interface, self.zone, strict=self._strict)
            return operation.do(call, request)

        return desk.run(work, reading=operation.reading)


def _saying(kind: type[Reply], code: int, text: str) -> Reply:
    if kind is PaymentStatusReply:
        return PaymentStatusReply(result_code=code, result_description=text, version=0)
    return kind(result_code=code, result_description=text)


def _swept(ledger: Ledger) -> int:
    return ledger.lapsed

"""Answers to SOAP requests: read, carried out together with others, written and logged.

This runs in worker threads. A client never sees a stack trace: an unexpected error is a SOAP fault
for the client and one line in the log, without values and passwords.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING, Final

from seqrkit import contract, soap
from seqrkit.contract.envelope_rules import SURROUNDINGS
from seqrkit.errors import MessageError, MustUnderstand, NotXml, WrongSoapVersion
from seqrkit.model import Reply
from seqrkit.simulator.authentication.passwords import HashNeeded
from seqrkit.simulator.behaviours import Note, refusal
from seqrkit.simulator.documented_mode import Rejection, rejections
from seqrkit.simulator.exchange_log import ExchangeLog, ObservedExchange
from seqrkit.simulator.faults import Faults, InjectedFault, Kind
from seqrkit.simulator.faults.injection import caller_id, damaged
from seqrkit.simulator.service import Service, ServiceCall
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.vocabulary import ResultCode

if TYPE_CHECKING:
    from seqrkit.simulator.faults.injection import FaultyResponse
    from seqrkit.simulator.http.request_body import MediaType
    from seqrkit.simulator.wire.codec import DecodedRequest
    from seqrkit.vocabulary import Interface

OK, FAULT = 200, 500
_MAX_LABEL: Final = 80
"""Characters of a media type or charset that are kept."""
_FAULT_CODES: Final[dict[type, str]] = {
    WrongSoapVersion: "VersionMismatch",
    MustUnderstand: "MustUnderstand",
}
_WRONG_PASSWORD: Final = refusal("caller.password").code
_INTERNAL_ERROR: Final = "internal error while handling this request; see the endpoint's log"
_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class PendingExchange:
    """A SOAP request that is being answered.

    Once it is answered, `status` is not 0, and `faulty` is the response to send if a fault was
    injected. `error` says why it cannot be read. `needs` is the slow hash that has to be computed
    before it can be answered, and `rejections` are why the interface's document rejects it in
    documented mode.
    """

    interface: Interface
    kind: MediaType
    started_at: datetime
    start: float = field(default_factory=perf_counter)
    body: bytes = b""
    call: DecodedRequest | None = None
    error: MessageError | None = None
    injected: InjectedFault | None = None
    needs: HashNeeded | None = None
    notes: list[Note] = field(default_factory=list)
    rejections: Sequence[Rejection] = ()
    reply: Reply | None = None
    status: int = 0
    answer: bytes = b""
    faulty: FaultyResponse | None = None
    undamaged_response: bytes = b""


class SoapAnswers:
    """Answers SOAP requests with a service; see `Application` for the parameters."""

    def __init__(
        self,
        service: Service,
        faults: Faults,
        exchanges: ExchangeLog,
        *,
        strict: bool,
        limit: int,
        debug: bool,
    ) -> None:
        self.service: Service = service
        self._faults = faults
        self._exchanges = exchanges
        self.strict: bool = strict
        self._limit = limit
        self.debug: bool = debug

    def read(self, pending: PendingExchange) -> None:
        """Read a request; answer it if it cannot be read or is rejected."""
        try:
            self._read(pending)
        except MessageError as error:
            pending.error = error
        except Exception as error:  # noqa: BLE001 - the client gets a fault, never a stack trace
            self.finish(pending, FAULT, self._internal_error(error, pending))

    def read_all(self, exchanges: Sequence[PendingExchange]) -> None:
        """Read requests."""
        for pending in exchanges:
            self.read(pending)

    def reject_all(self, exchanges: Sequence[PendingExchange]) -> None:
        """Answer requests that cannot be read with faults that explain why.

        To find the mistake can take as long as to carry out hundreds of requests.
        """
        for pending in exchanges:
            assert pending.error is not None  # noqa: S101 - others are carried out
            self.reject(pending, _explained(pending.error, pending))

    def reject(self, pending: PendingExchange, error: MessageError) -> None:
        """Answer a request that cannot be read with a fault."""
        self.finish(pending, FAULT, _fault_of(error, soap.Secrets.of(pending.body)))

    def answer_all(self, exchanges: Sequence[PendingExchange]) -> None:
        """Answer requests that wait at the same time; those that need a slow hash are left."""
        for pending in exchanges:
            # The batch may be the second one for this request, after its password was hashed.
            pending.needs = None
            if pending.call is None and not pending.status:
                self.read(pending)
        waiting = [each for each in exchanges if not each.status and each.error is None]
        carried_out = [each for each in waiting if _is_carried_out(each)]
        # Before the others and without their replies: as if a proxy had sent the request twice.
        self._handle_all([each for each in carried_out if _is_repeated(each)])
        for pending, reply in zip(carried_out, self._handle_all(carried_out), strict=True):
            if isinstance(reply, Reply):
                pending.reply = reply
            elif isinstance(reply, HashNeeded):
                pending.needs = reply
            else:
                self.finish(pending, FAULT, self._internal_error(reply, pending))
        for pending in waiting:
            if not pending.status and pending.needs is None:
                self._write(pending)

    def finish(self, pending: PendingExchange, status: int, answer: bytes) -> None:
        """Note how a request was answered, and log it."""
        if pending.injected is not None:
            pending.faulty = damaged(pending.injected, status, answer)
            status, answer = pending.faulty.status, pending.faulty.body
        call = pending.call
        exchange = ObservedExchange(
            number=self._exchanges.next_number(),
            started_at=pending.started_at,
            duration=perf_counter() - pending.start,
            interface=pending.interface,
            operation="" if call is None else call.operation,
            status=status,
            request=pending.body,
            response=answer,
            notes=(*(() if call is None else call.notes), *pending.notes),
            injected=pending.injected,
            undamaged_response=pending.undamaged_response,
            media_type=pending.kind.name[:_MAX_LABEL],
            charset=pending.kind.charset and pending.kind.charset[:_MAX_LABEL],
        )
        self._exchanges.add(exchange)
        pending.answer = answer
        # 0 would mean that the request is not answered yet; the fault decides what the client gets.
        pending.status = status or FAULT

    def _read(self, pending: PendingExchange) -> None:
        codec, kind, body = wire_codec(pending.interface), pending.kind, pending.body
        charset, limit = kind.charset, self._limit
        call = codec.read(body, charset=charset, media_type=kind.name, limit=limit)
        pending.call = call
        if self.strict:
            reason = codec.rejection(call, body, charset=charset, limit=limit)
            if reason is not None:
                fault = _rejection(reason, call.notes, soap.Secrets.of(body))
                self.finish(pending, FAULT, fault)
                return
        if self.service.documented and call.request is not None:
            pending.rejections = tuple(
                rejections(call.operation, body, pending.interface, charset=charset, limit=limit)
            )
        # After reading, because a fault may be for one operation or caller.
        if self._faults.affects_requests:
            pending.injected = self._faults.inject(call.operation, caller_id(call.request))

    def _handle_all(self, exchanges: Sequence[PendingExchange]) -> Sequence[Reply | Exception]:
        calls = [
            ServiceCall(
                each.call.operation,
                each.call.request,
                each.interface,
                each.rejections,
                each.notes,
            )
            for each in exchanges
            if each.call is not None
        ]
        if not calls:
            return ()
        try:
            return self.service.handle_all(calls)
        except Exception as error:  # noqa: BLE001 - the clients get a fault, never a stack trace
            return [error] * len(calls)

    def _write(self, pending: PendingExchange) -> None:
        call, injected = pending.call, pending.injected
        try:
            assert call is not None  # noqa: S101 - it was read
            codec = wire_codec(pending.interface)
            reply = pending.reply
            if injected is not None:
                refused = self.service.refuse(
                    call.operation, injected.fault.code or ResultCode.SYSTEM_ERROR
                )
                pending.undamaged_response = codec.write(call.operation, reply or refused)
                # A request that was not carried out has no reply of its own.
                if reply is None or injected.fault.code is not None:
                    reply = refused
            assert reply is not None  # noqa: S101 - it was carried out
            status, answer = OK, codec.write(call.operation, reply)
        except Exception as error:  # noqa: BLE001 - the client gets a fault, never a stack trace
            status, answer = FAULT, self._internal_error(error, pending)
        self.finish(pending, status, answer)

    def _internal_error(self, error: Exception, pending: PendingExchange) -> bytes:
        # The place only: a traceback's values may be passwords.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        operation = "an unread request" if pending.call is None else pending.call.operation
        place = f"{frame.filename}:{frame.lineno}"
        trace = error if self.debug else None
        _log.error("%s on %s at %s", type(error).__name__, operation, place, exc_info=trace)
        return soap.fault("Server", _INTERNAL_ERROR)


def failed_login(pending: PendingExchange) -> str | None:
    """Return the id that a caller has sent with a wrong password; `None` for other requests."""
    reply, call = pending.reply, pending.call
    if call is None or reply is None or reply.result_code != _WRONG_PASSWORD:
        return None
    return caller_id(call.request) or ""


def _is_carried_out(pending: PendingExchange) -> bool:
    return pending.injected is None or pending.injected.fault.executes_request


def _is_repeated(pending: PendingExchange) -> bool:
    return pending.injected is not None and pending.injected.kind is Kind.CARRIED_OUT_TWICE


def _explained(error: MessageError, pending: PendingExchange) -> MessageError:
    """Return the error about malformed XML in the linter's words, which name the mistake."""
    # What has NUL bytes is often not text, and the parser's words say what it is instead.
    if not isinstance(error, NotXml) or len(pending.body) > _EXPLAINED or b"\0" in pending.body:
        return error
    first = next(iter(contract.load(pending.interface).lint_message(pending.body)), None)
    if first is None or first.id not in {error.rule, SURROUNDINGS.id}:
        return error
    return NotXml(first.message, line=first.line)


_EXPLAINED: Final = 16_384
"""The most bytes of a malformed request that are scanned for its mistake."""


def _fault_of(error: MessageError, secrets: soap.Secrets) -> bytes:
    where = "" if error.line is None else f" (line {error.line})"
    code = _FAULT_CODES.get(type(error), "Client")
    return soap.fault(code, f"{secrets.mask(error.sentence)}{where} [{error.rule}]")


def _rejection(reason: str, notes: Sequence[Note], secrets: soap.Secrets) -> bytes:
    """Return the fault for a request that strict mode rejects."""
    others = [note for note in notes if note.breaks_schema and note.wrong not in reason]
    reason = f"rejected in strict mode: {reason}"
    if others:
        first, more = others[0], len(others) - 1
        rest = f"; and {more} more" if more else ""
        reason += f"; {first.path}: {first.wrong} [{first.rule}]{rest}"
    return soap.fault("Client", secrets.mask(reason))

"""The endpoint as an ASGI application: SOAP on the two published paths, pages on the others.

The SOAP path is plain ASGI; whatever else there is runs in Starlette, loaded when first asked for.
A client never sees a stack trace: what goes wrong unforeseen is a SOAP fault to it, and one line in
the log, which names neither values nor passwords.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from seqrkit import soap
from seqrkit.errors import (
    MessageError,
    MustUnderstand,
    WrongSoapVersion,
)
from seqrkit.simulator.control.access_guard import BaseUrl, Forbidden, Guard
from seqrkit.simulator.exchange_log import ExchangeLog, ObservedExchange
from seqrkit.simulator.faults import Faults, InjectedFault
from seqrkit.simulator.faults.injection import (
    FaultyDelivery,
    RequestHandler,
    caller_id,
    damaged,
    reply_to,
)
from seqrkit.simulator.http.asgi_request import Receive, Scope, Send
from seqrkit.simulator.http.request_body import (
    BODY_SECONDS,
    TEXT,
    XML,
    ClientDisconnected,
    Headers,
    HttpError,
    base_url,
    linger,
    media_type,
    read_body,
    respond,
)
from seqrkit.simulator.wire.codec import DecodedRequest, wire_codec
from seqrkit.simulator.wire.request_reader import Note
from seqrkit.simulator.wire.service_description import description
from seqrkit.vocabulary import PATHS, Interface

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint

_log = logging.getLogger(__name__)

_INTERFACES: Final = {path: interface for interface, path in PATHS.items()}
_FAULT_CODES: Final[dict[type, str]] = {
    WrongSoapVersion: "VersionMismatch",
    MustUnderstand: "MustUnderstand",
}
_OK, _FAULT, _BAD, _NOT_ALLOWED, _TOO_LARGE, _UNSUPPORTED = 200, 500, 400, 405, 413, 415
_DEFECT: Final = (
    "the endpoint failed over this request; that is its own defect, and its log says where"
)


class Application:
    """An ASGI application around a service.

    `strict` rejects every request that libxml2 rejects by the published schema; `debug` logs whole
    stack traces;
    `limit` is the largest message read, in bytes, decompressed; `body_seconds` is how long it may
    take to come. `faults` are those on purpose. `guard` refuses web pages of other sites, and
    `own_url` returns the address under which the client sees the endpoint.
    """

    def __init__(
        self,
        service: RequestHandler,
        *,
        strict: bool = False,
        guard: Guard | None = None,
        own_url: BaseUrl = base_url,
        limit: int = soap.MAX_BYTES,
        body_seconds: float = BODY_SECONDS,
        faults: Faults | None = None,
        debug: bool = False,
    ) -> None:
        self.service = service
        self.faults = Faults() if faults is None else faults  # one without any is false
        self.delivery = FaultyDelivery(service.clock)
        self.strict = strict
        self._own_url = own_url
        self.guard = Guard("127.0.0.1") if guard is None else guard
        self.limit = limit
        self.body_seconds = body_seconds
        self.debug = debug
        self.exchanges = ExchangeLog()
        self.control: ControlledEndpoint | None = None
        """By which the endpoint is controlled, where it is."""
        self._pages: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; the signature is ASGI's."""
        if scope["type"] != "http":
            return  # there are neither web sockets nor a lifespan here
        interface = _INTERFACES.get(scope["path"])
        if interface is None:
            await self._page(scope, receive, send)
            return
        headers: Headers = dict(scope["headers"])
        try:
            if scope["method"] == "POST":
                self._check(scope, headers)
                await self._post(interface, scope, headers, receive, send)
            else:
                await self._describe(interface, scope, headers, send)
        except HttpError as refusal:
            await _refuse(refusal, receive, send)
        except ClientDisconnected:
            return

    async def _post(
        self, interface: Interface, scope: Scope, headers: Headers, receive: Receive, send: Send
    ) -> None:
        visit = _Visit(interface, self.service.clock.now())
        try:
            encoding = _encoding(headers)
            visit.body = await read_body(headers, receive, self.limit, self.body_seconds)
            visit.start = perf_counter()
            status, answer = self._answer(visit, encoding)
        except MessageError as error:
            status, answer = _FAULT, _fault_of(error)
        except HttpError as refusal:
            self._record(visit, refusal.status, refusal.body)
            raise
        if visit.injected is None:
            self._record(visit, status, answer)
            await respond(send, status, XML, answer)
        else:
            spoilt = damaged(visit.injected, status, answer)
            self._record(visit, spoilt.status, spoilt.body)
            await self.delivery.deliver(visit.injected, spoilt, scope, receive, send)

    def _answer(self, visit: _Visit, encoding: str | None) -> tuple[int, bytes]:
        """Status and body; raises `MessageError` for what cannot be read."""
        try:
            layer = wire_codec(visit.interface)
            call = visit.call = layer.read(visit.body, encoding=encoding, limit=self.limit)
            if self.strict:
                wrong = layer.schema_error(visit.body, encoding=encoding, limit=self.limit)
                if wrong is not None:
                    return _FAULT, _schema_fault(wrong, call.notes)
            if self.faults.affects_requests:
                visit.injected = self.faults.inject(call.operation, caller_id(call.request))
            if visit.injected is None:
                reply = self.service.handle(call.operation, call.request, visit.interface)
            else:
                reply, true = reply_to(call, visit.interface, visit.injected, self.service)
                visit.undamaged_response = layer.write(call.operation, true)
            return _OK, layer.write(call.operation, reply)
        except MessageError:
            raise
        except Exception as error:  # noqa: BLE001 - the outermost place: a fault, not a trace
            return _FAULT, self._defect(error, visit.call)

    def _record(self, visit: _Visit, status: int, answer: bytes) -> None:
        call = visit.call
        seen = ObservedExchange(
            number=self.exchanges.next_number(),
            started_at=visit.started_at,
            duration=perf_counter() - visit.start,
            interface=visit.interface,
            operation="" if call is None else call.operation,
            status=status,
            request=visit.body,
            response=answer,
            notes=() if call is None else call.notes,
            injected=visit.injected,
            undamaged_response=visit.undamaged_response,
        )
        self.exchanges.add(seen)

    def _defect(self, error: Exception, call: DecodedRequest | None) -> bytes:
        where = traceback.extract_tb(error.__traceback__)[-1]
        what = "an unread request" if call is None else call.operation
        place = f"{where.filename}:{where.lineno}"
        trace = error if self.debug else None
        _log.error("%s over %s at %s", type(error).__name__, what, place, exc_info=trace)
        return soap.fault("Server", _DEFECT)

    async def _describe(
        self, interface: Interface, scope: Scope, headers: Headers, send: Send
    ) -> None:
        address = self._own_url(scope, headers) + PATHS[interface]
        query = scope["query_string"].decode("latin-1")
        asked = {name.lower() for name, _ in parse_qsl(query, keep_blank_values=True)}
        if scope["method"] not in {"GET", "HEAD"} or "wsdl" not in asked:
            sentence = f"this address takes SOAP requests by POST; {address}?wsdl describes them"
            raise HttpError(_NOT_ALLOWED, sentence, ((b"allow", b"POST"),))
        await respond(send, _OK, XML, description(interface, address))

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._pages is None:
            from seqrkit.simulator.pages.routes import (
                pages,  # deferred: not everybody looks at pages
            )

            self._pages = pages(self._own_url, self.control)
        await self._pages(scope, receive, send)

    def _check(self, scope: Scope, headers: Headers) -> None:
        try:
            self.guard.check_soap(scope, headers)
        except Forbidden as forbidden:
            raise HttpError(forbidden.status, forbidden.sentence) from None


class _Visit:
    """What is known of a request while it is being answered."""

    __slots__ = (
        "body",
        "call",
        "injected",
        "interface",
        "start",
        "started_at",
        "undamaged_response",
    )

    def __init__(self, interface: Interface, started_at: datetime) -> None:
        self.interface = interface
        self.started_at = started_at
        self.start = perf_counter()
        self.body = b""
        self.call: DecodedRequest | None = None
        self.injected: InjectedFault | None = None
        self.undamaged_response = b""


async def _refuse(refusal: HttpError, receive: Receive, send: Send) -> None:
    too_large = refusal.status == _TOO_LARGE
    await respond(send, refusal.status, TEXT, refusal.body, refusal.headers, more=too_large)
    if too_large:
        await linger(receive)
        await send({"type": "http.response.body", "body": b""})


def _encoding(headers: Headers) -> str | None:
    """Return the charset that HTTP gives; raises `HttpError` for what is not XML."""
    kind = media_type(headers.get(b"content-type", b""))
    if kind.is_xml:
        return kind.encoding
    name = headers[b"content-type"].decode("latin-1")[:80]
    sentence = f"Content-Type {name!r} is not XML; SOAP 1.1 is posted as text/xml; charset=utf-8"
    raise HttpError(_UNSUPPORTED, sentence)


def _fault_of(error: MessageError) -> bytes:
    where = "" if error.line is None else f" (line {error.line})"
    code = _FAULT_CODES.get(type(error), "Client")
    return soap.fault(code, f"{error.sentence}{where} [{error.rule}]")


def _schema_fault(wrong: str, notes: Sequence[Note]) -> bytes:
    """The fault for a request that the published schema rejects, in libxml2's words and ours."""
    reason = f"refused in strict mode: {wrong}"
    if notes:
        first, more = notes[0], len(notes) - 1
        others = f"; and {more} more" if more else ""
        reason += f"; {first.path}: {first.wrong} [{first.rule}]{others}"
    return soap.fault("Client", reason)

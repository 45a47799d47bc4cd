"""The endpoint as an ASGI application: SOAP on the two published paths, pages on all others.

The SOAP paths are plain ASGI, because they must be fast; everything else runs in Starlette, which
is imported with the first request for it. A client never sees a stack trace: an unexpected error
is a SOAP fault for the client and one line in the log, without values and passwords.
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
from seqrkit.errors import MessageError, MustUnderstand, WrongSoapVersion
from seqrkit.model import Reply
from seqrkit.simulator.control.access_guard import BaseUrl, Guard
from seqrkit.simulator.exchange_log import ExchangeLog, ObservedExchange
from seqrkit.simulator.faults import Faults, InjectedFault
from seqrkit.simulator.faults.injection import (
    FaultyDelivery,
    RequestHandler,
    caller_id,
    damaged,
    reply_to,
)
from seqrkit.simulator.http.asgi_request import App, Receive, Scope, Send
from seqrkit.simulator.http.own_address import base_url
from seqrkit.simulator.http.request_body import (
    BODY_SECONDS,
    TEXT,
    TOO_LARGE,
    UNSUPPORTED,
    XML,
    ClientDisconnected,
    Headers,
    HttpError,
    MediaType,
    drain,
    media_type,
    read_body,
    respond,
)
from seqrkit.simulator.wire.codec import DecodedRequest, wire_codec
from seqrkit.simulator.wire.notes import Note
from seqrkit.simulator.wire.service_description import description
from seqrkit.vocabulary import PATHS, Interface

if TYPE_CHECKING:
    from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint

_log = logging.getLogger(__name__)

_INTERFACES: Final = {path: interface for interface, path in PATHS.items()}
_FAULT_CODES: Final[dict[type, str]] = {
    WrongSoapVersion: "VersionMismatch",
    MustUnderstand: "MustUnderstand",
}
_OK, _FAULT, _NOT_ALLOWED = 200, 500, 405
_AS_FAULTS: Final = {TOO_LARGE: "soap.too-large", UNSUPPORTED: "soap.media-type"}
"""HTTP errors that are sent as SOAP faults, since SOAP clients show no others, and their rules."""
_INTERNAL_ERROR: Final = "internal error while handling this request; see the endpoint's log"


class Application:
    """An ASGI application around a service.

    `strict` rejects every request that libxml2 rejects by the published schema, `documented` those
    that break an error rule of the interface's own document. `guard` refuses web
    pages of other sites, and `own_url` returns the address under which the client sees the
    endpoint. `limit` is the maximum size of a message in bytes, decompressed; `body_seconds` is the
    time for its arrival. `faults` are injected. `debug` logs stack traces.
    """

    def __init__(
        self,
        service: RequestHandler,
        *,
        strict: bool = False,
        documented: bool = False,
        guard: Guard | None = None,
        own_url: BaseUrl = base_url,
        limit: int = soap.MAX_BYTES,
        body_seconds: float = BODY_SECONDS,
        faults: Faults | None = None,
        debug: bool = False,
    ) -> None:
        self.service = service
        self.faults: Faults = Faults() if faults is None else faults  # an empty one is false
        self.delivery: FaultyDelivery = FaultyDelivery(service.clock)
        self.strict = strict
        self.documented = documented
        self._own_url = own_url
        self.guard: Guard = Guard("127.0.0.1") if guard is None else guard
        self.limit = limit
        self.body_seconds = body_seconds
        self.debug = debug
        self.exchanges: ExchangeLog = ExchangeLog()
        self.control: ControlledEndpoint | None = None
        """The endpoint for the control API and the pages, if they are served."""
        self._pages: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        interface = _INTERFACES.get(scope["path"])
        if interface is None:
            await self._respond_with_page(scope, receive, send)
            return
        headers: Headers = dict(scope["headers"])
        try:
            if scope["method"] == "POST":
                self.guard.check_soap(scope, headers)
                await self._respond_to_post(interface, scope, headers, receive, send)
            else:
                await self._describe(interface, scope, headers, send)
        except HttpError as error:
            await _respond_to_error(error, receive, send)
        except ClientDisconnected:
            return

    async def _respond_to_post(
        self, interface: Interface, scope: Scope, headers: Headers, receive: Receive, send: Send
    ) -> None:
        progress = _Progress(interface, self.service.clock.now())
        kind = media_type(headers.get(b"content-type", b""))
        try:
            _check_media_type(kind)
            progress.body = await read_body(headers, receive, self.limit, self.body_seconds)
            progress.start = perf_counter()
            status, answer = self._answer(progress, kind)
        except MessageError as error:
            status, answer = _FAULT, _fault_of(error, soap.Secrets.of(progress.body))
        except HttpError as error:
            if error.status not in _AS_FAULTS:
                self._record(progress, error.status, _text_of(error))
                raise
            answer = _fault_of_http_error(error)
            self._record(progress, _FAULT, answer)
            await _respond_to_error(error, receive, send, fault=answer)
            return
        if progress.injected is None:
            self._record(progress, status, answer)
            await respond(send, status, XML, answer)
        else:
            faulty = damaged(progress.injected, status, answer)
            self._record(progress, faulty.status, faulty.body)
            await self.delivery.deliver(progress.injected, faulty, scope, receive, send)

    def _answer(self, progress: _Progress, kind: MediaType) -> tuple[int, bytes]:
        """Return status and body; raises `MessageError` for a request that cannot be read."""
        try:
            codec = wire_codec(progress.interface)
            body, limit = progress.body, self.limit
            call = progress.call = codec.read(
                body, charset=kind.charset, media_type=kind.name, limit=limit
            )
            if self.strict:
                reason = codec.rejection(call, body, charset=kind.charset, limit=limit)
                if reason is not None:
                    return _FAULT, _rejection(reason, call.notes, soap.Secrets.of(body))
            if self.documented:
                refused = self._documented_refusal(progress, kind)
                if refused is not None:
                    return _OK, codec.write(call.operation, refused)
            if self.faults.affects_requests:
                progress.injected = self.faults.inject(call.operation, caller_id(call.request))
            if progress.injected is None:
                reply = self.service.handle(call.operation, call.request, progress.interface)
            else:
                reply, undamaged = reply_to(
                    call, progress.interface, progress.injected, self.service
                )
                progress.undamaged_response = codec.write(call.operation, undamaged)
            return _OK, codec.write(call.operation, reply)
        except MessageError:
            raise
        except Exception as error:  # noqa: BLE001 - the client gets a fault, never a stack trace
            return _FAULT, self._internal_error(error, progress.call)

    def _documented_refusal(self, progress: _Progress, kind: MediaType) -> Reply | None:
        """Return the reply to a request that the interface's document rejects."""
        # imported here, because the linter is needed in documented mode only
        from seqrkit.simulator.documented_mode import rejection

        call = progress.call
        if call is None or call.request is None:
            return None
        found = rejection(
            call.operation,
            progress.body,
            progress.interface,
            charset=kind.charset,
            limit=self.limit,
        )
        return found and self.service.refuse(call.operation, found.code, found.description)

    def _record(self, progress: _Progress, status: int, answer: bytes) -> None:
        call = progress.call
        exchange = ObservedExchange(
            number=self.exchanges.next_number(),
            started_at=progress.started_at,
            duration=perf_counter() - progress.start,
            interface=progress.interface,
            operation="" if call is None else call.operation,
            status=status,
            request=progress.body,
            response=answer,
            notes=() if call is None else call.notes,
            injected=progress.injected,
            undamaged_response=progress.undamaged_response,
        )
        self.exchanges.add(exchange)

    def _internal_error(self, error: Exception, call: DecodedRequest | None) -> bytes:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        operation = "an unread request" if call is None else call.operation
        place = f"{frame.filename}:{frame.lineno}"
        trace = error if self.debug else None
        _log.error("%s on %s at %s", type(error).__name__, operation, place, exc_info=trace)
        return soap.fault("Server", _INTERNAL_ERROR)

    async def _describe(
        self, interface: Interface, scope: Scope, headers: Headers, send: Send
    ) -> None:
        address = self._own_url(scope, headers) + PATHS[interface]
        query = scope["query_string"].decode("latin-1")
        parameters = {name.lower() for name, _ in parse_qsl(query, keep_blank_values=True)}
        if scope["method"] not in {"GET", "HEAD"} or "wsdl" not in parameters:
            sentence = f"this address accepts SOAP requests by POST; the WSDL is at {address}?wsdl"
            raise HttpError(_NOT_ALLOWED, sentence, ((b"allow", b"POST"),))
        await respond(send, _OK, XML, description(interface, address))

    async def _respond_with_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._pages is None:
            # imported here, because most endpoints are started for SOAP alone
            from seqrkit.simulator.pages.routes import pages

            self._pages = pages(self._own_url, self.control)
        await self._pages(scope, receive, send)


class _Progress:
    """The state of a request while it is answered."""

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


async def _respond_to_error(
    error: HttpError, receive: Receive, send: Send, *, fault: bytes = b""
) -> None:
    """Respond to a request whose body may not have been read; as a SOAP fault if one is given."""
    status, content_type, body = error.status, TEXT, _text_of(error)
    if fault:
        status, content_type, body = _FAULT, XML, fault
    await respond(send, status, content_type, body, error.headers, more=True)
    await drain(receive)
    await send({"type": "http.response.body", "body": b""})


def _text_of(error: HttpError) -> bytes:
    return f"{error.sentence}\n".encode()


def _check_media_type(kind: MediaType) -> None:
    """Raise `HttpError`, with advice, for a media type that is not XML."""
    if kind.is_xml:
        return
    name = kind.name[:80]
    sentence = f"Content-Type is {name}, which is not XML; send SOAP 1.1 as text/xml; charset=utf-8"
    if name.startswith("multipart/"):
        sentence = (
            f"the request is {name}: MTOM and attachments are not supported; turn MTOM off in "
            "the client, so that binary data is base64 text in the envelope"
        )
    elif "fastinfoset" in name:
        sentence = "the request is Fast Infoset, which is not supported; turn it off in the client"
    raise HttpError(UNSUPPORTED, sentence)


def _fault_of_http_error(error: HttpError) -> bytes:
    option = ""
    if error.status == TOO_LARGE:
        option = "; `seqrkit serve --max-bytes N` changes the limit of this endpoint"
    return soap.fault("Client", f"{error.sentence}{option} [{_AS_FAULTS[error.status]}]")


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

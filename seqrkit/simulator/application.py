"""The endpoint as an ASGI application: SOAP on the two published paths, pages on all others.

The SOAP paths are plain ASGI, because they must be fast; everything else runs in Starlette, which
is imported with the first request for it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from seqrkit import soap
from seqrkit.errors import MessageError
from seqrkit.simulator.authentication.login_throttle import LoginThrottle
from seqrkit.simulator.authentication.passwords import HashNeeded
from seqrkit.simulator.control.access_guard import BaseUrl, Guard
from seqrkit.simulator.exchange_log import ExchangeLog
from seqrkit.simulator.faults import Faults
from seqrkit.simulator.faults.injection import FaultyDelivery
from seqrkit.simulator.http.own_address import WORLDS, base_url
from seqrkit.simulator.http.request_and_response import App, Receive, Scope, Send
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
from seqrkit.simulator.http.worker_threads import Batches, in_thread
from seqrkit.simulator.service import Service
from seqrkit.simulator.soap_answers import (
    FAULT,
    OK,
    PendingExchange,
    SoapAnswers,
    failed_login,
)
from seqrkit.simulator.wire.service_description import description
from seqrkit.vocabulary import PATHS, Interface

if TYPE_CHECKING:
    from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint

_INTERFACES: Final = {path: interface for interface, path in PATHS.items()}
_NOT_ALLOWED, _UNAVAILABLE = 405, 503
_AS_FAULTS: Final = {TOO_LARGE: "soap.too-large", UNSUPPORTED: "soap.media-type"}
"""HTTP errors that are sent as SOAP faults, since SOAP clients show no others, and their rules."""
_LARGE: Final = 65_536
"""Bytes of a body that is read in a thread of its own: other requests do not wait for it."""
_SLOW_SECONDS: Final = 1.0
"""Requests that are carried out for longer than this wait for the database."""
_READERS: Final = 1
# Half of the processors: requests without a new password are answered meanwhile.
_HASHERS: Final = max(1, (os.cpu_count() or 1) // 2)
_HASH_NICENESS: Final = 10
"""A tenth of the usual share: where processors are few, other requests do not wait for hashes."""
_MAX_HASHES: Final = 64
"""Requests that may wait for a password to be hashed."""
_MAX_REJECTIONS: Final = 16
"""Requests that cannot be read and may wait for an explanation."""
_TOO_MANY_LOGINS: Final = "too many passwords wait to be verified; try again later"


class Application:
    """An ASGI application around a service.

    `strict` rejects every request that libxml2 rejects by the published schema. `guard` refuses web
    pages of other sites, and `own_url` returns the address under which the client sees the
    endpoint. `limit` is the maximum size of a message in bytes, decompressed; `body_seconds` is the
    time for its arrival. `faults` are injected. `exchanges` keeps what was answered, and `pages`
    answers what is not SOAP, instead of the endpoint's own. `debug` logs stack traces.
    """

    def __init__(
        self,
        service: Service,
        *,
        strict: bool = False,
        guard: Guard | None = None,
        own_url: BaseUrl = base_url,
        limit: int = soap.MAX_BYTES,
        body_seconds: float = BODY_SECONDS,
        faults: Faults | None = None,
        exchanges: ExchangeLog | None = None,
        pages: App | None = None,
        debug: bool = False,
    ) -> None:
        self.service = service
        self.faults: Faults = Faults() if faults is None else faults  # an empty one is false
        self.delivery: FaultyDelivery = FaultyDelivery(service.clock)
        self._own_url = own_url
        self.guard: Guard = Guard("127.0.0.1") if guard is None else guard
        self.limit = limit
        self.body_seconds = body_seconds
        self.exchanges: ExchangeLog = ExchangeLog() if exchanges is None else exchanges
        self.answers: SoapAnswers = SoapAnswers(
            service,
            self.faults,
            self.exchanges,
            strict=strict,
            limit=limit,
            debug=debug,
        )
        self._batches = Batches(self.answers.answer_all)
        self._large = Batches(self.answers.read_all, most=1, threads=_READERS)
        self._rejections = Batches(self.answers.reject_all, most=1)
        self._hashes = Batches(_compute, most=1, threads=_HASHERS, niceness=_HASH_NICENESS)
        self._throttle = LoginThrottle(service.clock, only_local=self.guard.only_local)
        self.control: ControlledEndpoint | None = None
        """The endpoint for the control API and the pages, if they are served."""
        self.worlds: App | None = None
        """Answers requests for other worlds, if there may be any."""
        self._pages = pages
        self._loading = Lock()

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

    def problem(self) -> str:
        """Return why requests are not carried out at present; empty if they are."""
        seconds = self._batches.busy_seconds
        if seconds > _SLOW_SECONDS:
            return f"the database has not answered for {seconds:.0f} s"
        return self.service.problem

    def is_busy(self) -> bool:
        """Return whether requests are being carried out."""
        return self._batches.busy_seconds > 0

    async def _respond_to_post(
        self, interface: Interface, scope: Scope, headers: Headers, receive: Receive, send: Send
    ) -> None:
        kind = media_type(headers.get(b"content-type", b""))
        pending = PendingExchange(interface, kind, self.service.clock.now())
        try:
            _check_media_type(kind)
            pending.body = await read_body(headers, receive, self.limit, self.body_seconds)
            # Measured from the complete body: a slow client is not a slow endpoint.
            pending.start = perf_counter()
            await self._answer(pending)
        except MessageError as error:
            pending.error = error
            await self._reject(pending)
        except HttpError as error:
            if error.status not in _AS_FAULTS:
                self.answers.finish(pending, error.status, _text_of(error))
                raise
            self.answers.finish(pending, FAULT, _fault_of_http_error(error))
            await _respond_to_error(error, receive, send, fault=pending.answer)
            return
        # A fault may delay or cut the response, so it is sent by the code that does so.
        if pending.faulty is None or pending.injected is None:
            await respond(send, pending.status, XML, pending.answer)
        else:
            await self.delivery.deliver(pending.injected, pending.faulty, scope, receive, send)

    async def _answer(self, pending: PendingExchange) -> None:
        """Let other threads answer a request: the event loop waits for clients only."""
        # Read apart, and carried out with the others: a transaction must not wait for a parser.
        if len(pending.body) > _LARGE:
            await self._large.process(pending)
        # More than once only if a password has to be hashed first.
        while not pending.status:
            if pending.error is None:
                await self._batches.process(pending)
            if pending.error is not None:
                await self._reject(pending)
            if pending.needs is not None:
                if self._hashes.count >= _MAX_HASHES:
                    raise HttpError(_UNAVAILABLE, _TOO_MANY_LOGINS)
                await self._hashes.process(pending.needs)
        caller = failed_login(pending)
        if caller is not None:
            await self._throttle.delay(caller)

    async def _reject(self, pending: PendingExchange) -> None:
        """Answer a request that cannot be read; if many wait for it, without an explanation."""
        if self._rejections.count < _MAX_REJECTIONS:
            await self._rejections.process(pending)
        elif pending.error is not None:
            self.answers.reject(pending, pending.error)

    async def _describe(
        self, interface: Interface, scope: Scope, headers: Headers, send: Send
    ) -> None:
        address = self._own_url(scope, headers) + PATHS[interface]
        query = scope["query_string"].decode("latin-1")
        parameters = {name.lower() for name, _ in parse_qsl(query, keep_blank_values=True)}
        # In any letter case: clients ask for ?wsdl, ?WSDL and ?Wsdl=.
        if scope["method"] not in {"GET", "HEAD"} or "wsdl" not in parameters:
            sentence = f"this address accepts SOAP requests by POST; the WSDL is at {address}?wsdl"
            raise HttpError(_NOT_ALLOWED, sentence, ((b"allow", b"POST"),))
        body = description(interface, address, documented=self.service.documented)
        await respond(send, OK, XML, body)

    async def _respond_with_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.worlds is not None and scope["path"].startswith(WORLDS):
            await self.worlds(scope, receive, send)
            return
        page = self._pages
        if page is None:
            page = await in_thread(self._load_pages)
        await page(scope, receive, send)

    def _load_pages(self) -> App:
        with self._loading:
            if self._pages is None:
                # imported here, because most endpoints are started for SOAP alone
                from seqrkit.simulator.pages.routes import pages

                self._pages = pages(self._own_url, self.control, self.problem)
            return self._pages


def _compute(needed: Sequence[HashNeeded]) -> None:
    for each in needed:
        each.compute()


async def _respond_to_error(
    error: HttpError, receive: Receive, send: Send, *, fault: bytes = b""
) -> None:
    """Respond to a request whose body may not have been read; as a SOAP fault if one is given."""
    status, content_type, body = error.status, TEXT, _text_of(error)
    if fault:
        status, content_type, body = FAULT, XML, fault
    # Answered before the body is read, so that a client that is still sending sees why.
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

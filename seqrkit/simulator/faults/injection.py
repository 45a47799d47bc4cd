"""What a fault makes of a request: whether it is carried out, and what of the answer arrives."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from seqrkit.clock import Clock, ManualClock
from seqrkit.simulator.faults import InjectedFault, Kind
from seqrkit.simulator.http.asgi_request import Receive, Scope, Send
from seqrkit.simulator.http.connection import DROP
from seqrkit.simulator.http.request_body import XML, respond
from seqrkit.vocabulary import Interface, ResultCode

if TYPE_CHECKING:
    from seqrkit.model import Reply
    from seqrkit.model_base import Request
    from seqrkit.simulator.wire.codec import DecodedRequest

_HTML: Final = b"text/html; charset=utf-8"
_PAGE: Final = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n"
_PAGES: Final = {
    Kind.HTTP_500: (500, _PAGE.format("Internal Server Error").encode()),
    Kind.HTTP_503: (503, _PAGE.format("Service Unavailable").encode()),
}
_GARBAGE_BYTES: Final = 200
_SILENT: Final = frozenset({Kind.NO_ANSWER, Kind.DROP_BEFORE, Kind.DROP_AFTER})


class RequestHandler(Protocol):
    """What is needed of a service."""

    clock: Clock

    def handle(self, operation: str, request: Request | None, interface: Interface = ...) -> Reply:
        """The reply to a request; a request of `None` is one outside the API."""

    def refuse(self, operation: str, code: int) -> Reply:
        """The reply that says a code, whatever was asked."""


class FaultyResponse(NamedTuple):
    """What arrives at the client; a status of 0 where nothing does."""

    status: int
    kind: bytes
    body: bytes


def caller_id(request: Request | None) -> str | None:
    """The id by which the caller introduces itself."""
    context = getattr(request, "context", None)
    principal = None if context is None else context.initiator_principal_id
    return None if principal is None else principal.id


def reply_to(
    call: DecodedRequest, interface: Interface, struck: InjectedFault, service: RequestHandler
) -> tuple[Reply, Reply]:
    """The reply to a request that a fault has struck, which may never arrive, and the true one.

    They differ where a request is carried out and answered with a code all the same.
    """
    fault = struck.fault
    done = (
        service.handle(call.operation, call.request, interface) if fault.executes_request else None
    )
    if done is not None and fault.code is None:
        return done, done
    refusal = service.refuse(call.operation, fault.code or ResultCode.SYSTEM_ERROR)
    return refusal, done or refusal


def damaged(struck: InjectedFault, status: int, body: bytes) -> FaultyResponse:
    """What a fault leaves of an answer."""
    if struck.kind in _SILENT:
        return FaultyResponse(0, XML, b"")
    if struck.kind in _PAGES:
        status, body = _PAGES[struck.kind]
        return FaultyResponse(status, _HTML, body)
    if struck.kind is Kind.GARBAGE:
        body = Random(struck.seed).randbytes(_GARBAGE_BYTES)  # noqa: S311 - to be repeatable
        return FaultyResponse(200, XML, body)
    return FaultyResponse(
        status, XML, body[: len(body) // 2] if struck.kind is Kind.HALF_REPLY else body
    )


class FaultyDelivery:
    """Brings damaged answers to their clients, late or never; one for each endpoint."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: set[asyncio.Timeout] = set()

    async def deliver(
        self,
        struck: InjectedFault,
        answer: FaultyResponse,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Send what a fault leaves of an answer, when it lets it."""
        if struck.seconds:
            await self._pause(struck.seconds, receive)
        if struck.kind is Kind.NO_ANSWER:
            await self._until_gone(receive, None)
        elif struck.kind is Kind.HALF_REPLY:
            head = [(b"content-type", answer.kind), (b"content-length", b"%d" % _more(answer))]
            await send({"type": "http.response.start", "status": answer.status, "headers": head})
            await send({"type": "http.response.body", "body": answer.body, "more_body": True})
        elif struck.kind not in _SILENT:
            await respond(send, answer.status, answer.kind, answer.body)
            return
        scope["extensions"][DROP]()
        await self._until_gone(receive, None)

    def release(self) -> None:
        """Wait no longer, in the event loop's thread: the endpoint stops."""
        for each in tuple(self._waiting):
            each.reschedule(asyncio.get_running_loop().time())

    async def _pause(self, seconds: float, receive: Receive) -> None:
        if isinstance(self._clock, ManualClock):
            self._clock.sleep(seconds)
        else:
            await self._until_gone(receive, seconds)

    async def _until_gone(self, receive: Receive, seconds: float | None) -> None:
        """Wait until the client has hung up, or for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds) as waiting:
                self._waiting.add(waiting)
                try:
                    while (await receive())["type"] != "http.disconnect":
                        pass
                finally:
                    self._waiting.discard(waiting)


def _more(half: FaultyResponse) -> int:
    """A length that is not reached."""
    return 2 * len(half.body) + 1

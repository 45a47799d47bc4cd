"""Applies faults: whether a request is carried out, and how its response is damaged."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from seqrkit.clock import Clock, ManualClock
from seqrkit.simulator.faults import InjectedFault, Kind
from seqrkit.simulator.http.connection import DROP
from seqrkit.simulator.http.request_and_response import Receive, Scope, Send
from seqrkit.simulator.http.request_body import XML, respond
from seqrkit.simulator.http.worker_threads import in_thread

if TYPE_CHECKING:
    from seqrkit.model_base import Request

_HTML: Final = b"text/html; charset=utf-8"
_PAGE: Final = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n"
_PAGES: Final = {
    Kind.HTTP_500: (500, _PAGE.format("Internal Server Error").encode()),
    Kind.HTTP_503: (503, _PAGE.format("Service Unavailable").encode()),
}
_GARBAGE_BYTES: Final = 200
_SILENT: Final = frozenset({Kind.NO_ANSWER, Kind.DROP_BEFORE, Kind.DROP_AFTER})


class FaultyResponse(NamedTuple):
    """The response that the client receives; status 0 if it receives none."""

    status: int
    content_type: bytes
    body: bytes


def caller_id(request: Request | None) -> str | None:
    """Return the id of the caller."""
    context = getattr(request, "context", None)
    principal = None if context is None else context.initiator_principal_id
    return None if principal is None else principal.id


def damaged(injected: InjectedFault, status: int, body: bytes) -> FaultyResponse:
    """Return the response after a fault was applied."""
    if injected.kind in _SILENT:
        return FaultyResponse(0, XML, b"")
    if injected.kind in _PAGES:
        status, body = _PAGES[injected.kind]
        return FaultyResponse(status, _HTML, body)
    if injected.kind is Kind.GARBAGE:
        body = Random(injected.seed).randbytes(_GARBAGE_BYTES)  # noqa: S311 - it must be repeatable
        return FaultyResponse(200, XML, body)
    return FaultyResponse(
        status, XML, body[: len(body) // 2] if injected.kind is Kind.HALF_REPLY else body
    )


class FaultyDelivery:
    """Sends damaged responses, possibly late or never; one for each endpoint."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: set[asyncio.Timeout] = set()

    async def deliver(
        self,
        injected: InjectedFault,
        response: FaultyResponse,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Send a damaged response at the time that the fault allows."""
        if injected.seconds:
            await self._pause(injected.seconds, receive)
        if injected.kind is Kind.NO_ANSWER:
            await self._until_gone(receive, None)
        elif injected.kind is Kind.HALF_REPLY:
            head = [
                (b"content-type", response.content_type),
                # A client that trusts the length must notice that the reply is cut off.
                (b"content-length", b"%d" % unreachable_length(response.body)),
            ]
            await send({"type": "http.response.start", "status": response.status, "headers": head})
            await send({"type": "http.response.body", "body": response.body, "more_body": True})
        elif injected.kind not in _SILENT:
            await respond(send, response.status, response.content_type, response.body)
            return
        # ASGI has no way to close a connection without a response.
        scope["extensions"][DROP]()
        await self._until_gone(receive, None)

    def release(self) -> None:
        """End all waiting, because the endpoint stops; called in the event loop."""
        for each in tuple(self._waiting):
            each.reschedule(asyncio.get_running_loop().time())

    async def _pause(self, seconds: float, receive: Receive) -> None:
        # A manual clock's sleep ends when a test moves it; the event loop must not wait for that.
        if isinstance(self._clock, ManualClock):
            await in_thread(partial(self._clock.sleep, seconds))
        else:
            await self._until_gone(receive, seconds)

    async def _until_gone(self, receive: Receive, seconds: float | None) -> None:
        """Wait until the client has disconnected, at most this long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds) as waiting:
                self._waiting.add(waiting)
                try:
                    while (await receive())["type"] != "http.disconnect":
                        pass
                finally:
                    self._waiting.discard(waiting)


def unreachable_length(half: bytes) -> int:
    """Return a Content-Length that the half of a body does not reach."""
    return 2 * len(half) + 1

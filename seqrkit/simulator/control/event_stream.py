"""News of the endpoint as Server-Sent Events: exchanges, invoices, clock and faults."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from seqrkit.simulator.control import serialization
from seqrkit.simulator.control.action import Problem
from seqrkit.simulator.control.dispatch import check, refusal
from seqrkit.simulator.control.event_feed import News
from seqrkit.simulator.exchange_log import ObservedExchange
from seqrkit.simulator.transactions.ledger import Ledger

if TYPE_CHECKING:
    from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint

PATH: Final = "/control/events"
EVERY: Final = 0.2
"""Seconds between two messages; what happens meanwhile is told together."""
MOST: Final = 50
"""Exchanges and invoices that are told at once; the latest, when there were more."""
_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}


def stream(panel: ControlledEndpoint) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of the stream of news."""

    async def events(request: Request) -> Response:
        try:
            check(panel, request)
        except Problem as problem:
            return refusal(problem)
        return StreamingResponse(_told(panel), media_type="text/event-stream", headers=_HEADERS)

    return events


async def _told(panel: ControlledEndpoint) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    async for news in panel.feed.listen(EVERY):
        yield await run_in_threadpool(_written, panel, news)


def _written(panel: ControlledEndpoint, news: News) -> str:
    """The messages, or a comment where there is nothing to tell: it keeps the connection open."""
    lines = (json.dumps(message, ensure_ascii=False) for message in _messages(panel, news))
    return "".join(f"data: {line}\n\n" for line in lines) or ":\n\n"


def _messages(panel: ControlledEndpoint, news: News) -> Iterator[dict[str, Any]]:
    for kind, about in news.items():
        if kind == "exchange":
            latest = [seen for seen in about if isinstance(seen, ObservedExchange)][-MOST:]
            yield from ({"kind": kind, **panel.recent.read(seen).summary()} for seen in latest)
        elif kind == "invoice":
            yield from _invoices(panel, [str(reference) for reference in about][-MOST:])
        elif kind == "clock":
            yield {"kind": kind, "now": serialization.time(panel.service.clock.now())}
        elif kind == "faults":
            yield {"kind": kind, "count": len(panel.faults)}
        else:
            yield {"kind": kind}


def _invoices(panel: ControlledEndpoint, references: list[str]) -> list[dict[str, Any]]:
    def work(ledger: Ledger) -> list[dict[str, Any]]:
        found = filter(None, map(ledger.tx.invoice, references))
        return [{"kind": "invoice", **serialization.invoice(each, ledger)} for each in found]

    return panel.service.transactions.run(work, reading=True)

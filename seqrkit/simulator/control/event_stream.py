"""The endpoint's events as Server-Sent Events: exchanges, invoices, clock and faults."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from seqrkit.simulator.control import invoice_json, views
from seqrkit.simulator.control.event_feed import Events
from seqrkit.simulator.exchange_log import ObservedExchange
from seqrkit.simulator.http.worker_threads import in_thread
from seqrkit.simulator.store.records import StoredInvoice, Terminal
from seqrkit.simulator.transactions.ledger import Ledger

if TYPE_CHECKING:
    from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint

INTERVAL: Final = 0.2
"""Seconds between two messages; events in between are sent together."""
# Listeners that need them all ask for the list; judging each one here delays requests under load.
MAX_ITEMS: Final = 10
"""Exchanges and invoices in one message; the latest, if there were more."""


async def events(control: ControlledEndpoint, *, contents: bool) -> AsyncIterator[str]:
    """Yield the events of an endpoint as text/event-stream, or their kinds without `contents`."""
    # Browsers reconnect after some seconds by default; a restarted endpoint is back sooner.
    yield "retry: 1000\n\n"
    async for collected in control.feed.listen(INTERVAL):
        if contents:
            yield await in_thread(partial(_text, _messages(control, collected)))
        else:
            yield _text({"kind": kind} for kind in collected)


def _text(messages: Iterable[Mapping[str, Any]]) -> str:
    """Return messages, or a comment if there are none, which keeps the connection open."""
    lines = (json.dumps(message, ensure_ascii=False) for message in messages)
    return "".join(f"data: {line}\n\n" for line in lines) or ":\n\n"


def _messages(control: ControlledEndpoint, events: Events) -> Iterator[dict[str, Any]]:
    for kind, subjects in events.items():
        if kind == "exchange":
            exchanges = [each for each in subjects if isinstance(each, ObservedExchange)]
            for each in exchanges[-MAX_ITEMS:]:
                yield {"kind": kind, **views.EXCHANGE(control.recent.decode(each))}
        elif kind == "invoice":
            yield from _invoices(control, [str(reference) for reference in subjects][-MAX_ITEMS:])
        elif kind == "clock":
            yield {"kind": kind, "now": views.to_json(control.service.clock.now())}
        elif kind == "faults":
            yield {"kind": kind, "count": len(control.faults)}
        else:
            yield {"kind": kind}


def _invoices(control: ControlledEndpoint, references: list[str]) -> list[dict[str, Any]]:
    def read(ledger: Ledger) -> list[tuple[StoredInvoice, Terminal]]:
        found = filter(None, map(ledger.tx.invoice, references))
        return invoice_json.with_terminals(found, ledger)

    return [{"kind": "invoice", **each} for each in invoice_json.summaries(control.read(read))]

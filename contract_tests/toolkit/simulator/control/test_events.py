"""News of an endpoint, as they happen."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

import httpx

from contract_tests.toolkit.simulator.control.controlled import Controlled
from seqrkit.simulator.control import event_feed
from seqrkit.simulator.control.event_feed import Feed

PATIENCE = 10


@contextmanager
def listening(there: Controlled, query: str = "") -> Iterator[Queue[dict[str, Any]]]:
    """What the endpoint tells, from now on."""
    heard: Queue[dict[str, Any]] = Queue()
    ready = threading.Event()

    def listen(lines: Iterator[str]) -> None:
        for line in lines:
            if line.startswith("retry"):
                ready.set()
            if line.startswith("data: "):
                heard.put(json.loads(line[6:]))

    with (
        httpx.Client(base_url=there.endpoint.base_url, timeout=PATIENCE, trust_env=False) as http,
        http.stream("GET", f"/control/events{query}") as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        thread = threading.Thread(target=listen, args=(answer.iter_lines(),), daemon=True)
        thread.start()
        assert ready.wait(PATIENCE)
        _wait_until_heard(there)
        yield heard
        there.endpoint.control.feed.close()
        thread.join(PATIENCE)
        there.endpoint.control.feed.open()


def _wait_until_heard(there: Controlled) -> None:
    """The listener registers with its first turn of the loop."""
    turns = threading.Event()
    for _ in range(1000):
        if there.endpoint.control.feed._listeners:
            return
        turns.wait(0.005)
    raise AssertionError


def kinds(heard: Queue[dict[str, Any]], *wanted: str) -> dict[str, dict[str, Any]]:
    """Messages until each of these kinds has come."""
    found: dict[str, dict[str, Any]] = {}
    while not set(wanted) <= set(found):
        message = heard.get(timeout=PATIENCE)
        found[message["kind"]] = message
    return found


def test_an_event_names_the_exchange_and_its_invoice(there: Controlled) -> None:
    with listening(there) as heard:
        there.post(b"till-3")
        told = kinds(heard, "exchange", "invoice")
        assert told["exchange"]["client_reference"] == "till-3"
        assert told["invoice"]["status"] == "ISSUED"


def test_a_listener_can_leave_out_what_exchanges_and_invoices_contain(there: Controlled) -> None:
    with listening(there, "?contents=no") as heard:
        there.post(b"till-3")
        told = kinds(heard, "exchange", "invoice")
    assert told == {kind: {"kind": kind} for kind in told}


def test_clock_fault_and_reset_are_published_as_events(there: Controlled) -> None:
    with listening(there) as heard:
        there.ask("POST", "/control/clock/advance", {"seconds": 1})
        kinds(heard, "clock")
        there.ask("POST", "/control/faults", {"kind": "http-500"})
        assert kinds(heard, "faults")["faults"]["count"] == 1
        there.ask("POST", "/control/reset")
        kinds(heard, "reset")


def test_a_page_that_listens_does_not_hold_up_the_end() -> None:
    there = Controlled()
    with listening(there):
        there.endpoint.stop()
    there.close()


async def _news(of: Feed, turns: int) -> list[event_feed.Events]:
    found: list[event_feed.Events] = []
    async for news in of.listen(0):
        found.append(news)
        if len(found) >= turns:
            break
    return found


def test_events_between_two_reads_are_merged() -> None:
    async def listen() -> list[event_feed.Events]:
        told = Feed()
        listener = asyncio.ensure_future(_news(told, 1))
        await asyncio.sleep(0)
        for number in range(event_feed.MAX_SUBJECTS + 5):
            told.publish("invoice", str(number))
            told.publish("clock")
        return await listener

    (news,) = asyncio.run(listen())
    assert list(news) == ["invoice", "clock"]
    assert list(news["invoice"])[-1] == str(event_feed.MAX_SUBJECTS + 4)
    assert len(news["invoice"]) == event_feed.MAX_SUBJECTS
    assert len(news["clock"]) == 1


def test_quiet_is_passed_on(monkeypatch: Any) -> None:
    monkeypatch.setattr(event_feed, "QUIET_SECONDS", 0.01)
    assert asyncio.run(_news(Feed(), 1)) == [{}]


def test_a_closed_feed_has_no_listeners() -> None:
    closed = Feed()
    closed.close()
    assert asyncio.run(_news(closed, 1)) == []
    closed.publish("clock")

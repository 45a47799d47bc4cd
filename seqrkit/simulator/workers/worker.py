"""A worker: answers SOAP requests, and shares its clock and faults with the main process."""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Final, NamedTuple

from seqrkit.clock import ManualClock, SystemClock
from seqrkit.errors import SeqrError
from seqrkit.simulator.application import Application
from seqrkit.simulator.control.access_guard import guard_of
from seqrkit.simulator.endpoint_options import EndpointOptions
from seqrkit.simulator.exchange_log import ExchangeLog, ObservedExchange
from seqrkit.simulator.faults import Faults, InjectedFault
from seqrkit.simulator.http.listening import BACKLOG, shared_socket
from seqrkit.simulator.http.server import Server
from seqrkit.simulator.http.worker_threads import prepare_process
from seqrkit.simulator.service import Service
from seqrkit.simulator.store.database_url import open_store
from seqrkit.simulator.store.records import QueuedNotification
from seqrkit.simulator.workers.relay import relay_to

_MOST: Final = 200
"""Items that are passed on together at most."""


class State(NamedTuple):
    """What all workers share: the time of a manual clock, and how requests are answered."""

    now: datetime | None
    has_faults: bool
    documented: bool


class Done(NamedTuple):
    """What a worker has done since the last time."""

    exchanges: tuple[ObservedExchange, ...] = ()
    changed: tuple[str, ...] = ()
    """The references of invoices that have changed."""
    notifications: tuple[QueuedNotification, ...] = ()


class Injection(NamedTuple):
    """The question whether a fault is to be injected into a request."""

    operation: str
    terminal: str | None


class WorkerOptions(NamedTuple):
    """The options of the endpoint, the database and port, and the port of the main process."""

    endpoint: EndpointOptions
    db: str
    port: int
    main_port: int


def run(
    options: WorkerOptions,
    state: State,
    news: Connection,
    questions: Connection,
    done: Connection,
) -> None:
    """Answer requests until the main process ends the connections, or is gone.

    A worker that cannot start sends the reason instead of taking the news.
    """
    logging.basicConfig(level=logging.WARNING, format="seqrkit: %(message)s")
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # a terminal sends Ctrl-C to workers as well
    try:
        _answer(options, state, news, questions, done)
    except SeqrError as error:
        with suppress(OSError):
            news.send(error.sentence)


def _answer(
    options: WorkerOptions,
    state: State,
    news: Connection,
    questions: Connection,
    done: Connection,
) -> None:
    clock = SystemClock() if state.now is None else ManualClock(state.now)
    report = _Report(done)
    endpoint = options.endpoint
    guard, own_url = guard_of(endpoint)
    service = Service(
        # Without the checks, which the main process has made and which keep others from writing.
        open_store(options.db, power_safe=endpoint.power_safe, force=True),
        clock,
        seed=endpoint.seed,
        notify=report.add,
        strict=endpoint.strict,
        documented=state.documented,
        settings=endpoint.settings,
    )
    service.transactions.listeners.append(lambda changed: report.add(*changed))
    faults = _SharedFaults(questions)
    application = Application(
        service,
        strict=endpoint.strict,
        guard=guard,
        own_url=own_url,
        limit=endpoint.limits.message_bytes,
        body_seconds=endpoint.limits.body_seconds,
        faults=faults,
        exchanges=_PassedOn(report),
        pages=relay_to(options.main_port),
        debug=endpoint.debug,
    )
    prepare_process()
    listener = shared_socket(endpoint.host, options.port)
    listener.listen(BACKLOG)
    server = Server(
        application,
        listener,
        limits=endpoint.limits,
        tls=endpoint.tls(),
        scheme=endpoint.scheme,
        tick=service.transactions.store.maintain,
        release=application.delivery.release,
    )
    while True:
        faults.affects_requests = state.has_faults
        service.documented = state.documented
        if isinstance(clock, ManualClock) and state.now is not None:
            clock.move_to(state.now)
        try:
            # The receipt for the state: `tell` returns only when every worker has it.
            news.send(None)
            state = news.recv()
        except (EOFError, OSError):
            break
    service.transactions.store.end_waiting()
    server.stop()
    report.close()
    service.close()
    os._exit(0)  # a thread that still waits for a database must not keep the process


class _Report:
    """Passes on what the worker has done, in a thread of its own."""

    def __init__(self, done: Connection) -> None:
        self._done = done
        self._waiting: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="seqrkit report", daemon=True)
        self._thread.start()

    def add(self, *items: object) -> None:
        """Pass on exchanges, references of changed invoices, and stored notifications."""
        for each in items:
            self._waiting.put(each)

    def close(self) -> None:
        """Pass on what waits, and end."""
        self._waiting.put(None)
        self._thread.join(2)

    def _run(self) -> None:
        items: list[object] = []
        while None not in items:
            items = [self._waiting.get()]
            while len(items) < _MOST and not self._waiting.empty():
                items.append(self._waiting.get())
            exchanges = tuple(each for each in items if isinstance(each, ObservedExchange))
            changed = tuple(each for each in items if isinstance(each, str))
            notifications = tuple(each for each in items if isinstance(each, QueuedNotification))
            try:
                self._done.send(Done(exchanges, changed, notifications))
            except OSError:
                return  # the main process is gone, and so will be this one


class _PassedOn(ExchangeLog):
    """A log that keeps nothing, because the main process does."""

    def __init__(self, report: _Report) -> None:
        super().__init__()
        self._report = report

    def add(self, exchange: ObservedExchange) -> None:
        """Pass an exchange on."""
        self._report.add(exchange)


class _SharedFaults(Faults):
    """The faults of the main process, which counts how often each was injected."""

    def __init__(self, questions: Connection) -> None:
        super().__init__()
        self._questions = questions
        self._asking = threading.Lock()

    def inject(self, operation: str, terminal: str | None) -> InjectedFault | None:
        """Inject a fault into a request of that operation and caller, if one applies."""
        # A pipe has no request ids: the answer belongs to the question before it.
        with self._asking:
            self._questions.send(Injection(operation, terminal))
            injected: InjectedFault | None = self._questions.recv()
            return injected

"""The main process's side of the workers: starts them, tells them the news, and replaces them."""

from __future__ import annotations

import logging
import multiprocessing
import platform
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from os import PathLike, fspath
from typing import TYPE_CHECKING, Final

from seqrkit.clock import ManualClock
from seqrkit.errors import ConfigurationError, EndpointError, StoreError
from seqrkit.simulator.http.listening import listen, shared_socket
from seqrkit.simulator.workers.worker import Done, Injection, State, WorkerOptions, run

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint
    from seqrkit.simulator.endpoint_options import EndpointOptions

START_SECONDS: Final = 30
ANSWER_SECONDS: Final = 10
"""How long a worker has to take news; one that does not is ended and replaced."""
STOP_SECONDS: Final = 4
_STEP: Final = 0.1
_SHORT_LIFE: Final = 2.0
"""Seconds after which a worker that ends is replaced at once; a shorter life is waited for."""
_log = logging.getLogger(__name__)
# A fork would copy locks and threads in any state, and the connection of the database.
_spawn: Final = multiprocessing.get_context("spawn")


def start_workers(
    number: int,
    control: ControlledEndpoint,
    options: EndpointOptions,
    *,
    db: str | PathLike[str] | None,
    port: int,
    main_port: int,
) -> Workers:
    """Start workers on a port.

    Raises `ConfigurationError` where processes cannot share the port or the database, and
    `EndpointError` if the port is in use or a worker does not start.
    """
    if platform.system() != "Linux":  # macOS gives all connections to one of the processes
        raise ConfigurationError("only Linux divides a port among processes; leave out workers")
    if db is None:
        raise ConfigurationError(
            "workers need a database that they share: give a file or a postgresql:// address"
        )
    listen(options.host, port).close()  # another program's port is refused, and not shared with it
    reserved = shared_socket(options.host, port)
    try:
        made = WorkerOptions(options, fspath(db), reserved.getsockname()[1], main_port)
        return Workers(number, made, control, reserved)
    except BaseException:
        reserved.close()
        raise


class Workers:
    """The worker processes of an endpoint; they answer until `stop`.

    `reserved` keeps their port while there is no worker. Raises `EndpointError` if one of them does
    not start.
    """

    def __init__(
        self,
        number: int,
        options: WorkerOptions,
        control: ControlledEndpoint,
        reserved: socket.socket,
    ) -> None:
        self.port: int = options.port
        self._reserved = reserved
        self._options = options
        self._control = control
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._forget: list[Callable[[], None]] = []
        self._workers = [_Worker(self._options, self._state(), control) for _ in range(number)]
        for each in self._workers:
            try:
                each.wait(START_SECONDS)
            except EndpointError:
                self.stop()
                raise
        self._forget += [
            _subscribe(observers, self.tell)
            for observers in (control.observers, control.faults.observers)
        ]
        if isinstance(control.service.clock, ManualClock):
            self._forget.append(control.service.clock.subscribe(lambda _now: self.tell()))
        self._replacing = threading.Thread(
            target=self._replace, name="seqrkit workers", daemon=True
        )
        self._replacing.start()

    def tell(self) -> None:
        """Tell all workers the state; return when they know it."""
        with self._lock:
            state = self._state()
            for each in self._workers:
                each.send(state)
            for each in self._workers:
                with suppress(EndpointError):
                    each.wait(ANSWER_SECONDS)

    def stop(self) -> None:
        """Let the workers finish their requests, and end them."""
        self._closing.set()
        for forget in self._forget:
            forget()
        for each in self._workers:
            each.hang_up()
        give_up = time.monotonic() + STOP_SECONDS
        for each in self._workers:
            each.end(max(0.0, give_up - time.monotonic()))
        self._reserved.close()

    def _state(self) -> State:
        clock = self._control.service.clock
        return State(
            clock.now() if isinstance(clock, ManualClock) else None,
            self._control.faults.affects_requests,
            self._control.service.documented,
        )

    def _replace(self) -> None:
        """Replace workers that have ended, until the endpoint stops."""
        while not self._closing.wait(0.1):
            for number, each in enumerate(self._workers):
                if each.process.is_alive() or self._closing.is_set():
                    continue
                if each.is_ready:
                    _log.warning("worker %d ended (%s); another one is started", number + 1, each)
                each.end(0)
                with suppress(StoreError):  # otherwise the endpoint adopts them some time later
                    self._control.notifications.resume()  # those that it did not pass on
                if time.monotonic() - each.began < _SHORT_LIFE:
                    self._closing.wait(_SHORT_LIFE)
                with self._lock:
                    self._workers[number] = new = _Worker(
                        self._options, self._state(), self._control
                    )
                    try:
                        new.wait(START_SECONDS)
                    except EndpointError as error:
                        if each.is_ready:  # the next attempts fail for the same reason
                            _log.error("worker %d: %s", number + 1, error.sentence)


def _subscribe(observers: list[Callable[[], None]], tell: Callable[[], None]) -> Callable[[], None]:
    observers.append(tell)
    return lambda: observers.remove(tell)


class _Worker:
    """One worker process, with the threads that listen to it."""

    def __init__(self, options: WorkerOptions, state: State, control: ControlledEndpoint) -> None:
        self._control = control
        self._news, its_news = _spawn.Pipe()
        questions, its_questions = _spawn.Pipe()
        done, its_done = _spawn.Pipe(duplex=False)
        self.process: SpawnProcess = _spawn.Process(
            target=run,
            args=(options, state, its_news, its_questions, its_done),
            name="seqrkit worker",
            daemon=True,
        )
        self.process.start()
        # Closed here, or this process would never see the end of a worker that dies.
        for theirs in (its_news, its_questions, its_done):
            theirs.close()
        self.began = time.monotonic()
        self.is_ready: bool = False
        """Whether it has answered requests."""
        self._connections = (self._news, questions, done)
        for target, connection in ((self._answer, questions), (self._take, done)):
            threading.Thread(target=target, args=(connection,), daemon=True).start()

    def send(self, state: State) -> None:
        """Send the state; `wait` returns when the worker has it."""
        with suppress(OSError):
            self._news.send(state)

    def wait(self, seconds: float) -> None:
        """Wait until the worker has taken the news; raises `EndpointError` if it does not."""
        failure: str | None = "it does not answer; its log may say why"
        try:
            # In small steps: a machine that stalls takes one of them, and not all the time.
            if any(self._news.poll(_STEP) for _ in range(int(seconds / _STEP))):
                failure = self._news.recv()
        except (EOFError, OSError):
            pass
        if failure is not None:
            self.process.kill()
            raise EndpointError(f"a worker process could not be used: {failure}")
        self.is_ready = True

    def hang_up(self) -> None:
        """Ask the worker to stop."""
        self._news.close()

    def end(self, seconds: float) -> None:
        """Wait for the end of the process, and kill it after that time."""
        self.process.join(seconds)
        self.process.kill()
        self.process.join()
        for each in self._connections:
            each.close()

    def __str__(self) -> str:
        return f"exit code {self.process.exitcode}"

    def _answer(self, questions: Connection) -> None:
        with suppress(EOFError, OSError):
            while True:
                asked: Injection = questions.recv()
                questions.send(self._control.faults.inject(*asked))

    def _take(self, done: Connection) -> None:
        log, control = self._control.exchanges, self._control
        with suppress(EOFError, OSError):
            while True:
                told: Done = done.recv()
                for exchange in told.exchanges:
                    # Workers do not know each other's numbers.
                    log.add(exchange._replace(number=log.next_number()))
                for notification in told.notifications:
                    # Posted by the main process alone, which retries them and counts them per
                    # receiver.
                    control.notifications(notification)
                if told.changed:
                    for listener in control.service.transactions.listeners:
                        listener(told.changed)

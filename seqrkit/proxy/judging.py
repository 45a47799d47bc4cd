"""Judges exchanges in another process, because linting would delay what passes through."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection
from typing import Final

from seqrkit.contract import SessionRules
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange

# A load test writes faster than one process lints; memory must not grow with it.
MAX_WAITING: Final = 2_000
"""Exchanges that wait to be judged; later ones are only recorded."""
_NICENESS: Final = 5
"""The judge leaves the processor to what passes through."""
# The proxy has threads and an event loop, which a fork would copy in the middle of their work.
_spawn: Final = multiprocessing.get_context("spawn")

Describe = Callable[[Exchange], Iterator[str]]
"""Yields the lines to print for an exchange; a function of a module, since a process gets it."""


class Judge:
    """Prints each exchange with its findings, in the order in which they were recorded."""

    def __init__(self, describe: Describe) -> None:
        self.left_out: int = 0
        """Exchanges that were not judged, because too many waited."""
        self._waiting: queue.Queue[Mapping[str, object] | None] = queue.Queue(MAX_WAITING)
        ours, its = _spawn.Pipe()
        self._process = _spawn.Process(target=_judge, args=(its, describe), daemon=True)
        self._process.start()
        # Or the child would never see the end of the pipe after this process has gone.
        its.close()
        self._thread = threading.Thread(target=self._send, args=(ours,), daemon=True)
        self._thread.start()

    def __call__(self, exchange: Exchange) -> None:
        """Judge an exchange later; never waits."""
        try:
            # In the session format: the other process prints it, so its passwords are masked here.
            self._waiting.put_nowait(exchange.to_dict())
        except queue.Full:
            self.left_out += 1

    def close(self) -> None:
        """Judge what waits, and end."""
        self._waiting.put(None)
        self._thread.join()
        self._process.join()

    def _send(self, connection: Connection) -> None:
        with connection:
            while (saved := self._waiting.get()) is not None:
                try:
                    connection.send(saved)
                except OSError:
                    return  # the process has ended; the exchanges are recorded


def _judge(connection: Connection, describe: Describe) -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # what was recorded is still judged
    if sys.platform != "win32":
        os.nice(_NICENESS)
    session = SessionRules()
    while True:
        try:
            saved = connection.recv()
        except EOFError:
            return
        try:
            lines = list(describe(Exchange.from_dict(saved, session)))
        except ConfigurationError as error:
            lines = [f"{saved['number']} cannot be judged: {error.sentence}"]
        try:
            sys.stdout.write("".join(f"{line}\n" for line in lines))
            sys.stdout.flush()
        except OSError:
            return  # nobody reads

"""The endpoint's web server: an event loop that listens, in threads of this process."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from typing import Final

from lxml import etree

from seqrkit.errors import EndpointError
from seqrkit.simulator.http.asgi_request import App, AsgiRequest
from seqrkit.simulator.http.connection import Connection
from seqrkit.simulator.http.limits import DEFAULT, Limits

START_SECONDS: Final = 10
STOP_SECONDS: Final = 2
"""How long requests that are being answered may take to finish when the server stops."""
TICK_SECONDS: Final = 1
"""Seconds between two calls of `tick`."""
BACKLOG: Final = 1024
_log = logging.getLogger(__name__)


def _nothing() -> None:
    """Do nothing."""


class Server:
    """Serves an ASGI application on a listening socket until it is stopped.

    `tick` is called once a second in the event loop, `release` before stopping: it lets requests
    go that wait for something. Raises `EndpointError` if the event loop does not start.

    libxml2 keeps each element name that a thread has parsed for as long as the thread lives, so a
    client that invents names would fill the memory. Therefore the event loop moves to a new thread
    at each tick after which requests have come: it ends with the names that it has read.
    """

    def __init__(
        self,
        app: App,
        listener: socket.socket,
        *,
        limits: Limits = DEFAULT,
        tick: Callable[[], object] = _nothing,
        release: Callable[[], object] = _nothing,
    ) -> None:
        self.limits = limits
        self.connections: set[Connection] = set()
        self.date_header: bytes = b""
        self._app = app
        self._listener = listener
        self._tick = tick
        self._release = release
        self._tasks: set[asyncio.Task[None]] = set()
        self._has_parsed = False
        self._tick_failure = ""
        self._is_ready = threading.Event()
        self._loop = _new_event_loop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="seqrkit endpoint", daemon=True)
        self._thread.start()
        if not self._is_ready.wait(START_SECONDS):
            listener.close()
            raise EndpointError(f"the web server did not start within {START_SECONDS} s")

    def start(self, request: AsgiRequest) -> None:
        """Let the application answer a request, in a task of its own."""
        self._has_parsed = True
        task = asyncio.get_running_loop().create_task(request.run(self._app))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Answer what is being answered, then stop; called from another thread."""
        with suppress(RuntimeError):  # the event loop has stopped already
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(2 * STOP_SECONDS)

    def _run(self) -> None:
        """Run the event loop in one thread after another, until `_serve` is done."""
        serving = self._loop.create_task(self._serve())
        serving.add_done_callback(lambda _: self._loop.stop())
        while not serving.done():
            thread = threading.Thread(
                target=self._run_loop, name="seqrkit endpoint loop", daemon=True
            )
            thread.start()
            thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()
        if not serving.cancelled() and serving.exception() is not None:
            _log.error("the web server has failed", exc_info=serving.exception())

    def _run_loop(self) -> None:
        # A new thread takes over the names of the first parser that it uses. That must be a new
        # parser, as this one is, and not one that other threads have used.
        etree.fromstring("<a/>", etree.XMLParser())
        self._loop.run_forever()

    async def _serve(self) -> None:
        listening = await self._loop.create_server(
            lambda: Connection(self), sock=self._listener, backlog=BACKLOG
        )
        while not self._stopping.is_set():
            self.date_header = f"date: {formatdate(time.time(), usegmt=True)}\r\n".encode()
            self._is_ready.set()
            self._run_tick()
            if self._has_parsed:
                self._has_parsed = False
                self._loop.stop()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), TICK_SECONDS)
        listening.close()
        await self._finish()

    def _run_tick(self) -> None:
        """Call `tick`; a failure is logged when it begins, and the next tick tries again."""
        try:
            self._tick()
        except Exception as error:  # noqa: BLE001 - whatever it is, requests are answered
            if str(error) != self._tick_failure:
                _log.warning("events that are due are delayed: %s", error)
            self._tick_failure = str(error)
        else:
            self._tick_failure = ""

    async def _finish(self) -> None:
        """Close what is idle at once, and the rest when it is answered or has had its time."""
        for connection in tuple(self.connections):
            connection.shut_down()
        self._release()
        if self._tasks:
            _, late = await asyncio.wait(tuple(self._tasks), timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=STOP_SECONDS)
        for connection in tuple(self.connections):
            connection.shut_down()
        await asyncio.sleep(0)  # for the connections to notice


def _new_event_loop() -> asyncio.AbstractEventLoop:
    """Return an event loop, uvloop's where it is installed: it is twice as fast."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop

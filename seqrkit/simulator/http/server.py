"""The endpoint's web server: an event loop that listens, in a thread of this process."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from typing import Final

from seqrkit.errors import EndpointError
from seqrkit.simulator.http.connection import Connection
from seqrkit.simulator.http.limits import DEFAULT, Limits
from seqrkit.simulator.http.open_connections import OpenConnections
from seqrkit.simulator.http.request_and_response import App, AsgiRequest
from seqrkit.simulator.http.worker_threads import in_thread

START_SECONDS: Final = 10
STOP_SECONDS: Final = 2
"""How long requests that are being answered may take to finish when the server stops."""
TICK_SECONDS: Final = 1
"""Seconds between two calls of `tick`."""
_CLOSE_SECONDS: Final = 0.001
"""Seconds between two looks for connections that are still being closed."""
_log = logging.getLogger(__name__)


def _nothing() -> None:
    """Do nothing."""


class Server:
    """Serves an ASGI application on a listening socket until it is stopped.

    `scheme` is that of its address, which has TLS also if a worker passes on what comes. `tick` is
    called once a second in another thread, `release` in the event loop before stopping: it lets
    requests go that wait for something. Raises `EndpointError` if the event loop does not start.
    """

    def __init__(
        self,
        app: App,
        listener: socket.socket,
        *,
        limits: Limits = DEFAULT,
        tls: ssl.SSLContext | None = None,
        scheme: str = "http",
        tick: Callable[[], object] = _nothing,
        release: Callable[[], object] = _nothing,
    ) -> None:
        self.limits = limits
        self.connections: OpenConnections = OpenConnections(limits)
        self.date_header: bytes = b""
        self._app = app
        self._listener = listener
        self._tls = tls
        self.scheme = scheme
        self._tick = tick
        self._release = release
        self._tasks: set[asyncio.Task[None]] = set()
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
        task = asyncio.get_running_loop().create_task(request.run(self._app))
        self._tasks.add(task)
        # The event loop holds tasks weakly: one that nobody keeps can vanish.
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Answer what is being answered, then stop; called from another thread."""
        with suppress(RuntimeError):  # the event loop has stopped already
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(2 * STOP_SECONDS)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except Exception:  # noqa: BLE001 - there is no one else to report it
            _log.exception("the web server has failed")
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _serve(self) -> None:
        listening = await self._loop.create_server(
            lambda: Connection(self),
            sock=self._listener,
            backlog=self.connections.backlog,
            ssl=self._tls,
        )
        ticking = self._loop.create_task(self._run_ticks())
        while not self._stopping.is_set():
            # Formatted once a second instead of for every response.
            self.date_header = f"date: {formatdate(time.time(), usegmt=True)}\r\n".encode()
            self._is_ready.set()
            await self._next_tick()
        listening.close()
        await asyncio.sleep(0)  # connections accepted a moment ago become known
        await self._finish()
        # A tick that is under way uses the database, which is closed afterwards; it may hang.
        await asyncio.wait([ticking], timeout=TICK_SECONDS)
        ticking.cancel()
        await asyncio.wait([ticking])

    async def _next_tick(self) -> None:
        """Wait until the next tick, or until the server is to stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), TICK_SECONDS)

    async def _run_ticks(self) -> None:
        """Call `tick` regularly; log a failure when it begins, and try again with the next tick."""
        failure = ""
        while not self._stopping.is_set():
            try:
                await in_thread(self._tick)
            except Exception as error:  # noqa: BLE001 - whatever it is, requests are answered
                if str(error) != failure:
                    _log.warning("events that are due are delayed: %s", error)
                failure = str(error)
            else:
                failure = ""
            await self._next_tick()

    async def _finish(self) -> None:
        """Close what is idle at once, and the rest when it is answered or has had its time."""
        for connection in self.connections:
            connection.shut_down()
        self._release()
        if self._tasks:
            _, late = await asyncio.wait(tuple(self._tasks), timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=STOP_SECONDS)
        for connection in self.connections:
            connection.shut_down()
        await self._until_closed()
        for connection in self.connections:
            connection.abort()  # its client does not read what is still to be sent
        await self._until_closed()

    async def _until_closed(self) -> None:
        end = self._loop.time() + STOP_SECONDS
        while self.connections and self._loop.time() < end:  # noqa: ASYNC110 - milliseconds, once
            await asyncio.sleep(_CLOSE_SECONDS)


def _new_event_loop() -> asyncio.AbstractEventLoop:
    """Return an event loop, uvloop's where it is installed: it is twice as fast."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop

"""A merchant who listens for notifications, and answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Heard(NamedTuple):
    """One POST as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Listener:
    """What was heard; `answers` are the statuses to come, the last of them for ever."""

    port: int = 0
    answers: Sequence[int] = (200,)
    heard: list[Heard] = field(default_factory=list)
    mute: threading.Event | None = None
    """While it is there and not set, the listener does not answer."""

    def url(self, path: str = "/paid") -> str:
        """A notificationUrl that leads here."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def bodies(self) -> list[bytes]:
        """The bodies, in order."""
        return [each.body for each in self.heard]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    listener: Listener

    def do_POST(self) -> None:
        """Hear it, and answer."""
        there = self.listener
        body = self.rfile.read(int(self.headers["Content-Length"]))
        there.heard.append(Heard(self.path, dict(self.headers), body))
        if there.mute is not None:
            there.mute.wait(30)
        status = there.answers[min(len(there.heard), len(there.answers)) - 1]
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Location", there.url("/elsewhere"))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, _request: object, _client_address: object) -> None:
        """A caller that has hung up is what some tests are about."""


@contextmanager
def listening(*answers: int) -> Iterator[Listener]:
    """A listener on a free port until the end of the block."""
    listener = Listener(answers=answers or (200,))
    server = _Server(("127.0.0.1", 0), type("OneHandler", (_Handler,), {"listener": listener}))
    listener.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield listener
    finally:
        if listener.mute is not None:
            listener.mute.set()
        server.shutdown()
        thread.join()
        server.server_close()

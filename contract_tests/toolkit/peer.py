"""A peer on a free port that answers as a script says: replies, and everything that is none."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from contract_tests.toolkit.messages import CONTRACTS, build, in_envelope
from seqrkit import soap
from seqrkit.errors import MessageError
from seqrkit.vocabulary import NAMESPACE, PATHS, Interface

Script = Callable[["Handler", bytes], None]
TRICKLE_SECONDS = 0.02


@dataclass
class Peer:
    """What a peer has heard, and what it answers next. `over` ends whatever hangs."""

    script: Script
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0
    scheme: str = "http"

    def url(self, interface: Interface = Interface.CASHREGISTER_2) -> str:
        """Where the peer answers."""
        return f"{self.scheme}://127.0.0.1:{self.port}{PATHS[interface]}"


class Handler(BaseHTTPRequestHandler):
    """Hears a request out and leaves the answer to the script."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    peer: Peer

    def setup(self) -> None:
        super().setup()
        self.peer.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.peer.heard.append(body)
        self.peer.script(self, body)

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Send a whole answer."""
        self.send_response(status)
        for name, value in {"Content_Type": "text/xml; charset=utf-8", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def cut(self) -> None:
        """Close the connection as it is."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True

    failures: list[BaseException]

    def handle_error(self, _request: object, _client_address: object) -> None:
        """Keep what a script did wrong; a client that has gone is what some tests are about."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.failures.append(error)


@contextmanager
def peer(script: Script, context: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """A peer that answers by a script until the end of the block."""
    one = Peer(script)
    handler = type("OneHandler", (Handler,), {"peer": one})
    server = _Server(("127.0.0.1", 0), handler)
    server.failures = []
    one.port = server.server_port
    if context is not None:
        one.scheme = "https"
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield one
    finally:
        one.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
    assert not server.failures, server.failures


def operation_of(body: bytes) -> str:
    """The operation a request asks for."""
    return soap.local(soap.read_envelope(soap.parse(body)).payload)


def reply(
    operation: str, *, interface: Interface = Interface.CASHREGISTER_2, **fields: str
) -> bytes:
    """A reply: the contract's sample values and code 0, but for the fields given."""
    element = build(CONTRACTS[interface], f"{operation}Response")
    content = element[0]
    for name, text in {"resultCode": "0", "resultDescription": "SUCCESS", **fields}.items():
        child = content.find(name)
        assert child is not None, f"{operation} has no {name} in its reply"
        child.text = text
    return in_envelope(element)


def replying(handler: Handler, body: bytes) -> None:
    """The script of a service that is well: each operation gets its reply."""
    try:
        operation = operation_of(body)
    except MessageError as error:
        handler.answer(soap.fault("Client", str(error)), status=500)
        return
    interface = next(name for name, path in PATHS.items() if handler.path == path)
    handler.answer(reply(operation, interface=interface))


def answering(body: bytes, status: int = 200, **headers: str) -> Script:
    """The script that always gives one answer."""
    return lambda handler, _: handler.answer(body, status, **headers)


def hanging(handler: Handler, _: bytes) -> None:
    """The script of a service that takes the request and says nothing."""
    handler.peer.over.wait()
    handler.cut()


def trickling(handler: Handler, _: bytes) -> None:
    """The script of a service that sends a byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not handler.peer.over.wait(TRICKLE_SECONDS):
        handler.wfile.write(b" ")


def trickling_headers(handler: Handler, _: bytes) -> None:
    """The same, before the headers are over."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while not handler.peer.over.wait(TRICKLE_SECONDS):
        handler.wfile.write(b".")


def dropping(handler: Handler, _: bytes) -> None:
    """The script of a service that hangs up instead of answering."""
    handler.cut()


def half(handler: Handler, _: bytes) -> None:
    """The script of a service that hangs up in the middle of its answer."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<?xml")
    handler.cut()


def babbling(handler: Handler, _: bytes) -> None:
    """The script of something that does not speak HTTP."""
    handler.wfile.write(b"220 mail.example ESMTP ready\r\n")
    handler.cut()


NOTHING_HERE = f'<a xmlns="{NAMESPACE}"/>'.encode()

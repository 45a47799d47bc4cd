"""A load generator: some keep-alive connections, each with one request under way.

It runs in the process of the benchmark, which does nothing else meanwhile; the endpoints run in
processes of their own. The request is made once, and a reply is only looked at for its length and
for a marker, so that a generator on one core stays well ahead of a server on the other.
"""

from __future__ import annotations

import re
import selectors
import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from time import perf_counter
from typing import cast

CONNECTIONS = 32
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)


def request(port: int, path: str, body: bytes) -> bytes:
    """The bytes of a POST as SOAP clients send it."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        'Content-Type: text/xml; charset=utf-8\r\nSOAPAction: ""\r\n'
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def ask(port: int, message: bytes) -> bytes:
    """Send one request and return the whole reply, head and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(message)
        reply = b""
        while not _whole(reply):
            reply += _received(sock)
        return reply


def requests_a_second(port: int, message: bytes, marker: bytes, seconds: float) -> float:
    """How many replies came in a second; raises `RuntimeError` for one that lacks the marker."""
    start = perf_counter()
    replies = len(latencies(port, message, marker, seconds))
    return replies / (perf_counter() - start)


def latencies(
    port: int, message: bytes, marker: bytes, seconds: float, *, connections: int = CONNECTIONS
) -> list[float]:
    """The seconds each reply took to come; raises `RuntimeError` for one that lacks the marker."""
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        partial = {stack.enter_context(sock): b"" for sock in _connections(port, connections)}
        for sock in partial:
            selector.register(sock, selectors.EVENT_READ)
        times: list[float] = []
        asked: dict[socket.socket, float] = {}
        start = perf_counter()
        for sock in partial:
            asked[sock] = perf_counter()
            sock.sendall(message)
        while perf_counter() - start < seconds:
            for key, _ in selector.select(timeout=10):
                sock = cast("socket.socket", key.fileobj)
                partial[sock] += _received(sock)
                if _whole(partial[sock]):
                    _check(partial[sock], marker)
                    now = perf_counter()
                    times.append(now - asked[sock])
                    partial[sock], asked[sock] = b"", now
                    sock.sendall(message)
        return times


def seconds_each(port: int, messages: Iterable[bytes], marker: bytes) -> list[float]:
    """The seconds each reply took, asked for one after the other; raises as `latencies` does.

    Where the server closes a connection, the next message has a new one.
    """
    times = []
    with ExitStack() as stack:
        sock = None
        for message in messages:
            start = perf_counter()
            if sock is None:
                sock = next(_connections(port, 1))
                stack.push(sock)
            sock.sendall(message)
            reply = _received(sock)
            while not _whole(reply):
                reply += _received(sock)
            if _CLOSES.search(reply):
                sock = None
            times.append(perf_counter() - start)
            _check(reply, marker)
    return times


def _connections(port: int, number: int) -> Iterator[socket.socket]:
    for _ in range(number):
        sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield sock


def _received(sock: socket.socket) -> bytes:
    data = sock.recv(65536)
    if not data:
        msg = "the server closed a connection under load"
        raise RuntimeError(msg)
    return data


def _whole(reply: bytes) -> bool:
    end = reply.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = _LENGTH.search(reply, 0, end)
    if length is None and _CHUNKED.search(reply, 0, end):
        return reply.endswith(b"\r\n0\r\n\r\n")
    if length is None:
        msg = f"a reply without a length: {reply[:end].decode(errors='replace')}"
        raise RuntimeError(msg)
    return len(reply) >= end + 4 + int(length[1])


def _check(reply: bytes, marker: bytes) -> None:
    if marker not in reply or not reply.startswith(b"HTTP/1.1 200"):
        msg = f"not the reply that was expected: {reply[:2000].decode(errors='replace')}"
        raise RuntimeError(msg)

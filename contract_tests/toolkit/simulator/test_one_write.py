"""An answer leaves in one write, and nothing of it is lost."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import closing

import pytest

from contract_tests.toolkit.simulator.messages import PLAIN
from seqrkit.simulator import Endpoint
from seqrkit.simulator.http.response_writer import GatheringTransport
from seqrkit.vocabulary import PATHS, Interface

PATH = PATHS[Interface.CASHREGISTER_2]


class Wire(asyncio.Transport):
    """A transport that keeps what is written, each write by itself."""

    def __init__(self) -> None:
        super().__init__({"peername": "somebody"})
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed
        self.written.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def on_the_wire(say: Callable[[GatheringTransport, Wire], None]) -> Wire:
    """The wire as it is when the event loop has come round after something was said."""
    wire = Wire()

    async def run() -> None:
        say(GatheringTransport(wire, asyncio.get_running_loop()), wire)
        await asyncio.sleep(0)

    asyncio.run(run())
    return wire


def test_what_is_written_at_one_go_leaves_in_one_write() -> None:
    def say(gathering: GatheringTransport, _: Wire) -> None:
        gathering.write(b"head")
        gathering.write(b"body")

    assert on_the_wire(say).written == [b"headbody"]


def test_what_was_written_is_sent_before_the_connection_closes() -> None:
    def say(gathering: GatheringTransport, _: Wire) -> None:
        gathering.write(b"last words")
        gathering.close()

    wire = on_the_wire(say)
    assert (wire.written, wire.closed) == ([b"last words"], True)


def test_nothing_is_written_to_a_client_that_has_gone() -> None:
    def say(gathering: GatheringTransport, wire: Wire) -> None:
        gathering.write(b"anybody there?")
        wire.close()

    assert on_the_wire(say).written == []


def test_everything_else_is_the_transport_s_own() -> None:
    def say(gathering: GatheringTransport, _: Wire) -> None:
        assert gathering.get_extra_info("peername") == "somebody"

    on_the_wire(say)


@pytest.mark.parametrize("requests", [1, 20])
def test_requests_on_one_connection_are_answered_one_after_the_other(requests: int) -> None:
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(PLAIN)}\r\n"
    )
    kept, last = f"{head}\r\n".encode() + PLAIN, f"{head}Connection: close\r\n\r\n".encode() + PLAIN
    with (
        Endpoint() as endpoint,
        closing(socket.create_connection(("127.0.0.1", endpoint.port), timeout=10)) as sock,
    ):
        sock.sendall(kept * (requests - 1) + last)
        with sock.makefile("rb") as answer:
            assert answer.read().count(b"<resultCode>0</resultCode>") == requests

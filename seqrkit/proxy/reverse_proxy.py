"""The proxy: passes requests on, and records each exchange before its answer leaves."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

from seqrkit.contract.message_identity import operation_of
from seqrkit.errors import ConfigurationError, MessageError
from seqrkit.exchange import Exchange, Journal, charset_in
from seqrkit.proxy.client_connection import Connection
from seqrkit.proxy.http_messages import (
    HEAD_BYTES,
    HOP_BY_HOP,
    MAX_BYTES,
    Body,
    Head,
    NotHttp,
    decoded,
    unframed,
)
from seqrkit.proxy.upstream import Answer, Link, Unreachable, Upstream
from seqrkit.schemas import interface_at
from seqrkit.simulator import Endpoint
from seqrkit.simulator.exchange_log import ObservedExchange
from seqrkit.simulator.faults import InjectedFault
from seqrkit.simulator.faults.injection import caller_id
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.vocabulary import NEWEST, Interface

# An answer under way may hold money; one that takes longer is lost, as Ctrl-C is urgent.
STOP_SECONDS: Final = 2.0
_ADDRESS: Final = re.compile(rb"""(:address\s+location\s*=\s*["'])([^"']*)""")
_BAD_GATEWAY, _TIMED_OUT = 502, 504


class ReverseProxy:
    """Passes on what arrives, with an endpoint whose pages show the exchanges.

    `journal` records each exchange; `judge` is called with it afterwards. `page` has the faults to
    inject.
    """

    def __init__(
        self,
        upstream: Upstream,
        journal: Journal,
        page: Endpoint,
        judge: Callable[[Exchange], None],
    ) -> None:
        self.count: int = 0
        """The number of exchanges so far."""
        self.seconds: float = upstream.seconds
        """How long an answer may take."""
        self.late: str = f"{upstream.url} did not answer within {upstream.seconds:g} s"
        """What is wrong when it takes longer."""
        self._upstream = upstream
        self._journal = journal
        self._page = page
        self._judge = judge
        self._connections: dict[asyncio.Task[None], Connection] = {}
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Listen, and return the port.

        Raises `OSError` if that is not possible, and `ConfigurationError` if the endpoint to pass
        requests on to is the proxy itself.
        """
        self._server = await asyncio.start_server(
            self._accept, host, port, ssl=tls, limit=HEAD_BYTES
        )
        listening = [each.getsockname()[:2] for each in self._server.sockets]
        # A proxy that passes on to itself would answer one request with endless copies.
        if await self._upstream.is_at(listening):
            self._server.close()
            raise ConfigurationError(
                f"{self._upstream.url} is the address of this proxy; pass on to another one"
            )
        found: int = listening[0][1]
        return found

    async def stop(self) -> None:
        """Stop listening; answers under way have a moment to arrive."""
        if self._server is not None:
            self._server.close()
        for task, connection in self._connections.items():
            # Kept alive for a request that may never come.
            if connection.is_idle:
                task.cancel()
        if self._connections:
            _, late = await asyncio.wait(self._connections, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - it runs in one
        self._connections[task] = connection = Connection(self, reader, writer)
        try:
            await connection.serve()
        except (ConnectionError, TimeoutError, ssl.SSLError):
            pass  # one of the sides has gone; what was exchanged is recorded
        except asyncio.CancelledError:
            pass  # `stop` does not wait longer; asyncio would print each cancelled connection
        finally:
            connection.close()
            del self._connections[task]

    async def answer(self, head: Head, raw: bytes, content: bytes, link: Link) -> Answer:
        """Pass a POST on, and return its answer after it was recorded."""
        began, start = datetime.now(UTC), perf_counter()
        answer = Answer()
        try:
            async with asyncio.timeout(self.seconds):
                await self._receive(answer, head, raw, link)
        except TimeoutError:
            answer.fail(self.late, "ReplyTimeout", _TIMED_OUT)
        except Unreachable as error:
            answer.fail(str(error), "EndpointUnreachable", _BAD_GATEWAY)
        except (OSError, asyncio.IncompleteReadError) as error:
            said = f"the connection to {self._upstream.url} broke: {error}"
            answer.fail(said, "ConnectionLost", _BAD_GATEWAY)
        # What is left in the stream would be read as the next answer.
        if answer.failure or answer.ends_with_connection:
            link.close()
        self._record(head, content, answer, began, perf_counter() - start)
        return answer

    async def _receive(self, answer: Answer, head: Head, raw: bytes, link: Link) -> None:
        """Send a request and fill in its answer as it arrives."""
        try:
            answer.head = received = await link.send(head, raw)
        except NotHttp as error:
            answer.raw += error.data
            async for piece in unframed(link.reader):
                answer.raw += piece
            said = f"{self._upstream.url} answered with something that is not HTTP"
            answer.fail(said, "NotAReply")
            return
        body = Body(received, is_request=False, method=head.method)
        answer.ends_with_connection = body.ends_with_connection or not received.keeps_alive
        answer.raw += received.to_bytes()
        content = bytearray()
        try:
            async for piece, part in body.parts(link.reader):
                answer.raw += piece
                content += part
                if len(answer.raw) > MAX_BYTES:
                    # Half a message must not look like a whole one, neither to the client nor in
                    # the file.
                    answer.raw.clear()
                    content.clear()
                    answer.fail("the answer is too large", "NotAReply", _BAD_GATEWAY)
                    return
        finally:
            answer.content = decoded(bytes(content), received)
        if not body.is_complete:
            answer.fail("the answer was cut off", "ConnectionLost")

    def _record(
        self, head: Head, content: bytes, answer: Answer, began: datetime, seconds: float
    ) -> None:
        url = self._upstream.url + urlsplit(head.target.decode("latin-1")).path
        interface = _interface(head)
        request = decoded(content, head)
        received = answer.head
        exchange = self._journal.record(
            Exchange(
                operation=operation_of(request),
                interface=interface,
                endpoint=url,
                started_at=began,
                duration=seconds,
                request=request,
                request_headers=head.to_dict(),
                status=None if received is None else received.status,
                response=None if received is None else answer.content,
                response_headers={} if received is None else received.to_dict(),
                failure=answer.failure or None,
                failure_kind=answer.kind or None,
            )
        )
        # The file has it; a proxy runs for days and must not keep each exchange in memory.
        self._journal.forget()
        self.count = exchange.number
        log = self._page.application.exchanges
        log.add(
            ObservedExchange(
                number=log.next_number(),
                started_at=began,
                duration=seconds,
                interface=interface,
                operation=exchange.operation,
                status=exchange.status or 0,
                request=request,
                response=answer.content,
                notes=(),
            )
        )
        self._judge(exchange)

    def injected(self, head: Head, content: bytes) -> InjectedFault | None:
        """Return the fault for a request, if one applies."""
        faults = self._page.faults
        if not faults.affects_requests:
            return None
        interface = _interface(head)
        try:
            call = wire_codec(interface).read(
                decoded(content, head), charset=charset_in(head.to_dict()), limit=MAX_BYTES
            )
        # A fault names an operation; a message without one passes undisturbed.
        except MessageError:
            return None
        return faults.inject(call.operation, caller_id(call.request))

    def refused(self, head: Head, operation: str, code: int) -> bytes:
        """Return the reply with a result code."""
        interface = _interface(head)
        reply = self._page.service.refuse(operation, code)
        return wire_codec(interface).write(operation, reply)

    def passed_on(self, head: Head) -> Head:
        """Return the head of a request for the endpoint."""
        method, target, version = head.start.split(b" ")
        plain = self._upstream.plain_proxy
        path = self._upstream.prefix + target
        # A proxy for plain HTTP takes the whole URL in the request line (RFC 9112, 3.2.2).
        if plain is not None:
            path = self._upstream.url.encode() + path
        new = Head(b" ".join((method, path, version)), head.fields).without(HOP_BY_HOP)
        # Virtual hosts are chosen by it, and the client named the proxy.
        new = new.replaced(host=self._upstream.origin.authority.encode())
        new = Head(new.start, [*new.fields, *self._upstream.headers])
        if plain is not None and plain.authorization is not None:
            new = new.replaced(proxy_authorization=plain.authorization.encode())
        return new

    def with_own_addresses(self, text: bytes, own: bytes) -> bytes:
        """Return a WSDL whose addresses lead to the proxy at `own`."""
        prefix = self._upstream.prefix

        def address(found: re.Match[bytes]) -> bytes:
            path = urlsplit(found[2].decode("utf-8", "replace")).path.encode()
            return found[1] + own + path.removeprefix(prefix)

        text = _ADDRESS.sub(address, text)
        # Schema locations and imports name the endpoint too.
        return text.replace(self._upstream.url.encode() + prefix, own)

    def link(self) -> Link:
        """Return a connection to the endpoint, opened on first use."""
        return Link(self._upstream)


def _interface(head: Head) -> Interface:
    """Return the interface at the path of a request, else the newest."""
    return interface_at(head.target.decode("latin-1")) or NEWEST

"""A client's connection to the proxy: requests in, answers out, damaged where a fault says so."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from seqrkit import soap
from seqrkit.contract.message_identity import operation_of
from seqrkit.proxy.http_messages import (
    HEAD_BYTES,
    MAX_BYTES,
    Body,
    Head,
    NotHttp,
    decoded,
    read_head,
    unframed,
)
from seqrkit.proxy.upstream import Answer, Unreachable
from seqrkit.simulator.faults import InjectedFault, Kind
from seqrkit.simulator.faults.injection import damaged, unreachable_length
from seqrkit.simulator.http.request_and_response import STATUS_LINES

if TYPE_CHECKING:
    from seqrkit.proxy.reverse_proxy import ReverseProxy

# One direction may say nothing for long, but an end that the other side ignores must not leak.
COPY_SECONDS: Final = 2.0
"""How long the other direction of a tunnel goes on."""
_XML: Final = b"text/xml; charset=utf-8"
_BAD_GATEWAY, _TIMED_OUT, _TOO_LARGE = 502, 504, 413


class Connection:
    """A client's connection."""

    def __init__(
        self, proxy: ReverseProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._proxy = proxy
        self._reader = reader
        self._writer = writer
        self._link = proxy.link()
        self.is_idle: bool = True
        """Whether no request is under way."""

    def close(self) -> None:
        """Close both connections."""
        self._writer.close()
        self._link.close()

    async def serve(self) -> None:
        """Pass on requests until the client goes."""
        goes_on = True
        while goes_on:
            try:
                head = await read_head(self._reader, is_request=True)
            except NotHttp as error:
                await self._tunnel(error.data)
                return
            self.is_idle = False
            goes_on = head is not None and await self._request(head)
            self.is_idle = True

    async def _request(self, head: Head) -> bool:
        """Pass on one request; return whether another may follow."""
        # The proxy reads the whole request first, so it must ask for the body that curl holds back.
        if head.get(b"expect").lower() == b"100-continue":
            self._writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = Body(head, is_request=True)
        raw, content = list[bytes](), list[bytes]()
        size = 0
        async for piece, part in body.parts(self._reader):
            size += len(piece)
            if size > MAX_BYTES:
                await self._respond(_TOO_LARGE, b"text/plain", b"the request is too large\n")
                return False
            raw.append(piece)
            content.append(part)
        if not body.is_complete:
            if not self._reader.at_eof():  # it has gone before the end of its request otherwise
                await self._tunnel(self._proxy.passed_on(head).to_bytes() + b"".join(raw))
            return False
        # Only POSTs carry SOAP; all else (pages, ?wsdl) streams without a record.
        if head.method == b"POST":
            is_whole = await self._post(head, b"".join(raw), b"".join(content))
            return is_whole and head.keeps_alive
        return await self._stream(head, b"".join(raw)) and head.keeps_alive

    async def _post(self, head: Head, raw: bytes, content: bytes) -> bool:
        injected = self._proxy.injected(head, content)
        sent = self._proxy.passed_on(head)
        if injected is None:
            answer = await self._proxy.answer(sent, raw, content, self._link)
            return await self._deliver(answer)
        answer = Answer()
        is_repeated = injected.kind is Kind.CARRIED_OUT_TWICE
        # Lost before or after the service acts: that is the difference the client has to cope with.
        for _ in range(injected.fault.executes_request + is_repeated):
            answer = await self._proxy.answer(sent, raw, content, self._link)
        return await self._damage(injected, head, content, answer)

    async def _deliver(self, answer: Answer) -> bool:
        if answer.status and not answer.raw:
            await self._fail(answer.status, answer.failure)
            return True
        self._writer.write(answer.raw)
        await self._writer.drain()
        return not (answer.failure or answer.ends_with_connection)

    async def _damage(
        self, injected: InjectedFault, head: Head, content: bytes, answer: Answer
    ) -> bool:
        """Deliver an answer as a fault has it: late, cut, changed, or not at all."""
        if injected.seconds:
            await asyncio.sleep(injected.seconds)
        if injected.kind in {Kind.SLOW, Kind.CARRIED_OUT_TWICE}:
            return await self._deliver(answer)
        status, body = 200, answer.content
        if injected.fault.code is not None:
            operation = operation_of(decoded(content, head))
            body = self._proxy.refused(head, operation, injected.fault.code)
        faulty = damaged(injected, status, body)
        if injected.kind is Kind.NO_ANSWER:
            # An answer that never comes: closing would tell the client at once, as no lost packet
            # does.
            with suppress(ConnectionError):
                await self._reader.read()  # until the client gives up
            return False
        if not faulty.status:
            return False
        cut = injected.kind is Kind.HALF_REPLY
        await self._respond(faulty.status, faulty.content_type, faulty.body, missing=cut)
        return not cut

    async def _stream(self, head: Head, raw: bytes) -> bool:
        """Pass on a request other than POST, and its answer as it arrives."""
        # Any query counts: servers publish ?wsdl, ?singleWsdl and ?xsd=1, all of which may name
        # addresses.
        is_wsdl = head.method == b"GET" and b"?" in head.target
        sent = self._proxy.passed_on(head)
        if is_wsdl:
            # The addresses are rewritten in the text, which a compressed answer would hide.
            sent = sent.replaced(accept_encoding=None)
        try:
            async with asyncio.timeout(self._proxy.seconds):
                received = await self._link.send(sent, raw)
        except NotHttp as error:
            # What is not HTTP passes as well: the client's own parser is under test, not the
            # proxy's.
            self._writer.write(error.data)
            async for piece in unframed(self._link.reader):
                self._writer.write(piece)
                await self._writer.drain()
            self._link.close()
            return False
        except TimeoutError:
            self._link.close()
            await self._fail(_TIMED_OUT, self._proxy.late)
            return True
        except (Unreachable, OSError) as error:
            await self._fail(_BAD_GATEWAY, str(error))
            return True
        body = Body(received, is_request=False, method=head.method)
        if is_wsdl and b"xml" in received.get(b"content-type"):
            await self._rewritten(head, received, body)
        else:
            self._writer.write(received.to_bytes())
            async for piece, _ in body.parts(self._link.reader):
                self._writer.write(piece)
                await self._writer.drain()
        if not (body.is_complete and received.keeps_alive) or body.ends_with_connection:
            self._link.close()
            return False
        return True

    async def _rewritten(self, head: Head, received: Head, body: Body) -> None:
        content = b"".join([part async for _, part in body.parts(self._link.reader)])
        # The client's own Host: it may reach the proxy by a name that the proxy does not know.
        is_tls = self._writer.get_extra_info("sslcontext") is not None
        name, port, *_ = self._writer.get_extra_info("sockname")
        host = head.get(b"host") or f"{name}:{port}".encode()
        own = (b"https://" if is_tls else b"http://") + host
        content = self._proxy.with_own_addresses(decoded(content, received), own)
        new = received.replaced(
            # The body is plain and whole now, whatever framing it came in.
            transfer_encoding=None,
            content_encoding=None,
            content_length=b"%d" % len(content),
        )
        self._writer.write(new.to_bytes() + content)
        await self._writer.drain()

    async def _fail(self, status: int, sentence: str) -> None:
        await self._respond(status, _XML, soap.fault("Server", f"{sentence} [seqrkit proxy]"))

    async def _respond(
        self, status: int, content_type: bytes, body: bytes, *, missing: bool = False
    ) -> None:
        # A promised length that never comes is how a client notices a reply that was cut.
        length = unreachable_length(body) if missing else len(body)
        head = STATUS_LINES[status] + b"content-type: %b\r\ncontent-length: %d\r\n\r\n" % (
            content_type,
            length,
        )
        self._writer.write(head + body)
        await self._writer.drain()

    async def _tunnel(self, data: bytes) -> None:
        """Pass on what is not HTTP, in both directions."""
        with suppress(Unreachable):
            reader, writer = await self._link.opened()
            writer.write(data)
            copies = {
                asyncio.ensure_future(_copy(self._reader, writer)),
                asyncio.ensure_future(_copy(reader, self._writer)),
            }
            _, unfinished = await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
            for each in unfinished:
                with suppress(TimeoutError):
                    async with asyncio.timeout(COPY_SECONDS):
                        await each


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(HEAD_BYTES):
            writer.write(part)
            await writer.drain()
        # Half-closed: the other direction may still have an answer under way.
        writer.write_eof()

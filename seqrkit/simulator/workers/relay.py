"""Passes requests on to the main process, byte for byte, and its responses back."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

from seqrkit.simulator.http.connection import DROP
from seqrkit.simulator.http.request_and_response import App, Receive, Scope, Send

_PART: Final = 65_536
_HOP_BY_HOP: Final = frozenset({b"connection", b"keep-alive", b"expect", b"transfer-encoding"})


def relay_to(port: int) -> App:
    """Return an ASGI application that lets the server at a port of this machine answer."""

    async def relay(scope: Scope, receive: Receive, send: Send) -> None:
        # Not kept open: pages and control calls are rare beside SOAP requests.
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            scope["extensions"][DROP]()  # the main process has ended, and so will this one
            return
        gone = asyncio.ensure_future(_pass_request(scope, receive, writer))
        try:
            await _pass_response(reader, send, gone)
        except (OSError, asyncio.IncompleteReadError):
            scope["extensions"][DROP]()  # nobody knows what became of the request
        finally:
            gone.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await gone
            writer.close()

    return relay


async def _pass_request(scope: Scope, receive: Receive, writer: asyncio.StreamWriter) -> None:
    """Send a request, and return when its client has gone."""
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    # HTTP/1.0: the end of the connection is the end of the response.
    lines = [b"%b %b%b HTTP/1.0" % (scope["method"].encode(), scope["raw_path"], query)]
    headers = dict(scope["headers"])
    is_sized = b"content-length" in headers
    lines += [b"%b: %b" % each for each in headers.items() if each[0] not in _HOP_BY_HOP]
    body, more = b"", True
    while more and not is_sized:  # its length must be known
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        body, more = body + event.get("body", b""), event.get("more_body", False)
    if not is_sized:
        lines.append(b"content-length: %d" % len(body))
    writer.write(b"\r\n".join([*lines, b"", body]))
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        writer.write(event.get("body", b""))
        await writer.drain()


async def _pass_response(
    reader: asyncio.StreamReader, send: Send, gone: asyncio.Future[None]
) -> None:
    head, *lines = (await reader.readuntil(b"\r\n\r\n")).rstrip().split(b"\r\n")
    pairs = (line.partition(b":") for line in lines)
    headers = [(name.strip().lower(), value.strip()) for name, _, value in pairs]
    # The server of this worker writes its own Date.
    kept = [each for each in headers if each[0] not in _HOP_BY_HOP | {b"date"}]
    await send({"type": "http.response.start", "status": int(head.split()[1]), "headers": kept})
    while not gone.done():
        reading = asyncio.ensure_future(reader.read(_PART))
        either: set[asyncio.Future[Any]] = {reading, gone}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            reading.cancel()
            return
        part = reading.result()
        await send({"type": "http.response.body", "body": part, "more_body": bool(part)})
        if not part:
            return

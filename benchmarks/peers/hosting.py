"""How the peers are served: uvicorn on httptools and uvloop, one process, as the endpoint is."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from io import BytesIO
from typing import Any

import uvicorn

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Asgi = Callable[[Event, Receive, Send], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., None]], Iterable[bytes]]


def serve(app: Asgi) -> None:
    """Serve an ASGI application on the port of the command line, until terminated."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=parser.parse_args().port,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )


async def body_of(receive: Receive) -> bytes:
    """The whole body of a request."""
    message = await receive()
    body: bytes = message["body"]
    while message["more_body"]:
        message = await receive()
        body += message["body"]
    return body


async def answer(send: Send, body: bytes, status: int = 200) -> None:
    """Send a reply of XML."""
    length = str(len(body)).encode()
    headers = [(b"content-type", b"text/xml; charset=utf-8"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def inline(wsgi: Wsgi) -> Asgi:
    """A WSGI application as an ASGI one, called right where the event loop is.

    That is for an application which waits for nothing: it saves the hop to a thread which every
    WSGI server has to make.
    """

    async def app(scope: Event, receive: Receive, send: Send) -> None:
        body = await body_of(receive)
        status: list[int] = []
        environ = {
            "REQUEST_METHOD": scope["method"],
            "SCRIPT_NAME": "",
            "PATH_INFO": scope["path"],
            "QUERY_STRING": scope["query_string"].decode(),
            "CONTENT_TYPE": "text/xml; charset=utf-8",
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
        }
        chunks = wsgi(environ, lambda line, *_: status.append(int(line[:3])))
        reply = b"".join(chunks)
        await answer(send, reply, status[0])

    return app

"""A small HTTP/1.1 client that knows exactly whether a request was sent.

In: a request for one origin. Out: a `Response`, or an `HttpFailure` whose class says whether the
server can have seen the request. Imports nothing else of seqrkit but clock and errors;
the client, the notifications and the control client are built on it.

seqrkit moves money, so this knowledge decides whether a payment may be repeated. urllib3,
http.client and httpcore do not give it through public interfaces: they hide write errors, or do
not tell whether a first byte had left. Here sockets and TLS are used directly, and h11 (sans-IO,
pure Python) implements the protocol: framing, keep-alive, 1xx responses.
"""

from __future__ import annotations

from seqrkit.http_client.client import HttpClient, Proxy, resolve
from seqrkit.http_client.connection import Response
from seqrkit.http_client.failures import (
    AnswerTimeout,
    ConnectionBroken,
    HttpFailure,
    NotHttp,
    NotSent,
    TlsFailed,
    Unanswered,
)
from seqrkit.http_client.origin import (
    PORTS,
    Origin,
    basic_authorization,
    request_target,
    without_credentials,
)
from seqrkit.http_client.settings import client_of, is_loopback

__all__ = [
    "PORTS",
    "AnswerTimeout",
    "ConnectionBroken",
    "HttpClient",
    "HttpFailure",
    "NotHttp",
    "NotSent",
    "Origin",
    "Proxy",
    "Response",
    "TlsFailed",
    "Unanswered",
    "basic_authorization",
    "client_of",
    "is_loopback",
    "request_target",
    "resolve",
    "without_credentials",
]

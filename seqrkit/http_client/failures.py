"""Why a request got no complete response, and whether it was sent.

HttpFailure
    NotSent               nothing was sent; repeating is safe
        TlsFailed         the TLS handshake failed
    Unanswered            at least one byte was sent; the server may have acted on it
        AnswerTimeout     the deadline passed before the response was complete
        ConnectionBroken  the connection ended before the response was complete
        NotHttp           the response is not valid HTTP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seqrkit.http_client.connection import Response


class HttpFailure(Exception):
    """No complete response.

    `received` is the beginning of one, if its headers had arrived; `raw` is what arrived at all.
    """

    def __init__(self, reason: str, *, received: Response | None = None, raw: bytes = b"") -> None:
        super().__init__(reason)
        self.reason = reason
        self.received = received
        self.raw = raw


class NotSent(HttpFailure):
    """The request failed before its first byte left on an established connection."""


class TlsFailed(NotSent):
    """The TLS handshake failed."""


class Unanswered(HttpFailure):
    """The request, or a part of it, was sent, and no complete response came back."""


class AnswerTimeout(Unanswered):
    """The deadline passed before the response was complete."""


class ConnectionBroken(Unanswered):
    """The connection ended before the response was complete."""


class NotHttp(Unanswered):
    """The response is not valid HTTP."""

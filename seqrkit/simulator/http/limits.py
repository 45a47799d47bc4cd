"""The limits of an endpoint for its clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from seqrkit import soap
from seqrkit.simulator.http.request_body import BODY_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of an endpoint; sizes are in bytes, times in seconds.

    `message_bytes` limits a body, also decompressed; `body_seconds` limits its arrival (408).
    `head_bytes` and `head_fields` limit a request line with its headers (431), and `head_seconds`
    limits their arrival (408; a connection without any request is only closed). Above `connections`
    a request is answered 503. An idle connection is closed after `idle_seconds`.
    """

    message_bytes: int = soap.MAX_BYTES
    body_seconds: float = BODY_SECONDS
    head_bytes: int = 32_768
    head_fields: int = 100
    head_seconds: float = 10
    connections: int = 1000
    idle_seconds: int = 65


DEFAULT: Final = Limits()
"""The default limits."""

"""How much the endpoint takes from one client, and how long it waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from seqrkit import soap
from seqrkit.simulator.http.request_body import BODY_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of an endpoint; sizes are in bytes, times in seconds.

    `message_bytes` is for a body, also decompressed (413 past it), `body_seconds` for its arrival
    (408). `head_bytes` and `head_fields` are for a request line with its headers (431), whose
    arrival may take `head_seconds` (408; a connection on which nothing comes is just closed).
    Past `connections` at a time a request is answered 503. A connection on which nothing happens
    after an answer is closed after `idle_seconds`.
    """

    message_bytes: int = soap.MAX_BYTES
    body_seconds: float = BODY_SECONDS
    head_bytes: int = 32_768
    head_fields: int = 100
    head_seconds: float = 10
    connections: int = 1000
    idle_seconds: int = 65


DEFAULT: Final = Limits()
"""The limits unless others are given."""

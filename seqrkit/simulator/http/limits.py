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
    the one that has waited longest for its client is closed, and if all are being answered, a
    request is answered 503; so are event streams above `event_streams`. One address may have
    `address_share` of both. The process may be allowed too few open files for so many; then there
    are fewer. A connection that is idle, or whose client does not read, is closed after
    `idle_seconds`.
    """

    message_bytes: int = soap.MAX_BYTES
    body_seconds: float = BODY_SECONDS
    # Apache and Tomcat take 8 kB; gateways add tokens and traces to a request.
    head_bytes: int = 32_768
    head_fields: int = 100
    head_seconds: float = 10
    connections: int = 1000
    event_streams: int = 100
    address_share: float = 0.5
    # Longer than the 60 s of usual gateways, so that the gateway closes first and loses no request.
    idle_seconds: int = 65


DEFAULT: Final = Limits()
"""The default limits."""

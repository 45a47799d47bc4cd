"""What is said of an exchange in the same words everywhere."""

from __future__ import annotations

from seqrkit import schemas
from seqrkit.exchange import Exchange


def result(exchange: Exchange) -> str:
    """Result code and name, e.g. ``0 SUCCESS``; or why there is none."""
    if exchange.result_code is None:
        return failure(exchange)
    return named(exchange.result_code, exchange.result_description)


def short(exchange: Exchange) -> str:
    """The same in a few words: ``0 SUCCESS``, ``SOAP fault Client``, ``TimedOut``, ``HTTP 503``."""
    if exchange.result_code is not None:
        return result(exchange)
    if exchange.fault is not None:
        return f"SOAP fault {exchange.fault.code}"
    return exchange.failure_kind or f"HTTP {exchange.status}"


def named(code: int, description: str | None) -> str:
    """A result code and its name; the name that the service gave it where nobody documents it."""
    known = schemas.result_codes().get(code)
    return f"{int(code)} {known.name if known else description or 'unknown result code'}"


def meaning(exchange: Exchange) -> str:
    """What the result code means, as `explained` says it; or why there is none."""
    if exchange.result_code is None:
        return failure(exchange)
    return explained(exchange.result_code)


def explained(code: int | None) -> str:
    """What a result code means, and what to do about it unless it is success.

    Empty for a code that nobody documents.
    """
    known = None if code is None else schemas.result_codes().get(code)
    if known is None:
        return ""
    return f"{known.meaning} {known.advice}" if code else known.meaning


def failure(exchange: Exchange) -> str:
    """Why there is no result code: the SOAP fault, the failure, or an answer of another kind."""
    if exchange.fault is not None:
        return f"SOAP fault {exchange.fault.code}: {exchange.fault.reason}"
    if exchange.failure:
        return exchange.failure
    return f"HTTP {exchange.status}, and no reply in it"


def milliseconds(exchange: Exchange) -> str:
    """How long the exchange took, e.g. ``3.1 ms``."""
    return f"{exchange.duration * 1000:.1f} ms"

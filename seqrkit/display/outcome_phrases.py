"""Short descriptions of an exchange's outcome, shared by text and HTML views."""

from __future__ import annotations

from typing import Final

from seqrkit import schemas
from seqrkit.contract.findings import shorten
from seqrkit.exchange import Exchange

_TOO_LONG: Final = 10**20
_LONGEST_REASON: Final = 500
"""Characters of a fault's reason that are shown."""


def result(exchange: Exchange) -> str:
    """Return result code and name (``0 SUCCESS``); without a result code, the reason."""
    if exchange.result_code is None:
        return failure(exchange)
    return named(exchange.result_code, exchange.result_description)


def short(exchange: Exchange) -> str:
    """Return the outcome in a few words: ``0 SUCCESS``, ``SOAP fault Client``, ``HTTP 503``."""
    if exchange.result_code is not None:
        return result(exchange)
    if exchange.fault is not None:
        return f"SOAP fault {shorten(exchange.fault.code)}"
    return exchange.failure_kind or f"HTTP {exchange.status}"


def named(code: int, description: str | None) -> str:
    """Return a result code and its name; for an undocumented code, the service's description."""
    known = schemas.result_codes().get(code)
    return (
        f"{digits(code)} {known.name if known else shorten(description or 'unknown result code')}"
    )


def digits(number: int) -> str:
    """Return a number in digits; the size of one that is too long to read."""
    # Python itself refuses to write integers of more than 4,300 digits.
    return (
        f"{int(number)}" if abs(number) < _TOO_LONG else f"(a number of {number.bit_length()} bits)"
    )


def meaning(exchange: Exchange) -> str:
    """Return the meaning of the result code; without a result code, the reason."""
    if exchange.result_code is None:
        return failure(exchange)
    return explained(exchange.result_code)


def explained(code: int | None) -> str:
    """Return what a result code means and, unless it is success, what to do; else empty."""
    known = None if code is None else schemas.result_codes().get(code)
    if known is None:
        return ""
    return f"{known.meaning} {known.advice}" if code else known.meaning


def failure(exchange: Exchange) -> str:
    """Return why there is no result code: SOAP fault, failure, or an answer that is not SOAP."""
    if exchange.fault is not None:
        reason = shorten(exchange.fault.reason, _LONGEST_REASON)
        return f"SOAP fault {shorten(exchange.fault.code)}: {reason}"
    if exchange.failure:
        return shorten(exchange.failure, _LONGEST_REASON)
    return f"HTTP {exchange.status}, and no reply in it"


def milliseconds(exchange: Exchange) -> str:
    """Return the duration of the exchange, e.g. ``3.1 ms``; empty if a manual clock stood still."""
    return f"{exchange.duration * 1000:.1f} ms" if exchange.duration else ""

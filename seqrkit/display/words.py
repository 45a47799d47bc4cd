"""What is said of an exchange in the same words everywhere."""

from __future__ import annotations

from seqrkit import schemas
from seqrkit.exchange import Exchange


def code_name(exchange: Exchange) -> str:
    """The name of the reply's result code, e.g. ``SUCCESS``."""
    known = _known(exchange)
    return known.name if known else exchange.result_description or "unknown result code"


def code_meaning(exchange: Exchange) -> str:
    """What the reply's result code means; empty for a code that nobody documents."""
    known = _known(exchange)
    return known.meaning if known else ""


def failure(exchange: Exchange) -> str:
    """Why there is no result code: the SOAP fault, the failure, or an answer of another kind."""
    if exchange.fault is not None:
        return f"SOAP fault {exchange.fault.code}: {exchange.fault.reason}"
    if exchange.failure:
        return str(exchange.failure)
    return f"HTTP {exchange.status}, and no reply in it"


def milliseconds(exchange: Exchange) -> str:
    """How long the exchange took, e.g. ``3.1 ms``."""
    return f"{exchange.duration * 1000:.1f} ms"


def _known(exchange: Exchange) -> schemas.ResultCodeMeaning | None:
    return (
        None if exchange.result_code is None else schemas.result_codes().get(exchange.result_code)
    )

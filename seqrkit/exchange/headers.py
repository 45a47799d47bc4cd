"""HTTP headers, whose names are compared in any case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from seqrkit import soap


def header(headers: Mapping[str, str], name: str) -> str | None:
    """Return the value of an HTTP header; `None` if it is absent."""
    wanted = name.lower()
    return next((value for each, value in headers.items() if each.lower() == wanted), None)


def date_in(headers: Mapping[str, str], name: str) -> datetime | None:
    """Return the date in an HTTP header; `None` if there is no valid one."""
    try:
        date = parsedate_to_datetime(header(headers, name) or "")
    except (ValueError, OverflowError):
        return None
    # parsedate_to_datetime gives no zone for -0000, which means UTC (RFC 5322, section 3.3).
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def charset_in(headers: Mapping[str, str]) -> str | None:
    """Return the charset of the Content-Type; `None` if it names none."""
    return soap.charset_of(header(headers, "Content-Type"))

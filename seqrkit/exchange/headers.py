"""HTTP headers, whose names are compared in any case."""

from __future__ import annotations

from collections.abc import Mapping

from seqrkit import soap


def header(headers: Mapping[str, str], name: str) -> str | None:
    """Return the value of an HTTP header; `None` if it is absent."""
    wanted = name.lower()
    return next((value for each, value in headers.items() if each.lower() == wanted), None)


def charset_in(headers: Mapping[str, str]) -> str | None:
    """Return the charset of the Content-Type; `None` if it names none."""
    return soap.charset_of(header(headers, "Content-Type"))

"""Findings about a response: those of its body, and of the HTTP status it came with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from seqrkit import soap
from seqrkit.contract import Contract, Finding
from seqrkit.contract.http_rules import status_findings
from seqrkit.errors import MessageError
from seqrkit.exchange.headers import charset_in

REPLY_LIMIT: Final = 16 * 1024 * 1024
"""Maximum bytes of a response that are read (16 MiB): a report contains its document twice."""


def reply_findings(
    contract: Contract,
    body: bytes | None,
    status: int | None,
    headers: Mapping[str, str],
    secrets: soap.Secrets | None = None,
) -> tuple[Finding, ...]:
    """Return the findings about a response, which quote it with `secrets` masked."""
    if body is None:
        return ()
    charset = charset_in(headers)
    found = contract.lint_message(body, limit=REPLY_LIMIT, charset=charset, secrets=secrets)
    try:
        outcome = soap.read_outcome(body, limit=REPLY_LIMIT, charset=charset)
    except MessageError:
        return found  # the status of something else is an error of its own
    return (*status_findings(status or 0, outcome.name), *found)

"""Findings about a response: those of its body, and of the HTTP status it came with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from seqrkit import soap
from seqrkit.captures.packed_replies import read_reply
from seqrkit.contract import Contract, Finding
from seqrkit.contract.envelope_rules import WRAPPED
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
    *,
    document: soap.Document | None = None,
) -> tuple[Finding, ...]:
    """Return the findings about a response, which quote it with `secrets` masked.

    `document` is what was read from the body, if it has been read before.
    """
    if body is None:
        return ()
    charset = charset_in(headers)
    try:
        document = document or read_reply(body, limit=REPLY_LIMIT, charset=charset)
        name = soap.local(soap.payload_of(document.root))
    except MessageError:
        name = ""  # the status of something else is an error of its own
    if document is not None and document.is_unpacked:
        shown = body if secrets is None else secrets.mask_repetitions(body)
        found = contract.lint(shown, limit=REPLY_LIMIT, charset=charset)
        if not any(each.id.startswith("soap.") for each in found):
            sentence = "the message is packed in another format; send the envelope alone"
            found = (Finding(WRAPPED, "", 1, sentence), *found)
    else:
        found = contract.lint_message(
            body, limit=REPLY_LIMIT, charset=charset, secrets=secrets, document=document
        )
    return (*status_findings(status or 0, name), *found) if name else found

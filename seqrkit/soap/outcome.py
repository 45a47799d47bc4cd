"""The result code, status and fault of a reply, decided in one place.

Client, exchange, linter and suite use it, so that they cannot disagree about whether a request
succeeded. Names are compared without namespaces, because a stack that qualifies elements, or uses
SOAP 1.2, means the same as one that does not.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from lxml import etree

from seqrkit.soap.elements import child_of, local, namespace, resolved, text_of
from seqrkit.soap.envelope import payload_of
from seqrkit.soap.fault import Fault, is_fault, read_fault
from seqrkit.soap.parser import MAX_BYTES, Document, read_document
from seqrkit.soap.repairs import repaired
from seqrkit.soap.secrets import NO_SECRETS, Secrets
from seqrkit.soap.values import integer
from seqrkit.vocabulary import NAMESPACE

_SHOWN: Final = 60


class Outcome(NamedTuple):
    """The outcome that a reply reports.

    `name` is the local name of the element in the Body. `result_code` is `None` if there is no
    result code or it is not a number; `raw_code` is its text.
    """

    name: str = ""
    result_code: int | None = None
    raw_code: str | None = None
    result_description: str | None = None
    status: str | None = None
    fault: Fault | None = None


def read_outcome(
    data: bytes,
    *,
    limit: int = MAX_BYTES,
    charset: str | None = None,
    secrets: Secrets = NO_SECRETS,
) -> Outcome:
    """Read the outcome of a reply; raises a `MessageError` for bytes that are not SOAP."""
    return outcome_of(read_payload(data, limit=limit, charset=charset), secrets)


def read_payload(
    data: bytes, *, limit: int = MAX_BYTES, charset: str | None = None
) -> etree._Element:
    """Return the element in the Body of a reply; raises a `MessageError` for bytes without one."""
    return payload_of(read_reply(data, limit=limit, charset=charset).root)


def read_reply(data: bytes, *, limit: int = MAX_BYTES, charset: str | None = None) -> Document:
    """Read a reply, which is repaired if it is not well-formed; raises a `MessageError`."""
    return read_document(data, limit=limit, charset=charset, repair=repaired)


def outcome_of(payload: etree._Element, secrets: Secrets = NO_SECRETS) -> Outcome:
    """Read the outcome from the element in the Body of a reply; texts have `secrets` masked."""
    if is_fault(payload):
        return Outcome(local(payload), fault=read_fault(payload, secrets))
    content = content_of(payload)
    if content is None or namespace(payload) != NAMESPACE:
        return Outcome(local(payload))
    code, status = text_of(child_of(content, "resultCode")), text_of(child_of(content, "status"))
    description = text_of(child_of(content, "resultDescription"))
    return Outcome(
        name=local(payload),
        result_code=None if code is None else integer(_visible(code)),
        raw_code=None if code is None else _shortened(secrets.mask(code)),
        result_description=secrets.mask(description) if description else None,
        status=None if status is None else _visible(status),
    )


def content_of(payload: etree._Element) -> etree._Element | None:
    """Return the element that has the result code of a reply: `return`, as the schema names it.

    Spyne names it after the operation, and some stacks omit it; then it is the element that
    contains a resultCode. Of several, the last one with a resultCode is read.
    """
    named = [each for each in payload.iterchildren("*") if local(each).lower() == "return"]
    found = [resolved(each) for each in (named or (payload, *payload.iterchildren("*")))]
    with_code = [each for each in found if child_of(each, "resultCode") is not None]
    candidates = with_code or (found if named else [])
    return candidates[-1] if candidates else None


def _visible(text: str) -> str:
    """Return a text without white space and invisible characters before and after it.

    Programs add no-break spaces, zero-width spaces and byte order marks that nobody sees.
    """
    seen = [
        at
        for at, character in enumerate(text)
        if character.isprintable() and character not in {" ", "\N{REPLACEMENT CHARACTER}"}
    ]
    return text[seen[0] : seen[-1] + 1] if seen else ""


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}\N{HORIZONTAL ELLIPSIS}"

"""The result code, status and fault of a reply, decided in one place.

Client, exchange, linter and suite use it, so that they cannot disagree about whether a request
succeeded. Names are compared without namespaces, because a stack that qualifies elements, or uses
SOAP 1.2, means the same as one that does not.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from unicodedata import category

from lxml import etree

from seqrkit.errors import MessageError
from seqrkit.soap.elements import child_of, local, namespace, resolved, text_of
from seqrkit.soap.envelope import payload_of
from seqrkit.soap.fault import Fault, is_fault, read_fault
from seqrkit.soap.parser import MAX_BYTES, Document, parse, read_document
from seqrkit.soap.reply_repairs import repaired
from seqrkit.soap.secrets import NO_SECRETS, Secrets
from seqrkit.soap.xsd_values import integer
from seqrkit.vocabulary import NAMESPACE

_SHOWN: Final = 60
_DECLARATION: Final = re.compile(r"\A<\?xml\s[^<>]*\?>")


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


def read_payload(data: bytes, *, limit: int = MAX_BYTES) -> etree._Element:
    """Return the element in the Body of a reply; raises a `MessageError` for bytes without one."""
    return payload_of(read_reply(data, limit=limit).root)


def read_reply(data: bytes, *, limit: int = MAX_BYTES, charset: str | None = None) -> Document:
    """Read a reply, which is repaired if it is not well-formed; raises a `MessageError`."""
    return read_document(data, limit=limit, charset=charset, repair=repaired)


def outcome_of(payload: etree._Element, secrets: Secrets = NO_SECRETS) -> Outcome:
    """Read the outcome from the element in the Body of a reply; texts have `secrets` masked."""
    if is_fault(payload):
        return Outcome(local(payload), fault=read_fault(payload, secrets))
    content = content_of(payload)
    has_code = content is not None and child_of(content, "resultCode") is not None
    # A result code decides: a text that resembles a fault must not hide a payment.
    inner = None if has_code else _fault_in(payload)
    if inner is not None:
        return Outcome(local(inner), fault=read_fault(inner, secrets))
    # Another service's reply can have a resultCode too, with another meaning.
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
    contains a resultCode. Of several, the last one with a resultCode is read. Elements that are
    written as text, in a CDATA section or escaped, are read too.
    """
    payload = _with_elements(payload)
    named = [each for each in payload.iterchildren("*") if local(each).lower() == "return"]
    around = named or (payload, *payload.iterfind("*"), *payload.iterfind("*/*"))
    found = [_with_elements(resolved(each)) for each in around]
    with_code = [each for each in found if child_of(each, "resultCode") is not None]
    candidates = with_code or (found if named else [])
    return candidates[-1] if candidates else None


def _with_elements(element: etree._Element) -> etree._Element:
    """Return an element, or the elements that its text consists of."""
    text = (element.text or "").strip()
    if len(element) or not text.startswith("<"):
        return element
    name = local(element)
    # The text may be several elements, which need a root.
    document = f"<{name}>{_DECLARATION.sub('', text)}</{name}>".encode()
    try:
        # The message was measured as a whole before.
        root = parse(document, limit=len(document))
    except MessageError:
        return element
    inner = next(root.iterchildren("*"), root)
    return inner if local(inner) == name else root


def _fault_in(payload: etree._Element) -> etree._Element | None:
    """Return the fault that a reply contains in place of its result."""
    inside = (each for child in payload.iterchildren("*") for each in (child, *child))
    return next((each for each in inside if is_fault(each)), None)


def _visible(text: str) -> str:
    """Return a text without invisible characters, and white space before and after it.

    Programs add no-break spaces, soft hyphens, zero-width spaces and byte order marks that nobody
    sees.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = "".join(each for each in text if category(each) != "Cf")
    seen = [
        at
        for at, character in enumerate(text)
        if character.isprintable() and character not in {" ", "\N{REPLACEMENT CHARACTER}"}
    ]
    return text[seen[0] : seen[-1] + 1] if seen else ""


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}\N{HORIZONTAL ELLIPSIS}"

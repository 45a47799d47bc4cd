"""The result code, status and fault of an answer, decided in one place.

Client and exchange use it, so that they cannot disagree about whether a request succeeded. Names
are compared without their namespaces, because a stack that qualifies elements, or speaks SOAP 1.2,
says the same as one that does not.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from lxml import etree

from seqrkit.errors import EmptyBody, NotSoap
from seqrkit.soap.message import (
    FAULT,
    MAX_BYTES,
    SOAP12_NAMESPACE,
    Fault,
    local,
    namespace,
    read_document,
    read_fault,
)
from seqrkit.soap.values import integer
from seqrkit.vocabulary import NAMESPACE

_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_TRUE: Final = frozenset({"true", "1"})
_SHOWN: Final = 60


class Outcome(NamedTuple):
    """What an answer says.

    `name` is the local name of the element in the Body. `result_code` is `None` where there is
    none that is a number; `raw_code` is then what stands in its place.
    """

    name: str = ""
    result_code: int | None = None
    raw_code: str | None = None
    result_description: str | None = None
    status: str | None = None
    fault: Fault | None = None


def read_outcome(data: bytes, *, limit: int = MAX_BYTES, charset: str | None = None) -> Outcome:
    """Read what an answer says; raises a `MessageError` for bytes that are not SOAP."""
    return outcome_of(payload_of(read_document(data, limit=limit, charset=charset).root))


def outcome_of(payload: etree._Element) -> Outcome:
    """Read what the element in the Body of an answer says."""
    if is_fault(payload):
        return Outcome(local(payload), fault=read_fault(payload))
    content = content_of(payload)
    if content is None:
        return Outcome(local(payload))
    code, status = text_of(child_of(content, "resultCode")), text_of(child_of(content, "status"))
    return Outcome(
        name=local(payload),
        result_code=None if code is None else integer(code),
        raw_code=None if code is None else _shortened(code),
        result_description=text_of(child_of(content, "resultDescription")) or None,
        status=None if status is None else status.strip(),
    )


def payload_of(root: etree._Element) -> etree._Element:
    """Return the element in the Body, whatever version of SOAP the envelope is in.

    A bare operation or reply is its own payload. Raises `EmptyBody` or `NotSoap`.
    """
    if local(root) != "Envelope":
        if namespace(root) == NAMESPACE or (
            root.tag == local(root) and str(root.tag).endswith("Response")
        ):
            return root
        raise NotSoap(
            f"<{local(root)}> in namespace {namespace(root)!r} is neither a SOAP envelope nor an "
            f"operation; an operation is in namespace {NAMESPACE}",
            line=root.sourceline,
        )
    body = child_of(root, "Body")
    payload = None if body is None else next(body.iterchildren("*"), None)
    if payload is None:
        raise EmptyBody("the envelope has nothing in its Body", line=root.sourceline)
    return payload


def is_fault(payload: etree._Element) -> bool:
    """Whether the element in a Body is a fault of SOAP 1.1 or 1.2."""
    return payload.tag in {FAULT, f"{{{SOAP12_NAMESPACE}}}Fault"}


def content_of(payload: etree._Element) -> etree._Element | None:
    """Return the element that has the result code of a reply: `return`, as the schema names it.

    Spyne calls it after the operation, and some stacks leave it out; then it is the one that
    holds a resultCode.
    """
    named = child_of(payload, "return")
    if named is not None:
        return resolved(named)
    for each in (payload, *payload.iterchildren("*")):
        if child_of(resolved(each), "resultCode") is not None:
            return resolved(each)
    return None


def child_of(element: etree._Element, name: str) -> etree._Element | None:
    """Return the child of that name, of several the last, as the service counts them."""
    found = None
    for child in element.iterchildren("*"):
        if local(child) == name:
            found = child
    return found


def text_of(element: etree._Element | None) -> str | None:
    """Return the text of an element; `None` where it is absent, nil or has elements inside."""
    if element is None:
        return None
    element = resolved(element)
    return None if is_nil(element) or len(element) else element.text or ""


def is_nil(element: etree._Element) -> bool:
    """Whether an element is marked as having no value."""
    return element.get(f"{_XSI}nil", "").strip() in _TRUE


def resolved(element: etree._Element) -> etree._Element:
    """Return the element that an rpc/encoded reference (href="#id") stands for, or itself.

    A reference is followed once: one that leads to another, or to its own parent, stays as it is.
    """
    reference = element.get("href", "")
    if not reference.startswith("#") or len(element):
        return element
    root = element.getroottree().getroot()
    found = next((each for each in root.iter("*") if each.get("id") == reference[1:]), element)
    return element if found in element.iterancestors() else found


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}\N{HORIZONTAL ELLIPSIS}"

"""SOAP 1.1 envelopes: take them apart, and write them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NamedTuple

from lxml import etree

from seqrkit.errors import EmptyBody, MustUnderstand, NotSoap, WrongSoapVersion
from seqrkit.soap.elements import child_of, local, namespace
from seqrkit.vocabulary import NAMESPACE

ENVELOPE_NAMESPACE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12_NAMESPACE: Final = "http://www.w3.org/2003/05/soap-envelope"
CONTENT_TYPE: Final = "text/xml; charset=utf-8"
HEADERS: Final = MappingProxyType(
    # SOAP 1.1 requires the header even where the WSDL has no action (section 6.1.1).
    {"Content-Type": CONTENT_TYPE, "SOAPAction": '""', "Accept": "text/xml"}
)
"""The HTTP headers of a request."""

ENVELOPE: Final = f"{{{ENVELOPE_NAMESPACE}}}Envelope"
_HEADER: Final = f"{{{ENVELOPE_NAMESPACE}}}Header"
BODY: Final = f"{{{ENVELOPE_NAMESPACE}}}Body"
_MUST_UNDERSTAND: Final = f"{{{ENVELOPE_NAMESPACE}}}mustUnderstand"
_ACTOR: Final = f"{{{ENVELOPE_NAMESPACE}}}actor"
_OWN_ACTORS: Final = frozenset({"", "http://schemas.xmlsoap.org/soap/actor/next"})
"""A header for any other actor is not for the service (SOAP 1.1, section 4.2.2)."""


class Message(NamedTuple):
    """The element of an operation (or a fault), and the envelope around it.

    A bare operation element, as people keep them in files, has no envelope.
    """

    root: etree._Element
    header: etree._Element | None
    payload: etree._Element
    is_envelope: bool


def read_envelope(root: etree._Element) -> Message:
    """Take an envelope of SOAP 1.1 apart; a bare operation element is a body without envelope.

    Raises `WrongSoapVersion`, `EmptyBody`, `MustUnderstand`, or `NotSoap` for anything else.
    """
    if root.tag != ENVELOPE:
        return _bare(root)
    parts = {each.tag: each for each in reversed(root)}  # of several, the first
    header, body = parts.get(_HEADER), parts.get(BODY)
    if header is not None and len(header):
        _refuse_must_understand(header)
    if body is None:
        msg = "the envelope has no Body; put the operation into <soapenv:Body>"
        raise EmptyBody(msg, line=root.sourceline)
    payload = next(body.iterchildren("*"), None)
    if payload is None:
        state = "is empty" if not (body.text or "").strip() else "contains only text"
        msg = f"the Body {state}; it must contain one operation, e.g. <ext:sendInvoice>"
        raise EmptyBody(msg, line=body.sourceline)
    return Message(root, header, payload, is_envelope=True)


def payload_of(root: etree._Element) -> etree._Element:
    """Return the element in the Body of an envelope of any SOAP version.

    A bare operation, reply or fault is its own payload. Raises `EmptyBody` or `NotSoap`.
    """
    if local(root).lower() != "envelope":
        # Stacks that unwrap a message may lose its namespace.
        is_reply = not namespace(root) and local(root).endswith("Response")
        if namespace(root) == NAMESPACE or is_reply or local(root) == "Fault":
            return root
        raise _not_soap(root)
    body = child_of(root, "Body")
    payload = None if body is None else next(body.iterchildren("*"), None)
    if payload is None:
        raise EmptyBody("the envelope has nothing in its Body", line=root.sourceline)
    return payload


def envelope(payload: etree._Element) -> bytes:
    """Return an indented envelope around an operation's element."""
    root = etree.Element(ENVELOPE, nsmap={"soapenv": ENVELOPE_NAMESPACE, "ext": NAMESPACE})
    etree.SubElement(root, BODY).append(payload)
    return indent(root)


def indent(root: etree._Element) -> bytes:
    """Return a document as UTF-8 bytes with one element per line, so that findings have lines."""
    etree.indent(root, space="  ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _bare(root: etree._Element) -> Message:
    space = namespace(root)
    if local(root) == "Envelope":
        if space == SOAP12_NAMESPACE:
            what = "this is an envelope of SOAP 1.2"
        elif space:
            what = f"the envelope is in an unknown SOAP namespace, {space!r}"
        else:
            what = "the envelope is in no namespace"
        msg = f"{what}; the service uses SOAP 1.1: {ENVELOPE_NAMESPACE}"
        raise WrongSoapVersion(msg, line=root.sourceline)
    if space != NAMESPACE:
        raise _not_soap(root)
    return Message(root, None, root, is_envelope=False)


def _not_soap(root: etree._Element) -> NotSoap:
    space = namespace(root)
    if local(root).lower() == "html":
        return NotSoap(
            "this is an HTML page; a web server or proxy wrote it, not the service", line=1
        )
    where = f"in namespace {space!r}" if space else "in no namespace"
    return NotSoap(
        f"<{local(root)}> {where} is neither a SOAP envelope nor an operation; "
        f"an operation is in namespace {NAMESPACE}",
        line=root.sourceline,
    )


def must_understand(block: etree._Element) -> bool:
    """Return whether a header block must be understood by the service."""
    is_own = block.get(_ACTOR, "").strip() in _OWN_ACTORS
    # SOAP 1.1 knows 0 and 1 only, but stacks write what xs:boolean allows.
    return is_own and block.get(_MUST_UNDERSTAND, "").strip() in {"1", "true"}


def _refuse_must_understand(header: etree._Element) -> None:
    for block in header.iterchildren("*"):
        if must_understand(block):
            msg = f"header <{local(block)}> must be understood, but this API defines no headers"
            raise MustUnderstand(msg, line=block.sourceline)

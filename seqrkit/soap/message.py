"""SOAP 1.1 envelopes: parse, take apart, write, and hide passwords.

Parsing is hardened: a size limit before the parser sees a byte, no entities, no DTD, no network.
Comments and processing instructions are dropped, so that text reads the same to everyone.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape  # as xml.sax.saxutils has it, and that loads urllib and email
from types import MappingProxyType
from typing import Final, NamedTuple

from lxml import etree

from seqrkit.errors import (
    DtdRefused,
    EmptyBody,
    MustUnderstand,
    NotSoap,
    NotXml,
    TooLarge,
    WrongSoapVersion,
)
from seqrkit.soap import surroundings
from seqrkit.soap.encoding import Encoding, decide
from seqrkit.vocabulary import NAMESPACE

ENVELOPE_NAMESPACE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12_NAMESPACE: Final = "http://www.w3.org/2003/05/soap-envelope"
CONTENT_TYPE: Final = "text/xml; charset=utf-8"
HEADERS: Final = MappingProxyType(
    {"Content-Type": CONTENT_TYPE, "SOAPAction": '""', "Accept": "text/xml"}
)
"""What a request carries besides its bytes."""
MAX_BYTES: Final = 1_048_576
"""The size limit of a message (1 MiB), for linter and endpoint alike."""
MASK: Final = "********"
"""What stands in the place of a password wherever an exchange is shown or saved."""

ENVELOPE: Final = f"{{{ENVELOPE_NAMESPACE}}}Envelope"
_HEADER: Final = f"{{{ENVELOPE_NAMESPACE}}}Header"
BODY: Final = f"{{{ENVELOPE_NAMESPACE}}}Body"
FAULT: Final = f"{{{ENVELOPE_NAMESPACE}}}Fault"
_MUST_UNDERSTAND: Final = f"{{{ENVELOPE_NAMESPACE}}}mustUnderstand"

_NO_DTD = "a document type declaration is not allowed in a SOAP message; remove <!DOCTYPE ...>"


def _hardened(*, huge: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=huge,
        remove_comments=True,
        remove_pis=True,
    )


_PARSER: Final = _hardened()
_HUGE_PARSER: Final = _hardened(huge=True)
_LONGEST_TEXT: Final = 10_000_000
"""The longest text that libxml2 reads in one node unless told that a document may be huge."""


class Message(NamedTuple):
    """What a message carries: its operation's element (or fault), and the envelope around it.

    A bare operation element, as people keep them in files, has no envelope.
    """

    root: etree._Element
    header: etree._Element | None
    payload: etree._Element
    is_envelope: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault: whose mistake (`Client`, `Server`, ...), what, and details as text."""

    code: str
    reason: str
    detail: str

    @property
    def blames_the_message(self) -> bool:
        """Whether its code is one of SOAP 1.1 for a message that could not be processed."""
        return self.code.partition(".")[0] in {"Client", "MustUnderstand", "VersionMismatch"}


class Document(NamedTuple):
    """A document that was read leniently, and in spite of what.

    `refusal` says why its bytes cannot be decoded, and were nevertheless; `labels` are about names
    of encodings that are wrong, `surroundings` about what stands before or after the message.
    """

    root: etree._Element
    refusal: str
    labels: tuple[str, ...]
    surroundings: tuple[str, ...]


def parse(data: bytes, *, limit: int = MAX_BYTES, charset: str | None = None) -> etree._Element:
    """Return the root element of an XML document; `charset` is that of HTTP.

    Raises `TooLarge`, `NotXml` (with the line) or `DtdRefused`.
    """
    _check_size(data, limit)
    encoding = decide(data, charset)
    if encoding.refusal:
        raise NotXml(f"not well-formed XML: {encoding.refusal}", line=1)
    return _parsed(_as_utf_8(data, encoding), data)


def read_document(data: bytes, *, limit: int = MAX_BYTES, charset: str | None = None) -> Document:
    """Read a document in spite of wrong labels, and of anything before or after the envelope.

    Raises what `parse` raises where no reading makes sense.
    """
    _check_size(data, limit)
    encoding = decide(data, charset)
    try:
        root = _parsed(_as_utf_8(data, encoding), data)
    except NotXml as error:
        found = surroundings.envelope_in(data, encoding, charset)
        if found is None:
            raise
        try:
            root = _parsed(found.message, data)
        except NotXml:
            raise error from None
        return Document(root, found.encoding.refusal, found.encoding.labels, found.remarks)
    labels = list(encoding.labels)
    if data.startswith(codecs.BOM_UTF8):
        labels.append("a byte order mark stands before the message; UTF-8 needs none, leave it out")
    return Document(root, encoding.refusal, tuple(labels), ())


def _check_size(data: bytes, limit: int) -> None:
    if len(data) > limit:
        raise TooLarge(f"{len(data):,} bytes are more than the limit of {limit:,}")


def _as_utf_8(data: bytes, encoding: Encoding) -> bytes:
    plain = encoding.name == "utf-8" and not encoding.remarks
    return data if plain else encoding.text(data).encode()


def _parsed(message: bytes, data: bytes) -> etree._Element:
    """Parse a message in UTF-8; `data` are the bytes that it was in before."""
    # Without a document type there are no entities, which a huge document could expand.
    huge = len(message) > _LONGEST_TEXT and b"<!DOCTYPE" not in message
    try:
        root = etree.fromstring(message, _HUGE_PARSER if huge else _PARSER)
    except etree.XMLSyntaxError as error:
        if b"<!ENTITY" in message:  # an attack by entities fails before its DTD can be seen
            raise DtdRefused(_NO_DTD, line=1) from error
        raise NotXml(f"not well-formed XML: {_words(error, data)}", line=error.lineno) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DtdRefused(_NO_DTD, line=1)
    return root


def read_envelope(root: etree._Element) -> Message:
    """Take an envelope apart; a bare operation element is taken as a body without one.

    Raises `WrongSoapVersion`, `EmptyBody`, `MustUnderstand`, or `NotSoap` for anything else.
    """
    if root.tag != ENVELOPE:
        return _bare(root)
    parts = {each.tag: each for each in reversed(root)}  # of several, the first
    header, body = parts.get(_HEADER), parts.get(BODY)
    if header is not None and len(header):
        _refuse_must_understand(header)
    if body is None:
        msg = "the envelope has no Body; the operation belongs into <soapenv:Body>"
        raise EmptyBody(msg, line=_line(root))
    payload = next(body.iterchildren("*"), None)
    if payload is None:
        msg = "the Body is empty; it has to hold one operation, e.g. <ext:sendInvoice>"
        raise EmptyBody(msg, line=_line(body))
    return Message(root, header, payload, is_envelope=True)


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    tag = str(element.tag)
    return tag[tag.rfind("}") + 1 :]


def namespace(element: etree._Element) -> str:
    """The namespace of an element's name, empty for none."""
    tag = str(element.tag)
    return tag[1 : tag.rfind("}")] if tag.startswith("{") else ""


def envelope(payload: etree._Element) -> bytes:
    """An indented envelope around an operation's element."""
    root = etree.Element(ENVELOPE, nsmap={"soapenv": ENVELOPE_NAMESPACE, "ext": NAMESPACE})
    etree.SubElement(root, BODY).append(payload)
    return indent(root)


def indent(root: etree._Element) -> bytes:
    """A document as UTF-8 bytes, an element a line, so that line numbers mean something."""
    etree.indent(root, space="  ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def fault(code: str, reason: str, detail: str = "") -> bytes:
    """The envelope of a SOAP fault; `code` is `Client`, `Server` or another of SOAP 1.1's."""
    details = f"<detail>{_text(detail)}</detail>" if detail else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soap:Envelope xmlns:soap="{ENVELOPE_NAMESPACE}"><soap:Body><soap:Fault>'
        f"<faultcode>soap:{code}</faultcode><faultstring>{_text(reason)}</faultstring>"
        f"{details}</soap:Fault></soap:Body></soap:Envelope>\n"
    ).encode()


def read_fault(payload: etree._Element) -> Fault | None:
    """Return what a fault of SOAP 1.1 or 1.2 says, or `None` when the payload is not a fault.

    A password that it repeats is hidden, since some services echo the request that they refuse.
    """
    if payload.tag not in {FAULT, f"{{{SOAP12_NAMESPACE}}}Fault"}:
        return None
    parts = {local(child).lower(): child for child in payload.iterchildren("*")}
    code, reason = (_fault_part(parts, *names) for names in _FAULT_PARTS)
    code = code.rpartition(":")[2].strip()
    detail = parts.get("detail")
    return Fault(
        code=_SOAP12_CODES.get(code, code),
        reason=_said(reason).strip(),
        detail="" if detail is None else _said(" ".join("".join(_texts(detail)).split())),
    )


_FAULT_PARTS: Final = (("faultcode", "code", "Value"), ("faultstring", "reason", "Text"))
"""Of code and reason: the element of SOAP 1.1; that of SOAP 1.2, and where its text is."""
_SOAP12_CODES: Final = {"Sender": "Client", "Receiver": "Server"}


def _fault_part(parts: Mapping[str, etree._Element], old: str, new: str, inner: str) -> str:
    if old in parts:
        return "".join(_texts(parts[old]))
    found = parts.get(new)
    texts = () if found is None else (each for each in found if local(each) == inner)
    return next((each.text or "" for each in texts), "")


def _texts(element: etree._Element) -> Iterator[str]:
    """All text in an element, but for that of passwords."""
    if local(element).lower() == "password":
        yield MASK
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


def _said(text: str) -> str:
    """Text without a password that it repeats; where it only names the element, it stays."""
    if _CLOSED_PASSWORD.search(text):
        return mask(text.encode()).decode()
    before, opening, after = text.rpartition("password>")
    cut_off = bool(opening and after) and not any(map(str.isspace, after))
    return before + opening + MASK if cut_off else text


# Whatever the case, since a client that writes <Password> has written its password. What looks like
# the closing tag inside a CDATA section or a comment does not end it.
_PASSWORD = re.compile(
    r"(<(?:[^\s<>/:]+:)?password(?:\s[^<>]*)?(?<!/)>)"
    r"((?:<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|.)*?)"
    r"(?=</(?:[^\s<>/:]+:)?password\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_CLOSED_PASSWORD = re.compile(r"</(?:[^\s<>/:]+:)?password\s*>", re.IGNORECASE)
_ESCAPED_PASSWORD = re.compile(
    r"(&lt;(?:[^\s&;:]+:)?password(?:\s(?:(?!&lt;).)*?)?(?<!/)&gt;)([^<]*?)"
    r"(?=&lt;/(?:[^\s&;:]+:)?password\s*&gt;|<|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_CONTEXT = re.compile(r"<(?:[^\s<>/:]+:)?context[\s>].*?</(?:[^\s<>/:]+:)?context\s*>", re.DOTALL)


def mask(data: bytes) -> bytes:
    """The same message with the content of every password element hidden.

    Works on bytes that are no XML too, and on a message cut off in the middle of a password.
    """
    if b"\0" not in data[:4] and b"password" not in data.lower():
        return data
    text, encoding = _decoded(data)
    text = _PASSWORD.sub(rf"\g<1>{MASK}", text)
    return _ESCAPED_PASSWORD.sub(rf"\g<1>{MASK}", text).encode(encoding, "surrogateescape")


def unmask(data: bytes, password: str) -> bytes:
    """Put the caller's password back into the context of a message that was saved masked.

    Only a password that is the mask is replaced; the one a registerTerminal gives to its new
    terminal stays masked, because nobody here knows it.
    """
    text, encoding = _decoded(data)
    secret = escape(password, quote=False)

    def fill(found: re.Match[str]) -> str:
        masked = found[2].strip() == MASK
        return found[1] + secret if masked else found[0]

    filled = _CONTEXT.sub(lambda context: _PASSWORD.sub(fill, context[0]), text)
    return filled.encode(encoding, "surrogateescape")


def _decoded(data: bytes) -> tuple[str, str]:
    """Text that encodes back to the very same bytes, whatever they are."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16-le" if data[:1] == b"\xff" else "utf-16-be"
    elif data[:4:2] == b"\0\0":
        encoding = "utf-16-be"
    elif data[1:4:2] == b"\0\0":
        encoding = "utf-16-le"
    else:
        return data.decode("utf-8", "surrogateescape"), "utf-8"
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape"), "utf-8"


def _bare(root: etree._Element) -> Message:
    name, space = local(root), namespace(root)
    if name == "Envelope":
        version = "SOAP 1.2" if space == SOAP12_NAMESPACE else f"an unknown SOAP ({space!r})"
        msg = f"this is an envelope of {version}; the service speaks SOAP 1.1: {ENVELOPE_NAMESPACE}"
        raise WrongSoapVersion(msg, line=_line(root))
    if space != NAMESPACE:
        where = f" in namespace {space!r}" if space else " in no namespace"
        msg = (
            f"<{name}>{where} is neither a SOAP envelope nor an operation; "
            f"an operation is in namespace {NAMESPACE}"
        )
        raise NotSoap(msg, line=_line(root))
    return Message(root, None, root, is_envelope=False)


def _refuse_must_understand(header: etree._Element) -> None:
    for block in header.iterchildren("*"):
        if (block.get(_MUST_UNDERSTAND) or "").strip() in {"1", "true"}:
            msg = f"header <{local(block)}> must be understood, and this API defines no headers"
            raise MustUnderstand(msg, line=_line(block))


def _words(error: etree.XMLSyntaxError, data: bytes) -> str:
    head = data.lstrip()[:64].lower()
    if not head:
        return "there is nothing in it"
    words = (error.msg or "unreadable").strip()
    if head.startswith((b"<!doctype html", b"<html")):
        return f"this looks like an HTML page ({words})"
    if head[:1] in {b"{", b"["}:
        return f"this looks like JSON ({words})"
    return words


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def carried(text: str) -> str:
    """A text with each character that XML cannot carry replaced by U+FFFD."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _text(text: str) -> str:
    """A text inside an element."""
    return escape(carried(text), quote=False)


def _line(element: etree._Element) -> int | None:
    return element.sourceline

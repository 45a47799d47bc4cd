"""Hardened XML parsing: a size limit, no document types, no entities and no network access.

Comments and processing instructions are dropped, so that every reader sees the same text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

from lxml import etree

from seqrkit.errors import DtdRefused, MessageError, NotXml, TooLarge
from seqrkit.soap import envelope_search
from seqrkit.soap.character_encoding import Encoding, decide
from seqrkit.soap.xml_declaration import malformed

MAX_BYTES: Final = 1_048_576
"""The size limit of a message (1 MiB), for linter and endpoint."""
_NO_DTD: Final = (
    "a document type declaration is not allowed in a SOAP message; remove <!DOCTYPE ...>"
)
_HTML: Final = "this looks like an HTML page; a web server or proxy wrote it, not the service"
_LONGEST_TEXT: Final = 10_000_000
"""The longest text that libxml2 reads in one node unless huge documents are allowed."""


_HEAD: Final = 1024
_SUBSET = re.compile(rb"<!ENTITY|<!DOCTYPE[^>]*\[")


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


class Document(NamedTuple):
    """A document that was read leniently, with what a strict reader would refuse.

    `refusal` says why a strict reader cannot decode its bytes; `labels` are about wrong names of
    encodings, `surroundings` about what stands before or after the message. `is_repaired` is true
    for a message that was not well-formed, `is_unpacked` for one that was inside something else.
    """

    root: etree._Element
    refusal: str
    labels: tuple[str, ...]
    surroundings: tuple[str, ...]
    is_repaired: bool = False
    is_unpacked: bool = False


def parse(data: bytes, *, limit: int = MAX_BYTES, charset: str | None = None) -> etree._Element:
    """Return the root element of an XML document; `charset` is that of HTTP.

    Raises `TooLarge`, `NotXml` (with the line) or `DtdRefused`.
    """
    _check_size(data, limit)
    encoding = decide(data, charset)
    if encoding.refusal:
        # A ZIP file is not "badly encoded": its kind says more than the byte that is not UTF-8.
        reason = f"this is {_kind(data)}; send a SOAP envelope" if _file_kind(data) else ""
        raise NotXml(f"not well-formed XML: {reason or encoding.refusal}", line=1)
    return _parsed(_as_utf_8(data, encoding), data)


def read_document(
    data: bytes,
    *,
    limit: int = MAX_BYTES,
    charset: str | None = None,
    alone: bool = False,
    repair: Callable[[bytes], bytes] | None = None,
) -> Document:
    """Read a document despite wrong labels, and despite bytes before or after the envelope.

    With `alone` there must be nothing before and after it. `repair` is tried on a message that is
    not well-formed. Raises what `parse` raises if no reading makes sense.
    """
    _check_size(data, limit)
    encoding = decide(data, charset)
    try:
        root = _parsed(_as_utf_8(data, encoding), data)
    except (NotXml, DtdRefused) as error:
        # A document type that declares nothing can be left out, so that it costs no payment.
        if isinstance(error, DtdRefused) and (repair is None or _SUBSET.search(data)):
            raise
        found = None if alone else envelope_search.envelope_in(data, encoding, charset)
        if found is None and repair is None:
            raise
        if found is None:
            found = envelope_search.Found(_as_utf_8(data, encoding), encoding, ())
        root, is_repaired = _parsed_in_spite(error, found.message, data, repair)
        encoding = found.encoding
        return Document(
            root,
            encoding.refusal,
            encoding.labels,
            found.remarks,
            is_repaired or isinstance(error, DtdRefused),
        )
    labels = list(encoding.labels)
    if data.startswith(codecs.BOM_UTF8):
        # XML allows it, but several SOAP stacks answer it with a parse error.
        labels.append("a byte order mark precedes the message; UTF-8 needs none, omit it")
    return Document(root, encoding.refusal, tuple(labels), ())


def _check_size(data: bytes, limit: int) -> None:
    if len(data) > limit:
        raise TooLarge(f"{len(data):,} bytes are more than the limit of {limit:,}")


def _as_utf_8(data: bytes, encoding: Encoding) -> bytes:
    plain = encoding.name == "utf-8" and not encoding.remarks
    return data if plain else encoding.text(data).encode()


def _parsed(message: bytes, data: bytes) -> etree._Element:
    """Parse a message in UTF-8; `data` are its bytes before they were decoded."""
    # Without a document type there are no entities, which a huge document could expand.
    huge = len(message) > _LONGEST_TEXT and b"<!DOCTYPE" not in message
    try:
        try:
            root = etree.fromstring(message, _HUGE_PARSER if huge else _PARSER)
        except etree.XMLSyntaxError as error:
            if error.code != etree.ErrorTypes.ERR_NAME_TOO_LONG or b"<!DOCTYPE" in message:
                raise
            # An unknown element is ignored, whatever the length of its name (libxml2: 50,000).
            root = etree.fromstring(message, _HUGE_PARSER)
    except etree.XMLSyntaxError as error:
        if b"<!ENTITY" in message:  # an attack by entities fails before its DTD can be seen
            raise DtdRefused(_NO_DTD, line=1) from error
        reason = _nul(message) if b"\0" in message and b"<" in message else _words(error, data)
        raise NotXml(f"not well-formed XML: {reason}", line=error.lineno) from error
    if root.getroottree().docinfo.internalDTD is not None:
        if str(root.tag).rpartition("}")[2].lower() == "html":
            raise NotXml(f"not well-formed XML: {_HTML}", line=1)
        raise DtdRefused(_NO_DTD, line=1)
    return root


def _parsed_in_spite(
    error: MessageError, message: bytes, data: bytes, repair: Callable[[bytes], bytes] | None
) -> tuple[etree._Element, bool]:
    """Parse a message as it is, else repaired, and return which; else raise the first error."""
    with suppress(NotXml, DtdRefused):
        return _parsed(message, data), False
    if repair is not None:
        with suppress(NotXml, DtdRefused):
            return _parsed(repair(message), data), True
    raise error


def _nul(message: bytes) -> str:
    """Return what is wrong with a message that contains NUL bytes, as C strings end with one."""
    at = message.index(b"\0")
    if message[at:].strip(b"\0\r\n\t "):
        return f"the NUL byte at position {at} is not allowed in XML; remove it"
    return f"the message ends with a NUL byte (position {at}); send it without the terminating NUL"


def _kind(data: bytes) -> str:
    """Return what a file without a tag is, by its first bytes."""
    binary = b"\0" in data or decide(data).refusal
    return _file_kind(data) or ("binary data" if binary else "text without any tag")


def _file_kind(data: bytes) -> str:
    return next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), "")


_CAPTURE: Final = "a packet capture; in Wireshark, follow the HTTP stream and save it as text"
_KINDS: Final = {
    b"\x1f\x8b": "compressed data (gzip) without Content-Encoding: gzip",
    b"BZh": "compressed data (bzip2)",
    b"\xfd7zXZ": "compressed data (xz)",
    b"\x28\xb5\x2f\xfd": "compressed data (zstd)",
    b"PK\x03\x04": "a ZIP archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"%PDF": "a PDF document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"\xd4\xc3\xb2\xa1": _CAPTURE,
    b"\xa1\xb2\xc3\xd4": _CAPTURE,
    b"\x0a\x0d\x0d\x0a": _CAPTURE,
}
"""Files that are taken for messages, by their first bytes."""


def _words(error: etree.XMLSyntaxError, data: bytes) -> str:
    head = data.lstrip()[:64].lower()
    if not head:
        return "the message is empty"
    if head.startswith((b"<!doctype html", b"<html")):
        return _HTML
    if head[:1] in {b"{", b"["}:
        return "this looks like JSON, and contains no message of the API; send a SOAP envelope"
    if b"<" not in data or _file_kind(data):
        return f"this is {_kind(data)}; send a SOAP envelope"
    slip = malformed(data[:_HEAD].decode("utf-8", "replace"))
    return slip.sentence if slip is not None else (error.msg or "unreadable").strip()

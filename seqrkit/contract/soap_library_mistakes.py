"""Typical mistakes of SOAP libraries: rpc/encoded, attachments, WS-* headers, and wrong texts.

A message that is rpc/encoded or refers to attachments is rewritten as document/literal before it is
judged, so that one wrong setting of a library is one finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from copy import deepcopy
from typing import Final

from lxml import etree

from seqrkit import soap
from seqrkit.contract import envelope_rules
from seqrkit.contract.findings import Finding, quote
from seqrkit.contract.placeholders import may_have_placeholders, placeholder
from seqrkit.soap.elements import resolved
from seqrkit.vocabulary import NAMESPACE

_MARKS: Final = (b"href", b"encodingStyle", b"Include", b"Header")
_INCLUDE: Final = "{http://www.w3.org/2004/08/xop/include}Include"
_ENCODING_STYLE: Final = f"{{{soap.ENVELOPE_NAMESPACE}}}encodingStyle"
_ENCODING: Final = "{http://schemas.xmlsoap.org/soap/encoding/}"
_XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_WS_STAR: Final = {
    "wss-wssecurity": "WS-Security; the password belongs in <context>",
    "addressing": "WS-Addressing",
    "ws-rx": "WS-ReliableMessaging",
}
ATTACHED: Final = "AA=="
"""What stands for the content of an attachment, which is elsewhere."""
_MOST_REFERENCES: Final = 1000
"""How many references are followed: multiRef elements can refer to each other."""
_INDEX: Final = re.compile(r"\[[0-9]+\]")
_CONTINUED: Final = "".join(
    bytes([byte]).decode(encoding, "ignore")
    for encoding in ("cp1252", "latin-1")
    for byte in range(0x80, 0xC0)
)
_MISREAD: Final = re.compile(f"[\u00c2\u00c3][{_CONTINUED}]|\u00e2[{_CONTINUED}]{{2}}")
"""Two or three characters that were one: Western letters, quotation marks, dashes, the euro."""
_LONGEST: Final = 10_000
"""How many characters of a text are searched: a report can have millions."""
_ESCAPED: Final = re.compile(r"&(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);")


def corrected(root: etree._Element, data: bytes) -> tuple[etree._Element, list[Finding]]:
    """Return a message as document/literal without attachments, and what had to be corrected.

    `data` are its bytes: a message without the marks of these mistakes is returned as it is.
    """
    # A search in the bytes costs much less than one in the tree, and most messages have no mark.
    # UTF-16, which has NUL bytes, spells the marks with other bytes.
    if b"\0" not in data and not any(mark in data for mark in _MARKS):
        return root, []
    found = list(_header_findings(root))
    attached = [
        each
        for each in root.iter("*")
        if each.tag == _INCLUDE or each.get("href", "").startswith("cid:")
    ]
    encoded = [
        each
        for each in root.iter("*")
        if _ENCODING_STYLE in each.attrib or each.get("href", "").startswith("#")
    ]
    if not attached and not encoded:
        return root, found
    for each in attached:
        holder = each.getparent() if each.tag == _INCLUDE else each
        name = "" if holder is None else soap.local(holder)
        message = (
            f"<{name}> refers to an attachment; turn MTOM and attachments off, and write the data "
            "into the element"
        )
        found.append(Finding(envelope_rules.MEDIA_TYPE, name, each.sourceline, message))
    if encoded:
        message = (
            "the message is rpc/encoded (encodingStyle, href or multiRef); set the SOAP library to "
            "document/literal"
        )
        line = encoded[0].sourceline
        found.append(Finding(envelope_rules.DOCUMENT_LITERAL, "", line, message))
    return _document_literal(root), found


def _header_findings(root: etree._Element) -> Iterator[Finding]:
    for block in root.iterfind("{*}Header/*"):
        space = soap.namespace(block)
        what = next((text for part, text in _WS_STAR.items() if part in space), None)
        if space in {"", NAMESPACE}:
            message = f"<{soap.local(block)}> in the Header is ignored; put it into the operation"
            yield Finding(envelope_rules.HEADER, "Envelope/Header", block.sourceline, message)
        elif what is not None and not soap.must_understand(block):
            message = f"the header <{soap.local(block)}> is ignored: it is part of {what}"
            yield Finding(envelope_rules.HEADER, "Envelope/Header", block.sourceline, message)


def _document_literal(root: etree._Element) -> etree._Element:
    root = deepcopy(root)
    waiting = list(root.iter("*"))
    targets: list[etree._Element] = []
    while waiting and len(targets) < _MOST_REFERENCES:
        element = waiting.pop()
        target = resolved(element)
        if target is not element:
            element.text = target.text
            # Copied, because several references may lead to one element.
            element.extend(map(deepcopy, target))
            waiting += element
            targets.append(target)
    for target in targets:  # multiRef elements are siblings of the operation
        parent = target.getparent()
        if parent is not None and parent.tag == soap.BODY:
            parent.remove(target)
    for element in list(root.iter("*")):
        if element.tag == _INCLUDE or element.get("href", "").startswith("cid:"):
            holder = element.getparent() if element.tag == _INCLUDE else element
            if holder is not None:
                holder[:] = []
                holder.text = ATTACHED
        for name in _encoding_attributes(element):
            del element.attrib[name]
    return root


def _encoding_attributes(element: etree._Element) -> list[str]:
    """Return the attributes of an element that rpc/encoded adds, with those of its types."""
    prefix = element.get(_XSI_TYPE, "").rpartition(":")[0]
    is_encoded = prefix and element.nsmap.get(prefix) == _ENCODING.strip("{}")
    own = {"href", "id", _ENCODING_STYLE, *([_XSI_TYPE] if is_encoded else ())}
    names = map(str, element.attrib)
    return [name for name in names if name in own or name.startswith(_ENCODING)]


def text_findings(
    payload: etree._Element, data: bytes, judged: AbstractSet[str]
) -> Iterator[Finding]:
    """Yield the findings about texts that were escaped or encoded twice, or stand for a value.

    `judged` are the paths of elements whose texts have findings already.
    """
    judged = {_INDEX.sub("", each) for each in judged}
    has_placeholders = may_have_placeholders(data)
    if not has_placeholders and b"&amp;" not in data and b"CDATA" not in data and data.isascii():
        return
    for element in payload.iter("*"):
        text = (element.text or "")[:_LONGEST]
        if len(element) or not text.strip():
            continue
        unfilled = placeholder(text) if has_placeholders and len(text) < _LONGEST else ""
        if unfilled and _path(element) not in judged:
            message = f"{_shown(element, text)} {unfilled}"
            yield Finding(envelope_rules.PLACEHOLDER, _path(element), element.sourceline, message)
        if text.lstrip().startswith("<"):
            continue  # the content of a report is XML, escaped once
        escaped = _ESCAPED.search(text) if "&" in text else None
        if escaped is not None:
            shown = _shown(element, text)
            message = f"{shown} contains {escaped[0]} as text: it was escaped twice; escape it once"
            yield Finding(envelope_rules.ESCAPED_TWICE, _path(element), element.sourceline, message)
        elif (meant := _reread(text)) != text:
            shown, right = _shown(element, text), _shown(element, meant)
            message = (
                f"{shown} is UTF-8 that was read as Latin-1, probably {right}; read files as "
                "UTF-8, and declare the encoding that is sent"
            )
            yield Finding(envelope_rules.MISREAD, _path(element), element.sourceline, message)


def _shown(element: etree._Element, text: str) -> str:
    return soap.MASK if soap.local(element).lower() == "password" else quote(text)


def _reread(text: str) -> str:
    """Return a text with each character that was UTF-8 read as Latin-1 as it was meant."""

    def meant(found: re.Match[str]) -> str:
        for encoding in ("cp1252", "latin-1"):
            try:
                character = found[0].encode(encoding).decode("utf-8")
            except UnicodeError:
                continue
            return character if character.isprintable() else found[0]
        return found[0]

    return text if text.isascii() else _MISREAD.sub(meant, text)


def _path(element: etree._Element) -> str:
    names = [soap.local(each) for each in (*reversed([*element.iterancestors()]), element)]
    return "/".join(name for name in names if name not in {"Envelope", "Body"})

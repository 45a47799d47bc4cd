"""Read a reply that a server or proxy has packed: in MIME, base64, JSON, or as escaped text.

A packed message is wrong, but it may be the only news of a payment; the linter says how it is
packed, and what the sender should do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from lxml import etree

from seqrkit import soap
from seqrkit.captures.captured_message import Captured
from seqrkit.captures.message_finder import find_messages
from seqrkit.errors import DtdRefused, MessageError, TooLarge

_MESSAGE: Final = re.compile(
    rb"<((?:[A-Za-z_][\w.-]*:)?(?:Envelope|Fault|[A-Za-z]+Response))(?=[\s/>])"
)
_NOTHING: Final = re.compile(rb"(?!)")
_PREAMBLE: Final = re.compile(rb"(?m)^--\S+\r?\nContent-[A-Z]", re.IGNORECASE)
"""The first boundary of a MIME message, which a sentence for old mail programs may precede."""
_DEEPEST: Final = 3
"""Packings inside each other that are undone."""
_CHUNK: Final = re.compile(rb"[0-9A-Fa-f]{1,8}\r\n[ \t\r\n]*<")
_NAMED: Final = re.compile(rb"envelope|response|fault", re.IGNORECASE)
_MOST: Final = 8
"""Tags and start lines of an answer that can be packed; more of them could take minutes."""


def read_reply(
    data: bytes, *, limit: int, charset: str | None = None, depth: int = 0
) -> soap.Document:
    """Read a reply, unpacked or repaired where that is needed; raises a `MessageError`.

    It is unpacked first: the escapes of another format look like malformed XML.
    """
    document = None
    with suppress(MessageError):
        document = soap.read_document(data, limit=limit, charset=charset)
        inside = [*document.root.iterdescendants("{*}Envelope")]
        if inside:
            # The last one: a log or a retry ends with what is valid now.
            document = document._replace(root=inside[-1], is_unpacked=True)
        soap.payload_of(document.root)
        return document
    if len(data) > soap.MAX_BYTES and b"\0" not in data[:4] and _NAMED.search(data) is None:
        # Nothing can be made of it; to try would take seconds.
        return soap.read_document(data, limit=limit, charset=charset)
    found = _packed(data, document) if len(data) <= limit and depth < _DEEPEST else []
    # First what had to be decoded: a part that is in the answer as it is may only be quoted by it.
    packed = [each for each in found if each.headers or each.data not in data]
    inner = _first_read(packed, limit, depth)
    if inner is not None:
        return inner
    try:
        return soap.read_reply(data, limit=limit, charset=charset)
    except (DtdRefused, TooLarge):
        raise
    except MessageError:
        inner = _first_read(found, limit, depth)
        if inner is None:
            raise
        return inner


def payload_in(data: bytes | None, charset: str | None = None) -> etree._Element | None:
    """Return the element of the operation or reply in a message; `None` if it cannot be read."""
    try:
        root = read_reply(data or b"", limit=len(data or b""), charset=charset).root
        return soap.payload_of(root)
    except MessageError:
        return None


def _first_read(found: Iterable[Captured], limit: int, depth: int) -> soap.Document | None:
    for each in found:
        charset = soap.charset_of(each.headers.get("content-type"))
        with suppress(MessageError):
            inner = read_reply(each.data, limit=limit, charset=charset, depth=depth + 1)
            soap.payload_of(inner.root)
            return inner._replace(is_unpacked=True)
    return None


def _packed(data: bytes, document: soap.Document | None) -> list[Captured]:
    """Return the messages inside an answer, or inside the texts of its XML."""
    if document is not None:
        return _texts(document.root)
    # Each of these begins a search of its own, so their number decides how long it takes.
    names = (b"Envelope", b"Response", b"Fault", b"HTTP/")
    if any(data.count(name) > _MOST for name in names):
        return []
    if _CHUNK.match(data):  # a proxy sent the chunks of a server as the body
        data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + data
    preamble = _PREAMBLE.search(data)
    return find_messages(data[preamble.start() if preamble else 0 :], _MESSAGE, _NOTHING)


def _texts(root: etree._Element) -> list[Captured]:
    texts = ((each.text or "").strip().encode() for each in root.iter("*"))
    headers = {"content-type": "text/xml; charset=utf-8"}
    return [Captured(data=text, headers=headers) for text in texts if _MESSAGE.search(text)]

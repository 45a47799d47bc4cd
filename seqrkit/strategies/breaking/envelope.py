"""Recipes for rules about the envelope, and about the text or HTTP message around it."""

from __future__ import annotations

import codecs
import gzip
import json
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from html import escape
from typing import Final

from seqrkit.soap import ENVELOPE_NAMESPACE, MAX_BYTES, SOAP12_NAMESPACE
from seqrkit.vocabulary import NAMESPACE

Options = Callable[[bytes, str], Sequence[bytes]]
"""Returns bytes to send instead of an envelope of a message of that name, the simplest first."""

_BODY_START: Final = b"<soapenv:Body>"
_BODY_END: Final = b"</soapenv:Body>"
_BODIES: Final = (b"<soapenv:Body/>", b"", b"<soapenv:Body> <!-- nothing --> </soapenv:Body>")
_DOCTYPES: Final = (
    b"<!DOCTYPE Envelope>",
    b'<!DOCTYPE e [<!ENTITY a "b">]>',
    b'<!DOCTYPE e SYSTEM "http://localhost/e.dtd">',
)
_POST: Final = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
_ADDRESSING: Final = b'<w:To xmlns:w="http://www.w3.org/2005/08/addressing">x</w:To>'
_SECURITY: Final = (
    b'<w:Security xmlns:w="http://docs.oasis-open.org/wss/2004/01/'
    b'oasis-200401-wss-wssecurity-secext-1.0.xsd"/>'
)
_ENCODING: Final = b' soapenv:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
_MANDATORY: Final = _SECURITY.replace(b"/>", b' soapenv:mustUnderstand="1"/>')


def _not_xml(data: bytes, name: str) -> Sequence[bytes]:
    end = f"</ext:{name}>".encode()
    inserted = (b"&", b"&nbsp;", b"\x00")
    broken = [data.replace(end, text + end) for text in inserted]
    return (data.replace(end, b""), data[: len(data) // 2], *broken, b"", b"{}")


def _wrapped(data: bytes, _name: str) -> Sequence[bytes]:
    text = data.decode()
    return (
        escape(text).encode(),
        escape(escape(text)).encode(),
        json.dumps(text).encode(),
        b64encode(data),
        # Without the time, so that examples can be repeated.
        gzip.compress(data, mtime=0),
    )


def _media_type(data: bytes, _name: str) -> Sequence[bytes]:
    return (
        b"--part\r\nContent-Type: text/xml\r\n\r\n" + data + b"\r\n--part--\r\n",
        _POST + b"application/soap+xml\r\n\r\n" + data,
        _POST + b"application/json\r\n\r\n" + data,
    )


def _http_header(data: bytes, _name: str) -> Sequence[bytes]:
    headers = (b'SOAPAction: "x"', b"Content-Length: 9")
    return [_POST + b"text/xml\r\n" + each + b"\r\n\r\n" + data for each in headers]


def _document_literal(data: bytes, _name: str) -> Sequence[bytes]:
    elements = (b"<soapenv:Body", b"<soapenv:Envelope")
    return [data.replace(each, each + _ENCODING, 1) for each in elements]


def _with_header(data: bytes, block: bytes) -> bytes:
    header = b"<soapenv:Header>" + block + b"</soapenv:Header>"
    return data.replace(_BODY_START, header + _BODY_START, 1)


def _in_text(data: bytes, *texts: str) -> Sequence[bytes]:
    """Add to a text that every request or every reply has."""
    end = b"</password>" if b"</password>" in data else b"</resultDescription>"
    return [data.replace(end, each.encode() + end) for each in texts]


def _placeholder(data: bytes, _name: str) -> Sequence[bytes]:
    """Write a placeholder in place of a text that every request or every reply has."""
    texts = ("null", "[object Object]", "{{value}}", "com.shop.Text@1f2e3d4c", "?")
    name = b"password" if b"</password>" in data else b"resultDescription"
    return [re.sub(b"(<%s>)[^<]*" % name, rb"\1" + each.encode(), data, count=1) for each in texts]


def _too_large(data: bytes, _name: str) -> Sequence[bytes]:
    # Blanks after the envelope break no other rule.
    return [data + b" " * (MAX_BYTES - len(data) + more) for more in (1, 2, MAX_BYTES)]


def _dtd(data: bytes, _name: str) -> Sequence[bytes]:
    start = b"<soapenv:Envelope"
    return [data.replace(start, each + start, 1) for each in _DOCTYPES]


def _empty(data: bytes, _name: str) -> Sequence[bytes]:
    before, _, rest = data.partition(_BODY_START)
    return [before + body + rest.partition(_BODY_END)[2] for body in _BODIES]


def _two(data: bytes, name: str) -> Sequence[bytes]:
    seconds = (f"<ext:{name}/>".encode(), b"<other/>")
    return [data.replace(_BODY_END, each + _BODY_END) for each in seconds]


def _unknown(data: bytes, name: str) -> Sequence[bytes]:
    others = (b"requestTopup", b"benchmarkingNop", b"x")
    return [data.replace(f"ext:{name}".encode(), b"ext:" + each) for each in others]


def _namespace(data: bytes, _name: str) -> Sequence[bytes]:
    others = ("urn:other", NAMESPACE.rstrip("/"))
    return [data.replace(f'"{NAMESPACE}"'.encode(), f'"{each}"'.encode()) for each in others]


ENVELOPES: Final[dict[str, Options]] = {
    "soap.not-xml": _not_xml,
    "soap.surroundings": lambda data, _: (b"Warning: " + data, b"\xff" + data),
    "soap.encoding": lambda data, _: (codecs.BOM_UTF8 + data,),
    "soap.document-literal": _document_literal,
    "soap.header": lambda data, _: (
        _with_header(data, _ADDRESSING),
        _with_header(data, _SECURITY),
    ),
    "wire.escaped-twice": lambda data, _: _in_text(
        data, "&amp;amp;", "&amp;lt;b&amp;gt;", "<![CDATA[&#246;]]>"
    ),
    "wire.misread": lambda data, _: _in_text(data, "\u00c3\u00a5", "\u00e2\u20ac\u2122"),
    "wire.placeholder": _placeholder,
    "soap.wrapped": _wrapped,
    "soap.media-type": _media_type,
    "soap.http-header": _http_header,
    "soap.excerpt": lambda data, _: (
        b"12:00:01 INFO " + data,
        b"2015-12-25 12:34:56 DEBUG request:\n" + data,
    ),
    "soap.too-large": _too_large,
    "soap.dtd": _dtd,
    "soap.not-soap": lambda *_: (b"<html><body>Hello</body></html>", b"<a/>"),
    "soap.version": lambda data, _: (
        data.replace(ENVELOPE_NAMESPACE.encode(), SOAP12_NAMESPACE.encode()),
    ),
    "soap.empty-body": _empty,
    "soap.one-operation": _two,
    "soap.unknown-operation": _unknown,
    "soap.namespace": _namespace,
    "soap.must-understand": lambda data, _: (_with_header(data, _MANDATORY),),
}
"""The recipe of each rule, by its id."""

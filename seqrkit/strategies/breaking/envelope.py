"""Breaks the rules about the envelope and about XML itself."""

from __future__ import annotations

import codecs
import gzip
import json
from base64 import b64encode
from collections.abc import Callable
from html import escape
from typing import Final

from seqrkit.soap import ENVELOPE_NAMESPACE, MAX_BYTES, SOAP12_NAMESPACE
from seqrkit.strategies.breaking.locations import Choose
from seqrkit.vocabulary import NAMESPACE

Change = Callable[[bytes, str, Choose], bytes]
"""Changes the envelope of a message of some name."""

_BODY_END: Final = b"</soapenv:Body>"
_POST: Final = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
_ADDRESSING: Final = (
    b'<soapenv:Header><w:To xmlns:w="http://www.w3.org/2005/08/addressing">x</w:To>'
    b"</soapenv:Header><soapenv:Body>"
)
_SECURITY: Final = (
    b'<soapenv:Header><w:Security xmlns:w="http://docs.oasis-open.org/wss/2004/01/'
    b'oasis-200401-wss-wssecurity-secext-1.0.xsd" soapenv:mustUnderstand="1"/>'
    b"</soapenv:Header><soapenv:Body>"
)


def _not_xml(data: bytes, name: str, choose: Choose) -> bytes:
    end = f"</ext:{name}>".encode()
    return choose(
        (
            data.replace(end, b""),
            data[: len(data) // 2],
            data.replace(end, b"&" + end),
            data.replace(end, b"&nbsp;" + end),
            data.replace(end, b"\x00" + end),
            b"",
            b"{}",
        )
    )


def _surroundings(data: bytes, name: str, choose: Choose) -> bytes:
    del name
    return choose((b"Warning: " + data, b"\xff" + data))


def _encoding(data: bytes, name: str, choose: Choose) -> bytes:
    del name, choose
    return codecs.BOM_UTF8 + data


def _wrapped(data: bytes, name: str, choose: Choose) -> bytes:
    del name
    return choose(
        (
            escape(data.decode()).encode(),
            escape(escape(data.decode())).encode(),
            json.dumps(data.decode()).encode(),
            b64encode(data),
            gzip.compress(data, mtime=0),
        )
    )


def _media_type(data: bytes, name: str, choose: Choose) -> bytes:
    del name
    return choose(
        (
            b"--part\r\nContent-Type: text/xml\r\n\r\n" + data + b"\r\n--part--\r\n",
            _POST + b"Content-Type: application/soap+xml\r\n\r\n" + data,
            _POST + b"Content-Type: application/json\r\n\r\n" + data,
        )
    )


def _http_header(data: bytes, name: str, choose: Choose) -> bytes:
    del name
    headers = choose((b'SOAPAction: "x"', b"Content-Length: 9"))
    return _POST + b"Content-Type: text/xml\r\n" + headers + b"\r\n\r\n" + data


def _excerpt(data: bytes, name: str, choose: Choose) -> bytes:
    del name
    return choose((b"12:00:01 INFO ", b"2015-12-25 12:34:56 DEBUG request:\n")) + data


def _document_literal(data: bytes, name: str, choose: Choose) -> bytes:
    del name
    style = b' soapenv:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
    element = choose((b"<soapenv:Body", b"<soapenv:Envelope"))
    return data.replace(element, element + style, 1)


def _header(data: bytes, name: str, choose: Choose) -> bytes:
    del name
    block = choose((_ADDRESSING, _SECURITY.replace(b' soapenv:mustUnderstand="1"', b"")))
    return data.replace(b"<soapenv:Body>", block, 1)


def _in_text(data: bytes, choose: Choose, texts: tuple[bytes, ...]) -> bytes:
    """Add something to a text that every request or every reply has."""
    end = b"</password>" if b"</password>" in data else b"</resultDescription>"
    return data.replace(end, choose(texts) + end)


def _escaped_twice(data: bytes, name: str, choose: Choose) -> bytes:
    del name
    return _in_text(data, choose, (b"&amp;amp;", b"&amp;lt;b&amp;gt;", b"<![CDATA[&#246;]]>"))


def _misread(data: bytes, name: str, choose: Choose) -> bytes:
    del name
    return _in_text(data, choose, ("\u00c3\u00a5".encode(), "\u00e2\u20ac\u2122".encode()))


def _too_large(data: bytes, name: str, choose: Choose) -> bytes:
    del name
    return data + b" " * (MAX_BYTES - len(data) + choose((1, 2, MAX_BYTES)))


def _dtd(data: bytes, name: str, choose: Choose) -> bytes:
    del name
    doctype = choose(
        (
            b"<!DOCTYPE Envelope>",
            b'<!DOCTYPE e [<!ENTITY a "b">]>',
            b'<!DOCTYPE e SYSTEM "http://localhost/e.dtd">',
        )
    )
    return data.replace(b"<soapenv:Envelope", doctype + b"<soapenv:Envelope", 1)


def _not_soap(data: bytes, name: str, choose: Choose) -> bytes:
    del name, data
    return choose((b"<html><body>Hello</body></html>", b"<a/>"))


def _version(data: bytes, name: str, choose: Choose) -> bytes:
    del name, choose
    return data.replace(ENVELOPE_NAMESPACE.encode(), SOAP12_NAMESPACE.encode())


def _empty(data: bytes, name: str, choose: Choose) -> bytes:
    del name
    before, _, rest = data.partition(b"<soapenv:Body>")
    after = rest.partition(_BODY_END)[2]
    body = choose((b"<soapenv:Body/>", b"", b"<soapenv:Body> <!-- nothing --> </soapenv:Body>"))
    return before + body + after


def _two(data: bytes, name: str, choose: Choose) -> bytes:
    second = choose((f"<ext:{name}/>".encode(), b"<other/>"))
    return data.replace(_BODY_END, second + _BODY_END)


def _unknown(data: bytes, name: str, choose: Choose) -> bytes:
    other = choose((b"requestTopup", b"benchmarkingNop", b"x"))
    return data.replace(f"ext:{name}".encode(), b"ext:" + other)


def _namespace(data: bytes, name: str, choose: Choose) -> bytes:
    del name
    other = choose((b"urn:other", NAMESPACE.rstrip("/").encode()))
    return data.replace(f'"{NAMESPACE}"'.encode(), b'"' + other + b'"')


def _must_understand(data: bytes, name: str, choose: Choose) -> bytes:
    del name, choose
    return data.replace(b"<soapenv:Body>", _SECURITY)


ENVELOPES: Final[dict[str, Change]] = {
    "soap.not-xml": _not_xml,
    "soap.surroundings": _surroundings,
    "soap.encoding": _encoding,
    "soap.document-literal": _document_literal,
    "soap.header": _header,
    "wire.escaped-twice": _escaped_twice,
    "wire.misread": _misread,
    "soap.wrapped": _wrapped,
    "soap.media-type": _media_type,
    "soap.http-header": _http_header,
    "soap.excerpt": _excerpt,
    "soap.too-large": _too_large,
    "soap.dtd": _dtd,
    "soap.not-soap": _not_soap,
    "soap.version": _version,
    "soap.empty-body": _empty,
    "soap.one-operation": _two,
    "soap.unknown-operation": _unknown,
    "soap.namespace": _namespace,
    "soap.must-understand": _must_understand,
}
"""By the rule's id."""

"""HTTP messages as captures, terminals and logs show them: start line, headers and body.

A capture may have LF line ends, proxies' absolute-form targets, HTTP/2 start lines as curl prints
them, or the prefixes of ``curl -v`` and of Apache HttpClient's wire log. h11 decodes the bodies; a
body whose framing was damaged by an editor is read up to the next start line.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from seqrkit.captures.captured_message import Captured, Remark

_START: Final = re.compile(
    rb"(?:(?P<method>POST|GET|PUT|HEAD|DELETE|OPTIONS|PATCH|CONNECT) \S+ HTTP/[123](?:\.[01])?"
    rb"|HTTP/[123](?:\.[01])? (?P<status>[1-5][0-9]{2})(?: [^\r\n]*)?)[ \t]*\r?\n"
)
_BLANK_LINE: Final = re.compile(rb"\A\r?\n|\r?\n\r?\n")
_CHUNK_SIZE: Final = re.compile(rb"(?:\A|\r?\n)[0-9A-Fa-f]{1,8}[ \t]*(?:;[^\r\n]*)?(?:\r?\n|\Z)")
_HEAD: Final = 1024
_CHUNKED: Final = re.compile(rb"[0-9A-Fa-f]{1,8}(?:;[^\r\n]*)?\r?\n\s*<")
_NO_MESSAGE: Final = frozenset({"GET", "HEAD", "OPTIONS", "CONNECT", "DELETE"})
_NO_CONTENT: Final = frozenset({*range(100, 200), 204, 304})


def http_messages(data: bytes) -> list[Captured]:
    """Return the requests and responses in a capture that can carry a SOAP message."""
    return list(_messages(data, list(_START.finditer(data))))


def decoded(body: bytes, coding: str, limit: int) -> bytes:
    """Undo the Content-Encoding of a body, up to a limit; a body that is not encoded stays."""
    if not re.search("gzip|deflate", coding, re.IGNORECASE):
        return body
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):  # gzip or zlib; deflate without header
        try:
            return zlib.decompressobj(window).decompress(body, limit)
        except zlib.error:
            continue
    return body


def unchunked(data: bytes) -> bytes:
    """Join the chunks of a body whose headers are missing."""
    if not _CHUNKED.match(data):
        return data
    return _framed(b"Transfer-Encoding: chunked", data) or data


def _messages(data: bytes, starts: list[re.Match[bytes]]) -> Iterator[Captured]:
    requests = responses = 0
    expected = True  # whether the last request can be answered with a SOAP message
    ends = [*(each.start() for each in starts[1:]), len(data)]
    for start, end in zip(starts, ends, strict=False):
        method, status = (start["method"] or b"").decode(), int(start["status"] or 0)
        found = _message(data, (start.end(), end), method=method, status=status or None)
        has_body = bool(found.data.strip())
        if status:
            responses += expected and status not in _NO_CONTENT
            is_empty = found.headers.get("content-length") == "0" or not starts[1:]
            if expected and status not in _NO_CONTENT and (has_body or is_empty):
                yield replace(found, origin=f"response {responses}")
            continue
        expected = method not in _NO_MESSAGE or has_body
        # GET and the like are not counted, so that origins number SOAP messages only.
        requests += expected
        if has_body or (expected and not starts[1:]):  # curl shows no bodies of requests
            yield replace(found, origin=f"request {requests}")


def _message(data: bytes, span: tuple[int, int], *, method: str, status: int | None) -> Captured:
    blank = _BLANK_LINE.search(data, *span)
    head_end, body_start = (span[1], span[1]) if blank is None else blank.span()
    headers = read_headers(data[span[0] : head_end])
    raw = data[body_start : span[1]]
    body, remark = _body(raw, headers)
    coding = headers.get("content-encoding", "")
    # XML rarely shrinks to a 64th, so more than that is a bomb.
    body = decoded(body, coding, 64 * len(data) + 65536)
    if coding and b"<" not in body[:_HEAD] and body:
        remark = f"the body is encoded as {coding}, and cannot be decoded; save it decoded"
    # A body that is in the file as it is keeps the lines of the file.
    found = data.find(body[:65536], body_start) if body else body_start
    return Captured(
        data=body,
        line=data.count(b"\n", 0, max(found, body_start)) + 1,
        keeps_lines=found >= 0,
        head_line=data.count(b"\n", 0, span[0] - 1) + 1,
        headers=headers,
        method=method,
        status=status,
        remarks=() if remark is None else (Remark("soap.http-header", remark),),
    )


def read_headers(head: bytes) -> Mapping[str, str]:
    """Return HTTP or MIME headers by lower-case name."""
    from email.parser import BytesHeaderParser

    parsed = BytesHeaderParser().parsebytes(head.strip(b"\r\n"))
    return {name.lower(): str(value) for name, value in parsed.items()}


def _body(raw: bytes, headers: Mapping[str, str]) -> tuple[bytes, str | None]:
    """Return the body without its framing, and a remark if the framing is wrong."""
    chunked = "chunked" in headers.get("transfer-encoding", "").lower()
    length = headers.get("content-length", "").strip()
    if chunked:
        exact = _framed(b"Transfer-Encoding: chunked", raw)
        return (_CHUNK_SIZE.sub(b"", raw) if exact is None else exact), None
    if length.isdecimal():
        exact = _framed(b"Content-Length: " + length.encode(), raw)
        if exact is not None and (exact.rstrip().endswith(b">") or not raw[len(exact) :].strip()):
            return exact, None
    # Without exact framing the text of the tool that captured the message is around the body.
    body = raw[max(raw.find(b"<"), 0) : raw.rfind(b">") + 1] or raw.rstrip(b"\r\n")
    sizes = {len(body), len(body) + body.count(b"\n")}  # an editor changes CRLF to LF
    if not length.isdecimal() or int(length) in sizes:
        return body, None
    return body, f"Content-Length is {length}, but the body has {len(body)} bytes"


def _framed(framing: bytes, raw: bytes) -> bytes | None:
    """Return a body as h11 reads it; `None` if it does not fit its framing."""
    import h11

    connection = h11.Connection(h11.CLIENT)
    # h11 reads a response only as the answer to a request.
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "capture")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\n" + raw)
    body = bytearray()
    try:
        while not isinstance(event := connection.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                return None
            if isinstance(event, h11.Data):
                body += event.data
    except h11.RemoteProtocolError:
        return None
    return bytes(body)

"""Lines of logs and dumps: prefixes before each line of a message, and dumps in hexadecimal.

Removes what loggers, containers, mail programs, curl, Python and Apache HttpClient print before
each line. Lines stay where they are, except in dumps and in Python's output.
"""

from __future__ import annotations

import re
from ast import literal_eval
from itertools import pairwise
from typing import Final

_CURL_PREFIX: Final = re.compile(rb"^[<>] (?=[A-Z]+ \S+ HTTP/|HTTP/)", re.MULTILINE)
_CURL_LINE: Final = re.compile(rb"^(?:[<>](?: |(?=\r?$))|[*] .*|[{}] \[.*)", re.MULTILINE)
_WIRE_LOG_LINE: Final = re.compile(
    rb'^[^\n]*?(?:>>|<<) "(.*?)(?:\[\\r\])?(?:\[\\n\])?"\r?$', re.MULTILINE
)
_PYTHON_LINE: Final = re.compile(
    rb"^(?:send: |reply: )(?P<literal>b?['\"].*['\"])\r?$|^header: (?P<header>[^\r\n]*)",
    re.MULTILINE,
)
_HEX_LINE: Final = re.compile(
    rb"^(?:.*?[ \t])??(?:0x)?([0-9A-Fa-f]{4,8})(?: : |: {1,2}|  )"
    rb"((?:[0-9A-Fa-f]{2}){1,2}(?:[ -]{1,2}(?:[0-9A-Fa-f]{2}){1,2}){0,15})(?=[ -]|\r?$)",
    re.MULTILINE,
)
_TRACE_LINE: Final = re.compile(rb"^[0-9a-f]{4,}: (.*)$", re.MULTILINE)
_TRACE: Final = re.compile(rb"^(?:=>|<=) (?:Send|Recv) (?:header|data)", re.MULTILINE)
_LINE_FEED: Final = re.compile(rb">\.+(\s*)<")
_DUMPED: Final = 16
"""The most bytes in a line of a hexadecimal dump."""
_IP_VERSION: Final = 4
_TRACED: Final = 64
"""The most characters in a line of ``curl --trace-ascii``."""
_QUOTES: Final = frozenset({b"'", b'"', b"`"})


def undumped(data: bytes) -> bytes:
    """Return the bytes that a dump shows: tcpdump, Wireshark, hexdump, .NET or curl's traces."""
    lines = [(int(found[1], 16), found[2]) for found in _HEX_LINE.finditer(data)]
    if len(lines) > 1 and lines[1][0] - lines[0][0] == _DUMPED:
        return _from_hex(lines)
    if _TRACE.search(data):
        return _from_trace(data)
    return data


def _from_hex(lines: list[tuple[int, bytes]]) -> bytes:
    blocks: list[bytearray] = []
    for (offset, digits), (following, _) in pairwise([*lines, (0, b"")]):
        if not offset or not blocks:
            blocks.append(bytearray())
        most = following - offset if 0 < following - offset < _DUMPED else _DUMPED
        blocks[-1] += bytes.fromhex(re.sub(rb"[ -]", b"", digits).decode())[:most]
    return b"".join(map(_payload, blocks))


def _payload(packet: bytearray) -> bytes:
    """Return what a packet carries, without its headers of IP version 4 and TCP."""
    start = (packet[0] & 0x0F) * 4  # both headers give their length in words of four bytes
    if packet[0] >> 4 != _IP_VERSION or packet[9:10] != b"\x06" or len(packet) < start + 20:
        return bytes(packet)
    return bytes(packet[start + (packet[start + 12] >> 4) * 4 :])


def _from_trace(data: bytes) -> bytes:
    """Return the text of ``curl --trace-ascii``, which shows line feeds as full stops."""
    parts = (found[1].rstrip(b"\r") for found in _TRACE_LINE.finditer(data))
    text = b"".join(part if len(part) == _TRACED else part + b"\r\n" for part in parts)
    return _LINE_FEED.sub(rb">\n\1<", text)


def without_prefixes(data: bytes, names: re.Pattern[bytes]) -> bytes:
    """Remove what stands before each line of a message; `names` finds its first tag."""
    if _PYTHON_LINE.search(data):
        return b"".join(map(_python_line, _PYTHON_LINE.finditer(data)))
    if _CURL_PREFIX.search(data):
        return _CURL_LINE.sub(b"", data)
    if len(_WIRE_LOG_LINE.findall(data)) > 1:
        lines = (_WIRE_LOG_LINE.match(line) for line in data.split(b"\n"))
        return b"\n".join(b"" if line is None else line[1] for line in lines)
    return _without_repeated(data, names)


def _without_repeated(data: bytes, names: re.Pattern[bytes]) -> bytes:
    """Remove what all lines of the first message begin with, apart from numbers in it."""
    opening = names.search(data)
    if opening is None:
        return data
    start = data.rfind(b"\n", 0, opening.start()) + 1
    prefix = data[start : opening.start()].partition(b"<?xml")[0].rstrip()
    if not prefix or prefix.strip() in _QUOTES:
        return data
    numbered = re.sub(rb"[0-9]+", rb"[0-9]+", re.escape(prefix))
    pattern = re.compile(rb"^" + numbered + rb"[ \t]?", re.MULTILINE)
    end = data.find(b"</" + opening[1], opening.end())
    lines = data[start : None if end < 0 else end].split(b"\n")
    if len(lines) == 1 or not all(map(pattern.match, filter(bytes.strip, lines))):
        return data
    return pattern.sub(b"", data)


def _python_line(line: re.Match[bytes]) -> bytes:
    """Return what a line of http.client's debug output stands for."""
    if line["header"] is not None:
        return line["header"] + b"\r\n"
    text = line["literal"].decode("utf-8", "replace")
    try:
        value = literal_eval(text)
    except (ValueError, SyntaxError):
        return b""
    return value if isinstance(value, bytes) else str(value).encode()

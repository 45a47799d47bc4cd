"""Lines of logs and dumps: prefixes before each line of a message, and dumps in hexadecimal.

Removes what loggers, containers, mail programs, curl, Python and Apache HttpClient print before
each line. Lines stay where they are, except in dumps and in Python's output.
"""

from __future__ import annotations

import re
from ast import literal_eval
from contextlib import suppress
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
    rb"^(?:.*?[ \t|])??(?:0x)?([0-9A-Fa-f]{4,8})(?: : |: {1,2}| {1,3}|[|] )"
    rb"((?:[0-9A-Fa-f]{2}){1,2}(?:[ -]{1,2}(?:[0-9A-Fa-f]{2}){1,2}){0,15})(?=[ -]|\r?$)",
    re.MULTILINE,
)
_WORDS: Final = re.compile(rb"^([0-9a-f]{7}) ((?:[0-9a-f]{4}(?: |$))+)", re.MULTILINE)
"""Lines of hexdump without options: words of two bytes, the second byte first."""
_BYTES: Final = re.compile(rb"([0-9a-f]{2})([0-9a-f]{2})")
_CHARACTERS: Final = re.compile(
    rb"^[0-9a-f]{7}((?: (?:  [ -~]| \\[0abfnrtv]|[0-7]{3}| ?\*\*)){1,16})[ ]*\r?$", re.MULTILINE
)
"""Lines of ``od -c`` and ``hexdump -c``: each byte as a character, an escape or in octal."""
_CHARACTER: Final = re.compile(rb" (?:  (.)| (\\.)|([0-7]{3}))")
_ESCAPES: Final = dict(zip(b"0abfnrtv", b"\0\a\b\f\n\r\t\v", strict=True))
_OCTAL: Final = 8
_PACKET: Final = re.compile(
    rb"(?:\A|\n)(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{6} IP [^\n]*\n(?=E)"
)
"""The line of ``tcpdump -A`` before a packet, whose first byte is an E."""
_COLOR: Final = re.compile(rb"\x1b\[[0-9;]*[A-Za-z]")
_COLORED_TAG: Final = re.compile(rb"\x1b\[[0-9;]*m</?|</?\x1b\[[0-9;]*m")
_FOLD: Final = "[ \t]*(?:-|[\u2212\u229f\u25bc\u25be])[ \t]?"
_TREE: Final = re.compile(rf"^{_FOLD}(?=<\w[^<>]*>[ \t\r]*$)", re.MULTILINE)
"""What Internet Explorer, Firefox and Chrome show before an element that can be folded."""
_FOLDED_END: Final = re.compile(rf"^{_FOLD}</", re.MULTILINE)
_DIFF: Final = re.compile(rb"^@@ [^\n]*@@", re.MULTILINE)
_DIFF_LINE: Final = re.compile(rb"^(?:-.*|[+ ])", re.MULTILINE)
_TRACE_LINE: Final = re.compile(rb"^[0-9a-f]{4,}: (.*)$", re.MULTILINE)
_TRACE: Final = re.compile(rb"^(?:=>|<=) (?:Send|Recv) (?:header|data)", re.MULTILINE)
_LINE_FEED: Final = re.compile(rb">\.+(\s*)<")
_DUMPED: Final = 16
"""The most bytes in a line of a hexadecimal dump."""
_IP_VERSION: Final = 4
_TCP_SIZES: Final = {b"P": 40, b"`": 44, b"p": 48, b".": 52}
"""The size of the headers of IP and TCP, by the character of the byte that tells that of TCP."""
_TRACED: Final = 64
"""The most characters in a line of ``curl --trace-ascii``."""
_QUOTES: Final = frozenset({b"'", b'"', b"`"})


def undumped(data: bytes) -> bytes:
    """Return the bytes that a dump shows: tcpdump, Wireshark, hexdump, .NET or curl's traces."""
    if _PACKET.search(data):
        return b"".join(map(_packet_text, _PACKET.split(data)))
    characters = list(_CHARACTERS.finditer(data))
    if characters[1:]:
        return b"".join(map(_characters, characters))
    lines = [
        *((found[1], _BYTES.sub(rb"\2\1", found[2])) for found in _WORDS.finditer(data)),
    ] or [(found[1], found[2]) for found in _HEX_LINE.finditer(data)]
    for base in (16, _OCTAL):  # od counts in octal
        with suppress(ValueError):
            numbered = [(int(offset, base), digits) for offset, digits in lines]
            if numbered[1:] and numbered[1][0] - numbered[0][0] == _DUMPED:
                return _from_hex(numbered)
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


def _characters(line: re.Match[bytes]) -> bytes:
    """Return the bytes in a line of ``od -c``, whose last blanks may have been removed."""
    return bytes(
        found[1][0] if found[1] else _ESCAPES[found[2][1]] if found[2] else int(found[3], 8)
        for found in _CHARACTER.finditer(line[1])
    )


def _packet_text(packet: bytes) -> bytes:
    """Return the text of a packet, whose headers tcpdump shows as characters."""
    if packet[:1] != b"E" or packet[32:33] not in _TCP_SIZES:
        return packet
    return packet[_TCP_SIZES[packet[32:33]] :].removesuffix(b"\n")


def _payload(packet: bytearray) -> bytes:
    """Return what a packet carries, without its headers of Ethernet, IP version 4 and TCP."""
    # Ethernet's type for IP; dumps of the loopback interface may begin with IP itself.
    if packet[12:14] == b"\x08\x00" and packet[14:15] == b"E":
        packet = packet[14:]
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
        return _without_repeated(_CURL_LINE.sub(b"", data), names)
    if len(_WIRE_LOG_LINE.findall(data)) > 1:
        lines = (_WIRE_LOG_LINE.match(line) for line in data.split(b"\n"))
        return b"\n".join(b"" if line is None else line[1] for line in lines)
    if _DIFF.search(data):
        return _DIFF_LINE.sub(b"", _DIFF.sub(b"", data))
    text = data.decode("utf-8", "surrogateescape")
    if len(_TREE.findall(text)) > 1 and not _FOLDED_END.search(text):
        return _TREE.sub("", text).encode("utf-8", "surrogateescape")
    return _without_repeated(data, names)


def without_colors(data: bytes) -> bytes:
    """Remove the colors that a terminal shows tags in."""
    return _COLOR.sub(b"", data) if b"\x1b" in data and _COLORED_TAG.search(data) else data


def _without_repeated(data: bytes, names: re.Pattern[bytes]) -> bytes:
    """Remove what all lines of the first message begin and end with, apart from numbers in it."""
    opening = names.search(data)
    if opening is None:
        return data
    start = data.rfind(b"\n", 0, opening.start()) + 1
    prefix = data[start : opening.start()].partition(b"<?xml")[0].rstrip()
    end = data.find(b"</" + opening[1], opening.end())
    lines = [line for line in data[start : None if end < 0 else end].split(b"\n") if line.strip()]
    if len(lines) == 1:  # what one line begins with may be anything
        return data
    is_quoted = prefix[-1:] in _QUOTES  # its lines are strings, which are joined elsewhere
    margin = _MARGIN.match(lines[1])
    own = b"" if is_quoted else prefix
    for beginning, its_lines in ((own, lines), (margin and b" " + margin[1], lines[1:])):
        shape = _NUMBER_OR_BLANK.sub(_any, re.escape(beginning or b""))
        pattern = re.compile(rb"^" + shape + rb"[ \t]?", re.MULTILINE)
        if beginning and all(map(pattern.match, its_lines)):
            data = pattern.sub(b"", data)
            break
    suffix = lines[0].rpartition(b">")[2].strip()
    ending = re.compile(rb"(?<=>)[ \t]*" + re.escape(suffix) + rb"(?=\s*$)", re.MULTILINE)
    if suffix and not is_quoted and all(map(ending.search, lines[:-1])):
        data = ending.sub(b"", data)
    return data


_MARGIN: Final = re.compile(rb"[ \t]*([|>#*%]|//|--)")
"""What source code and tables have before each line of a text but the first."""
_NUMBER_OR_BLANK: Final = re.compile(rb"[0-9]+|(?:\\[ \t])+")


def _any(found: re.Match[bytes]) -> bytes:
    """Return a pattern for other numbers, or for other white space."""
    return rb"[0-9]+" if found[0].isdigit() else rb"[ \t]*"


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

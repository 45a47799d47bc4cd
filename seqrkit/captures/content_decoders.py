"""The ways in which a message can be hidden in text or bytes, and how to undo each."""

from __future__ import annotations

import binascii
import html
import quopri
import re
from base64 import b64decode
from collections.abc import Callable
from io import BytesIO
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes
from zipfile import BadZipFile, ZipFile

from seqrkit.captures.http_captures import decoded
from seqrkit.soap.character_encoding import decide


class Wrapping(NamedTuple):
    """A way to hide a message: how to recognize and how to undo it, and a sentence about it.

    `undo` takes the whole text. `keeps_tags` tells whether it contains the message's tags as they
    are.
    """

    pattern: re.Pattern[bytes]
    undo: Callable[[bytes], bytes]
    sentence: str
    keeps_tags: bool = False


def in_utf_8(data: bytes) -> bytes:
    """Return bytes in UTF-8 if they are in UTF-16, else as they are."""
    encoding = decide(data)
    return encoding.text(data).encode() if encoding.name.startswith("utf-16") else data


def _inflated(data: bytes) -> bytes:
    return decoded(data, "gzip", 64 * len(data) + 65536)


def _unzipped(data: bytes) -> bytes:
    """Return the files of a ZIP archive, such as the sessions that Fiddler saves."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            # The size that the archive states, which zipfile enforces: a bomb is not unpacked.
            members = [each for each in archive.infolist() if each.file_size <= 64 * len(data)]
            return b"\n".join(archive.read(each) for each in members[:_MOST_FILES])
    except (BadZipFile, NotImplementedError, RuntimeError, OSError):
        return b""


def _unescaped(data: bytes) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    # HTML indents with no-break spaces, which are text in XML.
    return html.unescape(text).replace("\xa0", " ").encode("utf-8", "surrogateescape")


def _without_tags(data: bytes) -> bytes:
    return _unescaped(_TAG.sub(b"", data))


def _joined(data: bytes) -> bytes:
    return _JOINED_LINES.sub(rb"\1\n", _JOINED.sub(b"", data))


def _literal(data: bytes) -> bytes:
    """Undo the escapes of a string in source code."""

    def meant(escape: re.Match[bytes]) -> bytes:
        code, character = escape.groups()
        return _NAMED.get(character, character) if code is None else bytes([int(code, 16)])

    data = _SYSLOG.sub(lambda found: bytes([int(found[1], 8)]), data) if b">#012" in data else data
    return _ESCAPE.sub(meant, _joined(data))


def _shell(data: bytes) -> bytes:
    """Undo the escapes of PowerShell and of the Windows command line."""
    data = _CHARACTER.sub(lambda found: bytes([int(found[1]) & 0xFF]), data)
    return re.sub(rb"[`^](.)", lambda found: _NAMED.get(found[1], found[1]), data)


def _hexadecimal(data: bytes) -> bytes:
    def meant(found: re.Match[bytes]) -> bytes:
        digits = re.sub(rb"0[xX]|\\x|[\s,:]", b"", found[0]).decode()
        return _inflated(in_utf_8(bytes.fromhex(digits)))

    return _HEXADECIMAL.sub(meant, data)


def _decimal(data: bytes) -> bytes:
    def meant(found: re.Match[bytes]) -> bytes:
        return bytes(int(each) & 0xFF for each in re.split(rb"[\s,]+", found[0]))

    return _DECIMAL.sub(meant, data)


def _base64(data: bytes) -> bytes:
    def meant(found: re.Match[bytes]) -> bytes:
        # Copied text has lost its padding or line ends.
        digits = b"".join(found[0].split()).rstrip(b"=").translate(_URL_SAFE)
        try:
            return _inflated(in_utf_8(b64decode(digits + b"=" * (-len(digits) % 4))))
        except binascii.Error:
            return b""

    return _BASE64.sub(meant, data)


_MOST_FILES: Final = 1000
_NAMED: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_ESCAPE: Final = re.compile(rb"\\(?:(?:x|u00)([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_SYSLOG: Final = re.compile(rb"#(0[0-3][0-7])")
"""Control characters as rsyslog writes them, in octal."""
_CHARACTER: Final = re.compile(rb"\$\(\[char\]([0-9]{1,3})\)", re.IGNORECASE)
_TAG: Final = re.compile(rb"<[^<>]*>")
_JOINED: Final = re.compile(rb"""(?<!=)(["'])[ \t]*[+.&]?[ \t]*\r?\n[ \t]*[+.&]?[ \t]*\1""")
"""The end of a string in source code, and the beginning of the next one."""
_JOINED_LINES: Final = re.compile(
    rb"""(>(?:\\[rn])*)(["'])[^"'<>\n]{0,60}\r?\n[^"'<>\n]{0,60}?\2(?=[ \t]*<)"""
)
"""The same with other text between, such as `& vbCrLf` and `$xml .=`."""
_BYTE: Final = rb"(?:0[xX]|\\x)?[0-9a-fA-F]{2}"
_HEXADECIMAL: Final = re.compile(
    rb"(?<![0-9a-fA-F])(?:0[xX]|\\x)?(?:3[cC]|50|48|1f|fe|ff)(?:[\s,:]{0,8}" + _BYTE + rb"){60,}"
)
"""Bytes that begin with <, POST, HTTP, or as gzip and UTF-16 do."""
_DECIMAL: Final = re.compile(rb"(?<![0-9])(?:60|80|72)(?:[\s,]{1,8}-?[0-9]{1,3}){60,}")
_BASE64: Final = re.compile(
    rb"\A\s*[A-Za-z0-9+/]{4}[A-Za-z0-9+/\s]+={0,2}\s*\Z"
    rb"|(?<![\w+/])(?:P[A-P]|H4sI|UE9TVC|SFRUUC|//48|/v8A)[\w+/-]{50,}"
    rb"(?:\r?\n[ \t]*[\w+/][\w+/-]*)*={0,2}"
)
"""A whole file, or bytes that begin with <, POST, HTTP, or as gzip and UTF-16 do, in other text."""
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")

WRAPPINGS: Final = (
    Wrapping(
        re.compile(rb"\A(?:\x1f\x8b|\x78[\x01\x5e\x9c\xda])"),
        _inflated,
        "the message is compressed; HTTP has to say so, as in Content-Encoding: gzip",
    ),
    Wrapping(
        re.compile(rb"\APK\x03\x04"), _unzipped, "the message is in a ZIP archive; send it as XML"
    ),
    Wrapping(
        re.compile(rb"&amp;lt;(?:[\w.-]+:)?[A-Za-z]"),
        lambda data: _unescaped(_unescaped(data)),
        "the message is escaped as text twice (&amp;lt; for <); send it as XML",
    ),
    Wrapping(
        re.compile(rb"<(?:span|font|em|b|i|br|div|p|li|code|td)\b[^<>]*>"),
        _without_tags,
        "the message is the text of an HTML page; send it as XML",
    ),
    Wrapping(
        re.compile(rb"&(?:lt|#60|#x3[cC]);(?:[\w.-]+:)?[A-Za-z]"),
        _unescaped,
        "the message is escaped as text (&lt; for <); send it as XML",
    ),
    Wrapping(
        re.compile(rb"=(?:`|\^\\?\^?)[\"']"),
        _shell,
        "the message has the escapes of a command line (` or ^); send it without them",
        keeps_tags=True,
    ),
    Wrapping(
        re.compile(rb"""=\\(?:["']|x22)|>(?:\\[rnt])+\s*<|<\\+/[A-Za-z]|>#012"""),
        _literal,
        r"the message has the escapes of a string in source code (\", \n or \/); send it as XML",
        keeps_tags=True,
    ),
    Wrapping(
        _JOINED_LINES,
        _joined,
        "the message is divided into strings of source code; send it as one text",
        keeps_tags=True,
    ),
    Wrapping(
        re.compile(rb'=""[A-Za-z]'),
        lambda data: data.replace(b'""', b'"'),
        'each " of the message is doubled, as in a CSV file or in source code; send it as XML',
        keeps_tags=True,
    ),
    Wrapping(
        re.compile(rb"%(?:25)*3[Cc](?:%(?:25)*3[Ff]|[\w.-]+(?:%(?:25)*3[Aa]|:))?[A-Za-z]"),
        lambda data: unquote_to_bytes(data.replace(b"+", b" ")),
        "the message is URL-encoded (%3C for <), as a form is; send it as XML",
    ),
    Wrapping(
        re.compile(rb"""=3D["']"""),
        quopri.decodestring,
        "the message is in quoted-printable encoding (=3D for =); send it as it is",
        keeps_tags=True,
    ),
    Wrapping(
        _HEXADECIMAL,
        _hexadecimal,
        "the message is written in hexadecimal digits; send it as XML",
    ),
    Wrapping(_DECIMAL, _decimal, "the message is written as numbers; send it as XML"),
    Wrapping(_BASE64, _base64, "the message is in base64; send it as XML"),
)
"""The ways that are recognized, in the order in which they are tried."""

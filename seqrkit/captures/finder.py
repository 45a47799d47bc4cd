"""Find the messages in the bytes of a file that is not one XML document."""

from __future__ import annotations

import binascii
import html
import quopri
import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from seqrkit.captures.captured import Captured, Remark, trimmed
from seqrkit.captures.http_text import decoded, http_messages, read_headers
from seqrkit.captures.json_text import json_messages
from seqrkit.captures.text_lines import undumped, without_prefixes
from seqrkit.soap.encoding import decide
from seqrkit.soap.surroundings import remarks_about

_WHITE: Final = b" \t\r\n"
_MARK: Final = "\ufeff".encode()
_HEADER: Final = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[ \t]*\S")
_LOG: Final = re.compile(
    rb"\d{1,2}:\d{2}:\d{2}|\b(?:DEBUG|INFO|WARN|ERROR|TRACE|FINE|SEVERE)\b"
    rb"|(?i:\b(?:re(?:quest|sponse|ply)|sent|sending|received|payload|inbound|outbound)\b[^<]{0,40}$)",
    re.MULTILINE,
)
_MIME: Final = Remark(
    "soap.media-type",
    "the envelope is a part of a MIME message (MTOM, or SOAP with attachments); turn MTOM off, "
    "and send the envelope alone",
)
_BOUNDARY: Final = re.compile(rb"--[\w'()+,./:=? -]+\r?\n[A-Za-z][A-Za-z0-9-]*:")
_HTML: Final = re.compile(rb"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_DECLARATION: Final = re.compile(rb"<\?xml\s[^<>]*\?>\s*\Z")
_EXCERPT: Final = Remark(
    "soap.excerpt", "the text around the message is ignored; on the wire there must be none"
)


class _Wrapping(NamedTuple):
    """A way in which a message can be hidden in text: how to recognize and how to undo it.

    `keeps_tags` tells whether its text contains the message's tags as they are.
    """

    pattern: re.Pattern[bytes]
    undo: Callable[[re.Match[bytes]], bytes]
    sentence: str
    keeps_tags: bool = False


def _unescaped(found: re.Match[bytes]) -> bytes:
    text = found.string.decode("utf-8", "surrogateescape")
    return html.unescape(text).encode("utf-8", "surrogateescape")


def _literal(found: re.Match[bytes]) -> bytes:
    """Undo the escapes of a string in source code."""
    named = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
    text = _JOINED.sub(b"", found.string)
    return re.sub(rb"\\(.)", lambda escape: named.get(escape[1], escape[1]), text, flags=re.DOTALL)


def _base64(found: re.Match[bytes]) -> bytes:
    digits = b"".join(found[0].split()).rstrip(b"=").translate(_URL_SAFE)
    try:
        data = b64decode(digits + b"=" * (-len(digits) % 4))
    except binascii.Error:
        return b""
    return decoded(data, "gzip", 64 * len(data) + 65536)


_JOINED: Final = re.compile(rb"""(?<!=)(["'])[ \t]*[+.&]?[ \t]*\r?\n[ \t]*[+.&]?[ \t]*\1""")
"""The end of a string in source code, and the beginning of the next one."""
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")

_WRAPPINGS: Final = (
    _Wrapping(
        re.compile(rb"\A(?:\x1f\x8b|\x78[\x01\x5e\x9c\xda])"),
        lambda found: decoded(found.string, "gzip", 64 * len(found.string) + 65536),
        "the message is compressed; HTTP has to say so, as in Content-Encoding: gzip",
    ),
    _Wrapping(
        re.compile(rb"&amp;lt;(?:[\w.-]+:)?[A-Za-z]"),
        lambda found: html.unescape(_unescaped(found).decode("utf-8", "surrogateescape")).encode(
            "utf-8", "surrogateescape"
        ),
        "the message is escaped as text twice (&amp;lt; for <); send it as XML",
    ),
    _Wrapping(
        re.compile(rb"&(?:lt|#60|#x3[cC]);(?:[\w.-]+:)?[A-Za-z]"),
        _unescaped,
        "the message is escaped as text (&lt; for <); send it as XML",
    ),
    _Wrapping(
        re.compile(rb"""=\\["']|>(?:\\[rnt])+\s*<"""),
        _literal,
        r"the message has the escapes of a string in source code (\" or \n); send it without them",
        keeps_tags=True,
    ),
    _Wrapping(
        re.compile(rb'=""[A-Za-z]'),
        lambda found: found.string.replace(b'""', b'"'),
        'each " of the message is doubled, as in a CSV file or in source code; send it as XML',
        keeps_tags=True,
    ),
    _Wrapping(
        re.compile(rb"%3[Cc](?:%3[Ff]|[\w.-]+(?:%3[Aa]|:))?[A-Za-z]"),
        lambda found: unquote_to_bytes(found.string.replace(b"+", b" ")),
        "the message is URL-encoded (%3C for <), as a form is; send it as XML",
    ),
    _Wrapping(
        re.compile(rb"""=3D["']"""),
        lambda found: quopri.decodestring(found.string),
        "the message is in quoted-printable encoding (=3D for =); send it as it is",
        keeps_tags=True,
    ),
    _Wrapping(
        re.compile(rb"(?:3[cC]|1f8b)(?:[0-9a-fA-F]{2}){60,}"),
        lambda found: bytes.fromhex(found[0].decode()),
        "the message is written in hexadecimal digits; send it as XML",
    ),
    _Wrapping(  # a whole file, or one that begins with < or as gzip does, in other text
        re.compile(
            rb"\A\s*[A-Za-z0-9+/]{4}[A-Za-z0-9+/\s]+={0,2}\s*\Z"
            rb"|(?<![\w+/])(?:P[A-P]|H4sI)[\w+/-]{50,}(?:\r?\n[\w+/][\w+/-]*)*"
        ),
        _base64,
        "the message is in base64; send it as XML",
    ),
)


def tags(names: Iterable[str]) -> re.Pattern[bytes]:
    """Return a pattern that finds the opening tag of an element with one of these names."""
    alternatives = "|".join(map(re.escape, names))
    return re.compile(rf"<((?:[A-Za-z_][\w.-]*:)?(?:{alternatives}))(?=[\s/>])".encode())


def find_messages(
    data: bytes, names: re.Pattern[bytes], parts: re.Pattern[bytes]
) -> list[Captured]:
    """Return the messages in bytes that are not one XML document; empty if none is recognized.

    `names` finds the outermost tags of messages; `parts` those of fragments, which are only
    searched if there is no message.
    """
    encoding = decide(data)
    if encoding.name.startswith("utf-16"):
        data = encoding.text(data).encode()
    head = data.lstrip(_WHITE + _MARK)[:65536]
    if head[:1] in {b"{", b"[", b'"'}:
        found = json_messages(data.strip(_WHITE + _MARK), names, _wrapped)
        if found is not None:
            return found
    shown = without_prefixes(undumped(data), names)
    plain = _in_text(shown, names, parts, is_excerpt=shown != data)
    data = shown
    exchanged = http_messages(data) or _mime(data, head, names)
    # A log can contain start lines of HTTP, and show its messages elsewhere.
    complete = sum(bool(names.search(each.data)) for each in exchanged)
    if exchanged and (complete >= len(plain) or not names.search(data)):
        return exchanged
    return _wrapped(data, names) or plain or exchanged


def _mime(data: bytes, head: bytes, names: re.Pattern[bytes]) -> list[Captured]:
    """Return the root part of a MIME message, or the body after headers without a start line."""
    from email.parser import BytesParser

    headers = b""
    if _HEADER.match(head):
        headers, _, head = head.replace(b"\r\n", b"\n").partition(b"\n\n")
        if b"multipart" not in headers.lower():
            return _after_headers(data, headers)
    elif not _BOUNDARY.match(head):
        return []
    boundary = head.lstrip(_WHITE).split(b"\n", 1)[0].strip()[2:]
    start = data.find(b"--" + boundary)
    typed = b'Content-Type: multipart/related; boundary="' + boundary + b'"\r\n\r\n'
    message = BytesParser().parsebytes(typed + data[start:])
    if not message.is_multipart():
        return []
    payloads = [
        (part, payload)
        for part in message.walk()
        if isinstance(payload := part.get_payload(decode=True), bytes)
    ]
    part, payload = next(
        (each for each in payloads if names.search(each[1])),
        payloads[0] if payloads else (None, b""),
    )
    if part is None:
        return []
    at = data.find(payload)
    return [
        Captured(
            data=payload,
            line=data.count(b"\n", 0, max(at, 0)) + 1,
            keeps_lines=at >= 0,
            headers=dict(read_headers(headers))
            | {name.lower(): str(text) for name, text in part.items()},
            remarks=(_MIME,),
        )
    ]


def _after_headers(data: bytes, head: bytes) -> list[Captured]:
    """Return the body after HTTP headers whose start line is missing."""
    headers = read_headers(head)
    blank = re.search(rb"\r?\n\r?\n", data)
    if blank is None or not headers.keys() & {"content-type", "soapaction"}:
        return []
    line = data.count(b"\n", 0, blank.end()) + 1
    method = "POST" if "soapaction" in headers else ""
    body = data[blank.end() :]
    return [Captured(data=body, line=line, head_line=1, headers=headers, method=method)]


def _wrapped(data: bytes, names: re.Pattern[bytes]) -> list[Captured]:
    """Return the message that is inside another encoding of text."""
    has_tags = names.search(data) is not None
    for wrapping in _WRAPPINGS:
        found = wrapping.pattern.search(data) if wrapping.keeps_tags == has_tags else None
        inner = b"" if found is None else wrapping.undo(found)
        opening = names.search(inner)
        if found is not None and opening is not None:
            remark = Remark("soap.wrapped", wrapping.sentence)
            same = inner.count(b"\n") == data.count(b"\n")
            line = 1 if same else data.count(b"\n", 0, found.start()) + 1
            message = trimmed(inner, opening)
            return [Captured(data=message, line=line, keeps_lines=same, remarks=(remark,))]
    return []


def find_literal(data: bytes, names: re.Pattern[bytes]) -> Captured | None:
    """Return the message in a string of source code, if the file begins with its first tag."""
    return next(iter(_wrapped(data, names)), None) if is_literal(data) else None


def is_literal(data: bytes) -> bool:
    r"""Return whether a file begins with a tag, and has \n or \" in place of what they mean."""
    return b">\\" in data and data.lstrip()[:1] == b"<"


def _in_text(
    data: bytes, names: re.Pattern[bytes], parts: re.Pattern[bytes], *, is_excerpt: bool
) -> list[Captured]:
    """Return the messages between which other text may stand, as in a log."""
    spans = list(_spans(data, names))
    are_parts = not spans and _HTML.match(data) is None
    if are_parts:
        spans = list(_spans(data, parts))
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(data)]
    around = [data[end:start] for end, start in zip(ends, starts, strict=True)]
    outside = b"\n".join(around).strip(_WHITE + _MARK)
    if not spans or not (spans[1:] or outside or is_excerpt):
        return []
    is_excerpt |= bool(_LOG.search(outside)) or _is_quoted(around[0], around[-1])
    if are_parts or spans[1:] or is_excerpt:
        remarks: tuple[Remark, ...] = (_EXCERPT,) if outside or is_excerpt else ()
    else:
        remarks = tuple(Remark("soap.surroundings", each) for each in remarks_about(*around))
    return [
        Captured(
            data=data[start:end],
            origin=f"message {number}" if spans[1:] else "",
            line=data.count(b"\n", 0, start) + 1,
            remarks=remarks if number == 1 else (),
        )
        for number, (start, end) in enumerate(spans, 1)
    ]


def _is_quoted(before: bytes, after: bytes) -> bool:
    """Return whether a message is an argument or a string of something else, as in source code."""
    last, first = before.rstrip(_WHITE)[-1:], after.lstrip(_WHITE)[:1]
    return bool(last) and last + first in _QUOTES


_QUOTES: Final = frozenset({b"''", b'""', b"``", b"()", b"[]", b"{}", b">)"})


def _spans(data: bytes, names: re.Pattern[bytes]) -> Iterator[tuple[int, int]]:
    """Yield where each outermost element begins and ends; one that is cut off ends at the next."""
    openings = list(names.finditer(data))
    following: dict[bytes, int] = {}
    after = [len(data)] * len(openings)
    for number in range(len(openings) - 1, -1, -1):
        name = openings[number][1]
        after[number] = following.get(name, len(data))
        following[name] = openings[number].start()
    end = 0
    for opening, limit in zip(openings, after, strict=True):
        if opening.start() < end:
            continue
        tag_end = data.find(b">", opening.end(), limit)
        closing = data.find(b"</" + opening[1], opening.end(), limit)
        if closing >= 0:
            end = data.find(b">", closing) + 1 or limit
        elif tag_end > 0 and data[tag_end - 1 : tag_end] == b"/":
            end = tag_end + 1
        else:
            end = limit
        declaration = _DECLARATION.search(data, max(0, opening.start() - 200), opening.start())
        yield opening.start() if declaration is None else declaration.start(), end

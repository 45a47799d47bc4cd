"""Find the messages in the bytes of a file that is not one XML document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from seqrkit.captures.captured_message import Captured, Remark, trimmed
from seqrkit.captures.content_decoders import WRAPPINGS, in_utf_8
from seqrkit.captures.http_captures import http_messages, read_headers, unchunked
from seqrkit.captures.json_captures import json_messages
from seqrkit.captures.logs_and_hexdumps import undumped, without_prefixes
from seqrkit.soap.envelope_search import remarks_about

_WHITE: Final = b" \t\r\n"
_MARK: Final = "\ufeff".encode()
_HEADER: Final = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[ \t]*\S")
_LOG: Final = re.compile(
    rb"```|\{(?:code|noformat)\b|<<<|style information associated with it"
    rb"|\d{1,2}:\d{2}:\d{2}|\b(?:DEBUG|INFO|WARN|ERROR|TRACE|FINE|SEVERE)\b"
    rb"|(?i:\b(?:re(?:quest|sponse|ply)|sent|sending|received|payload|inbound|outbound)\b[^<]{0,40}$)",
    re.MULTILINE,
)
_MIME: Final = Remark(
    "soap.media-type",
    "the envelope is a part of a MIME message (MTOM, or SOAP with attachments); turn MTOM off, "
    "and send the envelope alone",
)
_BOUNDARY: Final = re.compile(rb"--[\w'()+,./:=? -]+\r?\nContent-[A-Za-z-]+:", re.IGNORECASE)
_HTML: Final = re.compile(rb"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_DECLARATION: Final = re.compile(rb"<\?xml\s[^<>]*\?>\s*\Z")
_EXCERPT: Final = Remark(
    "soap.excerpt", "the text around the message is ignored; on the wire there must be none"
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
    data = in_utf_8(data)
    head = data.lstrip(_WHITE + _MARK)[:65536]
    if head[:1] in {b"{", b"[", b'"'}:
        found = json_messages(data.strip(_WHITE + _MARK), names, _wrapped)
        if found is not None:
            return found
    # From the outside to the inside: chunks may contain a dump, and a dump lines with prefixes.
    shown = without_prefixes(undumped(unchunked(data)), names)
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


def _wrapped(data: bytes, names: re.Pattern[bytes], depth: int = 0) -> list[Captured]:
    """Return the message, or the text with several, that is inside another encoding of text."""
    has_tags = names.search(data) is not None
    for wrapping in WRAPPINGS:
        found = wrapping.pattern.search(data) if wrapping.keeps_tags == has_tags else None
        if found is None:
            continue
        inner = wrapping.undo(data)
        opening = names.search(inner)
        if opening is None and not (depth < _DEEPEST and _is_wrapped(inner, names, depth + 1)):
            continue
        same = inner.count(b"\n") == data.count(b"\n")
        is_whole = opening is None or http_messages(inner)
        return [
            Captured(
                data=inner if is_whole or opening is None else trimmed(inner, opening),
                line=1 if same else data.count(b"\n", 0, found.start()) + 1,
                keeps_lines=same,
                remarks=(Remark("soap.wrapped", wrapping.sentence),),
            )
        ]
    return []


def _is_wrapped(data: bytes, names: re.Pattern[bytes], depth: int) -> bool:
    """Return whether there is a message inside another wrapping or in a JSON document."""
    is_json = data[:1] in {b"{", b"["} and json_messages(data, names, _wrapped)
    return bool(is_json or _wrapped(data, names, depth))


_DEEPEST: Final = 3
"""How many wrappings inside each other are undone."""


def find_literal(data: bytes, names: re.Pattern[bytes]) -> Captured | None:
    """Return the message in a string of source code, if the file begins with its first tag."""
    return next(iter(_wrapped(data, names)), None) if is_literal(data) else None


def is_literal(data: bytes) -> bool:
    r"""Return whether a file begins with a tag, and has \n or \" in place of what they mean."""
    return (b">\\" in data or b"<\\/" in data) and data.lstrip()[:1] == b"<"


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
        closing = re.compile(rb"</" + opening[1] + rb"(?:\s*>|\s*\Z|(?=\s*<))").search(
            data, opening.end(), limit
        )
        if closing is not None:
            end = closing.end()
        elif tag_end > 0 and data[tag_end - 1 : tag_end] == b"/":
            end = tag_end + 1
        else:
            end = limit
        declaration = _DECLARATION.search(data, max(0, opening.start() - 200), opening.start())
        yield opening.start() if declaration is None else declaration.start(), end

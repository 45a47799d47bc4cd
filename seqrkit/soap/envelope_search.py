"""Find an envelope among other bytes: MIME headers, a PHP warning, a blank line, a NUL byte."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from seqrkit.soap.character_encoding import Encoding, decide
from seqrkit.soap.xml_declaration import malformed

_OPENING = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?Envelope[\s>]")
_DECLARED = re.compile(rb"<\?xml\s[^<>]*?\?>")
_DECLARATION = re.compile(rb"<\?xml\s[^<>]*?\?>\s*\Z")
_WHITE: Final = b" \t\r\n"
_MARK: Final = "\ufeff".encode()
_SHOWN: Final = 40


class Found(NamedTuple):
    """An envelope in UTF-8 on its original lines, and remarks about the bytes around it."""

    message: bytes
    encoding: Encoding
    remarks: tuple[str, ...]


def envelope_in(data: bytes, encoding: Encoding, charset: str | None) -> Found | None:
    """Find the envelope, or the whole message, in bytes that are not XML from start to end."""
    if encoding.name.startswith("utf-16"):
        data = data.decode(encoding.name, "replace").removeprefix("\ufeff").encode()
    span = _span(data)
    if span is None:
        return None
    before, message, after = data[: span[0]], data[slice(*span)], data[span[1] :]
    if encoding.refusal:  # the bytes around it may be in another encoding, or be binary
        encoding = decide(message, charset)
    text = message.decode() if encoding.name.startswith("utf-16") else encoding.text(message)
    lines = b"\n" * before.count(b"\n")
    declaration = _DECLARATION.search(before)
    if declaration is not None and malformed(declaration[0].decode("utf-8", "replace")) is None:
        before = before[: declaration.start()]
    return Found(lines + text.encode(), encoding, remarks_about(before, after))


def remarks_about(before: bytes, after: bytes) -> tuple[str, ...]:
    """Return the sentences about bytes before a message and its declaration, and after it."""
    return tuple(filter(None, (_before(before), _after(after))))


def _span(data: bytes) -> tuple[int, int] | None:
    opening = _OPENING.search(data)
    if opening is not None:
        prefix = b"" if opening[1] is None else opening[1] + b":"
        # The last one: a report or a fault may quote another envelope.
        closing = data.rfind(b"</" + prefix + b"Envelope")
        end = data.find(b">", closing) + 1
        return (opening.start(), end) if opening.start() < closing < end else None
    # Stripped rather than matched: a pattern would take quadratic time over a body of white space.
    start = len(data) - len(data.lstrip(_WHITE + _MARK))
    declared = _DECLARED.match(data, start)
    if declared is not None:
        start = len(data) - len(data[declared.end() :].lstrip(_WHITE))
    end = len(data.rstrip(_WHITE + b"\0"))
    return (start, end) if data[start : start + 1] == b"<" and start < end else None


def _before(data: bytes) -> str:
    rest = data.replace(_MARK, b"").strip(_WHITE)
    if rest.startswith(b"--"):
        return (
            "the envelope is a part of a MIME message (MTOM, or SOAP with attachments); "
            "turn MTOM off, and send the envelope alone"
        )
    slip = malformed(rest.decode("utf-8", "replace"))
    if slip is not None:
        return slip.sentence
    if _DECLARED.fullmatch(rest):
        return "the XML declaration occurs twice; remove one"
    if rest:
        return f"{_quoted(rest)} precedes the message; send nothing before it"
    what = "a byte order mark" if _MARK in data else "white space"
    return f"{what} precedes the XML declaration; send nothing before it" if data else ""


def _after(data: bytes) -> str:
    rest = data.strip(_WHITE)
    # The boundary that ends a MIME message is reported once, by what precedes the message.
    if not rest or rest.startswith(b"--"):
        return ""
    if not rest.strip(b"\0" + _WHITE):
        return "a NUL byte follows the message; send the text without its terminator"
    return f"{_quoted(rest)} follows the message; send nothing after it"


def _quoted(data: bytes) -> str:
    text = data[:_SHOWN].decode("utf-8", "replace")
    return '"' + "".join(c if c.isprintable() else " " for c in text) + '"'

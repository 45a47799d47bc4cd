"""One message beside a form: numbered lines, findings, and what each field means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from seqrkit import soap
from seqrkit.contract import Contract, Field, Finding, MessageType
from seqrkit.display import highlight
from seqrkit.display.exchange_html import context_of, finding_body, hidden_lines, line_body
from seqrkit.display.highlight import Line, Piece
from seqrkit.errors import MessageError
from seqrkit.html import Markup, joined


class MessageBody(NamedTuple):
    """A message as HTML: findings without a line, lines, and what follows them.

    `folded` holds the indices of the lines of a context without findings.
    """

    above: Markup
    lines: tuple[Markup, ...]
    below: Markup
    folded: range


def message_body(message: bytes, findings: Iterable[Finding], contract: Contract) -> MessageBody:
    """Return the message with its findings at their lines, and each field's meaning as tooltip.

    The lines have no numbers, so that adding one changes no other.
    """
    shown = highlight.listing(message, findings)
    folded = context_of(shown.lines)
    texts = [each.text for each in shown.lines]
    hints = meanings(texts, contract)
    lines = (
        (_line if len(text) <= highlight.SHORT else _line.__wrapped__)(
            each.pieces, each.findings, hints.get(each.number, "")
        )
        for each, text in zip(shown.lines, texts, strict=True)
    )
    return MessageBody(
        joined(map(finding_body, shown.elsewhere)),
        tuple(lines),
        hidden_lines(shown),
        range(folded.start - 1, folded.stop - 1) if folded else folded,
    )


@lru_cache(maxsize=highlight.KNOWN_LINES)
def _line(pieces: tuple[Piece, ...], findings: tuple[Finding, ...], hint: str) -> Markup:
    messages = [f"{each.message} ({each.id}, {each.source})" for each in findings]
    return line_body(Line(0, pieces, findings), "\n".join(filter(None, [*messages, hint])))


def meanings(lines: Iterable[str], contract: Contract) -> Mapping[int, str]:
    """Return the meaning and source of the field that starts on each line, by line number.

    Empty for a message that the contract does not describe.
    """
    try:
        payload = soap.read_envelope(soap.parse("\n".join(lines).encode())).payload
    except MessageError:
        return {}
    kind = contract.elements.get(soap.local(payload))
    found = () if kind is None else tuple(_fields(payload, kind))
    # Reversed, so that of several fields on a line the first one counts.
    return {line: _hint(field) for line, field in reversed(found)}


@lru_cache(maxsize=1024)
def _hint(field: Field) -> str:
    return f"{field.name}: {field.meaning} ({field.source})"


def _fields(element: etree._Element, kind: MessageType) -> Iterator[tuple[int, Field]]:
    for child in element.iterchildren("*"):
        field = kind.by_name.get(soap.local(child))
        if field is None:
            continue
        if child.sourceline is not None and field.meaning:
            yield child.sourceline, field
        if field.type is not None:
            yield from _fields(child, field.type)

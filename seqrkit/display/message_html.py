"""One message beside a form: numbered lines, findings, and what each field means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lxml import etree

from seqrkit import soap
from seqrkit.contract import Contract, Field, Finding, MessageType
from seqrkit.display import highlight
from seqrkit.display.exchange_html import context_of, finding_body, hidden_lines, line_body
from seqrkit.display.highlight import Line, Listing
from seqrkit.errors import MessageError
from seqrkit.html import Markup, html, joined

# The class is set on the surrounding element, which is kept when the lines are redrawn.
_FOLD: Final = "this.closest('.seqr-code').classList.toggle('seqr-unfolded')"


def message_body(message: bytes, findings: Iterable[Finding], contract: Contract) -> Markup:
    """Return the message with its findings at their lines, and each field's meaning as tooltip.

    The caller puts it into an element of the class ``seqr-code``. A context without findings is
    folded until the user unfolds it.
    """
    shown = highlight.listing(message, findings)
    above = joined(map(finding_body, shown.elsewhere))
    return above + joined(_lines(shown, meanings(shown.lines, contract))) + hidden_lines(shown)


def _lines(shown: Listing, hints: Mapping[int, str]) -> Iterator[Markup]:
    folded = context_of(shown.lines)
    for line in shown.lines:
        if line.number == folded.start:
            yield html(
                '<div class="seqr-fold-line">{}<button type="button" class="seqr-fold-lines" '
                'onclick="{}"><span class="seqr-more">… {} more lines</span>'
                '<span class="seqr-less">fold</span></button></div><div class="seqr-folded">',
                line_body(line),
                _FOLD,
                len(folded) - 1,
            )
            continue
        messages = [f"{each.message} ({each.id}, {each.source})" for each in line.findings]
        yield line_body(line, "\n".join([*messages, *filter(None, [hints.get(line.number)])]))
        if folded and line.number == folded.stop - 1:
            yield Markup("</div>")


def meanings(lines: Iterable[Line], contract: Contract) -> Mapping[int, str]:
    """Return the meaning and source of the field that starts on each line, by line number.

    Empty for a message that the contract does not describe.
    """
    text = "\n".join(line.text for line in lines)
    try:
        payload = soap.read_envelope(soap.parse(text.encode())).payload
    except MessageError:
        return {}
    kind = contract.elements.get(soap.local(payload))
    found = () if kind is None else tuple(_fields(payload, kind))
    return {line: f"{f.name}: {f.meaning} ({f.source})" for line, f in reversed(found)}


def _fields(element: etree._Element, kind: MessageType) -> Iterator[tuple[int, Field]]:
    for child in element.iterchildren("*"):
        field = kind.by_name.get(soap.local(child))
        if field is None:
            continue
        if child.sourceline is not None and field.meaning:
            yield child.sourceline, field
        if field.type is not None:
            yield from _fields(child, field.type)


def copy_button(label: str, text: str) -> Markup:
    """Return a button that copies a text to the clipboard and confirms it."""
    return html(
        '<button type="button" class="seqr-copy" data-text="{}" onclick="{}">{}</button>',
        text,
        _COPY,
        label,
    )


# A page loaded over plain http has no clipboard API; there a temporary text field is copied from.
_COPY: Final = (
    "const b=this,t=b.dataset.text,w=b.textContent,"
    "done=()=>{b.textContent='Copied';setTimeout(()=>{b.textContent=w},1500)},"
    "fallback=()=>{const a=document.createElement('textarea');a.value=t;"
    "b.parentNode.appendChild(a);a.select();document.execCommand('copy');a.remove();done()};"
    "navigator.clipboard?navigator.clipboard.writeText(t).then(done,fallback):fallback()"
)

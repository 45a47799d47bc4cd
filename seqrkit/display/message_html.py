"""One message as it is seen beside a form: numbered lines that can be drawn again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Final

from seqrkit.contract import Contract, Finding
from seqrkit.display import exchange_html, highlight
from seqrkit.display.field_descriptions import meanings
from seqrkit.display.highlight import Line, Listing

# What is open stays open when the lines are drawn anew, since the element around them stays.
_FOLD: Final = "this.closest('.seqr-code').classList.toggle('seqr-unfolded')"


def message_body(message: bytes, findings: Iterable[Finding], contract: Contract) -> str:
    """The message with its findings at their lines, and what each field means as its hint.

    It is drawn inside an element of the class ``seqr-code``. A context without findings is folded,
    until somebody unfolds it.
    """
    shown = highlight.listing(message, findings)
    hints = meanings(shown.lines, contract)
    more = f'<p class="f">… {shown.hidden:,} more lines</p>' if shown.hidden else ""
    above = "".join(map(exchange_html.finding_body, shown.elsewhere))
    return f"{above}{''.join(_lines(shown, hints))}{more}"


def remark(listing: Listing) -> str:
    """How long it is, or that it came on fewer lines than are shown."""
    return "indented for reading" if listing.reindented else f"{len(listing.lines)} lines"


def _lines(shown: Listing, hints: Mapping[int, str]) -> Iterator[str]:
    folded = exchange_html.context_of(shown.lines)
    for line in shown.lines:
        if line.number == folded.start:
            yield _summary(line, len(folded) - 1)
        elif folded and line.number == folded.start + 1:
            yield '<div class="seqr-folded">'
        if line.number != folded.start:
            yield exchange_html.line_body(line, _hint(line, hints))
        if folded and line.number == folded.stop - 1:
            yield "</div>"


def _summary(line: Line, more: int) -> str:
    button = (
        f'<button type="button" class="seqr-fold-lines" onclick="{_FOLD}">'
        f'<span class="seqr-more">… {more} more lines</span>'
        '<span class="seqr-less">fold</span></button>'
    )
    return f'<div class="seqr-fold-line">{exchange_html.line_body(line)}{button}</div>'


def _hint(line: Line, hints: Mapping[int, str]) -> str:
    said = [f"{each.message} ({each.id}, {each.source})" for each in line.findings]
    return "\n".join([*said, *filter(None, [hints.get(line.number)])])


def copy_button(label: str, text: str) -> str:
    """A button that puts a text into the clipboard, and says that it has."""
    return (
        f'<button type="button" class="seqr-copy" data-text="{escape(text)}" '
        f'onclick="{escape(_COPY)}">{escape(label)}</button>'
    )


# Where the page is not trusted with the clipboard (plain http), a hidden field is copied from.
_COPY: Final = (
    "const b=this,t=b.dataset.text,w=b.textContent,"
    "said=()=>{b.textContent='Copied';setTimeout(()=>{b.textContent=w},1500)},"
    "byHand=()=>{const a=document.createElement('textarea');a.value=t;"
    "b.parentNode.appendChild(a);a.select();document.execCommand('copy');a.remove();said()};"
    "navigator.clipboard?navigator.clipboard.writeText(t).then(said,byHand):byHand()"
)

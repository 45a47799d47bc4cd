"""Exchanges, findings and replies as HTML that stands alone.

Each fragment carries its own style, works in a notebook and in a page, follows JupyterLab's theme
or else the browser's, and loads nothing from anywhere. What comes from a message is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from seqrkit.contract import Finding
from seqrkit.display import highlight, phrases
from seqrkit.display.highlight import SIGNAL, Kind, Line, Piece
from seqrkit.exchange import Exchange
from seqrkit.palette import both_themes

_CLASS = {Kind.TAG: "t", Kind.ATTRIBUTE: "a", Kind.COMMENT: "c"}
_HERE = Path(__file__).parent
EXCHANGE: Final = "exchange.css"
"""The sheet that is meant where none is named."""


@cache
def style(*sheets: str) -> str:
    """A fragment's style: its sheets, the base of all, and both themes' colours.

    The theme is that of the page around it (JupyterLab, VS Code, the documentation), else what the
    browser asks for.
    """
    dark, light = (
        ",".join(f"{around} .seqr" for around in (f".vscode-{theme}", f'[data-theme="{theme}"]'))
        + f',[data-jp-theme-light="{lit}"] .seqr'
        for theme, lit in (("dark", "false"), ("light", "true"))
    )
    return (
        f".seqr{{color-scheme:light dark;{both_themes()}}}"
        f"{dark}{{color-scheme:dark}}{light}{{color-scheme:light}}"
        "@media print{.seqr{color-scheme:light}}\n"
    ) + "".join(map(read, ("base.css", *(sheets or (EXCHANGE,)))))


def fragment(body: str, *sheets: str) -> str:
    """HTML that stands alone: the body in its style."""
    return f'<style>{style(*sheets)}</style><div class="seqr">{body}</div>'


@cache
def read(name: str) -> str:
    """A style sheet or script that lies beside this module."""
    return (_HERE / name).read_text(encoding="utf-8")


def exchange_html(exchange: Exchange) -> str:
    """The exchange as a fragment with its style; the same exchange gives the same HTML."""
    return fragment(exchange_body(exchange))


def findings_html(findings: Iterable[Finding]) -> str:
    """Findings under each other, as a fragment with its style."""
    body = "".join(map(finding_body, findings)) or '<p class="f">no findings</p>'
    return fragment(body)


def exchange_body(exchange: Exchange) -> str:
    """The exchange without the style: how it ended, then both envelopes side by side."""
    return (
        f'<article class="exchange"><header class="outcome">'
        f'<span class="op">{escape(exchange.operation or "")}</span>{result_body(exchange)}'
        f'<span class="ms">{phrases.milliseconds(exchange)}</span></header>'
        f'<div class="envelopes">{"".join(_envelopes(exchange))}</div></article>'
    )


def result_body(exchange: Exchange) -> str:
    """Result code, name and meaning; or the fault or failure in its place."""
    meaning = escape(phrases.meaning(exchange))
    return f'{result_pill(exchange)}<span class="meaning">{meaning}</span>'


def result_pill(exchange: Exchange) -> str:
    """Result code and name as a pill, or what there is in their place."""
    signal = "fine" if exchange.succeeded else "wrong"
    return f'<span class="pill {signal}">{escape(phrases.short(exchange))}</span>'


def finding_body(finding: Finding) -> str:
    """A finding in words: severity, message, and small beneath it rule id, source and note."""
    note = f" · {escape(finding.rule.note)}" if finding.rule.note else ""
    return (
        f'<div class="f {SIGNAL[finding.severity]}"><b>{finding.severity}</b> '
        f"{escape(finding.message)}<small><code>{escape(finding.id)}</code> · "
        f"{escape(finding.source)}{note}</small></div>"
    )


def findings_pills(findings: Iterable[Finding]) -> str:
    """How many errors and warnings, a pill each; empty when there are none."""
    found = tuple(findings)
    pills = (
        (signal, highlight.count(f for f in found if f.severity is severity))
        for severity, signal in SIGNAL.items()
    )
    return "".join(f'<span class="pill {signal}">{said}</span>' for signal, said in pills if said)


def _envelopes(exchange: Exchange) -> Iterator[str]:
    yield envelope_body("Request", exchange.masked_request, exchange.findings)
    if exchange.masked_response:
        title = "Reply" if exchange.status in {None, 200} else f"Reply, HTTP {exchange.status}"
        yield envelope_body(title, exchange.masked_response, exchange.reply_findings)


def envelope_body(title: str, message: bytes, findings: Iterable[Finding]) -> str:
    """A message without the style: its name, how many findings, and its lines with each of them."""
    shown = highlight.listing(message, findings)
    remark = "indented for reading" if shown.reindented else f"{len(shown.lines)} lines"
    more = f'<p class="f">… {shown.hidden:,} more lines</p>' if shown.hidden else ""
    return (
        f'<section class="envelope"><header><b>{title}</b><small>{remark}</small>'
        f"{findings_pills(shown.findings)}</header>"
        f"{''.join(map(finding_body, shown.elsewhere))}{''.join(_code(shown.lines))}{more}"
        "</section>"
    )


def _code(lines: tuple[Line, ...]) -> Iterator[str]:
    """The lines; a context without findings is folded, since it says the same every time."""
    folded = context_of(lines)
    for line in lines:
        if line.number == folded.start:
            more = f" … {len(folded) - 1} more lines"
            yield f'<details class="fold"><summary class="l">{_inner(line, more)}</summary>'
            continue
        yield line_body(line)
        if line.number == folded.stop - 1:
            yield "</details>"


def context_of(lines: tuple[Line, ...]) -> range:
    """The numbers of the lines from <context> to </context>, empty where there is a finding."""
    start = next((line.number for line in lines if line.text.strip() == "<context>"), 0)
    stop = next((line.number for line in lines if line.text.strip() == "</context>"), 0)
    inside = lines[max(start - 1, 0) : stop]
    if not 0 < start < stop or any(line.findings for line in inside):
        return range(0)
    return range(start, stop + 1)


def line_body(line: Line, hint: str = "") -> str:
    """A numbered line with its findings beneath; `hint` is seen where one points at it."""
    signal = f" {SIGNAL[line.severity]}" if line.severity else ""
    title = f' title="{escape(hint)}"' if hint else ""
    found = "".join(map(finding_body, line.findings))
    return f'<div class="l{signal}"{title}>{_inner(line)}</div>{found}'


def _inner(line: Line, more: str = "") -> str:
    indent = f' style="--i:{line.indent}"' if line.indent else ""
    extra = f' data-more="{escape(more)}"' if more else ""
    return f"<i>{line.number}</i><code{indent}{extra}>{pieces_body(line.pieces)}</code>"


def pieces_body(pieces: Sequence[Piece]) -> str:
    """Pieces of a line in their colours."""
    first, *rest = pieces or (Piece(Kind.VALUE, ""),)
    if rest and not first.text.strip():
        begun = Piece(rest[0].kind, rest[0].text[1:])
        return f"{kept(first.text + rest[0].text[:1], rest[0].kind)}{_pieces([begun, *rest[1:]])}"
    return _pieces((first, *rest))


def kept(text: str, kind: Kind = Kind.VALUE) -> str:
    """The beginning of a line, which is kept together: no line is broken behind its indent."""
    return f'<span class="{_CLASS.get(kind, "v")} k">{escape(text)}</span>'


def _pieces(pieces: Iterable[Piece]) -> str:
    return "".join(_piece(piece.kind, piece.text) for piece in pieces)


def _piece(kind: Kind, text: str) -> str:
    name = _CLASS.get(kind)
    if not name:
        return escape(text, quote=False)
    apart = "<wbr>" if text.startswith("</") else ""  # a line is broken there, if it has to be
    return f'{apart}<span class="{name}">{escape(text)}</span>'

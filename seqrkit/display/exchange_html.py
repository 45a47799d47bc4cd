"""Exchanges and findings as HTML.

Each fragment carries its own style, works in a notebook and in a page, follows the theme of
JupyterLab or else of the browser, and loads nothing over the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from seqrkit._version import __version__
from seqrkit.contract import Finding
from seqrkit.display import highlight, outcome_phrases
from seqrkit.display.highlight import SIGNAL, Kind, Line, Piece
from seqrkit.exchange import Exchange
from seqrkit.html import Markup, html, joined, render
from seqrkit.palette import both_themes

_CLASS = {Kind.TAG: "t", Kind.ATTRIBUTE: "a", Kind.COMMENT: "c"}
EXCHANGE: Final = "exchange.css"
"""The stylesheet used when none is named."""


@cache
def style(*sheets: str) -> Markup:
    """Return the CSS of a fragment: colours of both themes, the base sheet and these sheets.

    The theme is that of the surrounding page (JupyterLab, VS Code, marimo, the documentation),
    else the one that the browser prefers.
    """
    dark, light = (
        ",".join(f"{around} .seqr" for around in (f".vscode-{theme}", f'[data-theme="{theme}"]'))
        + f',[data-jp-theme-light="{lit}"] .seqr'
        for theme, lit in (("dark", "false"), ("light", "true"))
    )
    return Markup(
        f".seqr{{color-scheme:light dark;{both_themes()}}}"
        f"{dark}{{color-scheme:dark}}{light}{{color-scheme:light}}"
        ".marimo .seqr,:host .seqr{color-scheme:inherit}"  # it displays widgets in shadow roots
        "@media print{.seqr{color-scheme:light}}\n"
        + "".join(map(read, ("base.css", *(sheets or (EXCHANGE,)))))
    )


@cache
def read(name: str) -> str:
    """Return a stylesheet or script of this package."""
    return (files(__package__) / name).read_text(encoding="utf-8")


def fragment(body: Markup, *sheets: str) -> Markup:
    """Return the body together with its style."""
    return html('<style>{}</style><div class="seqr">{}</div>', style(*sheets), body)


def page(template: str, **values: object) -> Markup:
    """Return a self-contained page, whose template can also draw exchanges and findings."""
    return render(
        template,
        version=__version__,
        style=style(),
        exchange_body=exchange_body,
        envelope_body=envelope_body,
        findings_pills=findings_pills,
        result_pill=result_pill,
        **values,
    )


def exchange_html(exchange: Exchange) -> Markup:
    """Return the exchange with its style; the same exchange always gives the same HTML."""
    return fragment(exchange_body(exchange))


def findings_html(findings: Iterable[Finding]) -> Markup:
    """Return a list of findings with its style."""
    return fragment(joined(map(finding_body, findings)) or html('<p class="f">no findings</p>'))


def exchange_body(exchange: Exchange) -> Markup:
    """Return the exchange without the style: its result, then both envelopes side by side."""
    return html(
        '<article class="exchange"><header class="outcome"><span class="op">{}</span>{}'
        '<span class="ms">{}</span></header><div class="envelopes">{}</div></article>',
        exchange.operation,
        result_body(exchange),
        outcome_phrases.milliseconds(exchange),
        joined(_envelopes(exchange)),
    )


def result_body(exchange: Exchange) -> Markup:
    """Return result code, name and meaning; without a result code, the fault or failure."""
    meaning = outcome_phrases.meaning(exchange)
    return html('{}<span class="meaning">{}</span>', result_pill(exchange), meaning)


def result_pill(exchange: Exchange) -> Markup:
    """Return result code and name as a pill; without a result code, the kind of failure."""
    return pill("fine" if exchange.succeeded else "wrong", outcome_phrases.short(exchange))


def pill(signal: str, text: str) -> Markup:
    """Return a short text on a ground of the signal's colour."""
    return html('<span class="pill {}">{}</span>', signal, text)


def finding_body(finding: Finding) -> Markup:
    """Return a finding: severity and message, and in small type its rule, source and note."""
    return html(
        '<div class="f {}"><b>{}</b> {}<small><code>{}</code> · {}{}</small></div>',
        SIGNAL[finding.severity],
        finding.severity,
        finding.message,
        finding.id,
        finding.source,
        f" · {finding.rule.note}" if finding.rule.note else "",
    )


def findings_pills(findings: Iterable[Finding]) -> Markup:
    """Return a pill with the number of errors and one with that of warnings; none for zero."""
    found = tuple(findings)
    counts = (
        (signal, highlight.count(f for f in found if f.severity is severity))
        for severity, signal in SIGNAL.items()
    )
    return joined(pill(signal, count) for signal, count in counts if count)


def _envelopes(exchange: Exchange) -> Iterator[Markup]:
    yield envelope_body("Request", exchange.masked_request, exchange.findings)
    if exchange.masked_response:
        title = "Reply" if exchange.status in {None, 200} else f"Reply, HTTP {exchange.status}"
        yield envelope_body(title, exchange.masked_response, exchange.reply_findings)


def envelope_body(title: str, message: bytes, findings: Iterable[Finding]) -> Markup:
    """Return a message without the style: title, number of findings, and its lines with each."""
    shown = highlight.listing(message, findings)
    return html(
        '<section class="envelope"><header><b>{}</b><small>{}</small>{}</header>{}{}{}</section>',
        title,
        "indented for reading" if shown.reindented else f"{len(shown.lines)} lines",
        findings_pills(shown.findings),
        joined(map(finding_body, shown.elsewhere)),
        joined(_code(shown.lines)),
        hidden_lines(shown),
    )


def hidden_lines(shown: highlight.Listing) -> Markup:
    """Return how many lines of a long message are not shown; empty when all are."""
    more = f"{shown.hidden:,}"
    return html('<p class="f">… {} more lines</p>', more) if shown.hidden else Markup()


def _code(lines: Sequence[Line]) -> Iterator[Markup]:
    """Yield the lines; a context without findings is folded, since it rarely changes."""
    folded = context_of(lines)
    for line in lines:
        if line.number == folded.start:
            more = html(' data-more=" … {} more lines"', len(folded) - 1)
            yield html('<details class="fold"><summary class="l">{}</summary>', _inner(line, more))
            continue
        yield line_body(line)
        if line.number == folded.stop - 1:
            yield Markup("</details>")


def context_of(lines: Sequence[Line]) -> range:
    """Return the line numbers from <context> to </context>; empty if one has a finding."""
    start = next((line.number for line in lines if line.text.strip() == "<context>"), 0)
    stop = next((line.number for line in lines if line.text.strip() == "</context>"), 0)
    inside = lines[max(start - 1, 0) : stop]
    if not 0 < start < stop or any(line.findings for line in inside):
        return range(0)
    return range(start, stop + 1)


def line_body(line: Line, hint: str = "") -> Markup:
    """Return a line with its findings below it; `hint` is its tooltip.

    It shows the line's number, or none if that is 0.
    """
    return html(
        '<div class="l{}"{}>{}</div>{}',
        f" {SIGNAL[line.severity]}" if line.severity else "",
        html(' title="{}"', hint) if hint else "",
        _inner(line),
        joined(map(finding_body, line.findings)),
    )


def _inner(line: Line, more: Markup | str = "") -> Markup:
    indent = html(' style="--i:{}"', line.indent) if line.indent else ""
    code = pieces_body(line.pieces)
    return html("<i>{}</i><code{}{}>{}</code>", line.number or "", indent, more, code)


def pieces_body(pieces: Sequence[Piece]) -> Markup:
    """Return the pieces of a line in their colours."""
    first, *rest = pieces or (Piece(Kind.VALUE, ""),)
    if rest and not first.text.strip():
        # The indent and the first character stay together, so that no line breaks between them.
        begun = Piece(rest[0].kind, rest[0].text[1:])
        indent = html(
            '<span class="{} k">{}</span>',
            _CLASS.get(begun.kind, "v"),
            first.text + rest[0].text[:1],
        )
        return indent + joined(map(_piece, [begun, *rest[1:]]))
    return joined(map(_piece, pieces))


def _piece(piece: Piece) -> Markup:
    name = _CLASS.get(piece.kind)
    if not name:
        return Markup.escape(piece.text)
    # A line that is too long breaks before its closing tag, but not in an attribute's name.
    before = Markup("<wbr>") if piece.text.startswith("</") else ""
    kept = " k" if piece.kind is Kind.ATTRIBUTE and piece.text.endswith("=") else ""
    return html('{}<span class="{}{}">{}</span>', before, name, kept, piece.text)

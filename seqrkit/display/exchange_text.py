"""Exchanges and findings for the terminal.

The views are rich renderables: they fit the console's width and are plain text if it is not a
terminal. Request and reply stand side by side on a wide console.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final, NoReturn

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from seqrkit.contract import Finding
from seqrkit.display import highlight, outcome_phrases
from seqrkit.display.highlight import SIGNAL, Line
from seqrkit.exchange import Exchange
from seqrkit.palette import TERMINAL
from seqrkit.terminal_text import visible

WIDE: Final = 150
"""Columns from which on request and reply stand side by side."""
PLAIN_WIDTH: Final = 100
"""Columns if the output is not a terminal and COLUMNS is not set."""

THEME: Final[Theme] = Theme(dict(TERMINAL), inherit=True)

_HANG = 2
"""Additional indent of the rest of a wrapped line."""


class _SafeConsole(Console):
    """A console on which no text can control the terminal; a closed pipe raises an error."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Render an object with control characters escaped."""
        for segment in super().render(renderable, options):
            shown = segment.text if segment.control else visible(segment.text)
            yield segment if shown == segment.text else Segment(shown, segment.style)

    def on_broken_pipe(self) -> NoReturn:
        """Raise `BrokenPipeError`, as any other output does; rich would exit with 1."""
        raise BrokenPipeError


def console(file: StringIO | None = None, *, width: int | None = None) -> Console:
    """Return a console with the palette's styles.

    If it is not a terminal it is plain, and as wide as COLUMNS says, else 100 columns.
    """
    made = _SafeConsole(theme=THEME, highlight=False, file=file, width=width, soft_wrap=False)
    # rich assumes 80 columns, in which most envelopes would be wrapped.
    if width is None and not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = PLAIN_WIDTH
    return made


def exchange_text(exchange: Exchange, width: int = PLAIN_WIDTH) -> str:
    """Return the exchange as plain text; the same exchange always gives the same text."""
    written = StringIO()
    plain = _SafeConsole(
        theme=THEME,
        highlight=False,
        file=written,
        width=width,
        no_color=True,
        force_terminal=False,  # despite FORCE_COLOR in a notebook kernel
        force_jupyter=False,  # write to the file instead of displaying in a notebook
    )
    plain.print(exchange_view(exchange))
    # rich fills lines with blanks, which would be differences in saved notebooks.
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def exchange_view(exchange: Exchange) -> RenderableType:
    """Return both envelopes with their findings, then the result."""
    return Group(_Envelopes(exchange), result_view(exchange))


def result_view(exchange: Exchange) -> Text:
    """Return one line: result code, name and meaning; without a code, the fault or failure."""
    line = Text()
    code = exchange.result_code
    if code is None:
        line.append(outcome_phrases.result(exchange), style="wrong")
    else:
        line.append(outcome_phrases.result(exchange), style="fine" if code == 0 else "wrong")
        line.append(f"  {outcome_phrases.meaning(exchange)}", style="muted")
    if duration := outcome_phrases.milliseconds(exchange):
        line.append(f"  {duration}", style="muted")
    return line


def finding_view(finding: Finding) -> Text:
    """Return a finding: severity and message, and below it rule id and source."""
    view = Text()
    view.append(f"{finding.severity}: ", style=SIGNAL[finding.severity])
    view.append(finding.message)
    view.append(f"\n{finding.id} · {finding.source}", style="muted")
    return view


class _Envelopes:
    """Request and reply: side by side on a wide console, else one below the other."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console
        exchange = self._exchange
        request = _Message("request", exchange.masked_request, exchange.findings)
        answer = exchange.masked_response
        if not answer:
            yield request
            return
        status = "" if exchange.status in {None, 200} else f" (HTTP {exchange.status})"
        reply = _Message(f"reply{status}", answer, exchange.reply_findings)
        if options.max_width < WIDE:
            yield Group(request, reply)
            return
        grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
        grid.add_column(ratio=1)
        grid.add_column(ratio=1)
        grid.add_row(request, reply)
        yield grid


class _Message:
    """One message with line numbers and colours, its findings below their lines."""

    def __init__(self, title: str, message: bytes, findings: Iterable[Finding]) -> None:
        self._title = title
        self._listing = highlight.listing(message, findings)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown = self._listing
        gutter = len(str(len(shown.lines))) + 3
        counted, worst = highlight.count(shown.findings), highlight.worst(shown.findings)
        yield Text.assemble(
            (self._title, "heading"),
            (" · indented for reading" if shown.reindented else "", "muted"),
            (f" · {counted}" if counted else "", SIGNAL[worst] if worst else ""),
        )
        for finding in shown.elsewhere:
            yield _Note(finding, gutter)
        for line in shown.lines:
            yield from _drawn(console, line, gutter, options.max_width)
            for finding in line.findings:
                yield _Note(finding, gutter)
        if shown.hidden:
            yield Text(f"{'':{gutter}}… {shown.hidden:,} more lines", style="muted")


class _Note:
    """A finding below its line, with a bar of its colour in front."""

    def __init__(self, finding: Finding, gutter: int) -> None:
        self._finding = finding
        self._gutter = gutter

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        bar = Segment(" " * self._gutter + "▌ ", console.get_style(SIGNAL[self._finding.severity]))
        room = options.update(width=max(options.max_width - self._gutter - 2, 10))
        for row in console.render_lines(finding_view(self._finding), room, pad=False):
            yield bar
            yield from row
            yield Segment.line()


def _drawn(console: Console, line: Line, gutter: int, width: int) -> Iterator[Segment]:
    """Yield a line as segments; rich's own wrapping is too slow for many lines."""
    number = Segment(f"{line.number:>{gutter - 2}}  ", console.get_style("muted"))
    yield number
    room = max(width - gutter, 10)
    hang = min(line.indent + _HANG, room // 2)
    used = 0
    for piece in line.pieces:
        style = console.get_style(piece.kind)
        text = piece.text.replace("\t", "    ")
        if used + cell_len(text) <= room:
            yield Segment(text, style)
            used += cell_len(text)
            continue
        for i, part in enumerate(_split(text, room - used, room - hang)):
            if i:
                yield Segment.line()
                yield Segment(" " * (gutter + hang))
                used = hang
            yield Segment(part, style)
            used += cell_len(part)
    yield Segment.line()


def _split(text: str, first: int, rest: int) -> list[str]:
    """Split a text into a part of at most `first` cells and others of at most `rest` cells."""
    head = chop_cells(text, first)[0] if first > 0 else ""
    if cell_len(head) > first:  # a wide character and only one cell left
        head = ""
    return [head, *chop_cells(text[len(head) :], rest)]

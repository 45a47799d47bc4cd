"""The demo for the terminal: each step as soon as it was played, and a table of all steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.rule import Rule
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from seqrkit.display import highlight, phrases
from seqrkit.display.demo_step import PlayedStep, Verdict
from seqrkit.display.exchange_text import PLAIN_WIDTH, exchange_view
from seqrkit.display.highlight import SIGNAL

VERDICTS: Final = {Verdict.OK: "fine", Verdict.FAILED: "wrong", Verdict.LEFT_OUT: "muted"}
_INDENT: Final = 4
_TITLE_WIDTH: Final = 27
_OPERATION_WIDTH: Final = 21


class StepView:
    """A step in full: number, title and purpose, then its exchanges and remarks."""

    def __init__(self, step: PlayedStep) -> None:
        self._scene = step

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del options
        step = self._scene
        yield Rule(style="muted")
        yield Text.assemble(
            (f"{step.number:>{_INDENT - 1}} ", "fine"),
            (step.title, "heading"),
            (f"  {step.operation}" if step.operation else "", "muted"),
        )
        yield _Indented(Text(step.why))
        for exchange in step.exchanges:
            yield _Indented(exchange_view(exchange))
        if step.qr is not None and console.is_terminal:
            yield _Indented(Text(step.qr.text(encoding=console.encoding), no_wrap=True))
        if step.qr is not None:
            yield _Indented(Text(step.qr.payload, style="muted"))
        if step.verdict is not Verdict.OK:
            yield _Indented(Text(step.verdict, style=VERDICTS[step.verdict]))
        for remark in step.remarks:
            yield _Indented(Text(remark, style="muted" if step.verdict is Verdict.OK else ""))
        yield Text()


class LineView:
    """A step on one line; if it failed or was left out, the reason follows below."""

    def __init__(self, step: PlayedStep) -> None:
        self._scene = step

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console, options
        step = self._scene
        line = Text.assemble(
            (f"{step.number:>{_INDENT - 1}} ", "fine"),
            f"{step.title:<{_TITLE_WIDTH}} ",
            (f"{step.operation or '':<{_OPERATION_WIDTH}}", "muted"),
        )
        expected = ", as expected" if step.verdict is Verdict.OK else ""
        for exchange in step.exchanges:
            remark, style = ("", "") if exchange.succeeded else (expected, "look")
            line.append(f" {phrases.result(exchange)}{remark}", style=style)
        worst = highlight.worst(step.findings)
        if worst is not None:
            line.append(f"  {highlight.count(step.findings)}{expected}", style=SIGNAL[worst])
        line.append(f"  {step.verdict}", style=VERDICTS[step.verdict])
        yield line
        if step.verdict is not Verdict.OK:
            yield from (_Indented(Text(remark)) for remark in step.remarks)


def table_view(steps: Iterable[PlayedStep], width: int) -> Table:
    """Return a table of steps: number, title, operation, results, findings, time, verdict."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="muted", pad_edge=False)
    table.add_column("#", justify="right")
    table.add_column("step", overflow="fold", no_wrap=width >= PLAIN_WIDTH)
    table.add_column("operation", no_wrap=True)
    table.add_column("result", overflow="fold")
    table.add_column("findings", overflow="fold")
    table.add_column("ms", justify="right", no_wrap=True)
    table.add_column("", overflow="fold")  # the verdict; its heading would exceed 100 columns
    for step in steps:
        table.add_row(*_cells(step))
    return table


def _cells(step: PlayedStep) -> Iterator[RenderableType]:
    yield str(step.number)
    yield Text(step.title, style="" if step.operation else "muted")
    yield step.operation or ""
    results = Text()
    for exchange in step.exchanges:
        results.append(" " if results else "")
        results.append(phrases.result(exchange), style="" if exchange.succeeded else "look")
    yield results
    worst = highlight.worst(step.findings)
    counted = highlight.count(step.findings).replace(", ", "\n")
    yield Text(counted, style=SIGNAL[worst] if worst else "")
    yield f"{step.duration * 1000:.1f}" if step.exchanges else ""
    yield Text(step.verdict, style=VERDICTS[step.verdict])


class _Indented:
    """A view further to the right, without trailing blanks."""

    def __init__(self, view: RenderableType) -> None:
        self._view = view

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        inner = options.update(width=max(options.max_width - _INDENT, 1))
        for row in console.render_lines(self._view, inner, pad=False):
            yield Segment(" " * _INDENT)
            yield from row
            yield Segment.line()

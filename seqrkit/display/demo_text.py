"""The steps of the demo for the terminal, in full or on one line."""

from __future__ import annotations

from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.rule import Rule
from rich.segment import Segment
from rich.text import Text

from seqrkit.display import highlight, outcome_phrases
from seqrkit.display.demo_step import PlayedStep, Verdict
from seqrkit.display.exchange_text import exchange_view
from seqrkit.display.highlight import SIGNAL

VERDICTS: Final = {Verdict.OK: "fine", Verdict.FAILED: "wrong", Verdict.LEFT_OUT: "muted"}
_INDENT: Final = 4
_TITLE_WIDTH: Final = 27
_OPERATION_WIDTH: Final = 21


class StepView:
    """A step in full: number, title and purpose, then its exchanges and remarks."""

    def __init__(self, step: PlayedStep) -> None:
        self._step = step

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del options
        step = self._step
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
        self._step = step

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console, options
        step = self._step
        line = Text.assemble(
            (f"{step.number:>{_INDENT - 1}} ", "fine"),
            f"{step.title:<{_TITLE_WIDTH}} ",
            (f"{step.operation or '':<{_OPERATION_WIDTH}}", "muted"),
        )
        expected = ", as expected" if step.verdict is Verdict.OK else ""
        for exchange in step.exchanges:
            remark, style = ("", "") if exchange.succeeded else (expected, "look")
            line.append(f" {outcome_phrases.result(exchange)}{remark}", style=style)
        worst = highlight.worst(step.findings)
        if worst is not None:
            line.append(f"  {highlight.count(step.findings)}{expected}", style=SIGNAL[worst])
        line.append(f"  {step.verdict}", style=VERDICTS[step.verdict])
        yield line
        if step.verdict is not Verdict.OK:
            yield from (_Indented(Text(remark)) for remark in step.remarks)


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

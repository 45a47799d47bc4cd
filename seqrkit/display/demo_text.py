"""A story for the terminal: each scene as it is played, and a table of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.rule import Rule
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from seqrkit.display import highlight, phrases
from seqrkit.display.demo_step import Scene, Verdict
from seqrkit.display.exchange_text import PLAIN_WIDTH, exchange_view
from seqrkit.display.highlight import SIGNAL

VERDICTS: Final = {Verdict.OK: "fine", Verdict.FAILED: "wrong", Verdict.LEFT_OUT: "muted"}
_INDENT: Final = 4
_TITLE_WIDTH: Final = 27
_OPERATION_WIDTH: Final = 21


class SceneView:
    """A step: number, title and why, then its exchanges, then what there is to say."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del options
        scene = self._scene
        yield Rule(style="muted")
        yield Text.assemble(
            (f"{scene.number:>{_INDENT - 1}} ", "fine"),
            (scene.title, "heading"),
            (f"  {scene.operation}" if scene.operation else "", "muted"),
        )
        yield _Indented(Text(scene.why))
        for exchange in scene.exchanges:
            yield _Indented(exchange_view(exchange))
        if scene.qr is not None and console.is_terminal:
            yield _Indented(Text(scene.qr.text(), no_wrap=True))
        if scene.qr is not None:
            yield _Indented(Text(scene.qr.payload, style="muted"))
        if scene.verdict is not Verdict.OK:
            yield _Indented(Text(scene.verdict, style=VERDICTS[scene.verdict]))
        for remark in scene.remarks:
            yield _Indented(Text(remark, style="muted" if scene.verdict is Verdict.OK else ""))
        yield Text()


class LineView:
    """A step on one line; what failed or was left out says why on the lines below it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console, options
        scene = self._scene
        line = Text.assemble(
            (f"{scene.number:>{_INDENT - 1}} ", "fine"),
            f"{scene.title:<{_TITLE_WIDTH}} ",
            (f"{scene.operation or '':<{_OPERATION_WIDTH}}", "muted"),
        )
        for exchange in scene.exchanges:
            line.append(f" {phrases.result(exchange)}", style="" if exchange.succeeded else "look")
        worst = highlight.worst(scene.findings)
        if worst is not None:
            line.append(f"  {highlight.count(scene.findings)}", style=SIGNAL[worst])
        line.append(f"  {scene.verdict}", style=VERDICTS[scene.verdict])
        yield line
        if scene.verdict is not Verdict.OK:
            yield from (_Indented(Text(remark)) for remark in scene.remarks)


def table_view(scenes: Iterable[Scene], width: int) -> Table:
    """All steps: number, title, operation, result codes, findings, milliseconds, verdict."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="muted", pad_edge=False)
    table.add_column("#", justify="right")
    table.add_column("step", overflow="fold", no_wrap=width >= PLAIN_WIDTH)
    table.add_column("operation", no_wrap=True)
    table.add_column("result", overflow="fold")
    table.add_column("findings", overflow="fold")
    table.add_column("ms", justify="right", no_wrap=True)
    table.add_column("", overflow="fold")  # the verdict; the word is too wide for 100 columns
    for scene in scenes:
        table.add_row(*_cells(scene))
    return table


def _cells(scene: Scene) -> Iterator[RenderableType]:
    yield str(scene.number)
    yield Text(scene.title, style="" if scene.operation else "muted")
    yield scene.operation or ""
    results = Text()
    for exchange in scene.exchanges:
        results.append(" " if results else "")
        results.append(phrases.result(exchange), style="" if exchange.succeeded else "look")
    yield results
    worst = highlight.worst(scene.findings)
    counted = highlight.count(scene.findings).replace(", ", "\n")
    yield Text(counted, style=SIGNAL[worst] if worst else "")
    yield f"{scene.duration * 1000:.1f}" if scene.exchanges else ""
    yield Text(scene.verdict, style=VERDICTS[scene.verdict])


class _Indented:
    """A view further to the right, its lines not filled up with blanks."""

    def __init__(self, view: RenderableType) -> None:
        self._view = view

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        inner = options.update(width=max(options.max_width - _INDENT, 1))
        for row in console.render_lines(self._view, inner, pad=False):
            yield Segment(" " * _INDENT)
            yield from row
            yield Segment.line()

"""``seqrkit explain``: explain a code, operation, rule, behaviour or symptom."""

from __future__ import annotations

import io
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from seqrkit.cli.file_io import FILE, save
from seqrkit.contract import CONTRADICTIONS
from seqrkit.display.contradictions_page import contradictions_page
from seqrkit.simulator.pages.help import Topic, explain, groups

_WIDTH: Final = 96
_CONTRADICTIONS: Final = "contradictions"


@click.command("explain")
@click.argument("words", metavar="[WHAT]", nargs=-1)
@click.option(
    "--html",
    type=FILE,
    help="Write the contradictions as a self-contained page, with example messages.",
)
def command(*, words: tuple[str, ...], html: Path | None) -> None:
    """Explain a result code, operation, field, value, rule or symptom.

    \b
    seqrkit explain 54
    seqrkit explain refundPayment
    seqrkit explain totalAmount
    seqrkit explain reversed
    seqrkit explain invoice.title.required
    seqrkit explain contradictions --html contradictions.html

    Prints the meaning, the usual causes, how to provoke it on this endpoint, and whether the
    request may be repeated. Without an argument it lists all topics. "contradictions" lists the
    contradictions of the reference documents.
    """  # noqa: D301 - \b is click's own
    what = " ".join(words)
    if html is not None and what != _CONTRADICTIONS:
        raise click.UsageError("--html is for seqrkit explain contradictions.")
    if what == _CONTRADICTIONS:
        _contradictions(html)
        return
    if what:
        _show(page(explain(what)))
        return
    lines = []
    for name, topics in groups().items():
        lines += [name, ""]
        for topic in topics:
            named = topic.title.startswith(topic.id)
            said = f"{topic.title}  {topic.summary}" if named else f"{topic.id}  {topic.title}"
            lines += _wrapped(said, indent="      ")
        lines.append("")
    _show("\n".join(lines))


def _show(text: str) -> None:
    """Print a text; in a terminal that is too low for it, page by page."""
    long = text.count("\n") >= shutil.get_terminal_size().lines
    if long and sys.stdout.isatty():
        click.echo_via_pager(text)
    else:
        click.echo(text)


def page(topic: Topic) -> str:
    """Return a page of help as text."""
    lines = [topic.title]
    for section in topic.sections:
        lines += ["", *textwrap.wrap(section.heading, _WIDTH)]
        for paragraph in section.paragraphs:
            lines += _wrapped(paragraph)
        if section.rows:
            lines += _table(section.rows)
    if topic.see:
        lines += ["", "See also:", *_wrapped(", ".join(topic.see))]
    return "\n".join(lines)


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table without frames, for a terminal of 100 columns."""
    from rich.console import Console  # deferred: for the few pages with tables
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for number, heading in enumerate(rows[0]):
        table.add_column(Text(heading), overflow="fold", no_wrap=number == 0)
    for row in rows[1:]:
        table.add_row(*map(Text, row))
    console = Console(width=_WIDTH, color_system=None, file=io.StringIO(), legacy_windows=False)
    with console.capture() as drawn:
        console.print(table)
    return [f"  {line.rstrip()}" for line in drawn.get().splitlines()]


def _contradictions(html: Path | None) -> None:
    """Print all contradictions, or write their page."""
    if html is not None:
        save(html, contradictions_page().encode())
        click.echo(f"Written: {html}")
        return
    for each in CONTRADICTIONS:
        click.echo("\n".join((each.id, *_wrapped(str(each)))))


def _wrapped(paragraph: str, indent: str = "  ") -> list[str]:
    """Return the lines of a paragraph; code is not wrapped, so that users can copy it."""
    text = paragraph.replace("`", "")
    if "\n" in paragraph:
        return ["", *textwrap.indent(text, " " * 4).splitlines(), ""]
    if "`seqrkit " in paragraph:
        return [f"  {text}"]
    return textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent=indent)

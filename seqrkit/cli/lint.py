"""``seqrkit lint``: check the messages in files by the documented rules."""

from __future__ import annotations

import json
import os
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import click

from seqrkit import contract
from seqrkit.cli.file_io import read_input
from seqrkit.contract import Contract, Finding, LintedMessage, Severity
from seqrkit.exchange import REPLY_LIMIT
from seqrkit.terminal_text import visible
from seqrkit.vocabulary import NEWEST, Interface

_STANDARD_INPUT: Final = "-"
_WIDEST: Final = 100
_STYLES: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow"}

_JSON: Final = """\b
With --format json one object is printed:
  {"files": [{"file": ..., "messages": N, "findings": [{"origin", "path", "line",
   "severity", "rule", "message", "value", "statement", "source", "note"}]}],
   "errors": N, "warnings": N}
line and value can be null; severity is error or warning; origin says which of
several messages a finding is about.
"""


class Report(NamedTuple):
    """The messages in a file, by the name of the file."""

    file: str
    messages: tuple[LintedMessage, ...]

    @property
    def findings(self) -> list[Finding]:
        """The findings about all messages of the file."""
        return [finding for message in self.messages for finding in message.findings]


@click.command("lint", epilog=_JSON)
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True),
)
@click.option(
    "--interface",
    type=click.Choice([each.value for each in Interface]),
    default=NEWEST.value,
    show_default=True,
    help="The interface that the messages are meant for.",
)
@click.option(
    "--as",
    "as_",
    metavar="TYPE",
    help="What a part of a message is, if its name has several meanings: invoice, sendInvoice, "
    "or another type or operation.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the findings.",
)
@click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    default=REPLY_LIMIT,
    show_default=True,
    metavar="N",
    help="The largest file that is read, in bytes.",
)
@click.pass_context
def command(
    context: click.Context,
    files: Sequence[str],
    *,
    interface: str,
    as_: str | None,
    form: str,
    max_bytes: int,
) -> None:
    """Check messages by the documented rules and print the findings.

    FILE contains a SOAP message, a part of one such as <invoice>, or several: captured HTTP, a HAR
    archive, the JSON Lines of record=, a log, concatenated envelopes; - is standard input. A
    finding has the line, path and rule, what is wrong with the value, and the rule's source.
    Passwords are masked.

    Exit code: 0 if there are no errors (warnings are allowed), 1 if there are, 2 if a file could
    not be read.
    """
    judge = contract.load(interface)
    reports = [Report(name, _lint(judge, name, max_bytes, as_)) for name in files]
    if form == "json":
        click.echo(_as_json(reports))
    else:
        color = False if os.environ.get("NO_COLOR") else None
        for line in _as_text(reports):
            click.echo(line, color=color)
    context.exit(1 if _count(reports, Severity.ERROR) else 0)


def _lint(judge: Contract, name: str, limit: int, as_: str | None) -> tuple[LintedMessage, ...]:
    data, size = read_input(name, limit)
    if len(data) > limit:
        return (LintedMessage("", "", (contract.too_large(limit, size),)),)
    return judge.lint_file(data, limit=limit, as_=as_)


def _as_json(reports: Sequence[Report]) -> str:
    files = [
        {
            "file": report.file,
            "messages": len(report.messages),
            "findings": [finding.to_dict() for finding in report.findings],
        }
        for report in reports
    ]
    whole = {
        "files": files,
        "errors": _count(reports, Severity.ERROR),
        "warnings": _count(reports, Severity.WARNING),
    }
    return json.dumps(whole, indent=2)


def _as_text(reports: Sequence[Report]) -> Iterator[str]:
    width = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)
    for report in reports:
        for finding in report.findings:
            yield from _paragraph(report.file, finding, width)
            yield ""
    yield _summary(reports)


def _paragraph(name: str, finding: Finding, width: int) -> Iterator[str]:
    """Format a finding: the place, what is wrong, the rule and its source, and the note."""
    place = click.style(visible(_location(name, finding.line)), bold=True)
    yield f"{place} {' '.join(filter(None, (finding.origin, visible(finding.path))))}".rstrip()
    severity = finding.severity.value
    message = _wrapped(f"{severity:<8} {finding.message}", width)
    styled = click.style(severity, fg=_STYLES[finding.severity], bold=True)
    yield from (line.replace(severity, styled, 1) if not at else line for at, line in message)
    for text in (f"{finding.id}, {finding.source}", finding.rule.note):
        if text:
            yield from (click.style(line, dim=True) for _, line in _wrapped(text, width, 9))


def _location(name: str, line: int | None) -> str:
    shown = "standard input" if name == _STANDARD_INPUT else click.format_filename(name)
    return shown if line is None else f"{shown}:{line}"


def _wrapped(text: str, width: int, indent: int = 0) -> Iterator[tuple[int, str]]:
    """Wrap a text; return its lines with their numbers."""
    lines = textwrap.wrap(
        visible(text),
        width,
        initial_indent=" " * (2 + indent),
        subsequent_indent=" " * 11,
        break_on_hyphens=False,
    )
    return enumerate(lines)


def _summary(reports: Sequence[Report]) -> str:
    errors, warnings = _count(reports, Severity.ERROR), _count(reports, Severity.WARNING)
    files = _counted(len(reports), "file")
    messages = sum(len(report.messages) for report in reports)
    if messages > len(reports):
        files += f", {messages} messages"
    if not errors and not warnings:
        return click.style(f"{files}: no findings", fg="green")
    said = [_counted(errors, "error"), _counted(warnings, "warning")]
    color = _STYLES[Severity.ERROR if errors else Severity.WARNING]
    return click.style(f"{files}: {', '.join(said)}", fg=color)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _count(reports: Sequence[Report], severity: Severity) -> int:
    return sum(finding.severity == severity for report in reports for finding in report.findings)

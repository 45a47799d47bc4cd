"""``seqrkit lint``: judge messages by the documented rules."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final

import click

from seqrkit import contract
from seqrkit.contract import Contract, Finding, Severity
from seqrkit.soap import MAX_BYTES
from seqrkit.vocabulary import NEWEST, Interface

_STANDARD_INPUT: Final = "-"
_WIDEST: Final = 100
_STYLES: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow"}

_JSON: Final = """\b
With --format json one object is printed:
  {"files": [{"file": ..., "findings": [{"path", "line", "severity", "rule",
   "message", "value", "statement", "source", "note"}]}],
   "errors": N, "warnings": N}
line and value are null where there is none; severity is error or warning.
"""

Report = tuple[str, tuple[Finding, ...]]
"""A file as it was named, and what was found in it."""


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
    default=MAX_BYTES,
    show_default=True,
    metavar="N",
    help="The most bytes that a message may have; of a longer file no more is read.",
)
@click.pass_context
def command(
    context: click.Context, files: Sequence[str], interface: str, form: str, max_bytes: int
) -> None:
    """Judge messages by the documented rules, and print every finding.

    FILE holds a SOAP envelope or an operation's element, request or reply; - is standard input.
    Each finding comes with its line, path and rule, what is wrong with the value at hand, and where
    the rule is written. Passwords are not shown.

    Exit code: 0 when there are no errors (warnings are allowed), 1 when there are, 2 when it could
    not be done as asked.
    """
    judge = contract.load(interface)
    reports = [(name, _lint(judge, name, max_bytes)) for name in files]
    if form == "json":
        click.echo(_as_json(reports))
    else:
        color = False if os.environ.get("NO_COLOR") else None
        for line in _as_text(reports):
            click.echo(line, color=color)
    context.exit(1 if _count(reports, Severity.ERROR) else 0)


def _lint(judge: Contract, name: str, limit: int) -> tuple[Finding, ...]:
    if name == _STANDARD_INPUT:
        data, size = _read(sys.stdin.buffer, limit), None
    else:
        with Path(name).open("rb") as file:
            data, size = _read(file, limit), os.fstat(file.fileno()).st_size or None
    if len(data) > limit:
        return (contract.too_large(limit, size),)
    return judge.lint(data, limit=limit)


def _read(file: IO[bytes], limit: int) -> bytes:
    """A file, or so much of it that it is known to be too long."""
    return file.read(limit + 1)


def _as_json(reports: Sequence[Report]) -> str:
    files = [
        {"file": name, "findings": [finding.to_dict() for finding in findings]}
        for name, findings in reports
    ]
    whole = {
        "files": files,
        "errors": _count(reports, Severity.ERROR),
        "warnings": _count(reports, Severity.WARNING),
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _as_text(reports: Sequence[Report]) -> Iterator[str]:
    width = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)
    for name, findings in reports:
        for finding in findings:
            yield from _paragraph(name, finding, width)
            yield ""
    yield _summary(reports)


def _paragraph(name: str, finding: Finding, width: int) -> Iterator[str]:
    """A finding: where, what is wrong, the rule with its source, and what else to know."""
    place = click.style(_location(name, finding.line), bold=True)
    yield f"{place} {finding.path}".rstrip()
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
    """Numbered lines, those of a message under one another."""
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=" " * (2 + indent),
        subsequent_indent=" " * 11,
        break_on_hyphens=False,
    )
    return enumerate(lines)


def _summary(reports: Sequence[Report]) -> str:
    errors, warnings = _count(reports, Severity.ERROR), _count(reports, Severity.WARNING)
    files = _counted(len(reports), "file")
    if not errors and not warnings:
        return click.style(f"{files}: no findings", fg="green")
    said = [_counted(errors, "error"), _counted(warnings, "warning")]
    color = _STYLES[Severity.ERROR if errors else Severity.WARNING]
    return click.style(f"{files}: {', '.join(said)}", fg=color)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _count(reports: Sequence[Report], severity: Severity) -> int:
    return sum(finding.severity == severity for _, found in reports for finding in found)

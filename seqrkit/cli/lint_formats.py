"""The findings of ``seqrkit lint`` in each of its formats."""

from __future__ import annotations

import json
import os
import shutil
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from seqrkit import ci_formats
from seqrkit.ci_formats import JUnitCase, Problem
from seqrkit.contract import Finding, LintedMessage, Severity
from seqrkit.terminal_text import visible

if TYPE_CHECKING:
    from seqrkit.assessment import Item

STANDARD_INPUT: Final = "-"
_TOOL: Final = "seqrkit lint"
_WIDEST: Final = 100
_STYLES: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


class Report(NamedTuple):
    """The messages in a file, by the name of the file; findings of some severities are failures."""

    file: str
    messages: tuple[LintedMessage, ...]
    failing: Collection[Severity] = (Severity.ERROR,)

    @property
    def findings(self) -> list[Finding]:
        """The findings about all messages of the file."""
        return [finding for message in self.messages for finding in message.findings]

    @property
    def failures(self) -> list[Finding]:
        """The findings that make the command fail."""
        return [finding for finding in self.findings if finding.severity in self.failing]


def _as_sarif(reports: Sequence[Report]) -> str:
    return ci_formats.sarif(_TOOL, _problems(reports))


def _as_github(reports: Sequence[Report]) -> str:
    lines = [*ci_formats.github(_problems(reports)), click.unstyle(_summary(reports)), ""]
    return "\n".join(lines)


def _problems(reports: Sequence[Report]) -> Iterator[Problem]:
    for report, message in ((each, message) for each in reports for message in each.messages):
        for each in message.findings:
            yield Problem(
                rule=each.id,
                message=visible(each.message),
                statement=each.rule.statement,
                source=each.source,
                uri=report.file,
                level=each.severity.value,
                line=each.line,
                name=" ".join(filter(None, (each.origin, visible(each.path)))),
                # Without line and value, so that code scanning recognizes a finding after the file
                # has changed.
                fingerprint=message.deviation(each),
            )


def _as_junit(reports: Sequence[Report]) -> bytes:
    cases = (
        JUnitCase(
            report.file,
            message.origin or message.name or "message",
            _outcomes(message, report.failing),
        )
        for report in reports
        for message in report.messages
    )
    return ci_formats.junit(_TOOL, cases)


def _outcomes(
    message: LintedMessage, failing: Collection[Severity]
) -> Iterator[tuple[str, str, str]]:
    failures = [each for each in message.findings if each.severity in failing]
    if failures:
        yield "failure", failures[0].message, "\n".join(map(str, failures))


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
    return f"{json.dumps(whole, indent=2)}\n"


def _as_html(reports: Sequence[Report]) -> str:
    """Return the page that other verdicts on clients have: an item for each finding."""
    from seqrkit.assessment import Assessment
    from seqrkit.assessment.formats import html

    pairs = ((report.file, message) for report in reports for message in report.messages)
    items = [item for file, message in pairs for item in _items(file, message)]
    subject = reports[0].file if len(reports) == 1 else _counted(len(reports), "file")
    made = Assessment(tool=_TOOL, subject=subject, items=items, started_at=datetime.now(UTC))
    return f"{html(made)}\n"


def _items(file: str, message: LintedMessage) -> Iterator[Item]:
    from seqrkit.assessment import Failure, Item  # deferred: the other formats need much less

    name = " ".join(filter(None, (message.origin, message.name or "message")))
    for each in message.findings:
        line = "" if each.line is None else f"line {each.line}: "
        sentence = f"{name}, {line}{visible(each.path)}: {each.message}"
        failure = Failure(deviation=message.deviation(each), sentence=sentence)
        yield Item(
            id=each.id,
            group=file,
            title=each.rule.statement,
            source=each.source,
            failures=(failure,),
            severity=each.severity,
        )
    if not message.findings:
        yield Item(id="", group=file, title=f"{name}: no findings", source="")


def _as_text(reports: Sequence[Report]) -> str:
    return "".join(f"{line}\n" for line in _lines(reports))


def _lines(reports: Sequence[Report]) -> Iterator[str]:
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
    shown = "standard input" if name == STANDARD_INPUT else click.format_filename(name)
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


FORMATS: Final[Mapping[str, Callable[[Sequence[Report]], str | bytes]]] = {
    "text": _as_text,
    "json": _as_json,
    "html": _as_html,
    "sarif": _as_sarif,
    "github": _as_github,
    "junit": _as_junit,
}
WRITERS: Final = {name: FORMATS[name] for name in ("json", "html", "junit", "sarif")}
"""The formats that are also written to files, with the options of `seqrkit verify`."""


def show(reports: Sequence[Report], form: str) -> None:
    """Print the findings; text has colours, unless NO_COLOR is set."""
    plain = False if os.environ.get("NO_COLOR") else None
    click.echo(FORMATS[form](reports), nl=False, color=plain)

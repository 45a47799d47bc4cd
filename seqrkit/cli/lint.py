"""``seqrkit lint``: check the messages in files by the documented rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click

from seqrkit import contract
from seqrkit.baseline import Baseline, read_baseline, today
from seqrkit.baseline import write_baseline as write
from seqrkit.cli import Misuse, NothingTested
from seqrkit.cli.file_io import FILE, read_input, write_reports
from seqrkit.cli.lint_formats import FORMATS, WRITERS, Report, show
from seqrkit.cli.shared_options import (
    FAILING,
    fail_on_option,
    interface_option,
)
from seqrkit.contract import Contract, LintedMessage
from seqrkit.exchange import REPLY_LIMIT
from seqrkit.suite_options import matches
from seqrkit.vocabulary import Interface

_SUFFIXES: Final = (".xml", ".har", ".jsonl", ".http", ".log", ".txt")
"""The files of a folder that are read."""


def _with_files(command: Callable[..., Any]) -> Callable[..., Any]:
    for name in reversed(WRITERS):
        about = f"Also write the findings as {name.upper()} to this file."
        command = click.option(f"--{name}", type=FILE, help=about)(command)
    return command


@click.command("lint")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, readable=True, allow_dash=True),
)
@interface_option
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
    type=click.Choice([*FORMATS]),
    default="text",
    show_default=True,
    help="How to print the findings.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="PATTERN",
    help="Report only findings of rules whose id contains this; * stands for any text. Repeatable.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="PATTERN",
    help="Leave out findings of rules whose id contains this. Repeatable.",
)
@fail_on_option
@click.option(
    "--baseline", metavar="FILE", help="A TOML file of known deviations, which do not count."
)
@click.option("--write-baseline", type=FILE, help="Write a baseline of the findings.")
@_with_files
@click.option("--github", is_flag=True, help="Also print them as annotations of GitHub.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIRECTORY",
    help="Also write these four files to this directory.",
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
    /,
    files: Sequence[str],
    *,
    interface: str,
    as_: str | None,
    form: str,
    select: Sequence[str],
    ignore: Sequence[str],
    fail_on: str,
    baseline: str | None,
    write_baseline: Path | None,
    github: bool,
    max_bytes: int,
    **written: Path | None,
) -> None:
    """Check messages by the documented rules and print the findings.

    FILE contains a SOAP message, a part of one such as <invoice>, or several: captured HTTP, a HAR
    archive, the JSON Lines of record=, a log, concatenated envelopes; - is standard input. Of a
    folder, the files are read that end with .xml, .har, .jsonl, .http, .log or .txt. A finding has
    the line, path and rule, what is wrong with the value, and the rule's source. Passwords are
    masked.

    Exit code: 0 if there are no errors (warnings are allowed), 1 if there are, 2 if a file could
    not be read or a pattern matches no rule, 3 if a folder has none; --fail-on warning allows no
    warnings, either. What --baseline excuses is counted on standard error only.

    \b
    With --format json one object is printed:
      {"files": [{"file": ..., "messages": N, "findings": [{"origin", "path", "line",
       "severity", "rule", "message", "value", "statement", "source", "note"}]}],
       "errors": N, "warnings": N}
    line and value can be null; severity is error or warning; origin says which of
    several messages a finding is about.
    """  # noqa: D301 - \b is click's own
    known = None if baseline is None else read_baseline(Path(baseline), today())
    judge = contract.load(interface)
    _check_patterns((*select, *ignore))
    reports = []
    for name in _files(files):
        found = _lint(judge, name, max_bytes, as_)
        chosen = tuple(_chosen(each, select, ignore) for each in found)
        reports.append(Report(name, chosen, FAILING[fail_on]))
    deviations = list(_deviations(reports))
    if write_baseline is not None:
        write(write_baseline, dict.fromkeys(deviations), today())
    if known is not None:
        reports = [_without(known, each) for each in reports]
        excused = len(deviations) - sum(len(each.findings) for each in reports)
        click.echo(f"seqrkit: the baseline excuses {excused} findings", err=True)
        for remark in known.remarks(deviations):
            click.echo(f"seqrkit: {remark}", err=True)
    show(reports, form)
    if github:
        show(reports, "github")
    # Standard output has the findings in the format that was asked for.
    write_reports(WRITERS, reports, written, err=True)
    context.exit(1 if any(report.failures for report in reports) else 0)


def _check_patterns(patterns: Sequence[str]) -> None:
    """Raise `Misuse` for a pattern that matches no rule: it would hide all findings, or none."""
    known = {rule for each in Interface for rule in contract.load(each).rules} if patterns else ()
    for pattern in patterns:
        if not any(matches([pattern], rule) for rule in known):
            raise Misuse(f'no rule\'s id contains "{pattern}"; `seqrkit contract` prints all ids')


def _files(named: Iterable[str]) -> Iterator[str]:
    """Yield the files, and those in the folders and all folders below, in order."""
    for name in named:
        if not Path(name).is_dir():
            yield name
            continue
        inside = [each for each in sorted(Path(name).rglob("*")) if each.suffix in _SUFFIXES]
        if not inside:
            raise NothingTested(f"{name} has no files that end with {', '.join(_SUFFIXES)}")
        yield from (str(each) for each in inside if each.is_file())


def _deviations(reports: Iterable[Report]) -> Iterator[str]:
    """Yield the id in baselines of each finding."""
    for report in reports:
        for message in report.messages:
            yield from map(message.deviation, message.findings)


def _without(known: Baseline, report: Report) -> Report:
    """Return a report without the findings that a baseline excuses."""
    messages = (
        each._replace(
            findings=tuple(f for f in each.findings if known.known(each.deviation(f)) is None)
        )
        for each in report.messages
    )
    return report._replace(messages=tuple(messages))


def _chosen(message: LintedMessage, select: Sequence[str], ignore: Sequence[str]) -> LintedMessage:
    """Return a message with the findings that the options select."""
    found = (
        each
        for each in message.findings
        if (not select or matches(select, each.id)) and not matches(ignore, each.id)
    )
    return message._replace(findings=tuple(found))


def _lint(judge: Contract, name: str, limit: int, as_: str | None) -> tuple[LintedMessage, ...]:
    data, size = read_input(name, limit)
    if len(data) > limit:
        return (LintedMessage("", "", (contract.too_large(limit, size),)),)
    return judge.lint_file(data, limit=limit, as_=as_)

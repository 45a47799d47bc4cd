"""``seqrkit show``: the exchanges of a session as a sequence diagram, with their findings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from seqrkit.cli import Failure, echo
from seqrkit.cli.exchange_lines import exchange_line, exchange_lines
from seqrkit.cli.file_io import FILE, SESSION, read_session_file, save
from seqrkit.cli.shared_options import interface_option
from seqrkit.contract import Finding
from seqrkit.display.exchange_text import exchange_text
from seqrkit.display.session_page import session_page
from seqrkit.display.summary_text import session_text
from seqrkit.exchange import Exchange
from seqrkit.suite_options import matches
from seqrkit.vocabulary import Interface


@click.command("show")
@click.argument("session", type=SESSION)
@click.option(
    "--operation", multiple=True, metavar="PATTERN", help="Only these operations. Repeatable."
)
@click.option(
    "--code", multiple=True, metavar="CODE", help="Only replies with this result code. Repeatable."
)
@click.option("--reference", help="Only exchanges with this reference in request or reply.")
@click.option(
    "--finding",
    multiple=True,
    metavar="PATTERN",
    help="Only exchanges with a finding of a rule whose id contains this. Repeatable.",
)
@click.option("--envelopes", is_flag=True, help="Also print the messages.")
@click.option("--html", type=FILE, help="Write one self-contained page instead.")
@interface_option
def command(
    session: str,
    *,
    operation: Sequence[str],
    code: Sequence[str],
    reference: str | None,
    finding: Sequence[str],
    envelopes: bool,
    html: Path | None,
    interface: str,
) -> None:
    """Show the exchanges of a session with their findings: a sequence diagram, then a line each.

    SESSION is the file of record= or an HTTP archive (HAR) of a browser or a proxy; - is standard
    input. Passwords are masked.

    Exit code: 0 if something was shown, 1 if the filters leave nothing, 2 if the file cannot be
    read.

    \b
    Examples:
      seqrkit show session.jsonl
      seqrkit show session.jsonl --reference 1397222701693 --envelopes
      seqrkit show capture.har --operation refundPayment --finding totalAmount
      seqrkit show session.jsonl --html session.html
    """  # noqa: D301 - \b is click's own
    every = read_session_file(session, Interface(interface))
    chosen = [
        each
        for each in every
        if (not operation or matches(operation, each.operation))
        and (not code or str(each.result_code) in code)
        and (not reference or each.mentions(reference))
        and (not finding or any(matches(finding, found.id) for found in _findings(each)))
    ]
    if not chosen:
        raise Failure(f"none of the {len(every)} exchanges fits the filters")
    head = f"{session}: {len(chosen)} of {len(every)} exchanges"
    if html is not None:
        save(html, str(session_page(chosen, head)).encode())
        echo(f"{head} written to {html}")
        return
    echo(session_text(chosen, head))
    for each in chosen:
        _print(each, envelopes=envelopes)


def _findings(exchange: Exchange) -> tuple[Finding, ...]:
    return exchange.findings + exchange.reply_findings


def _print(exchange: Exchange, *, envelopes: bool) -> None:
    """Print the exchange in one line, and its findings or its messages below it."""
    if envelopes:
        echo(exchange_line(exchange))
        echo(exchange_text(exchange))
        return
    for line in exchange_lines(exchange):
        echo(line)

"""``seqrkit certify``: what a session passes of the vendor's certification procedure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import click

from seqrkit.assessment import Assessment, Item
from seqrkit.captures.session_format import read_lines
from seqrkit.certification import PROCEDURES, Sales, judge
from seqrkit.certification.rehearsal import rehearse
from seqrkit.cli import Misuse, echo, ended_by_sigterm
from seqrkit.cli.assessment_options import Reporting, with_reports
from seqrkit.cli.endpoint_options import with_connection
from seqrkit.cli.file_io import FILE, read_session_file
from seqrkit.cli.shared_options import interface_option
from seqrkit.clock import Clock, ManualClock, SystemClock
from seqrkit.contract import SessionRules
from seqrkit.exchange import Exchange
from seqrkit.session import connect
from seqrkit.vocabulary import Interface

_TOOL: Final = "seqrkit certify"
_EVERY: Final = 0.5
"""Seconds between two looks at a file that is watched."""


@click.command("certify")
@click.argument("procedure", type=click.Choice(list(PROCEDURES)))
@click.argument("session", required=False, type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--watch", is_flag=True, help="Follow the session while it is written, until Ctrl-C.")
@click.option(
    "--rehearse",
    "rehearsed",
    is_flag=True,
    help="Play a register that passes; SESSION is not needed.",
)
@click.option("--to", metavar="URL", help="Rehearse there. [default: an endpoint in this process]")
@click.option("--record", type=FILE, help="Append the rehearsal to this session file.")
@with_reports
@with_connection
@interface_option
@click.pass_context
def command(
    context: click.Context,
    procedure: str,
    session: str | None,
    *,
    watch: bool,
    rehearsed: bool,
    to: str | None,
    record: Path | None,
    reporting: Reporting,
    connection: dict[str, Any],
    interface: str,
) -> None:
    """Test a session against the certification procedure.

    The advice of the vendor's guides is beside it.

    PROCEDURE is pos (nine tests) or webshop (six). SESSION is what the client really sent: the
    file of record= or an HTTP archive (HAR); - is standard input. Each test is passed, failed with
    exchange, reason and source, or not yet seen. Advice that is not followed is a warning.

    Exit code: 0 if no test failed, 1 if one failed (also if one was not seen, with
    --fail-on-left-out; or for advice, with --fail-on warning), 2 if the session cannot be read, 3
    if nothing was seen.

    \b
    Examples:
      seqrkit certify pos session.jsonl
      seqrkit certify webshop capture.har --html certification.html --junit certification.xml
      seqrkit certify pos session.jsonl --watch
      seqrkit certify pos --rehearse
    """  # noqa: D301 - \b is click's own
    if rehearsed:
        if session or watch:
            raise Misuse("--rehearse plays a session itself; leave out SESSION and --watch")
        exchanges = _rehearsal(procedure, to, interface, record, connection)
        subject = to or "rehearsal"
    elif session is None:
        raise Misuse("SESSION is missing; --rehearse plays one")
    elif watch:
        exchanges = _watched(Path(session), procedure)
        subject = session
    else:
        exchanges = read_session_file(session, Interface(interface))
        subject = session
    items = judge(Sales(exchanges), procedure)
    started_at = exchanges[0].started_at if exchanges else SystemClock().now()
    assessment = Assessment(
        tool=_TOOL, subject=subject, items=items, started_at=started_at, exchanges=exchanges
    )
    context.exit(reporting.finish(assessment))


def _rehearsal(
    procedure: str,
    to: str | None,
    interface: str,
    record: Path | None,
    connection: dict[str, Any],
) -> tuple[Exchange, ...]:
    clock = ManualClock(SystemClock().now()) if to is None else None
    with connect(
        to, interface=interface, record=record, clock=clock, quiet=True, **connection
    ) as seqr:
        if clock is None:
            click.echo("seqrkit: this takes 35 s; the procedure waits 30 s once", err=True)
        rehearse(seqr, procedure)
        return tuple(seqr.exchanges)


def _watched(path: Path, procedure: str) -> tuple[Exchange, ...]:
    """Print each verdict when it changes, until Ctrl-C; return all exchanges.

    Only what is appended is read, so that a long session does not become slower.
    """
    sales, shown = Sales(), dict[str, Item]()
    echo(f"watching {path}; Ctrl-C ends it and prints the result")
    with ended_by_sigterm(), suppress(KeyboardInterrupt):
        for added in _appended(path, SystemClock()):
            for each in added:
                sales.add(each)
            for item in judge(sales, procedure, is_live=True):
                before = shown.get(item.id)
                # Only news: a sale of a minute has sixty polls.
                if before is None or before.verdict is not item.verdict:
                    _print(item, is_new=before is None)
                shown[item.id] = item
    return tuple(each.exchange for each in sales)


def _print(item: Item, *, is_new: bool) -> None:
    if is_new and not item.was_seen:
        return
    reasons = [f"  exchange {each.exchange}: {each.sentence}" for each in item.failures]
    echo("\n".join((f"{item.verdict:<12} {item.title}", *reasons)))


def _appended(path: Path, clock: Clock) -> Iterator[list[Exchange]]:
    """Yield the exchanges of each group of complete lines that is appended to a file."""
    rest, read, session = b"", 0, SessionRules()
    while True:
        if path.exists():
            with path.open("rb") as file:
                file.seek(read)
                new = file.read()
            read += len(new)
            # The writer may be in the middle of a line.
            whole, newline, rest = (rest + new).rpartition(b"\n")
            if newline:
                yield [Exchange.from_dict(saved, session) for _, saved in read_lines(whole)]
        clock.sleep(_EVERY)

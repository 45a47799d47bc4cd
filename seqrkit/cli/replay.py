"""``seqrkit replay``: send the requests of a session again and compare the replies."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from seqrkit.cli import INTERRUPTED, Misuse, counted, echo, ended_by_sigterm, exit_code
from seqrkit.cli.endpoint_options import with_connection
from seqrkit.cli.file_io import FILE, SESSION, read_session_file, save
from seqrkit.client.endpoint_address import address
from seqrkit.clock import ManualClock
from seqrkit.contract.findings import shorten
from seqrkit.display.session_test_file import session_test_file
from seqrkit.http_client import is_loopback
from seqrkit.recording.session_comparison import differences
from seqrkit.session import connect, control_at, credentials_for
from seqrkit.session_replay import Replay, Replayed, in_meaning
from seqrkit.suite.framework.buyer import command_buyer
from seqrkit.suite.runner.target import TEST_HOSTS


def _clock(start: datetime) -> ManualClock:
    try:
        return ManualClock(start.astimezone(UTC))
    except (OverflowError, ValueError):  # beyond the years of a clock
        return ManualClock()


@click.command("replay")
@click.argument("session", type=SESSION)
@click.option("--to", metavar="URL", help="The endpoint. [default: one inside this process]")
@click.option("--keep-timing", is_flag=True, help="Wait as long between requests as recorded.")
@click.option("--record", type=FILE, help="Append the new exchanges to this session file.")
@click.option("--as-test", type=FILE, help="Write a pytest file that does it, and stop.")
@click.option(
    "--allow-writes", is_flag=True, help="Also at a host that is not known to be for tests."
)
@click.option(
    "--buyer-command",
    metavar="COMMAND",
    help="A command that pays an invoice, such as 'pay {link} {reference}'.",
)
@with_connection
@click.pass_context
def command(
    context: click.Context,
    session: str,
    *,
    to: str | None,
    keep_timing: bool,
    record: Path | None,
    as_test: Path | None,
    allow_writes: bool,
    buyer_command: str | None,
    connection: dict[str, Any],
) -> None:
    """Send a session again and compare the replies.

    They are compared by meaning.

    SESSION is the file of record= or an HTTP archive (HAR). Credentials come from the environment;
    without any, they are the published ones at an endpoint of seqrkit. References are those of the
    new replies. The simulated phone of an endpoint of seqrkit pays what was paid in the recording,
    at other endpoints the command of --buyer-command.

    Exit code: 0 if the replies mean the same, 1 if something differs or was not sent, 2 if the
    session cannot be read, the endpoint may not be used, no SOAP service answers, or it refuses
    the credentials.

    \b
    Examples:
      seqrkit replay session.jsonl
      seqrkit replay recorded.har --to http://127.0.0.1:8080/soap/merchant/cashregister-2
      seqrkit replay session.jsonl --as-test test_session.py
    """  # noqa: D301 - \b is click's own
    recorded = read_session_file(session)
    if as_test is not None:
        save(as_test, session_test_file(recorded, session).encode())
        echo(f"{len(recorded)} exchanges written to {as_test}; run it with pytest")
        return
    if to is not None and not allow_writes:
        host = urlsplit(address(to, recorded[0].interface)).hostname
        if not is_loopback(to) and host not in TEST_HOSTS:
            raise Misuse(f"{host} may be in use: replaying creates invoices there; --allow-writes")
    buyer = command_buyer(buyer_command) if buyer_command else None
    # The embedded endpoint is as quick as its manual clock, so the recorded times cost nothing.
    clock = _clock(recorded[0].started_at) if to is None else None
    own = {**connection, **({} if to is None else credentials_for(control_at(to, **connection)))}
    with connect(
        to, interface=recorded[0].interface, record=record, clock=clock, quiet=True, **own
    ) as seqr:
        run = Replay(seqr, keep_timing=keep_timing or clock is not None, buyer=buyer)
        replayed: list[Replayed] = []
        with ended_by_sigterm(), suppress(KeyboardInterrupt):  # what was sent is compared
            for step in run.run(counted(recorded, "requests sent again")):
                replayed.append(step)  # noqa: PERF402 - kept if the run is interrupted
    answered = [(each.recorded, each.new) for each in replayed if each.new is not None]
    before, after = [one for one, _ in answered], [other for _, other in answered]
    found = in_meaning(differences(before, after))
    for each in found:
        echo(shorten(str(each), 300))
    lost = [each for each in replayed if each.new is None]
    for exchange, _, trouble in lost:
        echo(f"{exchange.number} {exchange.operation} was not answered: {trouble}")
    of_all = f" of {len(recorded)}" if len(replayed) < len(recorded) else ""
    echo(f"{len(replayed)}{of_all} requests sent again, {len(found) + len(lost)} differences")
    context.exit(INTERRUPTED if of_all else exit_code(after, passed=not (found or lost)))

"""``seqrkit drill``: what a client does when the network loses, delays, cuts or repeats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from shlex import join
from typing import Final

import click

from seqrkit.assessment import Assessment, Item
from seqrkit.cli import ended_by_sigterm
from seqrkit.cli.assessment_options import Reporting, with_reports
from seqrkit.cli.register_options import Client, with_client
from seqrkit.drill.series import Series, undisturbed_item
from seqrkit.simulator import Endpoint

_EPILOG: Final = """\b
Examples:
  seqrkit drill -- php register.php
  seqrkit drill --only 'lost sendInvoice' --buyer 'pay below 100 SEK; decline' -- ./sell
"""


@click.command("drill", epilog=_EPILOG, context_settings={"ignore_unknown_options": False})
@with_client
@with_reports
@click.pass_context
def command(context: click.Context, *, client: Client, reporting: Reporting) -> None:
    """Disturb the replies to a client and judge its books.

    COMMAND makes one sale: with the endpoint in SEQR_ENDPOINT and the credentials in
    SEQR_TERMINAL_ID and so on. It ends with exit code 0 when the sale is done, and with another one
    when it gives up. It is run once as it is, and then once for each disturbance: the first reply
    to sendInvoice, getPaymentStatus, updateInvoice, commitReservation, refundPayment or
    cancelInvoice is lost, late or cut, or the request is carried out twice. The books of the
    endpoint say whether the buyer was charged twice, whether the client lost track of money, or
    left an invoice open.

    Exit code: 0 if it always recovered, 1 if not, 2 if the command cannot be started, 3 if nothing
    was disturbed.
    """
    started_at, items = datetime.now(UTC), list[Item]()
    is_complete = False
    with Endpoint(worlds=len(client.drills) + 1, seed=None) as endpoint, ended_by_sigterm():
        series = Series(endpoint, client.command, client.rules, client.interface, client.seconds)
        try:
            for item in drilled(series, client):
                items.append(item)
                click.echo(f"{item.verdict:<12} {item.title}", err=True)
            is_complete = True
        except KeyboardInterrupt:
            pass
    assessment = Assessment(
        tool="seqrkit drill",
        subject=join(client.command),
        items=items,
        started_at=started_at,
        is_complete=is_complete,
    )
    context.exit(reporting.finish(assessment))


def drilled(series: Series, client: Client) -> Iterator[Item]:
    """Yield the verdicts; those on disturbances only if the undisturbed command succeeds."""
    undisturbed = series.run()
    first = undisturbed_item(undisturbed)
    yield first
    if not first.failures:
        yield from series.drills(
            client.drills, undisturbed, late_seconds=client.late_seconds, jobs=client.jobs
        )

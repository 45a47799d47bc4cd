"""``seqrkit drill``: what a client does when the network loses, delays, cuts or repeats."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import click

from seqrkit.assessment import Item
from seqrkit.cli.assessment_options import Reporting, with_reports
from seqrkit.cli.register_options import Client, assessed, disturbed, shown, with_client
from seqrkit.drill.drill_series import Series, undisturbed_item


@click.command("drill")
@with_client
@with_reports
@click.pass_context
def command(context: click.Context, *, client: Client, reporting: Reporting) -> None:
    """Disturb the replies to a client and judge its books.

    COMMAND makes one sale: with the endpoint in SEQR_ENDPOINT and the credentials in
    SEQR_TERMINAL_ID and so on. It ends with exit code 0 when the sale is done, and with another one
    when it gives up. It is run once as it is, and then once for each disturbance: the first reply
    to sendInvoice, getPaymentStatus, updateInvoice, commitReservation, refundPayment or
    cancelInvoice is lost, late or cut, the request is carried out twice, or the buyer does not pay.
    The books of the endpoint say whether the buyer was charged twice, whether the client lost track
    of money, or left an invoice open.

    Exit code: 0 if it always recovered, 1 if not, 2 if the command cannot be started, 3 if nothing
    was disturbed.

    \b
    Examples:
      seqrkit drill -- php register.php
      seqrkit drill --only 'lost sendInvoice' --buyer 'pay below 100 SEK; decline' -- ./sell
    """  # noqa: D301 - \b is click's own
    verdicts = partial(_verdicts, client=client)
    context.exit(reporting.finish(assessed("seqrkit drill", client, verdicts)))


def _verdicts(series: Series, client: Client) -> Iterator[Item]:
    """Yield the verdicts; those on disturbances only if the undisturbed command succeeds."""
    undisturbed = series.run()
    first = undisturbed_item(undisturbed, client.rules)
    yield from shown([first])
    if not first.failures:
        yield from disturbed(series, client, undisturbed)

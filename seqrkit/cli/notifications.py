"""``seqrkit notifications``: list the payment notifications of an endpoint, and send them again."""

from __future__ import annotations

import click

from seqrkit.cli import echo
from seqrkit.cli.endpoint_options import options
from seqrkit.control_client.client import Remote


@click.group("notifications", invoke_without_command=True)
@options
@click.pass_context
def command(context: click.Context, *, remote: Remote) -> None:
    """List payment notifications of an endpoint started with `seqrkit serve`, newest first."""
    if context.invoked_subcommand is not None:
        return
    attempts = remote.get("notifications")
    for each in attempts:
        echo(f"{each['at']}  {each['reference']}  {each['url']}  {each['says']}")
    if not attempts:
        echo("no notifications were sent")


@command.command()
@click.argument("reference")
@options
def resend(*, reference: str, remote: Remote) -> None:
    """Notify the merchant of the invoice with this REFERENCE once more."""
    echo(remote.post("invoices", reference, "notify")["done"])

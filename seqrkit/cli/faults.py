"""``seqrkit faults``: inject faults into a standalone endpoint."""

from __future__ import annotations

from typing import Any

import click

from seqrkit.cli import echo
from seqrkit.cli.endpoint_options import options
from seqrkit.control_client.client import Remote
from seqrkit.errors import ConfigurationError


@click.group("faults", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Inject faults into an endpoint started with `seqrkit serve`.

    \b
    seqrkit faults add result-code --code 94 --operation sendInvoice --count 1
    seqrkit faults add drop-after --operation refundPayment --probability 0.1
    seqrkit faults add slow --delay "uniform 1 3"
    """  # noqa: D301 - \b is click's own
    if context.invoked_subcommand is None:
        context.invoke(list_)


@command.command()
@click.argument("kind")
@click.option("--code", metavar="CODE", help="Result code, for the kind result-code.")
@click.option(
    "--delay", metavar="DELAY", help='Delay in seconds, or a distribution: "uniform 1 3".'
)
@click.option("--operation", metavar="NAME", help="Only this operation.")
@click.option("--terminal", metavar="ID", help="Only this caller.")
@click.option("--count", type=int, metavar="N", help="Maximum number of times.")
@click.option("--probability", type=float, metavar="P", help="Probability, above 0 and at most 1.")
@click.option("--seed", type=int, metavar="N", help="Seed for repeatable random choices.")
@click.option(
    "--carried-out/--not-carried-out",
    default=None,
    help="Whether the request is carried out, for kinds that allow both.",
)
@options
def add(*, remote: Remote, **fault: object) -> None:
    """Add a fault of this KIND.

    The kinds: result-code, slow, no-answer, drop-before, drop-after, half-reply, garbage,
    carried-out-twice, http-500, http-503, notification-lost, notification-twice.
    """
    given = {name: value for name, value in fault.items() if value is not None}
    _show(remote.post("faults", body=given))


@command.command("list")
@options
def list_(*, remote: Remote) -> None:
    """List the active faults."""
    faults = remote.get("faults")
    for each in faults:
        _show(each)
    if not faults:
        echo("no active faults")


@command.command()
@click.argument("number", required=False, type=int)
@click.option("--all", "every", is_flag=True, help="Remove all faults.")
@options
def remove(*, number: int | None, every: bool, remote: Remote) -> None:
    """Remove the fault with this NUMBER."""
    if every == (number is not None):
        raise ConfigurationError(
            "give the number of one fault, or --all; `seqrkit faults` lists them"
        )
    if number is None:
        echo(remote.delete("faults")["done"])
    else:
        _show(remote.delete("faults", str(number)))


def _show(fault: dict[str, Any]) -> None:
    echo(f"{fault['id']}. {fault['says']} (injected {fault['struck']} times)")

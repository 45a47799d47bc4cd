"""``seqrkit send``: send one request and show the exchange."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

import click

from seqrkit.cli import exit_code
from seqrkit.cli.endpoint_options import with_connection
from seqrkit.cli.file_io import SESSION, read_input
from seqrkit.cli.shared_options import INTERFACE
from seqrkit.client.endpoint_address import interface_of
from seqrkit.contract import Contract, load
from seqrkit.display import exchange_text
from seqrkit.environment_variables import ENDPOINT
from seqrkit.errors import ConfigurationError, SeqrError
from seqrkit.exchange import Exchange
from seqrkit.field_paths import Assigned, assign, pairs, samples
from seqrkit.http_client import is_loopback
from seqrkit.session import connect

_STANDARD_INPUT = "-"


@click.command("send")
@click.argument("operation", required=False)
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="PATH=VALUE",
    help="Set a field by its wire path. Repeatable.",
)
@click.option("--sample", is_flag=True, help="Fill required fields with the contract's samples.")
@click.option(
    "--xml",
    type=SESSION,
    metavar="FILE",
    help="Send this message unchanged, except for a masked password; - reads standard input.",
)
@click.option(
    "--endpoint",
    metavar="URL",
    help="The endpoint's address. [default: SEQR_ENDPOINT, else an embedded endpoint]",
)
@click.option(
    "--interface",
    type=INTERFACE,
    help="The interface to use. [default: that of the endpoint's path]",
)
@click.option("--terminal-id", metavar="ID", help="[default: SEQR_TERMINAL_ID]")
@click.option("--reseller-id", metavar="ID", help="[default: SEQR_RESELLER_ID]")
@click.option("--reseller-user", metavar="ID", help="[default: SEQR_RESELLER_USER]")
@with_connection
@click.option("--allow-http", is_flag=True, help="Send passwords in clear text without a warning.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The output format.",
)
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    operation: str | None,
    assignments: Sequence[str],
    sample: bool,
    xml: str | None,
    endpoint: str | None,
    interface: str | None,
    connection: dict[str, Any],
    allow_http: bool,
    form: str,
    **who: Any,
) -> None:
    """Send one request and show the exchange.

    \b
    seqrkit send getPaymentStatus --set invoiceReference=1397222701693 --set invoiceVersion=0
    seqrkit send sendInvoice --sample --set invoice.totalAmount="149.99 SEK"
    seqrkit send --xml request.xml

    The context is filled in; other fields are sent only if set. Without an endpoint, the request
    goes to an embedded endpoint that ends with the command. Passwords are read from the
    environment: SEQR_TERMINAL_PASSWORD, SEQR_RESELLER_PASSWORD.

    Exit code: 0 for result code 0, 1 for another one or a fault, 2 if the request could not be
    sent as given, no SOAP service answers, or it refuses the credentials.
    """  # noqa: D301 - \b is click's own
    if xml is not None and (assignments or sample):
        raise click.UsageError("--xml sends a message as it is; leave out --set and --sample.")
    failure = assigned = None
    if xml is None:
        known = load(interface_of(endpoint or os.environ.get(ENDPOINT, ""), interface))
        assigned = _assigned(known, operation, assignments, sample=sample)
    if not allow_http:
        _warn_of_http(endpoint or os.environ.get(ENDPOINT, ""))
    with connect(
        endpoint,
        interface=interface,
        allow_http=True,  # the warning was printed in the words of the command line
        **who,
        **connection,
    ) as session:
        try:
            if assigned is not None:
                request = assigned.request(lambda: session.context(assigned.operation))
                session.send(request, check=False)
            else:
                session.send_raw(_read(xml or _STANDARD_INPUT), operation)
        except SeqrError as error:
            failure = error  # raised after the exchange is shown, if there was one
        sent = session.exchanges[-1:]
    for exchange in sent:
        _show(exchange, form)
    if failure is not None:
        raise failure
    context.exit(exit_code(sent, passed=any(each.succeeded for each in sent)))


def _warn_of_http(endpoint: str) -> None:
    if endpoint.startswith("http://") and not is_loopback(endpoint):
        click.echo(
            "seqrkit: the endpoint is not encrypted, so passwords are sent in clear text; use "
            "https://, or accept it with --allow-http",
            err=True,
        )


def _read(file: str) -> bytes:
    data, _ = read_input(file)
    return data


def _assigned(
    contract: Contract, operation: str | None, assignments: Sequence[str], *, sample: bool
) -> Assigned:
    """Read the assignments; raise `ConfigurationError` before anything is started."""
    if operation is None:
        every = ", ".join(contract.operations)
        raise ConfigurationError(f"name an operation, or a message with --xml: {every}")
    filled = samples(contract, operation) if sample else ()
    assigned = assign(contract, operation, (*filled, *pairs(assignments)))
    assigned.request()  # raises for a value that its field cannot hold
    return assigned


def _show(exchange: Exchange, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(exchange.to_dict(), indent=2))
        return
    exchange_text.console().print(exchange_text.exchange_view(exchange))

"""``seqrkit send``: one request, and what came of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seqrkit.cli import COMMANDS, Failure
from seqrkit.errors import ConfigurationError, SeqrError
from seqrkit.vocabulary import Interface

if TYPE_CHECKING:
    from seqrkit.exchange import Exchange
    from seqrkit.session import Session

_STANDARD_INPUT = "-"


@click.command("send", short_help=COMMANDS["send"])
@click.argument("operation", required=False)
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="PATH=VALUE",
    help="Give a field its value, by its wire name; as often as needed.",
)
@click.option("--sample", is_flag=True, help="Fill required fields with the contract's samples.")
@click.option(
    "--xml",
    type=click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True),
    metavar="FILE",
    help="Send this message as it is, but for a masked password; - is standard input.",
)
@click.option("--endpoint", metavar="URL", help="Where to send it; else SEQR_ENDPOINT.")
@click.option(
    "--interface",
    type=click.Choice([each.value for each in Interface]),
    help="The interface to speak; else the one of the endpoint's path.",
)
@click.option("--terminal-id", metavar="ID", help="Else SEQR_TERMINAL_ID.")
@click.option("--reseller-id", metavar="ID", help="Else SEQR_RESELLER_ID.")
@click.option("--reseller-user", metavar="ID", help="Else SEQR_RESELLER_USER.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    help="Seconds for the whole answer.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to show the exchange.",
)
@click.pass_context
def command(
    context: click.Context,
    *,
    operation: str | None,
    assignments: Sequence[str],
    sample: bool,
    xml: str | None,
    endpoint: str | None,
    interface: str | None,
    terminal_id: str | None,
    reseller_id: str | None,
    reseller_user: str | None,
    timeout: float,
    form: str,
) -> None:
    """Send one request and show the exchange.

    \b
    seqrkit send getPaymentStatus --set invoiceReference=1397222701693 --set invoiceVersion=0
    seqrkit send sendInvoice --sample --set invoice.totalAmount="149.99 SEK"
    seqrkit send --xml request.xml

    Nothing is added to what is set but the context. Without an endpoint it goes to one inside this
    process, which is gone afterwards. Passwords come from the environment: SEQR_TERMINAL_PASSWORD,
    SEQR_RESELLER_PASSWORD.

    Exit code: 0 for result code 0, 1 for any other or no reply, 2 when it could not be sent as
    asked.
    """  # noqa: D301 - \b is click's own
    from seqrkit.session import connect

    if xml is not None and (assignments or sample):
        raise ConfigurationError("--xml sends a message as it is; leave out --set and --sample")
    data = None if xml is None else _read(xml)
    with connect(
        endpoint,
        interface=interface,
        terminal_id=terminal_id,
        reseller_id=reseller_id,
        reseller_user=reseller_user,
        timeout=timeout,
    ) as session:
        failure = _send(session, operation, data, assignments, sample=sample)
        exchange = session.exchanges[-1] if session.exchanges else None
    if exchange is not None:
        _show(exchange, form)
    if failure is not None:
        raise failure
    context.exit(0 if exchange is not None and exchange.succeeded else 1)


def _send(
    session: Session,
    operation: str | None,
    data: bytes | None,
    assignments: Sequence[str],
    *,
    sample: bool,
) -> SeqrError | None:
    """Send it; what went wrong after something was sent is given back, to be told last."""
    from seqrkit.cli import assignments as wire

    if data is None:
        name = _known(session, operation)
        wanted = [*(wire.samples(session.contract, name) if sample else ())]
        request = wire.assign(name, [*wanted, *wire.pairs(assignments)]).request(
            lambda: session.context(name)
        )
    try:
        if data is not None:
            session.send_raw(data, operation)
        else:
            session.send(request, check=False)
    except SeqrError as error:
        if not session.exchanges:
            raise
        return error
    return None


def _known(session: Session, operation: str | None) -> str:
    from difflib import get_close_matches

    names = tuple(session.contract.operations)
    if operation in names:
        return operation
    if operation is None:
        raise ConfigurationError(f"name an operation, or a message with --xml: {', '.join(names)}")
    near = get_close_matches(operation.lower(), [name.lower() for name in names], n=1)
    advice = next((f"did you mean {name}?" for name in names if name.lower() in near), "")
    raise ConfigurationError(
        f"{session.interface} has no operation {operation}; {advice or 'it has ' + ', '.join(names)}"
    )


def _read(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == _STANDARD_INPUT else Path(name).read_bytes()


def _show(exchange: Exchange, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(exchange.to_dict(), indent=2))
        return
    from seqrkit.display import text

    text.console().print(text.exchange_view(exchange))

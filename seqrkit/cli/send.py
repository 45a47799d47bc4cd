"""``seqrkit send``: one request, and what came of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seqrkit.errors import ConfigurationError, SeqrError
from seqrkit.vocabulary import Interface

if TYPE_CHECKING:
    from seqrkit.exchange import Exchange
    from seqrkit.session import Session

_STANDARD_INPUT = "-"


@click.command("send")
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

    message = _message(operation, xml, assignments, sample=sample)
    with connect(
        endpoint,
        interface=interface,
        terminal_id=terminal_id,
        reseller_id=reseller_id,
        reseller_user=reseller_user,
        timeout=timeout,
    ) as session:
        failure = message(session)
        exchange = session.exchanges[-1] if session.exchanges else None
    if exchange is not None:
        _show(exchange, form)
    if failure is not None:
        raise failure
    context.exit(0 if exchange is not None and exchange.succeeded else 1)


def _message(
    operation: str | None, xml: str | None, assignments: Sequence[str], *, sample: bool
) -> Callable[[Session], SeqrError | None]:
    """What is to be sent, as the way to send it; what is wrong with it is known before that.

    An error that arose after something was sent is given back, to be told after the exchange.
    """
    if xml is not None:
        if assignments or sample:
            raise ConfigurationError("--xml sends a message as it is; leave out --set and --sample")
        data = sys.stdin.buffer.read() if xml == _STANDARD_INPUT else Path(xml).read_bytes()
        return lambda session: _sent(session, lambda: session.send_raw(data, operation))
    from seqrkit.field_paths import assign, pairs, samples

    name = _known(operation)
    given = tuple(pairs(assignments))
    assign(name, given).request()  # so that nothing is started for what cannot be read

    def send(session: Session) -> SeqrError | None:
        if name not in session.contract.operations:
            raise ConfigurationError(f"{session.interface} has no operation {name}")
        filled = samples(session.contract, name) if sample else ()
        request = assign(name, (*filled, *given)).request(lambda: session.context(name))
        return _sent(session, lambda: session.send(request, check=False))

    return send


def _sent(session: Session, send: Callable[[], object]) -> SeqrError | None:
    try:
        send()
    except SeqrError as error:
        if not session.exchanges:
            raise
        return error
    return None


def _known(operation: str | None) -> str:
    """The operation's name; raises `ConfigurationError` with the nearest one."""
    from difflib import get_close_matches

    from seqrkit.model import REQUESTS

    every = ", ".join(REQUESTS)
    if operation is None:
        raise ConfigurationError(f"name an operation, or a message with --xml: {every}")
    if operation in REQUESTS:
        return operation
    by_lower = {name.lower(): name for name in REQUESTS}
    near = get_close_matches(operation.lower(), by_lower, n=1)
    advice = f"did you mean {by_lower[near[0]]}?" if near else f"the operations are {every}"
    raise ConfigurationError(f"there is no operation {operation}; {advice}")


def _show(exchange: Exchange, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(exchange.to_dict(), indent=2))
        return
    from seqrkit.display import exchange_text

    exchange_text.console().print(exchange_text.exchange_view(exchange))

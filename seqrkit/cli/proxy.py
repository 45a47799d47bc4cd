"""``seqrkit proxy``: record and judge what passes between a register and an endpoint."""

from __future__ import annotations

import asyncio
import signal
import ssl
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from seqrkit.cli import Misuse, echo
from seqrkit.cli.endpoint_options import with_connection
from seqrkit.cli.exchange_lines import exchange_lines
from seqrkit.cli.file_io import FILE
from seqrkit.cli.shared_options import with_tls
from seqrkit.exchange import Journal
from seqrkit.proxy.judging import Judge
from seqrkit.proxy.reverse_proxy import ReverseProxy
from seqrkit.proxy.upstream import Upstream
from seqrkit.simulator import Endpoint
from seqrkit.simulator.faults import Fault
from seqrkit.simulator.http.tls import server_context
from seqrkit.vocabulary import NEWEST, PATHS


@click.command("proxy")
@click.option("--to", metavar="URL", help="The endpoint. [default: one inside this process]")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8081, show_default=True)
@click.option(
    "--record",
    type=FILE,
    help="Append the exchanges to this session file. [default: session-TIME.jsonl]",
)
@click.option("--keep-secrets", is_flag=True, help="Leave passwords in the file.")
@click.option("--mask-personal-data", is_flag=True, help="Mask cards, tokens and cashiers there.")
@click.option(
    "--page-port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port of the page with the exchanges. [default: a free one]",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="KIND[,NAME=VALUE...]",
    help="Inject a fault, as `seqrkit faults add` does. Repeatable.",
)
@with_tls
@with_connection
def command(
    *,
    to: str | None,
    host: str,
    port: int,
    record: Path | None,
    keep_secrets: bool,
    mask_personal_data: bool,
    page_port: int,
    faults: tuple[str, ...],
    certificate: Path | None,
    key: Path | None,
    connection: dict[str, Any],
) -> None:
    """Record what a register and an endpoint say to each other.

    Point the register at the proxy; Ctrl-C ends it. Messages pass unchanged. Each exchange is in
    the session file before the register has its answer, and is printed with its findings. Only the
    addresses in the WSDL are changed, so that clients made from it use the proxy. `seqrkit tail`
    and `seqrkit faults` work with the page's address.

    \b
    Examples:
      seqrkit proxy --to https://extdev.seqr.com/extclientproxy/service/v2 --port 8081
      seqrkit proxy --record sale.jsonl
      seqrkit proxy --to URL --fault drop-after,operation=sendInvoice,count=1
    """  # noqa: D301 - \b is click's own
    # A journal that cannot be written warns; the default format shows a line of this program.
    warnings.showwarning = lambda message, *_, **__: click.echo(f"seqrkit: {message}", err=True)
    tls = None if certificate is None else server_context(certificate, key)
    path = record or Path(f"session-{datetime.now().astimezone():%Y%m%d-%H%M%S}.jsonl")
    with ExitStack() as stack:
        page = stack.enter_context(Endpoint(port=page_port, worlds=0))
        for each in faults:
            kind, *details = each.split(",")
            page.faults.add(_fault(kind, details))
        if to is None:
            # Another endpoint than that of the page, so that their exchanges are not mixed.
            to = stack.enter_context(Endpoint()).url()
        upstream = Upstream(to, connection)
        judge = Judge(exchange_lines)
        stack.callback(judge.close)
        journal = Journal(path, keep_secrets=keep_secrets, mask_personal_data=mask_personal_data)
        stack.callback(journal.close)
        proxy = ReverseProxy(upstream, journal, page, judge)
        try:
            asyncio.run(_serve(proxy, host, port, tls, [*_introduction(upstream, path, page)]))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise Misuse(f"port {port} of {host} cannot be listened on: {reason}") from error
    echo(f"{proxy.count} exchanges in {path}; `seqrkit show {path}` shows them")
    if judge.left_out:
        echo(f"{judge.left_out} of them came too fast to be judged here")


async def _serve(
    proxy: ReverseProxy, host: str, port: int, tls: ssl.SSLContext | None, lines: list[str]
) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    found = await proxy.start(host, port, tls)
    name = f"[{host}]" if ":" in host else host
    address = f"{'http' if tls is None else 'https'}://{name}:{found}"
    echo(f"seqrkit proxy: point the register at {address}{PATHS[NEWEST]}")
    for line in lines:
        echo(line)
    await stop.wait()
    await proxy.stop()


def _introduction(upstream: Upstream, path: Path, page: Endpoint) -> Iterator[str]:
    yield f"passed on to       {upstream.url}{upstream.prefix.decode()}"
    yield f"recorded in        {path}"
    yield f"page               {page.base_url}/"
    yield "Stop it with Ctrl-C."


def _fault(kind: str, details: list[str]) -> Fault:
    given: dict[str, object] = {"kind": kind}
    for each in details:
        name, equals, value = each.partition("=")
        if not equals:
            raise Misuse(f'"{each}" is not NAME=VALUE; see `seqrkit faults add --help`')
        try:
            given[name] = {"count": int, "probability": float, "seed": int}.get(name, str)(value)
        except ValueError:
            raise Misuse(f'"{each}" needs a number') from None
    return Fault.from_dict(given)

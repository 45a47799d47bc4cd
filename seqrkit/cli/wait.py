"""``seqrkit wait``: wait until an endpoint answers, in scripts that start one."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

import click

from seqrkit.cli import Misuse, echo
from seqrkit.cli.endpoint_options import with_connection
from seqrkit.client.http import translated
from seqrkit.control_client.client import fetched, health_of, wsdl_of
from seqrkit.http_client import HttpFailure

_PAUSE: Final = 0.2
_SHORTEST: Final = 0.5
"""The least time for a request."""


@click.command("wait")
@click.argument("url")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait.",
)
@partial(with_connection, without={"timeout"})
def command(url: str, *, timeout: float, connection: dict[str, Any]) -> None:
    """Wait until an endpoint answers.

    An endpoint of seqrkit answers at /healthz, any other service with its WSDL.

    Exit code: 0 when it answers, 2 if it does not in time.

    \b
    Examples:
      seqrkit serve --port 8080 & seqrkit wait http://127.0.0.1:8080
      seqrkit wait https://127.0.0.1:8443 --ca certificates/ca.pem
      seqrkit wait https://extdev.seqr.com/extclientproxy/service/v2 --timeout 60
    """  # noqa: D301 - \b is click's own
    until = time.monotonic() + timeout
    # Asked at least once, also with --timeout 0.
    while not _answers(url, until, connection):
        if time.monotonic() >= until:
            why = _reason(url, connection)
            raise Misuse(f"no answer within {timeout:g} s: {why}")
        time.sleep(_PAUSE)
    echo(f"{url} answers")


def _answers(url: str, until: float, connection: dict[str, Any]) -> bool:
    """Return whether a service answers; a server that accepts and says nothing costs the rest."""

    def left() -> dict[str, Any]:
        return {**connection, "timeout": max(until - time.monotonic(), _SHORTEST)}

    return bool(health_of(url, **left()) or wsdl_of(url, **left()))


def _reason(url: str, connection: dict[str, Any]) -> str:
    try:
        fetched(url, urlsplit(url).path, **connection, timeout=_SHORTEST)
    except HttpFailure as failure:
        return translated(failure, url, _SHORTEST).sentence
    return f"the server at {url} has no WSDL at this address, and is not a seqrkit endpoint"

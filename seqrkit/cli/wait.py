"""``seqrkit wait``: wait until an endpoint answers, in scripts that start one."""

from __future__ import annotations

import time
from typing import Final

import click

from seqrkit.cli import Misuse, echo
from seqrkit.control_client.client import health_of, wsdl_of

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
def command(url: str, *, timeout: float) -> None:
    """Wait until an endpoint answers.

    An endpoint of seqrkit answers at /healthz, any other service with its WSDL.

    Exit code: 0 when it answers, 2 if it does not in time.

    \b
    Examples:
      seqrkit serve --port 8080 & seqrkit wait http://127.0.0.1:8080
      seqrkit wait https://extdev.seqr.com/extclientproxy/service/v2 --timeout 60
    """  # noqa: D301 - \b is click's own
    until = time.monotonic() + timeout
    # Asked at least once, also with --timeout 0.
    while not _answers(url, until):
        if time.monotonic() >= until:
            raise Misuse(f"{url} does not answer within {timeout:g} s")
        time.sleep(_PAUSE)
    echo(f"{url} answers")


def _answers(url: str, until: float) -> bool:
    """Return whether a service answers; a server that accepts and says nothing costs the rest."""

    def left() -> float:
        return max(until - time.monotonic(), _SHORTEST)

    return bool(health_of(url, timeout=left()) or wsdl_of(url, timeout=left()))

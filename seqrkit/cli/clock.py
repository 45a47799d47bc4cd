"""``seqrkit clock``: show or move the clock of a standalone endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from seqrkit.cli import echo
from seqrkit.cli.endpoint_options import options
from seqrkit.control_client.client import Remote


@click.group("clock", invoke_without_command=True)
@options
@click.pass_context
def command(context: click.Context, *, remote: Remote) -> None:
    """Show or move the clock of an endpoint started with `seqrkit serve --manual-clock`."""
    if context.invoked_subcommand is None:
        _show(remote.get("clock"))


@command.command()
@click.argument("seconds", type=click.FloatRange(min=0))
@options
def advance(*, seconds: float, remote: Remote) -> None:
    """Advance the clock by SECONDS; events that fall due happen in order."""
    _show(remote.post("clock", "advance", body={"seconds": seconds}))


def _show(clock: Mapping[str, Any]) -> None:
    kind = "manual" if clock["manual"] else "system clock"
    echo(f"{clock['now']}  ({kind})")

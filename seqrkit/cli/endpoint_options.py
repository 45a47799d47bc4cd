"""The options by which commands find a standalone endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from seqrkit.control_client.client import TOKEN, USUAL
from seqrkit.environment import ENDPOINT

_Command = TypeVar("_Command", bound=Callable[..., object])


def options(command: _Command) -> _Command:
    """The options by which a command finds its endpoint."""
    endpoint = click.option(
        "--endpoint",
        metavar="URL",
        help=f"The endpoint to control; else {ENDPOINT}, else {USUAL}.",
    )
    token = click.option(
        "--token", metavar="TOKEN", help=f"What it asks of those who control it; else {TOKEN}."
    )
    return endpoint(token(command))

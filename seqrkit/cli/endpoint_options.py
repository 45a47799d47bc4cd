"""The options of commands that control a standalone endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from seqrkit.control_client.client import TOKEN, USUAL
from seqrkit.environment import ENDPOINT

_Command = TypeVar("_Command", bound=Callable[..., object])


def options(command: _Command) -> _Command:
    """Add the options that select the endpoint and its token."""
    endpoint = click.option(
        "--endpoint",
        metavar="URL",
        help=f"Endpoint to control; default {ENDPOINT}, then {USUAL}.",
    )
    token = click.option(
        "--token", metavar="TOKEN", help=f"Token for the control API; default {TOKEN}."
    )
    return endpoint(token(command))

"""The options of commands that send requests: how to connect, and to which endpoint."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

import click

from seqrkit.cli.file_io import FILE
from seqrkit.control_client.client import TOKEN, USUAL, Remote
from seqrkit.environment_variables import ENDPOINT
from seqrkit.option import Option
from seqrkit.suite_options import CONNECTION, REPORTS, completed, connection

Command = Callable[..., Any]


def suite_option(option: Option) -> Callable[[Command], Command]:
    """Return click's option for one of the table in `suite_options`, which converts its value."""
    is_written = option.name in {*REPORTS, "write-baseline"}
    return click.option(
        f"--{option.name}",
        metavar=option.metavar or None,
        is_flag=not option.metavar,
        multiple=option.repeatable,
        # No default here, so that an option that was not given can come from the environment.
        default=None,
        type=FILE if is_written else None,
        help=f"{option.description[0].upper()}{option.description[1:]}.",
    )


def with_connection(command: Command, *, without: Collection[str] = ()) -> Command:
    """Add the options of connections; the command gets their values as `connection`.

    It does not get those named in `without`.
    """
    added = [each for each in CONNECTION if each.name not in without]

    def connected(*arguments: object, **given: object) -> object:
        own = {each.key: _given(given.pop(each.key), each.key) for each in added}
        settings = connection(completed(added, own, os.environ))
        return command(*arguments, connection=settings, **given)

    with_options: Command = wraps(command)(connected)
    for each in reversed(added):
        with_options = suite_option(each)(with_options)
    return with_options


def options(command: Command) -> Command:
    """Add the options that select a standalone endpoint, which the command gets as `remote`."""

    @with_connection
    @wraps(command)
    def controlled(*arguments: object, connection: dict[str, Any], **given: object) -> object:
        where = (_given(given.pop(name), name) for name in ("endpoint", "token"))
        return command(*arguments, remote=Remote(*where, **connection), **given)

    endpoint = click.option(
        "--endpoint",
        metavar="URL",
        help=f"Endpoint to control; default {ENDPOINT}, then {USUAL}.",
    )
    token = click.option(
        "--token", metavar="TOKEN", help=f"Token for the control API; default {TOKEN}."
    )
    return endpoint(token(controlled))


def _given(value: Any, name: str) -> Any:  # noqa: ANN401 - click's own
    """Return the value of an option, or that of the group of the command if it has none."""
    group = click.get_current_context().parent
    # `seqrkit clock --endpoint URL advance 5`: the option may precede the subcommand.
    return group.params.get(name) if group is not None and value in {None, ()} else value

"""Messages for the command line: arguments of Python become options (`ca=` becomes `--ca`)."""

from __future__ import annotations

from typing import Final

import click

from seqrkit.environment_variables import variable
from seqrkit.suite_options import with_names

_VARIABLES: Final = {"ca": "SSL_CERT_FILE", "proxy": "HTTPS_PROXY"}
_CALLS: Final = {"send_raw(...)": "seqrkit send --xml FILE"}
"""The commands that do what a call does."""


def with_options(group: click.Context, message: str) -> str:
    """Return a message that names what the command has in place of arguments and calls of Python.

    An argument is named as the command's option, else as the environment variable that sets it,
    else as the option of `seqrkit send`, which has the most.
    """
    commands = (group.invoked_subcommand or "send", "send")

    def option(name: str, is_alternative: bool) -> str | None:  # noqa: FBT001 - with_names calls it
        own, general = (_option(group, command, name) for command in commands)
        if own is None and is_alternative:
            return ""  # the variable has been named
        return own or _variable(name) or (general and f"{general} of seqrkit send")

    for call, command in _CALLS.items():
        message = message.replace(call, command)
    return with_names(message, option)


def _variable(name: str) -> str | None:
    is_credential = name.startswith(("terminal_", "reseller_"))
    return variable(name) if is_credential else _VARIABLES.get(name)


def _option(group: click.Context, command: str, name: str) -> str | None:
    """Return the option of a command for an argument; `None` if it has none."""
    assert isinstance(group.command, click.Group)  # noqa: S101 - the one of `seqrkit.cli`
    found = group.command.get_command(group, command)
    # The commands of a group, such as those of `seqrkit phone`, have the same options.
    commands = (found, *found.commands.values()) if isinstance(found, click.Group) else (found,)
    options = (each for known in commands if known for each in known.params if each.name == name)
    return next((each.opts[0] for each in options if each.opts[0].startswith("-")), None)

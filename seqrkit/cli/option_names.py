"""Messages for the command line: arguments of Python become options (`ca=` becomes `--ca`)."""

from __future__ import annotations

import re

import click

_ARGUMENT = re.compile(
    r"(?P<or> or pass )?\b(?P<name>[a-z]+(?:_[a-z]+)*)=(?P<value>True\b|(?=['\w/]))?"
)


def with_options(message: str, command: click.Command | None) -> str:
    """Return a message in which arguments that the command has as options are named as these.

    An argument that it does not have is not offered as an alternative (`or pass ...`).
    """
    options = {} if command is None else {each.name: each.opts[0] for each in command.params}

    def option(found: re.Match[str]) -> str:
        name = options.get(found["name"])
        if name is None or not name.startswith("-"):
            return "" if found["or"] else found[0]
        return f"{found['or'] or ''}{name}{' ' if found['value'] == '' else ''}"

    return _ARGUMENT.sub(option, message)

"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from seqrkit.contract import Severity
from seqrkit.vocabulary import NEWEST, Interface

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
INTERFACE: Final = click.Choice([each.value for each in Interface])
"""The type of an option that names an interface."""
FILE: Final = click.Path(dir_okay=False, path_type=Path)
"""The type of an option that names a file to write."""

interface_option: Decorator = click.option(
    "--interface",
    type=INTERFACE,
    default=NEWEST.value,
    show_default=True,
    help="The interface whose messages and rules are meant.",
)
force_option: Decorator = click.option("--force", is_flag=True, help="Overwrite existing files.")

_TLS_OPTIONS: Final[tuple[Decorator, ...]] = (
    click.option("--certificate", type=FILE, help="Serve https with this certificate (PEM)."),
    click.option("--key", type=FILE, help="Its key (PEM), if it is in a file of its own."),
    click.option(
        "--self-signed",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIRECTORY",
        help="Serve https with a certificate of an authority that is kept in this directory; "
        "clients trust its ca.pem.",
    ),
)


def with_tls(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of serving https."""
    for option in reversed(_TLS_OPTIONS):
        command = option(command)
    return command


FAILING: Final = {
    "error": frozenset({Severity.ERROR}),
    "warning": frozenset(Severity),
    "never": frozenset[Severity](),
}
"""The severities that make a command fail, for each value of --fail-on."""
fail_on_option: Decorator = click.option(
    "--fail-on",
    type=click.Choice(list(FAILING)),
    default="error",
    show_default=True,
    help="The least severity that makes the command fail.",
)
baseline_option: Decorator = click.option(
    "--baseline", metavar="FILE", help="A TOML file of known deviations, which do not count."
)
write_baseline_option: Decorator = click.option(
    "--write-baseline", type=FILE, help="Write a baseline of the findings."
)

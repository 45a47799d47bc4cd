"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

from seqrkit.contract import Severity
from seqrkit.vocabulary import NEWEST, Interface

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
INTERFACE: Final = click.Choice([each.value for each in Interface])
"""The type of an option that names an interface."""

interface_option: Decorator = click.option(
    "--interface",
    type=INTERFACE,
    default=NEWEST.value,
    show_default=True,
    help="The interface whose messages and rules are meant.",
)
force_option: Decorator = click.option("--force", is_flag=True, help="Overwrite existing files.")

_PEM: Final = click.Path(dir_okay=False, path_type=Path)
_TLS_OPTIONS: Final[tuple[Decorator, ...]] = (
    click.option("--certificate", type=_PEM, help="Serve https with this certificate (PEM)."),
    click.option("--key", type=_PEM, help="Its key (PEM), if it is in a file of its own."),
    click.option(
        "--self-signed",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIRECTORY",
        help="Serve https with a certificate of an authority that is kept in this directory; "
        "clients trust its ca.pem.",
    ),
)


def with_tls(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of serving https; it gets `certificate` and `key`."""

    @wraps(command)
    def secured(*arguments: object, self_signed: Path | None, **given: Any) -> object:
        if self_signed is not None:
            from seqrkit.simulator.http.tls import certify  # deferred: few commands serve

            hosts = (given.get("host"), *given.get("allow_hosts", ()))
            given |= {"certificate": certify(self_signed, filter(None, hosts)), "key": None}
        return command(*arguments, **given)

    made: Callable[..., Any] = secured
    for option in reversed(_TLS_OPTIONS):
        made = option(made)
    return made


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

"""``seqrkit completion``: the script that lets a shell complete commands and options."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

SHELLS: Final = ("bash", "zsh", "fish")
_VARIABLE: Final = "_SEQRKIT_COMPLETE"


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the script that completes commands in a shell.

    \b
    Examples:
      source <(seqrkit completion bash)          in ~/.bashrc
      source <(seqrkit completion zsh)           in ~/.zshrc
      seqrkit completion fish > ~/.config/fish/completions/seqrkit.fish
    """  # noqa: D301 - \b is click's own
    # Deferred: the group imports this module.
    from seqrkit.cli import group

    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - click has all of them
    click.echo(found(group, {}, "seqrkit", _VARIABLE).source())

"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from seqrkit.vocabulary import NEWEST, Interface

INTERFACE: Final = click.Choice([each.value for each in Interface])
"""The type of an option that names an interface."""
FILE: Final = click.Path(dir_okay=False, path_type=Path)
"""The type of an option that names a file to write."""

interface_option = click.option(
    "--interface",
    type=INTERFACE,
    default=NEWEST.value,
    show_default=True,
    help="The interface whose messages and rules are meant.",
)
force_option = click.option("--force", is_flag=True, help="Overwrite existing files.")

"""``seqrkit lab``: JupyterLab on a copy of the notebooks."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import click

from seqrkit.cli import require
from seqrkit.cli.file_io import bundled

FIRST: Final = "01-quickstart.ipynb"
NEEDED: Final = (
    "anywidget",
    "jupyterlab",
    "ipywidgets",
    "matplotlib",
    "hypothesis",
    "platformdirs",
    "pytest",
)


@click.command("lab", context_settings={"ignore_unknown_options": True})
@click.option(
    "--into",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("seqrkit-notebooks"),
    show_default=True,
    metavar="FOLDER",
    help="Where to copy the notebooks. Existing files are kept.",
)
@click.argument("jupyterlab_options", nargs=-1, type=click.UNPROCESSED)
def command(*, folder: Path, jupyterlab_options: tuple[str, ...]) -> None:
    """Open the notebooks in JupyterLab; each starts its own endpoint.

    Other options are passed to JupyterLab: --no-browser, --port 9000.

    Exit code: 2 if JupyterLab is not installed, otherwise that of JupyterLab.
    """
    require("notebook", *NEEDED)
    copied, total = copy_notebooks(folder)
    click.echo(f"seqrkit: {copied} of {total} notebooks copied into {folder}", err=True)
    from jupyterlab.labapp import LabApp  # deferred: half a second

    LabApp.launch_instance(
        [
            f"--ServerApp.root_dir={folder.resolve()}",
            f"--LabApp.default_url=/lab/tree/{FIRST}",
            *jupyterlab_options,
        ]
    )


def copy_notebooks(folder: Path) -> tuple[int, int]:
    """Copy the notebooks that a folder lacks; return the number of copies and of notebooks.

    Raises `ConfigurationError` if the installation contains no notebooks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    originals = sorted(bundled("notebooks").glob("*.ipynb"))
    # Never overwritten: users write into their copies.
    missing = [each for each in originals if not (folder / each.name).exists()]
    for each in missing:
        shutil.copyfile(each, folder / each.name)
    return len(missing), len(originals)

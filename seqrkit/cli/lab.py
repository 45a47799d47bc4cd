"""``seqrkit lab``: JupyterLab on a copy of the notebooks."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click

from seqrkit.cli.files import bundled
from seqrkit.errors import ConfigurationError

FIRST: Final = "01-quickstart.ipynb"
NEEDED: Final = ("jupyterlab", "ipywidgets", "matplotlib", "hypothesis")


@click.command("lab", context_settings={"ignore_unknown_options": True})
@click.option(
    "--into",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("seqrkit-notebooks"),
    show_default=True,
    metavar="FOLDER",
    help="Where the copies go. What is there already is yours, and stays as it is.",
)
@click.argument("jupyterlab_options", nargs=-1, type=click.UNPROCESSED)
def command(*, folder: Path, jupyterlab_options: tuple[str, ...]) -> None:
    """Open the notebooks in JupyterLab, each with an endpoint of its own.

    Other options are JupyterLab's: --no-browser, --port 9000.

    Exit code: 2 where JupyterLab is not installed, else JupyterLab's own.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            f"the notebooks need {', '.join(missing)}; pip install 'seqrkit[notebook]'"
        )
    copied, there = copy_notebooks(folder)
    click.echo(f"seqrkit: {copied} of {there} notebooks copied into {folder}", err=True)
    from jupyterlab.labapp import LabApp  # deferred: half a second

    LabApp.launch_instance(
        [
            f"--ServerApp.root_dir={folder.resolve()}",
            f"--LabApp.default_url=/lab/tree/{FIRST}",
            *jupyterlab_options,
        ]
    )


def copy_notebooks(folder: Path) -> tuple[int, int]:
    """Copy the notebooks that are not in a folder yet; return how many, and of how many.

    Raises `ConfigurationError` where the installation has none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    originals = sorted(bundled("notebooks").glob("*.ipynb"))
    missing = [each for each in originals if not (folder / each.name).exists()]
    for each in missing:
        shutil.copyfile(each, folder / each.name)
    return len(missing), len(originals)

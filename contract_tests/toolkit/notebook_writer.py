"""Runs the notebooks and saves their outputs, as `nox -s notebooks` then compares them.

``python -m contract_tests.toolkit.notebook_writer`` runs all, ``... 04`` those whose names begin
so. A cell that fails without the tag for it stops the run, and its notebook stays as it was.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS: Final = Path(__file__).resolve().parents[2] / "notebooks"
WIDGET: Final = "application/vnd.jupyter.widget-view+json"
PNG: Final = "image/png"
SECONDS: Final = 120
"""For one cell."""
METADATA: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def named(beginnings: Iterable[str] = ()) -> list[Path]:
    """The notebooks whose names begin with these texts, in order; without texts, all.

    Raises `LookupError` for a beginning that no notebook has.
    """
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    asked = tuple(beginnings)
    for each in asked:
        if not any(path.name.startswith(each) for path in paths):
            msg = f"no notebook's name begins with {each!r}; there are {[p.stem for p in paths]}"
            raise LookupError(msg)
    return [path for path in paths if path.name.startswith(asked)] if asked else paths


def run(path: Path, **environment: str) -> NotebookNode:
    """The notebook with the outputs of a run in a fresh kernel; raises what a cell raises.

    The kernel has nobody's environment, and these variables.
    """
    notebook = nbformat.read(path, as_version=4)
    pictures = {cell.id: picture for cell in notebook.cells if (picture := _picture(cell))}
    with nobodys_environment():
        os.environ.update(environment)
        NotebookClient(
            notebook,
            timeout=SECONDS,
            coalesce_streams=True,
            store_widget_state=False,
            record_timing=False,
            extra_arguments=["--log-level=ERROR"],  # it warns of TCP, here on one machine
            resources={"metadata": {"path": str(path.parent)}},
        ).execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if WIDGET in output.get("data", ()) and cell.id in pictures:
                output.data[PNG] = pictures[cell.id]
    return clean(notebook)


def _picture(cell: NotebookNode) -> str | None:
    """What `notebook_pictures` has taken of a widget."""
    found = (output.data.get(PNG) for output in cell.get("outputs", ()) if "data" in output)
    return next(filter(None, found), None)


def clean(notebook: NotebookNode) -> NotebookNode:
    """Leave out what differs from machine to machine: paths in tracebacks, ids of widgets.

    What a widget shows besides its view stays: its text, and its HTML where it has one.
    """
    notebook.metadata = NotebookNode(METADATA)
    for cell in notebook.cells:
        kept = {name: cell.metadata[name] for name in ("tags",) if cell.metadata.get(name)}
        cell.metadata = NotebookNode(kept)
        if cell.cell_type == "code":
            cell.outputs = [_output(each) for each in cell.outputs]
    return notebook


def _output(output: NotebookNode) -> NotebookNode:
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
    elif output.output_type in {"display_data", "execute_result"}:
        output.data.pop(WIDGET, None)
        output.metadata = NotebookNode()
    return output


@contextmanager
def nobodys_environment() -> Iterator[None]:
    """Unset SEQR_ variables and the screen width."""
    kept = dict(os.environ)
    for name in kept:
        if name.startswith("SEQR_") or name == "COLUMNS":
            del os.environ[name]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SEQRKIT_DATA"] = folder  # what the workbench saves
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(kept)


def main(arguments: Iterable[str]) -> None:
    """Run the notebooks named, and write them."""
    for path in named(arguments):
        nbformat.write(run(path), path)
        sys.stdout.write(f"{path.relative_to(NOTEBOOKS.parent)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])

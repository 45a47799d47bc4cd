"""Takes pictures of the widgets in the notebooks, for those who read them without a kernel.

``python -m contract_tests.toolkit.notebook_pictures 01`` runs a notebook in a real JupyterLab and
saves what each widget looks like just after its cell, beside the text that stands for it. It needs
Chromium, as `nox -s browser` does. The writer keeps the pictures; nobody compares them.
"""

from __future__ import annotations

import io
import sys
from base64 import b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import indent
from typing import Final

import nbformat
from PIL import Image

from contract_tests.toolkit.browser.lab import Lab, lab
from contract_tests.toolkit.browser.page import browser
from contract_tests.toolkit.notebook_writer import PNG, named

SIZE: Final = (1280, 2000)
COLOURS: Final = 255
WIDGETS: Final = ".jp-OutputArea-output .jupyter-widgets"
UNHEEDED: Final = """\
import contextlib
with contextlib.suppress(Exception):  # at an error JupyterLab would stop
{}
"""
SHOWING: Final = f"""\
return [...document.querySelectorAll(".jp-CodeCell")].flatMap(
  (cell, number) => cell.querySelector("{WIDGETS}") ? [number] : []);
"""


def add_pictures(jupyter: Lab, path: Path) -> None:
    """Save a picture of each widget of a notebook beside its text."""
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    fails = ["raises-exception" in cell.metadata.get("tags", ()) for cell in cells]
    sources = [
        UNHEEDED.format(indent(cell.source, "    ")) if failing else cell.source
        for cell, failing in zip(cells, fails, strict=True)
    ]
    for number in showing(jupyter, path.name, sources):
        showing(jupyter, path.name, sources[: number + 1])  # as it is before what comes later
        cells[number].outputs[-1].data[PNG] = picture(jupyter)
    nbformat.write(notebook, path)


def showing(jupyter: Lab, name: str, sources: list[str]) -> Iterator[int]:
    """Run cells, and give the numbers of those that show a widget."""
    done = "print('all ' + 'done')"
    jupyter.run(name, *sources, done)
    jupyter.page.wait_for(".jp-OutputArea-output", "all done")
    numbers: list[int] = jupyter.page.script(SHOWING)
    return iter(numbers)


def picture(jupyter: Lab) -> str:
    """The last widget on the page as PNG in base64, in few colours."""
    *_, widget = jupyter.page.all(f"{WIDGETS}:not({WIDGETS} .jupyter-widgets)")
    jupyter.page.script("arguments[0].scrollIntoView({ block: 'end' })", widget)
    seen = Image.open(io.BytesIO(widget.screenshot_as_png)).convert("RGB")
    small = io.BytesIO()
    seen.quantize(COLOURS).save(small, "PNG", optimize=True)
    return b64encode(small.getvalue()).decode()


def main(arguments: Iterable[str]) -> None:
    """Take the pictures of the notebooks named."""
    with browser() as page, lab(page) as jupyter:
        page.look(*SIZE)
        for path in named(arguments):
            add_pictures(jupyter, path)
            sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    main(sys.argv[1:])

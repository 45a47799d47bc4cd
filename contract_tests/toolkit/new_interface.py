"""A copy of the project with one more interface, made only of files in schemas/.

The new interface is a newer cashregister, without cancelInvoice and with an optional tableNumber in
each invoice. test_new_interface.py runs the checks of new_interface_checks.py in the copy.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from lxml import etree

from seqrkit.schemas import CONTRACT, XS

ROOT: Final = Path(__file__).resolve().parents[2]
NAME: Final = "cashregister-3"
REMOVED: Final = "cancelInvoice"
ADDED: Final = "tableNumber"
COPIED: Final = ("seqrkit", "schemas", "contract_tests", "pyproject.toml", "README.md")

PATH: Final = f"/soap/merchant/{NAME}"


def make(folder: Path) -> Path:
    """Copy the project into a folder, add the interface and run the generators."""
    for name in COPIED:
        source = ROOT / name
        ignored = shutil.ignore_patterns("__pycache__", "node_modules")
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder / name)
    interface = folder / "schemas" / NAME
    shutil.copytree(folder / "schemas" / "cashregister-2", interface)
    for path in interface.iterdir():
        _edit(path)
    for writer in ("names_writer", "model_writer"):
        run(folder, "-m", f"contract_tests.toolkit.{writer}")
    return folder


def run(folder: Path, *arguments: str) -> str:
    """Run Python in the copy; return its output. An error carries all that it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _edit(path: Path) -> None:
    """Make a file of cashregister-2 one of the new interface."""
    tree = etree.parse(path)
    root = tree.getroot()
    for each in root.xpath("//*[@name=$a or @name=$b]", a=REMOVED, b=f"{REMOVED}Response"):
        each.getparent().remove(each)
    for each in root.iter("{http://schemas.xmlsoap.org/wsdl/soap/}address"):
        each.set("location", f"http://127.0.0.1{PATH}")
    if "version" in root.attrib:
        root.set("version", "3.0")
    for each in root.xpath("//*[@name='commitReservationTimeout']"):
        each.addprevious(_added(documented="version" in root.attrib))
    tree.write(path)


def _added(*, documented: bool) -> etree._Element:
    element = etree.Element(f"{XS}element", name=ADDED, type="xs:string", minOccurs="0")
    if documented:
        element.set(f"{CONTRACT}source", "assumed")
        element.set(f"{CONTRACT}sample", "12")
        annotation = etree.SubElement(element, f"{XS}annotation")
        documentation = etree.SubElement(annotation, f"{XS}documentation")
        documentation.text = "The table at which the buyer sits."
    return element

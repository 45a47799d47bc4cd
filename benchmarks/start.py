"""What it costs to import the package, and to ask the command for help."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from statistics import median

from benchmarks.figures import Figure, alternate, millis
from benchmarks.processes import ROOT

HEAVY = ["zeep", "ipywidgets", "hypothesis", "starlette", "sqlalchemy"]
"""What an import of the package must not load."""


def measure(seconds: float) -> Iterator[Figure]:
    """Processes from their start to their end, each beside a bare interpreter's."""
    bare, imported, help_text = alternate(
        [
            _python("-c", "pass"),
            _python("-c", "import seqrkit"),
            _python("-m", "seqrkit", "--help"),
        ],
        seconds,
    )
    yield _figure("import seqrkit", imported, bare, 60)
    yield _figure("seqrkit --help", help_text, bare, 200)
    loaded = _loaded()
    yield Figure(
        what="heavy modules that the import loads",
        against=", ".join(HEAVY),
        ours=", ".join(loaded) or "none",
        theirs="none",
        measured=len(loaded),
        asked=0,
        unit="",
    )


def _python(*arguments: str) -> Callable[[], object]:
    command = [sys.executable, *arguments]
    return lambda: subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)


def _figure(what: str, ours: list[float], bare: list[float], asked: float) -> Figure:
    more = median(a - b for a, b in zip(ours, bare, strict=True)) * 1e3
    return Figure(
        what=what,
        against="a bare interpreter",
        ours=millis(ours),
        theirs=millis(bare),
        measured=more,
        asked=asked,
        unit="ms more",
    )


def _loaded() -> list[str]:
    code = f"import sys, seqrkit; print(*(m for m in {HEAVY} if m in sys.modules))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()

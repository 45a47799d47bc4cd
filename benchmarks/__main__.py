"""`python -m benchmarks`: measure, and print what was measured beside what was asked."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import traceback
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from benchmarks.figures import Figure

GROUPS = (
    "lint",
    "strategies",
    "client",
    "endpoint",
    "start",
    "notebook",
    "browser",
    "suite",
    "tail_latency",
    "endurance",
    "workers",
    "load_generators",
    "proxy",
)
"""The modules that measure, in the order of the table."""
HEAD = ("what", "against", "ours", "theirs", "measured", "asked", "")


def main() -> int:
    """Print the table; the exit code is 1 only where a benchmark could not be run."""
    asked = _arguments()
    figures: list[Figure] = []
    broken: list[str] = []
    for group in asked.only or GROUPS:
        print(f"measuring {group} ...", file=sys.stderr, flush=True)
        try:
            figures.extend(import_module(f"benchmarks.{group}").measure(asked.seconds))
        except Exception:  # noqa: BLE001  # a broken benchmark must not hide the others' figures
            traceback.print_exc()
            broken.append(group)
    print(_table(figures))
    if broken:
        print(f"\nnot measured, for what is written above: {', '.join(broken)}")
    if asked.json:
        asked.json.write_text(json.dumps(_document(figures, broken), indent=2) + "\n", "utf-8")
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=GROUPS, help="measure this group only; repeatable"
    )
    parser.add_argument(
        "--seconds", type=float, default=10, help="seconds spent on each group (default 10)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file")
    return parser.parse_args()


def _table(figures: list[Figure]) -> str:
    rows = [HEAD, *(figure.cells for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _document(figures: list[Figure], broken: list[str]) -> dict[str, object]:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "figures": [{**asdict(figure), "verdict": figure.verdict} for figure in figures],
        "broken": broken,
    }


if __name__ == "__main__":
    sys.exit(main())

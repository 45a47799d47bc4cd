"""Progress of a wait or of long work: a line that is rewritten, or nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator, Iterable, Sized
from typing import Final, TextIO, TypeVar

_Item = TypeVar("_Item")

_WIDTH = 30
_EVERY: Final = 0.2
"""Seconds between two counts of `track`."""


class Progress:
    """Progress that is not shown."""

    def update(self, status: str, elapsed: float) -> None:
        """Show the invoice's status and the seconds since the wait began."""

    def close(self) -> None:
        """End the display."""


class Line(Progress):
    """A line that is rewritten with each poll, and stays readable in saved notebooks."""

    def __init__(self, deadline: float, stream: TextIO) -> None:
        self._deadline = deadline
        self._stream = stream
        self._longest = 0
        self._last = ""

    def update(self, status: str, elapsed: float) -> None:
        """Rewrite the line."""
        share = min(elapsed / self._deadline, 1) if self._deadline > 0 else 1
        bar = "#" * round(share * _WIDTH)
        self._last = f"{status} after {elapsed:.0f} s"
        self._write(f"{status} [{bar:-<{_WIDTH}}] {elapsed:.0f} s of {self._deadline:.0f} s")

    def close(self) -> None:
        """End the line with the last status, without the bar."""
        if self._last:
            self._write(self._last, "\n")
            self._last = ""

    def _write(self, line: str, end: str = "") -> None:
        # Padded, because \r leaves the end of a longer line visible.
        self._longest = max(self._longest, len(line))
        self._stream.write(f"\r{line:<{self._longest}}{end}")
        self._stream.flush()


def track(
    items: Iterable[_Item],
    what: str = "done",
    *,
    every: float = _EVERY,
    stream: TextIO | None = None,
) -> Generator[_Item]:
    """Yield the items and count them in a line: ``1200 of 7001 messages checked``.

    `what` follows the number; `every` is the number of seconds between two counts; `stream` is
    standard output if not given. The last count stays, also after an interrupt or an error in the
    loop.
    """
    whole = f" of {len(items)}" if isinstance(items, Sized) else ""
    number = 0
    written = -every
    line = stream or sys.stdout

    def write(end: str = "") -> None:
        line.write(f"\r{number}{whole} {what}{end}")
        line.flush()

    try:
        for item in items:
            yield item
            number += 1
            if time.monotonic() - written >= every:
                write()
                written = time.monotonic()
    finally:
        write("\n")


def in_notebook() -> bool:
    """Return whether this process is a notebook's kernel."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def shown(wanted: bool | None, deadline: float) -> Progress:  # noqa: FBT001 - passed on as given
    """Return the progress to show; `None` shows one on a terminal and in a notebook."""
    if wanted is False:
        return Progress()
    if in_notebook():
        return Line(deadline, sys.stdout)
    return Line(deadline, sys.stderr) if wanted or sys.stderr.isatty() else Progress()

"""A progress bar for whoever watches: in a terminal, in a notebook, or for nobody."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import TaskID

_WIDTH = 30


class Progress:
    """Shows how a wait is going. This one shows nothing."""

    def update(self, status: str, elapsed: float) -> None:
        """Show the invoice's status, and the seconds since the wait began."""

    def close(self) -> None:
        """Leave the screen as it should be read afterwards."""


class Bar(Progress):
    """A bar at the bottom of a terminal, gone when the wait is over."""

    def __init__(self, deadline: float) -> None:
        from rich.console import Console  # deferred: only where there is a terminal
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._progress = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f} s of {task.total:.0f} s"),
            console=Console(stderr=True),
            auto_refresh=False,  # no thread of its own: it is redrawn with each poll
            transient=True,
        )
        self._task: TaskID = self._progress.add_task("waiting", total=deadline)
        self._progress.start()

    def update(self, status: str, elapsed: float) -> None:
        """Redraw the bar."""
        self._progress.update(self._task, description=status, completed=elapsed, refresh=True)

    def close(self) -> None:
        """Take the bar away."""
        self._progress.stop()


class Line(Progress):
    """A line that is written over: needs no widgets, and reads the same in a saved notebook."""

    def __init__(self, deadline: float, stream: TextIO) -> None:
        self._deadline = deadline
        self._stream = stream
        self._longest = 0

    def update(self, status: str, elapsed: float) -> None:
        """Write the line anew."""
        share = min(elapsed / self._deadline, 1) if self._deadline > 0 else 1
        bar = "#" * round(share * _WIDTH)
        line = f"{status} [{bar:-<{_WIDTH}}] {elapsed:.0f} s of {self._deadline:.0f} s"
        self._longest = max(self._longest, len(line))
        self._stream.write(f"\r{line:<{self._longest}}")
        self._stream.flush()

    def close(self) -> None:
        """End the line; what it said last stays."""
        if self._longest:
            self._longest = 0
            self._stream.write("\n")
            self._stream.flush()


def in_notebook() -> bool:
    """Whether this is a kernel, whose output is a page and not a terminal."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def shown(wanted: bool | None, deadline: float) -> Progress:  # noqa: FBT001 - passed on as given
    """The bar for where we are; `None` shows one where somebody can see it."""
    if wanted is False:
        return Progress()
    if in_notebook():
        return Line(deadline, sys.stdout)
    if sys.stderr.isatty():
        return Bar(deadline)
    return Line(deadline, sys.stderr) if wanted else Progress()

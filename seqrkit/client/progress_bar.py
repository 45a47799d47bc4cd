"""The progress of a wait: a bar on a terminal, a line in a notebook, or nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import TaskID

_WIDTH = 30


class Progress:
    """Progress that is not shown."""

    def update(self, status: str, elapsed: float) -> None:
        """Show the invoice's status and the seconds since the wait began."""

    def close(self) -> None:
        """End the display."""


class Bar(Progress):
    """A bar at the bottom of a terminal, removed at the end."""

    def __init__(self, deadline: float) -> None:
        from rich.console import Console  # deferred: only where there is a terminal
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._progress = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f} s of {task.total:.0f} s"),
            console=Console(stderr=True),
            auto_refresh=False,  # redrawn with each poll, without a thread
            transient=True,
        )
        self._task: TaskID = self._progress.add_task("waiting", total=deadline)
        self._progress.start()

    def update(self, status: str, elapsed: float) -> None:
        """Redraw the bar."""
        self._progress.update(self._task, description=status, completed=elapsed, refresh=True)

    def close(self) -> None:
        """Remove the bar."""
        self._progress.stop()


class Line(Progress):
    """A line that is overwritten: it needs no widgets and stays readable in saved notebooks."""

    def __init__(self, deadline: float, stream: TextIO) -> None:
        self._deadline = deadline
        self._stream = stream
        self._longest = 0

    def update(self, status: str, elapsed: float) -> None:
        """Rewrite the line."""
        share = min(elapsed / self._deadline, 1) if self._deadline > 0 else 1
        bar = "#" * round(share * _WIDTH)
        line = f"{status} [{bar:-<{_WIDTH}}] {elapsed:.0f} s of {self._deadline:.0f} s"
        self._longest = max(self._longest, len(line))
        self._stream.write(f"\r{line:<{self._longest}}")
        self._stream.flush()

    def close(self) -> None:
        """End the line; its last text stays."""
        if self._longest:
            self._longest = 0
            self._stream.write("\n")
            self._stream.flush()


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
    if sys.stderr.isatty():
        return Bar(deadline)
    return Line(deadline, sys.stderr) if wanted else Progress()

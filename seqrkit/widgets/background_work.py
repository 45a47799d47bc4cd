"""Threads for work that the kernel does not wait for, and buttons that start it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import ipywidgets

CALM_SECONDS: Final = 0.2
"""A button is disabled only if its work takes longer, since disabling it loses the focus."""


def in_background(work: Callable[[], object]) -> threading.Thread:
    """Start the work in a daemon thread."""
    thread = threading.Thread(target=work, name="seqrkit widget", daemon=True)
    thread.start()
    return thread


def button(
    label: str, work: Callable[[], object], tooltip: str = "", *, primary: bool = False
) -> ipywidgets.Button:
    """Return a button that does its work in the background and ignores clicks meanwhile."""
    made = ipywidgets.Button(description=label, tooltip=tooltip)
    if primary:
        made.add_class("seqr-primary")
    running = threading.Lock()

    def run() -> None:
        slow = threading.Timer(CALM_SECONDS, setattr, [made, "disabled", True])
        slow.start()
        try:
            work()
        finally:
            slow.cancel()
            slow.join()  # or it could disable the button after it was enabled again
            made.disabled = False
            running.release()

    def clicked(_: object) -> None:
        # A second click while the work runs is an accident: an invoice must not be sent twice.
        if running.acquire(blocking=False):
            in_background(run)

    made.on_click(clicked)
    return made


class Ticker:
    """Calls `tick` at an interval of real seconds until it returns false or `stop` is called."""

    def __init__(self, seconds: float, tick: Callable[[], bool]) -> None:
        self._seconds = seconds
        self._tick = tick
        self._stopped = threading.Event()
        in_background(self._run)

    def stop(self) -> None:
        """Stop calling."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds) and self._tick():
            pass


class Redrawing:
    """Calls `draw` in the background soon after `request`, once for several requests."""

    def __init__(self, draw: Callable[[], object]) -> None:
        self._draw = draw
        self._waiting, self._drawing = threading.Lock(), threading.Lock()

    def request(self) -> None:
        """Request a call of `draw`; return at once."""
        # A call that waits shows this change, too.
        if self._waiting.acquire(blocking=False):
            in_background(self._run)

    def _run(self) -> None:
        with self._drawing:
            self._waiting.release()
            self._draw()

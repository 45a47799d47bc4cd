"""Work beside the kernel, which must not wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable


def in_background(work: Callable[[], object]) -> threading.Thread:
    """Do it in a thread of its own; it ends with the process, whatever it is doing."""
    thread = threading.Thread(target=work, name="seqrkit widget", daemon=True)
    thread.start()
    return thread


class Ticker:
    """Calls `tick` every so many seconds of real time, until it says that it has had enough."""

    def __init__(self, seconds: float, tick: Callable[[], bool]) -> None:
        self._seconds = seconds
        self._tick = tick
        self._stopped = threading.Event()
        in_background(self._run)

    def stop(self) -> None:
        """Call it no more."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds) and self._tick():
            pass


class Redrawing:
    """Calls `draw` soon after each `ask`, in a thread of its own, and once for many of them.

    The thread is there while there is something to draw, so that whoever asks never waits.
    """

    def __init__(self, draw: Callable[[], object]) -> None:
        self._draw = draw
        self._lock = threading.Lock()
        self._asked = False
        self._drawing = False

    def ask(self) -> None:
        """Have it drawn; returns at once."""
        with self._lock:
            self._asked = True
            if self._drawing:
                return
            self._drawing = True
        in_background(self._run)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._asked:
                    self._drawing = False
                    return
                self._asked = False
            self._draw()

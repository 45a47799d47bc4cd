"""Buttons that never keep the kernel waiting, and what is done with them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import ipywidgets

from seqrkit.widgets.background_work import in_background

CALM_SECONDS: Final = 0.2
"""What is done within this time is not seen to have taken any."""


def button(
    words: str, work: Callable[[], object], hint: str = "", *, primary: bool = False
) -> ipywidgets.Button:
    """A button that works beside the kernel; presses meanwhile count for nothing.

    It is seen to be busy only when that takes a while: a button that is disabled loses the focus.
    """
    made = ipywidgets.Button(description=words, tooltip=hint)
    if primary:
        made.add_class("seqr-primary")

    running = threading.Lock()

    def worked() -> None:
        done = threading.Event()
        watching = in_background(lambda: _seem_busy(made, done))
        try:
            work()
        finally:
            done.set()
            watching.join()
            made.disabled = False
            running.release()

    def pressed(_: object) -> None:
        if running.acquire(blocking=False):
            in_background(worked)

    made.on_click(pressed)
    return made


def _seem_busy(made: ipywidgets.Button, done: threading.Event) -> None:
    if not done.wait(CALM_SECONDS):
        made.disabled = True


def stack(*children: ipywidgets.Widget) -> ipywidgets.VBox:
    """Buttons under each other, as wide as their card."""
    made = ipywidgets.VBox(children)
    made.add_class("seqr-stack")
    return made

"""Helpers for the visible part of widgets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import ipywidgets

SECONDS = 20
"""Timeout for work in the background."""
HIDDEN = {"seqr-hidden", "seqr-sheet"}


def shown(widget: ipywidgets.Widget) -> str:
    """Return the visible HTML of a widget."""
    if HIDDEN & {*widget._dom_classes}:
        return ""
    if isinstance(widget, ipywidgets.HTML):
        return str(widget.value)
    if isinstance(widget, ipywidgets.Button):
        return f"[{widget.description}]"
    if isinstance(widget, ipywidgets.Text):
        return f"{widget.description}: {widget.value}"
    return "\n".join(filter(None, map(shown, getattr(widget, "children", ()))))


def press(widget: ipywidgets.Widget, words: str) -> None:
    """Press the visible button whose description starts with the label."""
    found = [button for button in buttons(widget) if button.description.startswith(words)]
    assert found, shown(widget)
    found[0].click()


def buttons(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Button]:
    if "seqr-hidden" in widget._dom_classes:
        return
    if isinstance(widget, ipywidgets.Button):
        yield widget
    for child in getattr(widget, "children", ()):
        yield from buttons(child)


def coming(
    widget: ipywidgets.Widget, trait: str, wanted: Callable[[Any], bool]
) -> Callable[[], bool]:
    """Return a function that waits until the trait gets a wanted value, from now on."""
    came = threading.Event()

    def heard(change: Any) -> None:
        if wanted(change["new"]):
            came.set()

    widget.observe(heard, trait)
    return lambda: came.wait(SECONDS)

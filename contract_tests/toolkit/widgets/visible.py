"""Helpers for the visible part of widgets."""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import ipywidgets

from contract_tests.toolkit.widgets.interaction import happen
from seqrkit.widgets.browser_view import HtmlView

SECONDS = 20
"""Timeout for work in the background."""
HIDDEN = {"seqr-hidden", "seqr-sheet"}
_BUTTON = re.compile('<button[^>]*data-act="([^"]*)"[^>]*>(.*?)</button>')


def shown(widget: ipywidgets.Widget) -> str:
    """Return the visible HTML of a widget."""
    if HIDDEN & {*widget._dom_classes}:
        return ""
    if isinstance(widget, HtmlView):
        return _BUTTON.sub(r"[\2]", "\n".join(widget.state["values"].values()))
    if isinstance(widget, ipywidgets.HTML):
        return str(widget.value)
    if isinstance(widget, ipywidgets.Button):
        return f"[{widget.description}]"
    if isinstance(widget, ipywidgets.Text):
        return f"{widget.description}: {widget.value}"
    return "\n".join(filter(None, map(shown, getattr(widget, "children", ()))))


def press(widget: ipywidgets.Widget, words: str) -> None:
    """Press the visible button whose label starts with these words."""
    found = [act for label, act in buttons(widget) if label.startswith(words)]
    assert found, shown(widget)
    found[0]()


def buttons(widget: ipywidgets.Widget) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield the label of each visible button, and what presses it."""
    if "seqr-hidden" in widget._dom_classes:
        return
    if isinstance(widget, ipywidgets.Button):
        yield widget.description, widget.click
    if isinstance(widget, HtmlView):
        for event, label in _BUTTON.findall("".join(widget.state["values"].values())):
            yield html.unescape(label), partial(happen, widget, *json.loads(html.unescape(event)))
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

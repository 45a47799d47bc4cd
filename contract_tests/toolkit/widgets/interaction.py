"""Helpers that read labels, press buttons and type texts in widgets without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import ipywidgets

from seqrkit.widgets.browser_view import BrowserView
from seqrkit.widgets.envelope_panel import EnvelopePanel


def all_of(widget: ipywidgets.Widget, *, hidden: bool = False) -> Iterator[ipywidgets.Widget]:
    """Yield a widget and its visible descendants in order."""
    if not hidden and "seqr-hidden" in getattr(widget, "_dom_classes", ()):
        return
    yield widget
    for child in getattr(widget, "children", ()):
        yield from all_of(child, hidden=hidden)


def labelled(widget: ipywidgets.Widget, label: str) -> list[ipywidgets.Widget]:
    """Return the fields with a label."""
    return [
        each
        for each in all_of(widget)
        if getattr(each, "description", None) == label and not is_button(each)
    ]


def field(widget: ipywidgets.Widget, label: str, number: int = 0) -> ipywidgets.Widget:
    """Return a field by its label and, if there are several, its row."""
    return labelled(widget, label)[number]


def press(widget: ipywidgets.Widget, words: str, number: int = 0) -> None:
    """Press a button by its description or tooltip."""
    found = [
        each
        for each in all_of(widget)
        if is_button(each) and words in {words_of(each), each.tooltip}
    ]
    assert found, f"there is no button {words!r}"
    assert not found[number].disabled
    found[number].click()


def words_of(button: ipywidgets.Button) -> str:
    return str(button.description).lstrip("\u25b8\u25be ")


def is_button(widget: ipywidgets.Widget) -> bool:
    return isinstance(widget, ipywidgets.Button)


def text(widget: ipywidgets.Widget) -> str:
    """Return the visible text without tags."""
    read = [
        str(each.body) if isinstance(each, EnvelopePanel) else each.value
        for each in all_of(widget)
        if isinstance(each, ipywidgets.HTML | EnvelopePanel)
    ]
    return html.unescape(" ".join(re.sub("<[^>]*>", " ", " ".join(read)).split()))


def box_of(widget: ipywidgets.Widget, inner: ipywidgets.Widget) -> ipywidgets.Widget:
    """Return the field around a control, with its note."""
    around = [
        each
        for each in all_of(widget)
        if "seqr-field" in each._dom_classes and inner in [*all_of(each)]
    ]
    return around[-1]


def happen(view: BrowserView, *event: object) -> None:
    """Do what a view does on a message from the browser."""
    view._receive(view, {"event": [*event]}, [])

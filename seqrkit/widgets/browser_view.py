"""Base classes of the views that draw themselves in the browser: patches, or pieces of HTML."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import groupby
from typing import Any, TypeVar

import traitlets

from seqrkit.html import Markup, html, joined
from seqrkit.widgets.basic_widgets import AnyWidget, Closing, css

_Item = TypeVar("_Item")

Splice = tuple[int, int, Sequence[_Item]]
"""A position, the number of items removed there, and the items inserted there."""


def script(name: str) -> str:
    """Return a script of this package together with the functions that all of them use."""
    folder = files(__package__)
    return "\n".join((folder / each).read_text("utf-8") for each in ("browser_view.js", name))


class BrowserView(AnyWidget):
    """A view whose state consists of values and lists by name.

    `show` sends the browser only what changed. The whole state is sent until a browser opens the
    view, and saved with a notebook; it must not contain passwords. What users do arrives as
    messages, which `handlers` receive by name. Threads may share a view: one that draws holds
    `_drawing` from the moment it reads what it displays.
    """

    state: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, handlers: Mapping[str, Callable[..., object]], **options: Any) -> None:
        self._handlers = handlers
        self._is_displayed = False
        self._drawing = threading.RLock()
        if "marimo" in sys.modules:  # which displays each view alone, without its stylesheet
            self._css = css()
        super().__init__(state={"version": 0, "values": {}, "lists": {}}, **options)
        self.on_msg(lambda _, content, _buffers: self.receive(*content["event"]))

    def open(self) -> None:
        """Tell the browser about the view, once it has something to display."""
        # Opening sends the state, and an empty one would be drawn for a moment.
        if self.state["values"]:
            super().open()

    def show(
        self, values: Mapping[str, object], lists: Mapping[str, Sequence[object]] | None = None
    ) -> None:
        """Display values and lists; those not given keep what they display."""
        with self._drawing:
            self._patch(values, lists or {})

    def _patch(self, values: Mapping[str, object], lists: Mapping[str, Sequence[object]]) -> None:
        known, listed = self.state["values"], self.state["lists"]
        changed = {
            name: _plain(value)
            for name, value in values.items()
            if name not in known or known[name] != value
        }
        spliced = {
            name: found
            for name, items in lists.items()
            if (found := _plain(tuple(splices(listed.get(name, ()), items))))
        }
        # In place, since assigning a new state would send all of it.
        known.update(changed)
        for name in lists:
            items = listed.setdefault(name, [])
            for start, removed, added in spliced.get(name, ()):
                items[start : start + removed] = added
        if not (changed or spliced):
            return
        self.state["version"] += 1
        if self.state["version"] == 1:
            self.open()
        elif self._is_displayed:
            self.send({"version": self.state["version"], "values": changed, "lists": spliced})
        else:
            self.send_state("state")  # which nbconvert saves; it knows no other messages

    def reveal(self, css: str) -> None:
        """Scroll the page so that an element of the same workbench is visible."""
        self.send({"reveal": css})

    def receive(self, event: str, *arguments: object) -> None:
        """Do what an event in the browser asks for."""
        if event != "opened":
            self._handlers[event](*arguments)
            return
        with self._drawing:
            # Until now Jupyter got the whole state each time; marimo may display before it arrives.
            is_behind = arguments != (self.state["version"],)
            missed = is_behind and (self._is_displayed or "marimo" in sys.modules)
            self._is_displayed = True
            if missed:
                self.send_state("state")


class HtmlView(BrowserView, Closing):
    """Pieces of HTML by name, in the order in which they are first shown.

    `show` draws the pieces that have changed. `handlers` receive by name what `button` and `menu`
    announce.
    """

    _esm = script("html_view.js")


def _plain(value: Any) -> Any:  # noqa: ANN401 - plain data
    """Return a value with ordinary strings, since front ends display `Markup` in their own ways."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return type(value)(map(_plain, value)) if isinstance(value, list | tuple) else value


def in_marimo(*views: BrowserView, says: str = "") -> object:
    """Return views for marimo, which displays no widgets of ipywidgets, below a sentence."""
    marimo = sys.modules["marimo"]
    how = marimo.md(f"**Ctrl+Enter** in a field sends the request. {says}")
    return marimo.vstack([how, *map(marimo.ui.anywidget, views)])


def splices(old: Sequence[_Item], new: Sequence[_Item]) -> Iterator[Splice[_Item]]:
    """Yield the splices that change one list to another: few, if the change is local.

    Where the lengths differ, the first one adds or removes the difference at the first item that
    differs; the others replace the items that still differ.
    """
    shorter = min(len(old), len(new))
    start = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    added = new[start : start + len(new) - shorter]
    removed = len(old) - shorter
    if added or removed:
        yield start, removed, added
    rest = [*added, *old[start + removed :]]
    differing = (n for n in range(len(rest)) if rest[n] != new[start + n])
    for _, run in groupby(enumerate(differing), key=lambda pair: pair[1] - pair[0]):
        first, *more = (start + n for _, n in run)
        count = 1 + len(more)
        yield first, count, new[first : first + count]


def button(label: str, *event: object, look: str = "", tooltip: str = "") -> Markup:
    """Return a button that announces an event: the name of its handler, and arguments."""
    return html(
        '<button type="button" class="jupyter-button {}" title="{}" data-act="{}">{}</button>',
        look,
        tooltip,
        json.dumps(event),
        label,
    )


def menu(
    label: str, options: Iterable[tuple[str, object]], chosen: object, *event: object
) -> Markup:
    """Return a menu of labels and values; its handler gets the chosen value as a text, last."""
    listed = (
        html(
            '<option value="{}"{}>{}</option>',
            value,
            Markup(" selected") if value == chosen else "",
            each,
        )
        for each, value in options
    )
    return html(
        '<label class="widget-dropdown"><span class="widget-label">{}</span>'
        '<select data-act="{}">{}</select></label>',
        label,
        json.dumps(event),
        joined(listed),
    )

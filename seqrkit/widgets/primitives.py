"""The small widgets that a form is made of; the style sheet says how they look, by their class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import ipywidgets

HIDDEN: Final = "seqr-hidden"
"""The CSS class of what is there and not seen."""


class Atoms:
    """Makes the widgets of one form.

    They share one layout, and those of a kind one style: each would be a model of its own in the
    browser, and a form has hundreds of widgets.
    """

    def __init__(self) -> None:
        self._layout = ipywidgets.Layout()
        self._styles: dict[type, ipywidgets.Widget] = {}

    def make(self, kind: type, *classes: str, **options: Any) -> ipywidgets.DOMWidget:
        """A widget of that kind, with these CSS classes."""
        if kind in self._styles:
            options["style"] = self._styles[kind]
        widget = kind(layout=self._layout, _dom_classes=classes, **options)
        if widget.has_trait("style"):
            self._styles.setdefault(kind, widget.style)
        return widget

    def html(self, value: str, *classes: str) -> ipywidgets.HTML:
        """A piece of HTML."""
        return self.make(ipywidgets.HTML, *classes, value=value)

    def line(self, children: Sequence[ipywidgets.Widget], *classes: str) -> ipywidgets.HBox:
        """Widgets beside each other."""
        return self.make(ipywidgets.HBox, *classes, children=tuple(children))

    def stack(self, children: Sequence[ipywidgets.Widget], *classes: str) -> ipywidgets.VBox:
        """Widgets under each other."""
        return self.make(ipywidgets.VBox, *classes, children=tuple(children))

    def button(
        self, words: str, on_click: Callable[[], object], *classes: str, tooltip: str = ""
    ) -> ipywidgets.Button:
        """A button; what it does is said in its tooltip where its words do not."""
        button = self.make(ipywidgets.Button, *classes, description=words, tooltip=tooltip or None)
        button.on_click(lambda _: on_click())
        return button


def mark(widget: ipywidgets.DOMWidget, name: str, *, on: bool) -> None:
    """Give a widget a CSS class, or take it away."""
    if on is not (name in widget._dom_classes):  # noqa: SLF001 - a widget does not tell otherwise
        (widget.add_class if on else widget.remove_class)(name)


def see(widget: ipywidgets.DOMWidget, *, seen: bool) -> None:
    """Show a widget, or hide it."""
    mark(widget, HIDDEN, on=not seen)


def is_seen(widget: ipywidgets.DOMWidget) -> bool:
    """Whether a widget is shown."""
    return HIDDEN not in widget._dom_classes  # noqa: SLF001 - see `mark`

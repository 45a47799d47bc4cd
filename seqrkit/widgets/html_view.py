"""A view of named pieces of HTML, whose buttons and menus call functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from seqrkit.html import Markup, html, joined
from seqrkit.widgets.basic_widgets import Closing
from seqrkit.widgets.browser_view import BrowserView, script


class HtmlView(BrowserView, Closing):
    """Pieces of HTML by name, in the order in which they are first shown.

    `show` draws the pieces that have changed. `handlers` receive by name what `button` and `menu`
    announce.
    """

    _esm = script("html_view.js")

    def __init__(self, handlers: Mapping[str, Callable[..., object]], **options: Any) -> None:
        super().__init__(handlers, **options)

    def piece(self, name: str) -> str:
        """Return a piece; empty if it has not been shown."""
        return str(self.state["values"].get(name, ""))


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

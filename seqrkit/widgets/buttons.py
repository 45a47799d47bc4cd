"""Buttons that never keep the kernel waiting, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from seqrkit.widgets.background import in_background


def button(
    words: str, work: Callable[[], object], hint: str = "", *, primary: bool = False
) -> ipywidgets.Button:
    """A button that works beside the kernel, and cannot be pressed meanwhile."""
    made = ipywidgets.Button(description=words, tooltip=hint)
    if primary:
        made.add_class("seqr-primary")

    def worked() -> None:
        try:
            work()
        finally:
            made.disabled = False

    def pressed(_: object) -> None:
        made.disabled = True
        in_background(worked)

    made.on_click(pressed)
    return made


def stack(*children: ipywidgets.Widget) -> ipywidgets.VBox:
    """Buttons under each other, as wide as their card."""
    made = ipywidgets.VBox(children)
    made.add_class("seqr-stack")
    return made


def see(widget: ipywidgets.Widget, *, seen: bool) -> None:
    """Show a widget, or hide it."""
    if seen:
        widget.remove_class("seqr-hidden")
    else:
        widget.add_class("seqr-hidden")

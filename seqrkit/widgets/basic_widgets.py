"""Basic widgets, visibility and the stylesheet; CSS classes decide how they look."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets
import traitlets

from seqrkit.display import exchange_html
from seqrkit.html import html
from seqrkit.notebook_repr import Bundle

if TYPE_CHECKING:

    class Widget(traitlets.HasTraits):
        """A widget of ipywidgets, which has no types: what the subclasses here use of it."""

        layout: Any
        _dom_classes: tuple[str, ...]

        def add_class(self, class_name: str) -> Any:  # noqa: ANN401 - the box itself
            """Add a CSS class."""

        def close(self) -> None:
            """Remove the widget."""

        def _repr_mimebundle_(self, **options: Any) -> Bundle: ...

    class AnyWidget(Widget):
        """A widget with a script."""

        def __init__(self, **options: Any) -> None: ...
        def open(self) -> None:
            """Tell the browser about the widget."""

        def send(self, content: object) -> None:
            """Send the script a message."""

        def send_state(self, key: str) -> None:
            """Send the script the value of a trait."""

        def on_msg(self, callback: Callable[[Any, Any, Any], None]) -> None:
            """Call a function for each message of the script."""

    class Box(Widget):
        """A widget of other widgets."""

        children: tuple[Any, ...]

        def __init__(self, children: Sequence[Any] = (), **options: Any) -> None: ...

    class HBox(Box):
        """Widgets side by side."""

    class VBox(Box):
        """Widgets one below the other."""
else:
    AnyWidget, Widget = anywidget.AnyWidget, ipywidgets.DOMWidget
    Box, HBox, VBox = ipywidgets.Box, ipywidgets.HBox, ipywidgets.VBox


class Closing(Widget):
    """A widget that ends its subscriptions and closes what is in it when it is closed.

    ipywidgets also closes widgets that are garbage-collected, even after a failed constructor.
    """

    # On the class, because close() also runs after a constructor that failed.
    _subscriptions: tuple[Callable[[], object], ...] = ()

    def unsubscribe(self) -> None:
        """End all subscriptions, each once."""
        ends, self._subscriptions = self._subscriptions, ()
        for end in ends:
            end()

    def _repr_mimebundle_(self, **options: Any) -> Bundle:
        if "marimo" not in sys.modules:
            return super()._repr_mimebundle_(**options)
        body = html(
            "<pre>{}</pre><p>marimo cannot display this widget. The endpoint's pages have a phone "
            "and a clock: open <code>seqr.simulator.base_url</code>.</p>",
            repr(self),
        )
        return {"text/plain": repr(self), "text/html": str(body)}

    def close(self) -> None:
        """Remove the widget with all in it, and end its subscriptions."""
        self.unsubscribe()
        close_all(_parts(self))
        super().close()


class Root(VBox, Closing):
    """A widget that is displayed alone, with its stylesheet."""

    def __init__(self, children: Sequence[Any], *classes: str, **options: Any) -> None:
        super().__init__([stylesheet(), *children], **options)
        classed(self, "seqr", *classes)


def close_all(widgets: Iterable[Any]) -> None:
    """Close widgets with all in them: ipywidgets keeps each model that is not closed."""
    for each in widgets:
        if isinstance(each, ipywidgets.Widget) and each.comm is not None:
            close_all(_parts(each))
            each.close()


def _parts(widget: Widget) -> Iterator[Any]:
    yield from widget.children if isinstance(widget, ipywidgets.Box) else ()
    yield from (getattr(widget, n) for n in ("layout", "style") if widget.trait_has_value(n))


def classed(widget: ipywidgets.DOMWidget, *classes: str) -> ipywidgets.DOMWidget:
    """Return the widget after adding CSS classes in one message to the browser."""
    with widget.hold_sync():
        for name in classes:
            widget.add_class(name)
    return widget


def mark(widget: ipywidgets.DOMWidget, name: str, *, on: bool) -> None:
    """Add a CSS class to a widget, or remove it."""
    (widget.add_class if on else widget.remove_class)(name)


def see(widget: ipywidgets.DOMWidget, *, seen: bool) -> None:
    """Show a widget, or hide it."""
    mark(widget, "seqr-hidden", on=not seen)


def stylesheet() -> ipywidgets.HTML:
    """Return the stylesheet, an invisible child for a root widget of the class ``seqr``."""
    return classed(ipywidgets.HTML(f"<style>{css()}</style>"), "seqr-sheet")


@cache
def css() -> str:
    """Return the style sheet of all widgets."""
    own = sorted(
        (path for path in files(__package__).iterdir() if path.name.endswith(".css")),
        key=lambda path: path.name,
    )
    parts = (
        exchange_html.style(exchange_html.EXCHANGE, "card.css", "table.css"),
        *(p.read_text("utf-8") for p in own),
    )
    return "".join(parts)

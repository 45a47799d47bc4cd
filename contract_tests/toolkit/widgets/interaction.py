"""Helpers that read labels, press buttons and type texts in widgets without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import ipywidgets

from seqrkit.widgets import Form
from seqrkit.widgets.browser_view import HtmlView
from seqrkit.widgets.envelope_panel import EnvelopePanel
from seqrkit.widgets.exchange_history import History
from seqrkit.widgets.form_view import FormView


@dataclass
class Field:
    """A field of a form, typed into as in a browser."""

    form: Form
    node: dict[str, Any]
    path: str
    part: str | None = None

    @property
    def entry(self) -> dict[str, Any]:
        """What the browser displays of it."""
        item, _, name = self.path.rpartition("].")
        if not item:
            return dict(self.form.body.state["values"][self.path])
        items, _, number = item.rpartition("[")
        row = self.form.body.state["lists"][items][int(number)]
        return {"note": row["note"], "correction": row["correction"], **row["cells"][name]}

    @property
    def value(self) -> str:
        return str(self.entry["currency" if self.part == "currency" else "text"])

    @value.setter
    def value(self, text: str) -> None:
        happen(self.form.body, "write", self.path, self.part, text)

    @property
    def signal(self) -> str:
        return str(self.entry["signal"])

    @property
    def note(self) -> str:
        """The text below it."""
        return words(self.entry["note"])

    def leave(self) -> None:
        happen(self.form.body, "leave", self.path)

    def correct(self) -> str:
        """Press the button that corrects it; return its label."""
        label = str(self.entry["correction"])
        assert label
        happen(self.form.body, "correct", self.path.rpartition("].")[0] or self.path)
        return label


def fields(form: Form, nodes: Iterable[dict[str, Any]] | None = None) -> Iterator[Field]:
    """Yield every field of a form, those of items once for each item."""
    for node in form.body.structure if nodes is None else nodes:
        yield from fields(form, node.get("nodes", ()))
        if node["kind"] == "items":
            for number in range(form.draft.count(node["path"])):
                for inner in (*node["columns"], *node["others"]):
                    yield from _parts(form, inner, f"{node['path']}[{number}].{inner['path']}")
        elif "nodes" not in node and node["kind"] != "sender":
            yield from _parts(form, node, node["path"])


def _parts(form: Form, node: dict[str, Any], path: str) -> Iterator[Field]:
    parts = ("value", "currency") if node["kind"] == "amount" else (None,)
    yield from (Field(form, node, path, part) for part in parts)


def labelled(form: Form, name: str) -> list[Field]:
    """Return the fields with a name; ``totalAmount currency`` is the currency of an amount."""
    name, _, part = name.partition(" ")
    every = [each for each in fields(form) if each.node["name"] == name]
    return [each for each in every if each.part == part or (each.part != "currency" and not part)]


def field(form: Form, name: str, number: int = 0) -> Field:
    """Return a field by its name and, if there are several, its number."""
    return labelled(form, name)[number]


def happen(view: ipywidgets.Widget, *event: object) -> None:
    """Do what a view does on a message from the browser."""
    if isinstance(view, FormView) and event[0] != "opened":
        # A form confirms each event by its number, and rows are named by their identities.
        name, *arguments = event
        if arguments:
            arguments[0] = re.sub(
                r"(.+)\[(\d+)\]",
                lambda found: f"{found[1]}[{view.state['lists'][found[1]][int(found[2])]['key']}]",
                str(arguments[0]),
            )
        event = ("act", ["test", 1], name, *arguments)
    view._handle_custom_msg({"event": [*event]}, [])


def all_of(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    """Yield a widget and its visible descendants in order."""
    if "seqr-hidden" in getattr(widget, "_dom_classes", ()):
        return
    yield widget
    for child in getattr(widget, "children", ()):
        yield from all_of(child)


def text(widget: ipywidgets.Widget) -> str:
    """Return the visible text without tags."""
    return words(" ".join(_shown(each) for each in all_of(widget)))


def _shown(widget: ipywidgets.Widget) -> str:
    if isinstance(widget, EnvelopePanel):
        return body_of(widget)
    if isinstance(widget, FormView):
        return f"{widget.heading} {html.unescape(str(widget.state))}"
    if isinstance(widget, HtmlView):
        return " ".join(widget.state["values"].values())
    return str(widget.value) if isinstance(widget, ipywidgets.HTML) else ""


def body_of(panel: EnvelopePanel) -> str:
    """Return the visible tab of a panel as HTML."""
    values, lines = panel.state["values"], panel.state["lists"]["lines"]
    return "".join((values["head"], values["above"], *lines, values["below"]))


def piece(view: HtmlView, name: str) -> str:
    """Return a piece of HTML of a view; empty if it has not been shown."""
    return str(view.state["values"].get(name, ""))


def numbers(history: History) -> tuple[int, ...]:
    """Return the numbers of the exchanges with a button."""
    return tuple(map(int, re.findall(r"Open exchange (\d+)\.", piece(history, "strip"))))


def compare(history: History, one: int, other: int) -> None:
    """Choose two exchanges and show them side by side."""
    history.receive("choose", 0, str(one))
    history.receive("choose", 1, str(other))
    if not piece(history, "difference"):
        history.receive("compare")


def words(shown: str) -> str:
    """Return the text of a piece of HTML."""
    return html.unescape(" ".join(re.sub("<[^>]*>", " ", shown).split()))

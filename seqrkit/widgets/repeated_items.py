"""Repeated items of a form, such as invoice rows: they can be added, removed and moved."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import reduce
from operator import add
from typing import Final

import ipywidgets

from seqrkit.contract import Finding
from seqrkit.errors import SeqrError
from seqrkit.html import html, joined
from seqrkit.money import Amount
from seqrkit.widgets.controls import Control, Editor, FindingsByPath, controls
from seqrkit.widgets.field_inputs import Fix, TextField, finding_note, signal
from seqrkit.widgets.field_specs import Kind, Spec
from seqrkit.widgets.primitives import HIDDEN, see

_IN_A_LINE: Final = 4
"""Number of fields up to which all of an item's fields are on one line."""
_WORD: Final = re.compile("[A-Z]?[a-z]+")


class Items:
    """The items of a list, one line each."""

    def __init__(self, spec: Spec, prefix: str, editor: Editor) -> None:
        self.spec = spec
        self.path: str = f"{prefix}{spec.name}"
        self.noun: str = _WORD.findall((spec.name.removesuffix("s"), *spec.wrap)[-1])[-1].lower()
        columns, others = split(spec.inside)
        self.columns: tuple[Spec, ...] = columns
        self.others: tuple[Spec, ...] = others
        self._editor = editor
        self._rows: list[Row] = []
        atoms = editor.atoms
        self._head = atoms.html("", "seqr-part-head")
        self._note = atoms.html("", "seqr-note")
        names = joined(html("<code>{}</code>", each.name) for each in self.columns)
        self._names = atoms.html(names, "seqr-names", HIDDEN)
        self._lines = atoms.stack((), "seqr-lines")
        plus = atoms.button(f"+ {self.noun}", self.add, "seqr-add", tooltip=f"Add a {self.noun}")
        self.box: ipywidgets.VBox = atoms.stack(
            (self._head, self._note, self._names, self._lines, plus),
            "seqr-part",
            "seqr-list",
            f"seqr-of-{len(self.columns)}",
        )
        self.show()

    def show(self) -> None:
        """Display a line for each item of the draft."""
        count = self._editor.draft.count(self.path)
        if count != len(self._rows):
            del self._rows[count:]
            more = range(len(self._rows), count)
            self._rows += [Row(self, number, self._editor) for number in more]
            see(self._names, seen=bool(self._rows))
            self._lines.children = tuple(row.box for row in self._rows)
        for row in self._rows:
            row.show()

    def show_findings(self, found: FindingsByPath) -> None:
        """Display the findings: those about the list below its name, the others at their items."""
        self._note.value = joined(map(finding_note, found.get(self.path, ())))
        inside: dict[int, dict[str, tuple[Finding, ...]]] = {}
        for path, those in found.items():
            if path.startswith(f"{self.path}["):
                number = int(path[len(self.path) + 1 :].partition("]")[0])
                inside.setdefault(number, {})[path] = those
        for number, row in enumerate(self._rows):
            row.show_findings(inside.get(number, {}))
        self._summarize()

    def add(self) -> None:
        """Add an empty item."""
        self._editor.draft.add(self.path)
        self._changed()

    def remove(self, number: int) -> None:
        """Remove an item."""
        self._editor.draft.remove(self.path, number)
        self._changed()

    def move_up(self, number: int) -> None:
        """Move an item up by one."""
        self._editor.draft.move(self.path, number, max(number - 1, 0))
        self._changed()

    def _changed(self) -> None:
        self.show()
        self._editor.write({})

    def _summarize(self) -> None:
        count = len(self._rows)
        number = f"{count} {self.noun}{'s' if count > 1 else ''}" if count else "none"
        self._head.value = html(
            '<h4 title="{}"><code>{}</code> <small>{}</small></h4>',
            self.spec.help(),
            self.spec.name,
            " · ".join(filter(None, (number, self._sum()))),
        )

    def _sum(self) -> str:
        """Return the sum of the items' amounts; empty if one cannot be read."""
        amounts = [
            each.name for each in self.spec.inside if each.kind is Kind.AMOUNT and each.required
        ]
        text = self._editor.draft.text
        try:
            costs = [
                Amount.of(" ".join(text(f"{row.path}{name}.{part}") or "" for part in _PARTS))
                for row in self._rows
                for name in amounts
            ]
            return str(reduce(add, costs)) if costs else ""
        except SeqrError:
            return ""  # the field has a finding


_PARTS: Final = ("value", "currency")


class Row:
    """One item: a line of controls, and its other fields below, hidden at first."""

    def __init__(self, items: Items, number: int, editor: Editor) -> None:
        self.path: str = f"{items.path}[{number}]."
        """The path before the item's fields, with the final dot."""
        self._others = items.others
        self._editor = editor
        self.is_open: bool = False
        """Whether the other fields are displayed."""
        self._more: Sequence[TextField] = ()
        self._found: FindingsByPath = {}
        atoms = editor.atoms
        self._controls = {
            spec: controls(
                spec, self.path, editor, "seqr-cell", label=f"{spec.name} of {items.noun}"
            )
            for spec in items.columns
        }
        cells = [
            atoms.line([each.widget for each in those], "seqr-amount")
            if spec.kind is Kind.AMOUNT
            else those[0].widget
            for spec, those in self._controls.items()
        ]
        others = ", ".join(each.name for each in items.others)
        actions: list[tuple[str, str, Callable[[], None]]] = [
            ("…", others, self.toggle),
            ("↑", "Move up", lambda: items.move_up(number)),
            ("\N{MULTIPLICATION SIGN}", "Remove", lambda: items.remove(number)),
        ]
        buttons = [
            atoms.button(sign, action, "seqr-icon", tooltip=tooltip)
            for sign, tooltip, action in actions
            if tooltip
        ]
        self._note = atoms.html("", "seqr-note")
        self._below = atoms.stack((), "seqr-row-more", HIDDEN)
        line = atoms.line((*cells, atoms.line(buttons, "seqr-icons")), "seqr-row-line")
        self._seen = (line, self._note, self._below)
        self.box: ipywidgets.VBox = atoms.stack(self._seen, "seqr-row")
        self._fix = Fix(self._all(), editor)

    def toggle(self) -> None:
        """Show or hide the other fields."""
        if not self._more:
            self._more = [TextField(each, self.path, self._editor) for each in self._others]
            self._below.children = tuple(field.box for field in self._more)
        self.is_open = not self.is_open
        see(self._below, seen=self.is_open)
        self.show_findings(self._found)

    def show(self) -> None:
        """Display the draft's values."""
        for control in self._all():
            control.show()
        for field in self._more:
            field.show()

    def show_findings(self, found: FindingsByPath) -> None:
        """Mark the cells and list the findings below the line, or at a displayed field.

        `found` holds findings about this item only.
        """
        if not (found or self._found or self._more):
            return  # nothing to change; called for every item at each keystroke
        self._found = found
        below = tuple(field.path for field in self._more) if self.is_open else ()
        listed = [
            finding
            for path, those in found.items()
            if not (below and path.startswith(below))
            for finding in those
        ]
        for spec, controls_ in self._controls.items():
            whole = found.get(f"{self.path}{spec.name}", ())
            for control in controls_:
                signal(control.widget, (*found.get(control.path, ()), *whole))
        for field in self._more:
            field.show_findings(found)
        self._note.value = joined(map(finding_note, listed))
        self._fix.offer(self.box, self._seen)

    def _all(self) -> list[Control]:
        return [control for those in self._controls.values() for control in those]


def split(fields: tuple[Spec, ...]) -> tuple[tuple[Spec, ...], tuple[Spec, ...]]:
    """Return the fields on an item's line, and the others.

    If there are too many for a line, it has the first field and the required ones.
    """
    if len(fields) <= _IN_A_LINE:
        return fields, ()
    in_line = tuple(each for each in fields if each.required or each is fields[0])
    return in_line, tuple(each for each in fields if each not in in_line)

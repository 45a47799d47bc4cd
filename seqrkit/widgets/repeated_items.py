"""Items of a form: rows, tokens, parameters; added, taken out and put in another order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from html import escape
from operator import add
from typing import Final

from seqrkit.contract import Finding
from seqrkit.errors import SeqrError
from seqrkit.money import Amount
from seqrkit.widgets.controls import Control, Found, Keeper, Prefix, controls
from seqrkit.widgets.field_inputs import Fix, TextField, remark, signal
from seqrkit.widgets.field_specs import Kind, Spec
from seqrkit.widgets.primitives import HIDDEN, is_seen, see

_IN_A_LINE: Final = 4
"""Up to so many fields of an item stand in one line."""
_WORD: Final = re.compile("[A-Z]?[a-z]+")


class Items:
    """The items of a list, a line each."""

    def __init__(self, spec: Spec, prefix: Prefix, keeper: Keeper) -> None:
        self.spec = spec
        self.path = f"{prefix()}{spec.name}"
        self.noun = _WORD.findall((spec.name.removesuffix("s"), *spec.wrap)[-1])[-1].lower()
        self.columns, self.others = split(spec.inside)
        self._keeper = keeper
        self._rows: list[Row] = []
        atoms = keeper.atoms
        self._head = atoms.html("", "seqr-part-head")
        self._note = atoms.html("", "seqr-note")
        names = "".join(f"<code>{each.name}</code>" for each in self.columns)
        self._names = atoms.html(names, "seqr-names", HIDDEN)
        self._lines = atoms.stack((), "seqr-lines")
        plus = atoms.button(f"+ {self.noun}", self.add, "seqr-add", tooltip=f"Add a {self.noun}")
        self.box = atoms.stack(
            (self._head, self._note, self._names, self._lines, plus),
            "seqr-part",
            "seqr-list",
            f"seqr-of-{len(self.columns)}",
        )
        self.show()

    def show(self) -> None:
        """Show as many lines as the draft has items, and what they hold."""
        count = self._keeper.draft.count(self.path)
        if count != len(self._rows):
            del self._rows[count:]
            while len(self._rows) < count:
                self._rows.append(Row(self, len(self._rows), self._keeper))
            self._arrange()
        for row in self._rows:
            row.show()

    def remark(self, found: Found) -> None:
        """Show the findings: those about the list under its name, the others at their items."""
        self._note.value = "".join(map(remark, found.get(self.path, ())))
        inside: dict[int, dict[str, tuple[Finding, ...]]] = {}
        for path, those in found.items():
            if path.startswith(f"{self.path}["):
                number = int(path[len(self.path) + 1 :].partition("]")[0])
                inside.setdefault(number, {})[path] = those
        for row in self._rows:
            row.remark(inside.get(row.number, {}))
        self._tell()

    def add(self) -> None:
        """Add an empty item."""
        self._keeper.draft.add(self.path)
        self._rows.append(Row(self, len(self._rows), self._keeper))
        self._arrange()
        self._keeper.write({})

    def remove(self, row: Row) -> None:
        """Take an item out."""
        self._keeper.draft.remove(self.path, row.number)
        self._rows.remove(row)
        self._arrange()
        self._keeper.write({})

    def move_up(self, row: Row) -> None:
        """Put an item before the one above it."""
        if row.number == 0:
            return
        self._keeper.draft.move(self.path, row.number, row.number - 1)
        self._rows.insert(row.number - 1, self._rows.pop(row.number))
        self._arrange()
        self._keeper.write({})

    def _arrange(self) -> None:
        for number, row in enumerate(self._rows):
            row.number = number
        see(self._names, seen=bool(self._rows))
        self._lines.children = tuple(row.box for row in self._rows)

    def _tell(self) -> None:
        count = len(self._rows)
        said = f"{count} {self.noun}{'s' if count > 1 else ''}" if count else "none"
        title = escape(self.spec.help())
        words = " \N{MIDDLE DOT} ".join(filter(None, (said, self._sum())))
        name = f"<code>{self.spec.name}</code>"
        self._head.value = f'<h4 title="{title}">{name} <small>{words}</small></h4>'

    def _sum(self) -> str:
        """What the items cost together, where that can be told."""
        amounts = [
            each.name for each in self.spec.inside if each.kind is Kind.AMOUNT and each.required
        ]
        text = self._keeper.draft.text
        try:
            costs = [
                Amount.of(" ".join(text(f"{row.path}{name}.{part}") or "" for part in _PARTS))
                for row in self._rows
                for name in amounts
            ]
            return str(reduce(add, costs)) if costs else ""
        except SeqrError:
            return ""  # what cannot be read is a finding at its field


_PARTS: Final = ("value", "currency")


class Row:
    """One item: a line of controls, and its other fields below when they are asked for."""

    def __init__(self, items: Items, number: int, keeper: Keeper) -> None:
        self.number = number
        self._items = items
        self._keeper = keeper
        self._more: Sequence[TextField] = ()
        self._found: Found = {}
        atoms = keeper.atoms
        self._controls = {
            spec: controls(
                spec, self._prefix, keeper, "seqr-cell", label=f"{spec.name} of {items.noun}"
            )
            for spec in items.columns
        }
        cells = [
            atoms.line([each.widget for each in those], "seqr-amount")
            if spec.kind is Kind.AMOUNT
            else those[0].widget
            for spec, those in self._controls.items()
        ]
        buttons = [
            atoms.button("\N{UPWARDS ARROW}", self._up, "seqr-icon", tooltip="Move up"),
            atoms.button("\N{MULTIPLICATION SIGN}", self._out, "seqr-icon", tooltip="Take out"),
        ]
        if items.others:
            names = ", ".join(each.name for each in items.others)
            buttons.insert(
                0, atoms.button("\N{HORIZONTAL ELLIPSIS}", self.toggle, "seqr-icon", tooltip=names)
            )
        self._note = atoms.html("", "seqr-note")
        self._below = atoms.stack((), "seqr-row-more", HIDDEN)
        line = atoms.line((*cells, atoms.line(buttons, "seqr-icons")), "seqr-row-line")
        self._seen = (line, self._note, self._below)
        self.box = atoms.stack(self._seen, "seqr-row")
        self._fix = Fix(self._all(), keeper)

    @property
    def path(self) -> str:
        """Where the item's fields stand, with the dot at the end."""
        return f"{self._items.path}[{self.number}]."

    @property
    def is_open(self) -> bool:
        """Whether its other fields are seen."""
        return is_seen(self._below)

    def toggle(self) -> None:
        """Show the other fields, or hide them."""
        if not self._more:
            others = self._items.others
            self._more = [TextField(each, self._prefix, self._keeper) for each in others]
            self._below.children = tuple(field.box for field in self._more)
        see(self._below, seen=not self.is_open)
        self.remark(self._found)

    def show(self) -> None:
        """Show what the draft holds."""
        for control in self._all():
            control.show()
        for field in self._more:
            field.show()

    def remark(self, found: Found) -> None:
        """Mark the cells, and say what is wrong under the line, but at a field that is seen.

        `found` is about this item alone.
        """
        if not (found or self._found or self._more):
            return  # as it was: there can be many of them, and this is done at each keystroke
        self._found = found
        below = tuple(field.path for field in self._more) if self.is_open else ()
        said = [
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
            field.remark(found)
        self._note.value = "".join(map(remark, said))
        self._fix.offer(self.box, self._seen)

    def _all(self) -> list[Control]:
        return [control for those in self._controls.values() for control in those]

    def _prefix(self) -> str:
        return self.path

    def _up(self) -> None:
        self._items.move_up(self)

    def _out(self) -> None:
        self._items.remove(self)


def split(fields: tuple[Spec, ...]) -> tuple[tuple[Spec, ...], tuple[Spec, ...]]:
    """The fields that stand in an item's line, and the others.

    Where there are too many for a line it has the first, which tells what it is, and what is
    required.
    """
    if len(fields) <= _IN_A_LINE:
        return fields, ()
    in_line = tuple(each for each in fields if each.required or each is fields[0])
    return in_line, tuple(each for each in fields if each not in in_line)

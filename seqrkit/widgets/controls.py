"""The controls of a form: each one text of a draft, or two of an amount, alike in both directions.

A control writes each change to its keeper, and shows what the keeper's draft holds when told to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import ipywidgets

from seqrkit.contract import Finding
from seqrkit.widgets.draft import Draft
from seqrkit.widgets.field_specs import Kind, Spec
from seqrkit.widgets.password import PasswordInput
from seqrkit.widgets.primitives import Atoms

LEFT_OUT: Final = ("\N{EN DASH}", "")
"""The choice of none of the values."""

Found = Mapping[str, tuple[Finding, ...]]
"""Findings by the path of what they are about."""
Prefix = Callable[[], str]
"""Where a field stands, with the dot at the end; it changes when rows are moved."""


class Keeper(Protocol):
    """Who keeps the draft that fields write to."""

    @property
    def draft(self) -> Draft:
        """The draft."""

    @property
    def atoms(self) -> Atoms:
        """What makes the widgets."""

    currency: str
    """The currency of an amount that has none of its own."""

    def write(self, changes: Mapping[str, str | None]) -> None:
        """Write texts, or leave elements out, and tell everybody what came of it."""

    def now(self) -> str:
        """The time, as it is on the wire."""


class Field(Protocol):
    """What a form has for an element: something to look at, that follows the draft."""

    box: ipywidgets.DOMWidget

    def show(self) -> None:
        """Show what the draft holds."""

    def remark(self, found: Found) -> None:
        """Show what is found about it."""


class Control:
    """One text of the draft in a widget."""

    def __init__(
        self, spec: Spec, prefix: Prefix, keeper: Keeper, *classes: str, label: str
    ) -> None:
        self.spec = spec
        self._prefix = prefix
        self._keeper = keeper
        self._showing = False
        self.widget = _widget(spec, keeper.atoms, classes, label)
        self.show()
        self.widget.observe(self._typed, "value")

    @property
    def path(self) -> str:
        """Where the text stands in the draft."""
        return f"{self._prefix()}{self.spec.name}"

    def show(self) -> None:
        """Show what the draft holds; a value that is no choice becomes one."""
        self.put(self._keeper.draft.text(self.path) or "")

    def put(self, text: str) -> None:
        """Show a text, without writing it."""
        if self.widget.value == text:
            return
        self._showing = True
        try:
            options = getattr(self.widget, "options", ())
            if isinstance(self.widget, ipywidgets.Dropdown) and (text, text) not in options[1:]:
                self.widget.options = (*options, (text, text)) if text else options
            self.widget.value = text
        finally:
            self._showing = False

    def _typed(self, change: Mapping[str, Any]) -> None:
        if not self._showing:
            self.write(change["new"])

    def write(self, text: str) -> None:
        """Write a text; none leaves the element out."""
        self._keeper.write({self.path: text or None})


class AmountValue(Control):
    """The value of an amount: with it comes the currency, and with it that goes."""

    def write(self, text: str) -> None:
        """Write the value, and the usual currency where there is none."""
        other = f"{self._prefix()}currency"
        known = self._keeper.draft.text(other)
        wanted = (known or self._keeper.currency) if text else None
        follows = {} if wanted == known else {other: wanted}
        self._keeper.write({self.path: text or None, **follows})


class AmountCurrency(Control):
    """The currency of an amount; without a value it is the one that the value would get."""

    def show(self) -> None:
        """Show the draft's currency, or the usual one."""
        draft = self._keeper.draft
        usual = "" if draft.text(f"{self._prefix()}value") else self._keeper.currency
        self.put(draft.text(self.path) or usual)

    def write(self, text: str) -> None:
        """Write the currency of a value, and remember it for the next."""
        self._keeper.currency = text or self._keeper.currency
        if self._keeper.draft.text(f"{self._prefix()}value") is not None:
            super().write(text)


def controls(
    spec: Spec, prefix: Prefix, keeper: Keeper, *classes: str, label: str
) -> tuple[Control, ...]:
    """The control of a text; two for an amount."""
    if spec.kind is not Kind.AMOUNT:
        return (Control(spec, prefix, keeper, *classes, label=label),)

    def inner() -> str:
        return f"{prefix()}{spec.name}."

    parts = {each.name: each for each in spec.inside}
    return (
        AmountValue(parts["value"], inner, keeper, *classes, "seqr-number", label=label),
        AmountCurrency(
            parts["currency"], inner, keeper, "seqr-currency", label=f"{label} currency"
        ),
    )


def _widget(spec: Spec, atoms: Atoms, classes: tuple[str, ...], label: str) -> ipywidgets.DOMWidget:
    if spec.kind is Kind.CHOICE:
        choices = (LEFT_OUT, *((value, value) for value in spec.suggestions))
        return atoms.make(
            ipywidgets.Dropdown, *classes, options=choices, value="", description=label
        )
    kinds = {Kind.SECRET: PasswordInput, Kind.DOCUMENT: ipywidgets.Textarea}
    kind = kinds.get(spec.kind, ipywidgets.Combobox if spec.suggestions else ipywidgets.Text)
    text = atoms.make(kind, *classes, description=label)
    if label != spec.name:  # a cell, whose label is not seen
        text.placeholder = spec.name
    if kind is ipywidgets.Combobox:
        text.options = spec.suggestions
    return text

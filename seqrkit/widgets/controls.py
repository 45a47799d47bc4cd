"""Controls of a form: each is bound to one text of the draft, an amount to two.

A control writes each change to its editor; `show` displays the draft's text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import ipywidgets

from seqrkit.contract import Finding
from seqrkit.vocabulary import PrincipalType
from seqrkit.widgets.draft import Draft
from seqrkit.widgets.field_specs import Kind, Spec
from seqrkit.widgets.password import PasswordInput
from seqrkit.widgets.primitives import Atoms

LEFT_OUT: Final = ("\N{EN DASH}", "")
"""The choice that leaves an element out."""

FindingsByPath = Mapping[str, tuple[Finding, ...]]
"""Findings by the path of the element they are about."""


class Editor(Protocol):
    """The part of a form that its fields use."""

    @property
    def draft(self) -> Draft:
        """The draft that fields write to."""

    @property
    def atoms(self) -> Atoms:
        """The factory of widgets."""

    currency: str
    """The currency of an amount without its own."""

    def write(self, changes: Mapping[str, str | None]) -> None:
        """Write texts, or leave out elements with `None`, then update findings and envelope."""

    def now(self) -> str:
        """Return the current time in its wire format."""

    def send_as(self, principal: PrincipalType | str) -> None:
        """Fill in the context again, for a terminal or for a user of the reseller."""


class Field(Protocol):
    """A widget for an element, which follows the draft."""

    box: ipywidgets.DOMWidget

    def show(self) -> None:
        """Display the draft's value."""

    def show_findings(self, found: FindingsByPath) -> None:
        """Display the findings about it."""


class Group:
    """Fields that are displayed together."""

    fields: Sequence[Field] = ()

    def show(self) -> None:
        """Display the draft's values."""
        for field in self.fields:
            field.show()

    def show_findings(self, found: FindingsByPath) -> None:
        """Display the findings at the fields."""
        for field in self.fields:
            field.show_findings(found)


class Control:
    """A widget bound to one text of the draft."""

    def __init__(self, spec: Spec, prefix: str, editor: Editor, *classes: str, label: str) -> None:
        self.spec = spec
        self.path: str = f"{prefix}{spec.name}"
        """The path of the text in the draft."""
        self._prefix = prefix
        self._editor = editor
        self._showing = False
        self.widget: ipywidgets.DOMWidget = _widget(spec, editor.atoms, classes, label)
        self.show()
        self.widget.observe(self._typed, "value")

    def show(self) -> None:
        """Display the draft's text; a value outside the choices is added to them."""
        self.put(self._editor.draft.text(self.path) or "")

    def put(self, text: str) -> None:
        """Display a text without writing it."""
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
        """Write a text; an empty one leaves the element out."""
        self._editor.write({self.path: text or None})


class AmountValue(Control):
    """The value of an amount; writing it adds or removes the currency as well."""

    def write(self, text: str) -> None:
        """Write the value, and the default currency if there is none."""
        other = f"{self._prefix}currency"
        known = self._editor.draft.text(other)
        wanted = (known or self._editor.currency) if text else None
        follows = {} if wanted == known else {other: wanted}
        self._editor.write({self.path: text or None, **follows})


class AmountCurrency(Control):
    """The currency of an amount; without a value, the one that a value would get."""

    def show(self) -> None:
        """Display the draft's currency, or the default one."""
        draft = self._editor.draft
        usual = "" if draft.text(f"{self._prefix}value") else self._editor.currency
        self.put(draft.text(self.path) or usual)

    def write(self, text: str) -> None:
        """Write the currency of a value; it becomes the default one."""
        self._editor.currency = text or self._editor.currency
        if self._editor.draft.text(f"{self._prefix}value") is not None:
            super().write(text)


def controls(
    spec: Spec, prefix: str, editor: Editor, *classes: str, label: str
) -> tuple[Control, ...]:
    """Return the control of a text, or the two of an amount."""
    if spec.kind is not Kind.AMOUNT:
        return (Control(spec, prefix, editor, *classes, label=label),)

    inner = f"{prefix}{spec.name}."
    parts = {each.name: each for each in spec.inside}
    return (
        AmountValue(parts["value"], inner, editor, *classes, "seqr-number", label=label),
        AmountCurrency(
            parts["currency"], inner, editor, "seqr-currency", label=f"{label} currency"
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
    if label != spec.name:  # the label of a cell is not displayed
        text.placeholder = spec.name
    if kind is ipywidgets.Combobox:
        text.options = spec.suggestions
    return text

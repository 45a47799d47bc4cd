"""Sections of a form: fields below a heading, folded fields, lists of items.

Folded fields are created when they are unfolded, since each widget costs memory in the browser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import ipywidgets

from seqrkit.display.exchange_html import pill
from seqrkit.display.highlight import SIGNAL, count, worst
from seqrkit.html import html, joined
from seqrkit.widgets.controls import Editor, Field, FindingsByPath, Group
from seqrkit.widgets.field_inputs import TextField, finding_note
from seqrkit.widgets.field_specs import Kind, Spec
from seqrkit.widgets.primitives import HIDDEN, see
from seqrkit.widgets.repeated_items import Items


class Fold(Group):
    """Fields that a button unfolds, created when it is pressed for the first time."""

    def __init__(
        self,
        label: str,
        fields: Callable[[], Sequence[Field]],
        editor: Editor,
        *,
        paths: tuple[str, ...],
        summary: Callable[[], str],
    ) -> None:
        self._label = label
        self._make = fields
        self._paths = paths
        self._summary = summary
        self.is_open: bool = False
        """Whether the fields are displayed."""
        self._found: FindingsByPath = {}
        atoms = editor.atoms
        self._button = atoms.button("", self.toggle, "seqr-fold")
        self._head = atoms.html("", "seqr-fold-summary")
        self._body = atoms.stack((), "seqr-fold-body", HIDDEN)
        head = atoms.line((self._button, self._head), "seqr-fold-head")
        self.box: ipywidgets.VBox = atoms.stack((head, self._body), "seqr-foldable")
        self._summarize()

    def toggle(self) -> None:
        """Unfold or fold the fields."""
        self.is_open = not self.is_open
        if self.is_open and not self.fields:
            self.fields = self._make()
            self._body.children = tuple(field.box for field in self.fields)
            self.show()
            self.show_findings(self._found)
        see(self._body, seen=self.is_open)
        self._summarize()

    def show(self) -> None:
        """Display the draft's values."""
        super().show()
        self._summarize()

    def show_findings(self, found: FindingsByPath) -> None:
        """Display the findings at the fields and their number in the summary."""
        self._found = found
        super().show_findings(found)
        self._summarize()

    def _summarize(self) -> None:
        self._button.description = f"{'▾' if self.is_open else '▸'} {self._label}"
        self._button.tooltip = f"{'Hide' if self.is_open else 'Show'} {self._label}"
        found = self._found.items()
        here = [each for path, those in found if path.startswith(self._paths) for each in those]
        highest = worst(here)
        hidden = pill(SIGNAL[highest], count(here)) if highest and not self.is_open else ""
        self._head.value = html("<small>{}</small>{}", self._summary(), hidden)


class Part(Group):
    """The fields of a part below its name: required ones first, optional ones folded."""

    def __init__(self, spec: Spec, prefix: str, editor: Editor) -> None:
        atoms = editor.atoms
        self._path = f"{prefix}{spec.name}"
        self.fields = tuple(fields_of(spec.inside, f"{self._path}.", editor))
        self._note = atoms.html("", "seqr-note")
        meaning = "" if spec.field.type is None else spec.field.type.meaning
        head = atoms.html(
            html('<h4><code>{}</code></h4><p title="{}">{}</p>', spec.name, spec.help(), meaning),
            "seqr-part-head",
        )
        self.box: ipywidgets.VBox = atoms.stack(
            (head, self._note, *(field.box for field in self.fields)), "seqr-part"
        )

    def show_findings(self, found: FindingsByPath) -> None:
        """Display the findings, those about the part itself below its name."""
        self._note.value = joined(map(finding_note, found.get(self._path, ())))
        super().show_findings(found)


def fields_of(fields: Sequence[Spec], prefix: str, editor: Editor) -> Iterable[Field]:
    """Yield the widgets of fields: required texts, folded optional texts, parts and lists."""
    simple = [each for each in fields if each.kind not in {Kind.PART, Kind.ITEMS}]
    yield from (TextField(each, prefix, editor) for each in simple if each.required)
    optional = [each for each in simple if not each.required]
    if optional:
        yield Fold(
            "optional",
            lambda: [TextField(each, prefix, editor) for each in optional],
            editor,
            paths=tuple(f"{prefix}{each.name}" for each in optional),
            summary=lambda: ", ".join(each.name for each in optional),
        )
    for each in fields:
        if each.kind is Kind.PART:
            yield Part(each, prefix, editor)
        elif each.kind is Kind.ITEMS:
            yield Items(each, prefix, editor)

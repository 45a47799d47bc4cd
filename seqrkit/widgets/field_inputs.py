"""A field of a form: its controls, its meaning in the contract, and its findings."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import ipywidgets

from seqrkit.contract import Finding, Severity
from seqrkit.display.highlight import SIGNAL, worst
from seqrkit.html import Markup, html, joined
from seqrkit.widgets.controls import Control, Editor, FindingsByPath, controls
from seqrkit.widgets.field_specs import Kind, Spec
from seqrkit.widgets.primitives import mark


class TextField:
    """A field with its label, one or two controls, and a note below them."""

    def __init__(self, spec: Spec, prefix: str, editor: Editor) -> None:
        self._spec = spec
        self.path: str = f"{prefix}{spec.name}"
        """The path of the field in the draft."""
        self._editor = editor
        atoms = editor.atoms
        self.controls: tuple[Control, ...] = controls(
            spec, prefix, editor, "seqr-input", label=spec.name
        )
        for each in self.controls:
            each.widget.tooltip = spec.help()
        self._note = atoms.html("", "seqr-note")
        widgets = [each.widget for each in self.controls]
        if spec.kind is Kind.DATE:
            now = f"Set {spec.name} to the current time"
            widgets.append(atoms.button("now", self._now, "seqr-now", tooltip=now))
        if spec.kind is Kind.DOCUMENT:
            self._upload = atoms.make(
                ipywidgets.FileUpload, "seqr-upload", description="from file", tooltip=_UPLOAD
            )
            self._upload.observe(self._uploaded, "value")
            widgets.append(self._upload)
        line = widgets[0] if len(widgets) == 1 else atoms.line(widgets, "seqr-line")
        marks = ("seqr-required",) if spec.required else ()
        self._seen = (line, self._note)
        self.box: ipywidgets.VBox = atoms.stack(self._seen, "seqr-field", *marks)
        self._fix = Fix(self.controls, editor)
        self.show_findings({})

    def show(self) -> None:
        """Display the draft's value."""
        for each in self.controls:
            each.show()

    def show_findings(self, found: FindingsByPath) -> None:
        """Display the findings about it; without findings, its meaning."""
        here = [*findings_at(found, self.path)]
        signal(self.box, here)
        for each in self.controls:
            signal(each.widget, (*found.get(each.path, ()), *found.get(self.path, ())))
        meaning = html('<p title="{}">{}</p>', self._spec.help(), self._meaning())
        value = self._count() + (joined(map(finding_note, here)) or meaning)
        if self._note.value != value:
            self._note.value = value
        self._fix.offer(self.box, self._seen)

    def _meaning(self) -> str:
        """Return the meaning of the chosen value, else the first sentence about the field."""
        field = self._spec.field
        value = self._editor.draft.text(self.path) or ""
        return field.value_meanings.get(value) or field.meaning.partition(". ")[0].rstrip(".") + "."

    def _count(self) -> Markup:
        limit = self._spec.limit()
        if limit is None:
            return Markup()
        length = len(self._editor.draft.text(self.path) or "")
        name = SIGNAL[limit[1]] if length > limit[0] else ""
        return html('<span class="seqr-count {}">{}/{}</span>', name, length, limit[0])

    def _now(self) -> None:
        self._editor.write({self.path: self._editor.now()})
        self.show()

    def _uploaded(self, _: object) -> None:
        for file in self._upload.value:
            written = base64.b64encode(bytes(file["content"])).decode()
            self._editor.write({self.path: written})
        self.show()


_UPLOAD: Final = "Use the content of a file, encoded as base64"


def findings_at(found: FindingsByPath, path: str) -> Iterator[Finding]:
    """Yield the findings about a path and about the parts of an amount there."""
    for place in (path, f"{path}.currency", f"{path}.value"):
        yield from found.get(place, ())


def finding_note(finding: Finding) -> Markup:
    """Return a finding for display at its field, with rule and source in small type."""
    return html(
        '<div class="seqr-remark {}" title="{} [{source}]"><b>{}</b> {} '
        "<small><code>{}</code> · {source}</small></div>",
        SIGNAL[finding.severity],
        finding.rule.statement,
        finding.severity,
        finding.message,
        finding.id,
        source=finding.source,
    )


def signal(box: ipywidgets.DOMWidget, findings: Sequence[Finding]) -> None:
    """Mark a widget with the highest severity among findings."""
    grave = worst(findings)
    for severity in Severity:
        mark(box, f"seqr-{SIGNAL[severity]}", on=severity is grave)


class Fix:
    """A button that replaces a decimal comma by a point, displayed when one was typed."""

    def __init__(self, numbers: Iterable[Control], editor: Editor) -> None:
        self._numbers = [each for each in numbers if each.spec.field.base == "decimal"]
        self._editor = editor
        self._button: ipywidgets.Button | None = None
        self._changes: dict[str, str] = {}

    def offer(self, box: ipywidgets.Box, children: tuple[ipywidgets.Widget, ...]) -> None:
        """Add the button to the children of a box if there is a decimal comma, else remove it."""
        text = self._editor.draft.text
        self._changes = {
            each.path: right
            for each in self._numbers
            if (right := with_a_point(text(each.path) or "")) is not None
        }
        if self._changes:
            children = (*children, self._offered(" and ".join(self._changes.values())))
        if box.children != children:
            box.children = children

    def _offered(self, number: str) -> ipywidgets.Button:
        if self._button is None:
            self._button = self._editor.atoms.button("", self._write, "seqr-fix")
        self._button.description = f"write {number}"
        return self._button

    def _write(self) -> None:
        self._editor.write(self._changes)
        for each in self._numbers:
            each.show()


_WITH_COMMA: Final = re.compile(r"\s*([-+]?(?:[0-9]{1,3}(?:[ .][0-9]{3})+|[0-9]+)),([0-9]+)\s*")


def with_a_point(text: str) -> str | None:
    """Return a number with decimal comma in its wire format; `None` for any other text."""
    found = _WITH_COMMA.fullmatch(text)
    return None if found is None else f"{re.sub('[ .]', '', found[1])}.{found[2]}"

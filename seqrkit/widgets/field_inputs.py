"""A field of a form: its control, what the contract says of it, and what is wrong with it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

import ipywidgets

from seqrkit.contract import Finding, Severity
from seqrkit.display.highlight import SIGNAL, worst
from seqrkit.widgets.controls import Control, Found, Keeper, Prefix, controls
from seqrkit.widgets.field_specs import Kind, Spec
from seqrkit.widgets.primitives import mark


class TextField:
    """A field with its label, its control or two, and a note below them."""

    def __init__(self, spec: Spec, prefix: Prefix, keeper: Keeper) -> None:
        self._spec = spec
        self._prefix = prefix
        self._keeper = keeper
        atoms = keeper.atoms
        self.controls = controls(spec, prefix, keeper, "seqr-input", label=spec.name)
        for each in self.controls:
            each.widget.tooltip = spec.help()
        self._note = atoms.html("", "seqr-note")
        widgets = [each.widget for each in self.controls]
        if spec.kind is Kind.DATE:
            now = f"Write the time that it is now into {spec.name}"
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
        self.box = atoms.stack(self._seen, "seqr-field", *marks)
        self._fix = Fix(self.controls, keeper)
        self.remark({})

    @property
    def path(self) -> str:
        """Where the field stands in the draft."""
        return f"{self._prefix()}{self._spec.name}"

    def show(self) -> None:
        """Show what the draft holds."""
        for each in self.controls:
            each.show()

    def remark(self, found: Found) -> None:
        """Show the findings about it; where there are none, what it means."""
        here = [*findings_at(found, self.path)]
        signal(self.box, here)
        for each in self.controls:
            signal(each.widget, (*found.get(each.path, ()), *found.get(self.path, ())))
        help_ = escape(self._spec.help())
        said = "".join(map(remark, here)) or f'<p title="{help_}">{escape(self._meaning())}</p>'
        value = f"{self._count()}{said}"
        if self._note.value != value:
            self._note.value = value
        self._fix.offer(self.box, self._seen)

    def _meaning(self) -> str:
        """What the value that is chosen means, or else the field, in a sentence."""
        field = self._spec.field
        value = self._keeper.draft.text(self.path) or ""
        return field.value_meanings.get(value) or field.meaning.partition(". ")[0].rstrip(".") + "."

    def _count(self) -> str:
        limit = self._spec.limit()
        if limit is None:
            return ""
        length = len(self._keeper.draft.text(self.path) or "")
        name = SIGNAL[limit[1]] if length > limit[0] else ""
        return f'<span class="seqr-count {name}">{length}/{limit[0]}</span>'

    def _now(self) -> None:
        self._keeper.write({self.path: self._keeper.now()})
        self.show()

    def _uploaded(self, _: object) -> None:
        for file in self._upload.value:
            written = base64.b64encode(bytes(file["content"])).decode()
            self._keeper.write({self.path: written})
        self.show()


_UPLOAD: Final = "Take the content of a file, and write it as base64"


def findings_at(found: Found, path: str) -> Iterator[Finding]:
    """The findings about a path, and about the parts of an amount there."""
    for place in (path, f"{path}.currency", f"{path}.value"):
        yield from found.get(place, ())


def remark(finding: Finding) -> str:
    """A finding at its field: in words, with rule and source small beside it."""
    source = f"{finding.rule.statement} [{finding.source}]"
    return (
        f'<div class="seqr-remark {SIGNAL[finding.severity]}" title="{escape(source)}">'
        f"<b>{finding.severity}</b> {escape(finding.message)} "
        f"<small><code>{escape(finding.id)}</code> \N{MIDDLE DOT} {escape(finding.source)}</small>"
        "</div>"
    )


def signal(box: ipywidgets.DOMWidget, findings: Sequence[Finding]) -> None:
    """Mark a widget by the worst of what is found about it."""
    grave = worst(findings)
    for severity in Severity:
        mark(box, f"seqr-{SIGNAL[severity]}", on=severity is grave)


class Fix:
    """Offers to write a number with a decimal point where it was typed with a comma."""

    def __init__(self, numbers: Iterable[Control], keeper: Keeper) -> None:
        self._numbers = [each for each in numbers if each.spec.field.base == "decimal"]
        self._keeper = keeper
        self._button: ipywidgets.Button | None = None
        self._changes: dict[str, str] = {}

    def offer(self, box: ipywidgets.Box, children: tuple[ipywidgets.Widget, ...]) -> None:
        """Put the offer below the children of a box, where there is one to make."""
        text = self._keeper.draft.text
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
            self._button = self._keeper.atoms.button("", self._write, "seqr-fix")
        self._button.description = f"write {number}"
        return self._button

    def _write(self) -> None:
        self._keeper.write(self._changes)
        for each in self._numbers:
            each.show()


_WITH_COMMA: Final = re.compile(r"\s*([-+]?(?:[0-9]{1,3}(?:[ .][0-9]{3})+|[0-9]+)),([0-9]+)\s*")


def with_a_point(text: str) -> str | None:
    """A number that is written with a decimal comma, as the wire has it; `None` for any other."""
    found = _WITH_COMMA.fullmatch(text)
    return None if found is None else f"{re.sub('[ .]', '', found[1])}.{found[2]}"

"""The fields of a form in the browser: texts, findings and suggested corrections by path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import traitlets

from seqrkit.contract import Finding, Operation
from seqrkit.display.exchange_html import pill
from seqrkit.display.highlight import SIGNAL, count, worst
from seqrkit.html import Markup, html, joined
from seqrkit.widgets.browser_view import BrowserView, script
from seqrkit.widgets.corrections import decimal_points, other_total, sum_of_items
from seqrkit.widgets.field_specs import Kind, Spec
from seqrkit.widgets.form_structure import CONTEXT, PRINCIPAL, SENDERS, structure

if TYPE_CHECKING:
    from seqrkit.widgets.form import Form

TODO: Final = "todo"
"""The signal of a required field that nobody has left yet."""

FindingsByPath = Mapping[str, tuple[Finding, ...]]
"""Findings by the path of the element they are about."""


class FormView(BrowserView):
    """The fields of a form.

    What is typed goes to the form's draft; what changes there comes back as patches. A password
    never comes back: the browser gets a mask.
    """

    _esm = script("form_view.js")
    heading: traitlets.Unicode[str, str | bytes] = traitlets.Unicode().tag(sync=True)
    structure: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    def __init__(self, form: Form) -> None:
        draft = form.draft
        self._form = form
        self._draft = draft
        self._texts: dict[str, str] = {}
        self._typed: dict[str, str] = {}  # passwords
        self._done: dict[str, int] = {}
        self._found: FindingsByPath = {}
        self._rows: dict[str, tuple[object, dict[str, object]]] = {}
        self._corrections: dict[str, Mapping[str, str]] = {}
        amounts = (path for path, spec in draft.places() if spec.kind is Kind.AMOUNT)
        self._totals: dict[str, str] = {_above(path): path for path in amounts}
        self._actions: dict[str, Callable[..., object]] = {
            "write": self._write,
            "leave": self._leave,
            "enter": lambda path: form.set_trait("focused", path),
            "now": self._now,
            "correct": lambda path: form.update(self._corrections[path]),
            "add": form.add_item,
            "remove": lambda item: form.remove_item(*_item(item)),
            "up": self._up,
            "paste": lambda item, *cells: form.paste(*_item(item), *cells),
            "sender": form.send_as,
            "send": form.send_or_ask,
        }
        super().__init__(
            {"act": self._act},
            heading=str(_heading(draft.contract.operations[draft.operation])),
            structure=structure(draft),
        )
        self.add_class("seqr-form-body")

    def draw(self, texts: dict[str, str]) -> None:
        """Display the draft, whose texts are given, and its findings."""
        draft = self._draft
        self._texts = texts
        found, todo = draft.findings_at(), self._form.todo
        self._found = found
        inside = _by_item(chain(texts.items(), found.items(), ((path, TODO) for path in todo)))
        values: dict[str, object] = {**self._done}
        lists: dict[str, list[object]] = {}
        sums: dict[str, dict[str, str]] = {}  # what would correct a total
        for path, spec in draft.lists():
            rows = [f"{path}[{number}]" for number in range(draft.count(path))]
            lists[path] = [
                self._known_row(row, draft.item(path, number), spec, inside)
                for number, row in enumerate(rows)
            ]
            total = sum_of_items(texts.get, filter(inside.get, rows), spec)
            holder = self._totals.get(_above(path), "")
            sums[holder] = other_total(texts.get, holder, total)
            values[path] = {
                "note": _notes(found.get(path, ())),
                "sum": total,
                # Beside the items, from which the total may be far away.
                "correction": self._offer(path, sums[holder], f"use as {_name(holder)}"),
            }
        for path, spec in draft.places():
            if spec.kind is Kind.PART:
                values[path] = {"note": _notes(found.get(path, ()))}
            elif spec.kind is not Kind.ITEMS:
                here = () if path in todo else tuple(_findings_at(found, path))
                values[path] = {
                    **self._text(path, spec),
                    "signal": TODO if path in todo else _signal(here),
                    "note": self._count(path, spec) + (_notes(here) or self._meaning(path, spec)),
                    "correction": self._correction(path, [(path, spec)], sums.get(path, {})),
                }
        for path, summary in self._summaries(found, todo):
            values[f"fold {path}"] = summary
        kind = draft.text(f"{PRINCIPAL}.type")
        is_client = self._form.prefill.fills_in(f"{CONTEXT}.password")
        values["sender"] = kind if is_client and kind in SENDERS else ""
        self.show(values, lists)

    def _text(self, path: str, spec: Spec) -> dict[str, object]:
        """Return the text of a field, the currency of an amount, or whether there is a password."""
        text = self._texts.get
        if spec.kind is Kind.SECRET:
            return {"masked": bool(text(path)), "typed": text(path) == self._typed.get(path)}
        if spec.kind is not Kind.AMOUNT:
            return {"text": text(path) or ""}
        value = text(f"{path}.value")
        usual = self._form.currency if value is None else ""
        return {"text": value or "", "currency": text(f"{path}.currency") or usual}

    def _known_row(
        self, path: str, key: str, spec: Spec, inside: Mapping[str, list[tuple[str, Any]]]
    ) -> dict[str, object]:
        """Return an item as before if nothing in it has changed: a key changes one of many."""
        here = (key, self._form.currency, inside.get(path))
        if path not in self._rows or self._rows[path][0] != here:
            # An item that is not sent has neither texts nor findings.
            row = {"key": key, "empty": not inside.get(path), **self._row(path, spec)}
            self._rows[path] = here, row
        return self._rows[path][1]

    def _row(self, path: str, spec: Spec) -> dict[str, object]:
        found, todo = self._found, self._form.todo
        cells = {}
        listed: list[Finding] = [*found.get(path, ())]
        for each in spec.inside:
            place = f"{path}.{each.name}"
            here = () if place in todo else tuple(_findings_at(found, place))
            listed += here
            signal = TODO if place in todo else _signal(here)
            cells[each.name] = {**self._text(place, each), "signal": signal}
        inside = [(f"{path}.{each.name}", each) for each in spec.inside]
        return {
            "cells": cells,
            "note": _notes(listed),
            "correction": self._correction(path, inside),
        }

    def _meaning(self, path: str, spec: Spec) -> Markup:
        """Return the meaning of the chosen value, else the first sentence about the field."""
        value = self._texts.get(path) if spec.kind is Kind.CHOICE else None
        meaning = spec.field.meaning.partition(". ")[0].rstrip(".") + "."
        return html("<p>{}</p>", spec.field.value_meanings.get(value or "") or meaning)

    def _count(self, path: str, spec: Spec) -> Markup:
        limit = spec.limit()
        if limit is None:
            return Markup()
        length = len(self._texts.get(path) or "")
        name = SIGNAL[limit[1]] if length > limit[0] else ""
        return html('<span class="seqr-count {}">{}/{}</span>', name, length, limit[0])

    def _correction(
        self, path: str, places: Iterable[tuple[str, Spec]], total: Mapping[str, str] | None = None
    ) -> str:
        """Return the label of a button that corrects these fields; empty if nothing to correct.

        It replaces decimal commas, else a total.
        """
        changes = decimal_points(self._texts.get, places) or total or {}
        return self._offer(path, changes, f"write {' and '.join(changes.values())}")

    def _offer(self, path: str, changes: Mapping[str, str], label: str) -> str:
        self._corrections[path] = changes
        return label if changes else ""

    def _summaries(
        self, found: FindingsByPath, todo: frozenset[str]
    ) -> Iterator[tuple[str, Markup]]:
        """Yield what folded fields contain, and how many findings."""
        who = self._texts.get(f"{PRINCIPAL}.id")
        kind = self._texts.get(f"{PRINCIPAL}.type") or ""
        sender = f"{SENDERS.get(kind, kind)} {who}, filled in" if who else "no principal"
        for node in self._folds(self.structure):
            names = [each["name"] for each in node["nodes"] if "name" in each]
            paths = tuple(each["path"] for each in node["nodes"] if "path" in each)
            here = [
                finding
                for path, findings in found.items()
                if path.startswith(paths) and path not in todo
                for finding in findings
            ]
            highest = worst(here)
            hidden = pill(SIGNAL[highest], count(here)) if highest else ""
            summary = sender if node["path"] == CONTEXT else ", ".join(names)
            yield node["path"], html("<small>{}</small>{}", summary, hidden)

    def _folds(self, nodes: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for node in nodes:
            if node["kind"] == "fold":
                yield node
            yield from self._folds(node.get("nodes", ()))

    # What users do

    def _act(self, event: tuple[str, int], action: str, *arguments: str) -> None:
        """Do what the user did; the browser is told which of its events that was.

        Until then it keeps what the user has typed meanwhile, and sends no other event. An event
        about an item that another one has removed changes nothing.
        """
        browser, number = event
        with self._form.drawing:  # others would confirm the event with earlier texts
            self._done = {f"done {browser}": number}
            try:
                places = [self._draft.numbered(each) for each in arguments[:1]]
                if None not in places:
                    self._actions[action](*places, *arguments[1:])
            finally:
                self.show(self._done)  # if nothing was drawn

    def _up(self, item: str) -> None:
        path, number = _item(item)
        if number:
            self._form.move_item(path, number, number - 1)

    def _write(self, path: str, part: str | None, text: str) -> None:
        """Write what was typed."""
        # Only what was typed in this browser is known to it; all else is a mask.
        if path in self._form.prefill.secrets:
            self._typed[path] = text
        if part is None:
            self._draft.set(path, text or None)
        else:
            self._write_amount(path, part, text)
        self._form.redraw()

    def _write_amount(self, path: str, part: str, text: str) -> None:
        """Write the value or the currency of an amount.

        A value adds the default currency, or removes the currency if it is empty. A currency
        becomes the default one.
        """
        form, draft, other = self._form, self._draft, f"{path}.currency"
        if part == "value":
            draft.set(other, (draft.text(other) or form.currency) if text else None)
            draft.set(f"{path}.value", text or None)
        else:
            form.currency = text or form.currency
            if draft.text(f"{path}.value") is not None:
                draft.set(other, text or None)

    def _now(self, path: str) -> None:
        self._form.update({path: self._form.client.clock.now().replace(microsecond=0)})

    def _leave(self, path: str) -> None:
        self._draft.leave([path])
        if path in self._form.todo:
            self._form.redraw()


def _by_item(texts: Iterable[tuple[str, Any]]) -> dict[str, list[tuple[str, Any]]]:
    """Return what there is inside of items by path, by the path of the item."""
    found: defaultdict[str, list[tuple[str, Any]]] = defaultdict(list)
    for path, text in texts:
        if "]" in path:
            found[path[: path.index("]") + 1]].append((path, text))
    return found


def _above(path: str) -> str:
    return path.rpartition(".")[0]


def _name(path: str) -> str:
    return path.rpartition(".")[2]


def _item(path: str) -> tuple[str, int]:
    """Return the path of a list and the number of one of its items."""
    items, _, number = path.rstrip("]").rpartition("[")
    return items, int(number)


def _heading(operation: Operation) -> Markup:
    return html(
        "<h3>{}</h3><p>{}</p><details><summary>Source; if the reply is lost</summary>"
        "<p>{}</p><p>{} <small>{}</small></p></details>",
        operation.name,
        operation.meaning,
        operation.source,
        operation.repeat_sentence,
        operation.repeat_source,
    )


def _findings_at(found: FindingsByPath, path: str) -> Iterator[Finding]:
    """Yield the findings about a path and about the parts of an amount there."""
    for place in (path, f"{path}.currency", f"{path}.value"):
        yield from found.get(place, ())


def _signal(findings: Iterable[Finding]) -> str:
    highest = worst(findings)
    return SIGNAL[highest] if highest else ""


def _notes(findings: Iterable[Finding]) -> Markup:
    """Return findings for display at their field, with rule and source in small type."""
    return joined(
        html(
            '<div class="seqr-remark {}" title="{} [{source}]"><b>{}</b> {} '
            "<small><code>{}</code> · {source}</small></div>",
            SIGNAL[finding.severity],
            finding.rule.statement,
            finding.severity,
            finding.message,
            finding.id,
            source=finding.source,
        )
        for finding in findings
    )

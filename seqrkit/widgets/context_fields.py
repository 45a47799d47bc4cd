"""The context of a form: who sends the request, filled in and folded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import ipywidgets

from seqrkit.vocabulary import PrincipalType
from seqrkit.widgets.controls import Editor, Field, FindingsByPath
from seqrkit.widgets.form_sections import Fold, fields_of

NAME: Final = "context"
PRINCIPAL: Final = "context.initiatorPrincipalId"
_WHO: Final = {
    PrincipalType.TERMINALID: "terminal",
    PrincipalType.RESELLERUSER: "user of the reseller",
}


class SentBy:
    """A choice of the principal; its id and password are filled in."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._showing = False
        self._choice = editor.atoms.make(
            ipywidgets.Dropdown,
            "seqr-input",
            options=[(label, kind) for kind, label in _WHO.items()],
            value=None,
            description="sent by",
        )
        self._choice.observe(self._chosen, "value")
        self.box: ipywidgets.VBox = editor.atoms.stack(
            (self._choice,), "seqr-field", "seqr-sent-by"
        )

    def show(self) -> None:
        """Display the draft's principal."""
        self._showing = True
        named = self._editor.draft.text(f"{PRINCIPAL}.type")
        self._choice.value = named if named in list(PrincipalType) else None
        self._showing = False

    def show_findings(self, found: FindingsByPath) -> None:
        """Display nothing: the fields of the context display their findings."""

    def _chosen(self, change: Mapping[str, Any]) -> None:
        if not self._showing and change["new"] is not None:
            self._editor.send_as(change["new"])


def context_fields(editor: Editor) -> Iterable[Field]:
    """Yield the context, folded; before it the principal, if the operation leaves a choice."""
    draft = editor.draft
    (spec,) = [each for each in draft.specs if each.name == NAME]
    has_choice = len(draft.contract.operations[draft.operation].principals) > 1
    if has_choice:
        yield SentBy(editor)

    def inside() -> list[Field]:
        own = [] if has_choice else [SentBy(editor)]
        return [*own, *fields_of(spec.inside, f"{NAME}.", editor)]

    def summary() -> str:
        who = draft.text(f"{PRINCIPAL}.id")
        kind = draft.text(f"{PRINCIPAL}.type") or ""
        named = _WHO.get(PrincipalType(kind), kind) if kind in list(PrincipalType) else kind
        return f"{named} {who}, filled in" if who else "no principal"

    yield Fold(NAME, inside, editor, paths=(NAME,), summary=summary)

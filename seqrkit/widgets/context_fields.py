"""The context of a form: who sends it, filled in and folded away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from seqrkit.vocabulary import PrincipalType
from seqrkit.widgets.controls import Field, Found
from seqrkit.widgets.form_sections import Fold, fields_of

if TYPE_CHECKING:
    from seqrkit.widgets.form import Form

NAME: Final = "context"
PRINCIPAL: Final = "context.initiatorPrincipalId"
_WHO: Final = (
    ("a terminal", PrincipalType.TERMINALID),
    ("a user of the reseller", PrincipalType.RESELLERUSER),
)


class SentBy:
    """The choice of who sends the request: its id and its password go with it."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._showing = False
        self._choice = form.atoms.make(
            ipywidgets.Dropdown, "seqr-input", options=_WHO, value=None, description="sent by"
        )
        self._choice.observe(self._chosen, "value")
        self.box = form.atoms.stack((self._choice,), "seqr-field", "seqr-sent-by")

    def show(self) -> None:
        """Show who the draft names."""
        self._showing = True
        named = self._form.draft.text(f"{PRINCIPAL}.type")
        self._choice.value = named if named in list(PrincipalType) else None
        self._showing = False

    def remark(self, found: Found) -> None:
        """Findings about it stand at the fields of the context."""

    def _chosen(self, change: Mapping[str, Any]) -> None:
        if not self._showing and change["new"] is not None:
            self._form.send_as(change["new"])


def context_fields(form: Form) -> Iterable[Field]:
    """The context, folded; before it the choice of who sends it, where there is one."""
    operation = form.client.contract.operations[form.operation]
    (spec,) = [each for each in form.draft.specs if each.name == NAME]
    chosen = len(operation.principals) > 1
    if chosen:
        yield SentBy(form)

    def inside() -> list[Field]:
        own = [] if chosen else [SentBy(form)]
        return [*own, *fields_of(spec.inside, lambda: f"{NAME}.", form)]

    def summary() -> str:
        who = form.draft.text(f"{PRINCIPAL}.id")
        kind = form.draft.text(f"{PRINCIPAL}.type") or ""
        named = {"TERMINALID": "terminal", "RESELLERUSER": "reseller"}.get(kind, kind)
        return f"{named} {who}, filled in" if who else "who sends it is not known"

    yield Fold(NAME, inside, form, paths=lambda: [NAME], summary=summary)

"""The parts of a form: fields under a heading, what is folded away, lists of items.

What is folded away is only made when it is opened, for the browser's sake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from seqrkit.display.highlight import SIGNAL, count, worst
from seqrkit.widgets.controls import Field, Found, Keeper, Prefix
from seqrkit.widgets.field_inputs import TextField, remark
from seqrkit.widgets.field_specs import Kind, Spec
from seqrkit.widgets.primitives import HIDDEN, is_seen, see
from seqrkit.widgets.repeated_items import Items


class Fold:
    """Fields behind a button, made when it is opened; it opens by itself for what is filled in."""

    def __init__(
        self,
        words: str,
        fields: Callable[[], Sequence[Field]],
        keeper: Keeper,
        *,
        paths: Callable[[], Iterable[str]],
        summary: Callable[[], str],
    ) -> None:
        self._words = words
        self._make = fields
        self._paths = paths
        self._summary = summary
        self._fields: Sequence[Field] = ()
        self._found: Found = {}
        atoms = keeper.atoms
        self._button = atoms.button("", self.toggle, "seqr-fold")
        self._said = atoms.html("", "seqr-fold-summary")
        self._body = atoms.stack((), "seqr-fold-body", HIDDEN)
        head = atoms.line((self._button, self._said), "seqr-fold-head")
        self.box = atoms.stack((head, self._body), "seqr-foldable")
        self._tell()

    @property
    def is_open(self) -> bool:
        """Whether its fields are seen."""
        return is_seen(self._body)

    def toggle(self) -> None:
        """Open what is closed, close what is open."""
        self.open(yes=not self.is_open)

    def open(self, *, yes: bool = True) -> None:
        """Open it or close it."""
        if yes and not self._fields:
            self._fields = self._make()
            self._body.children = tuple(field.box for field in self._fields)
        see(self._body, seen=yes)
        for field in self._fields if yes else ():
            field.show()
            field.remark(self._found)
        self._tell()

    def show(self) -> None:
        """Show what the draft holds."""
        for field in self._fields:
            field.show()
        self._tell()

    def remark(self, found: Found) -> None:
        """Tell how much there is to see inside, and show it there."""
        self._found = found
        for field in self._fields:
            field.remark(found)
        self._tell()

    def _tell(self) -> None:
        sign = "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"
        if not self.is_open:
            sign = "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}"
        self._button.description = f"{sign} {self._words}"
        self._button.tooltip = f"{'Hide' if self.is_open else 'Show'} {self._words}"
        inside = tuple(self._paths())
        here = [f for path, those in self._found.items() if path.startswith(inside) for f in those]
        pill = ""
        if here and not self.is_open:
            pill = (
                f'<span class="pill {SIGNAL[worst(here) or here[0].severity]}">{count(here)}</span>'
            )
        self._said.value = f"<small>{escape(self._summary())}</small>{pill}"


class Part:
    """The fields of a part under its name: what is required first, what is optional folded away."""

    def __init__(self, spec: Spec, prefix: Prefix, keeper: Keeper) -> None:
        def inside() -> str:
            return f"{prefix()}{spec.name}."

        atoms = keeper.atoms
        self._path = f"{prefix()}{spec.name}"
        self._fields = tuple(fields_of(spec.inside, inside, keeper))
        self._note = atoms.html("", "seqr-note")
        head = atoms.html(heading(spec), "seqr-part-head")
        self.box = atoms.stack(
            (head, self._note, *(field.box for field in self._fields)), "seqr-part"
        )

    def show(self) -> None:
        """Show what the draft holds."""
        for field in self._fields:
            field.show()

    def remark(self, found: Found) -> None:
        """Show the findings, those about the part as a whole under its name."""
        self._note.value = "".join(map(remark, found.get(self._path, ())))
        for field in self._fields:
            field.remark(found)


def fields_of(fields: Sequence[Spec], prefix: Prefix, keeper: Keeper) -> Iterable[Field]:
    """What a form has for these fields: texts, then what is optional of them, parts and lists."""
    simple = [each for each in fields if each.kind not in {Kind.PART, Kind.ITEMS}]
    yield from (TextField(each, prefix, keeper) for each in simple if each.required)
    optional = [each for each in simple if not each.required]
    if optional:
        yield optional_fold(optional, prefix, keeper)
    for each in fields:
        if each.kind is Kind.PART:
            yield Part(each, prefix, keeper)
        elif each.kind is Kind.ITEMS:
            yield Items(each, prefix, keeper)


def optional_fold(fields: Sequence[Spec], prefix: Prefix, keeper: Keeper) -> Fold:
    """Fields that may be left out, folded away under their names."""

    def paths() -> Iterable[str]:
        return (f"{prefix()}{each.name}" for each in fields)

    def summary() -> str:
        return ", ".join(each.name for each in fields)

    return Fold(
        "optional",
        lambda: [TextField(each, prefix, keeper) for each in fields],
        keeper,
        paths=paths,
        summary=summary,
    )


def heading(spec: Spec) -> str:
    """The name of a part, and what it is."""
    meaning = "" if spec.field.type is None else spec.field.type.meaning
    return (
        f'<h4><code>{spec.name}</code></h4><p title="{escape(spec.help())}">{escape(meaning)}</p>'
    )

"""The fields of an operation's request, for a form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from lxml import etree

from seqrkit import model_fields, soap
from seqrkit.contract import Contract, Field, Severity
from seqrkit.model import ExecuteReport
from seqrkit.model_base import wire_names
from seqrkit.model_fields import ModelField, request_fields
from seqrkit.vocabulary import ReportId

STEP: Final = re.compile(r"([^.\[\]]+)(?:\[(\d{1,4})\])?(?:\.|\Z)")
"""A step of a path: a name, and the number of an item."""

_REPORT_ID: Final = f"executeReport.{wire_names(ExecuteReport)['report_id']}"


class Kind(StrEnum):
    """The kind of input that a field needs."""

    TEXT = "text"
    CHOICE = "choice"
    """One of the values that the contract allows."""
    DATE = "date"
    SECRET = "secret"  # noqa: S105 - a kind of field
    DOCUMENT = "document"
    """Bytes as base64."""
    AMOUNT = "amount"
    """A currency and a value on one line."""
    PART = "part"
    """An element with fields inside."""
    ITEMS = "items"
    """Any number of equal items."""

    @property
    def holds_text(self) -> bool:
        """Whether the field itself holds a text, and not fields inside it."""
        return self not in {Kind.AMOUNT, Kind.PART, Kind.ITEMS}


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """A field of a form.

    `inside` holds the fields of a part, an amount or each item, `wrap` the elements between the
    field and an item: ``("invoiceRow",)`` for invoiceRows, none for tokens.
    """

    field: Field
    kind: Kind
    inside: tuple[Spec, ...] = ()
    wrap: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name on the wire, also used in paths."""
        return self.field.name

    @property
    def required(self) -> bool:
        """Whether the contract requires the field."""
        return self.field.required

    @property
    def suggestions(self) -> tuple[str, ...]:
        """The allowed values, else the recommended ones."""
        if self.field.enumeration:
            return self.field.enumeration
        if self.field.path == _REPORT_ID:
            return tuple(ReportId)
        advised = (rule for rule in self.field.rules if rule.kind == "one-of")
        return tuple(value for rule in advised for value in rule.parameter.split())

    @property
    def keyed(self) -> bool:
        """Whether the items are pairs of key and value."""
        return [each.name for each in self.inside] == ["key", "value"]

    def limit(self) -> tuple[int, Severity] | None:
        """Return the maximum length and the severity of exceeding it; `None` without a limit."""
        rule = self.field.rule("max-length")
        return None if rule is None else (int(rule.parameter), rule.severity)

    def help(self) -> str:
        """Return its meaning with source and note, for a tooltip."""
        source = f" [{self.field.source}]" if self.field.source else ""
        note = f" Note: {self.field.note}." if self.field.note else ""
        return f"{self.field.meaning}{source}{note}"


@lru_cache(maxsize=128)
def specs(contract: Contract, operation: str) -> tuple[Spec, ...]:
    """Return the fields of an operation's request, in the order of the wire.

    Raises `ConfigurationError` for an operation that the interface does not have.
    """
    return tuple(map(_spec, request_fields(contract, operation).fields))


def _spec(field: ModelField) -> Spec:
    is_list = field.kind in {model_fields.Kind.LIST, model_fields.Kind.MAP}
    outer = Kind.ITEMS if is_list else Kind[field.kind.name]
    kind = outer if field.inside else _kind_of_text(field.field)
    wrap = tuple(each.name for each in field.wrap)
    return Spec(field.field, kind, tuple(map(_spec, field.inside)), wrap)


def _kind_of_text(field: Field) -> Kind:
    if field.secret:
        return Kind.SECRET
    if field.enumeration:
        return Kind.CHOICE
    return {"dateTime": Kind.DATE, "base64Binary": Kind.DOCUMENT}.get(field.base, Kind.TEXT)


def texts_of(
    element: etree._Element, fields: tuple[Spec, ...], path: str = ""
) -> Iterator[tuple[str, str | int]]:
    """Yield the texts in an element by path, and the number of items of each list.

    Elements that are not among the fields are ignored; of several equal ones the last is read.
    """
    for spec in fields:
        found = element.findall(spec.name)
        here = f"{path}{spec.name}"
        if not found:
            continue
        if spec.kind.holds_text:
            yield here, found[-1].text or ""
        elif spec.kind is Kind.ITEMS:
            items = found[-1].findall("/".join(spec.wrap)) if spec.wrap else found
            yield here, len(items)
            for number, item in enumerate(items):
                yield from texts_of(item, spec.inside, f"{here}[{number}].")
        else:
            yield from texts_of(found[-1], spec.inside, f"{here}.")


def element_at(payload: etree._Element, fields: tuple[Spec, ...], path: str) -> etree._Element:
    """Return the element at a path, or the nearest one above it."""
    element = payload
    for step in STEP.finditer(path):
        spec = next((each for each in fields if each.name == step[1]), None)
        wrap = () if spec is None or step[2] is None else spec.wrap
        found = element.findall("/".join((step[1], *wrap)))
        if spec is None or not found:
            break
        element, fields = found[min(int(step[2] or 0), len(found) - 1)], spec.inside
    return element


def path_at(steps: Iterable[str], fields: tuple[Spec, ...]) -> str:
    """Return the path of the element that `steps` lead to, or of the nearest one above it.

    A step is an element's name, with its number from 1 if there are several: ``invoiceRow[2]``.
    """
    path, wrap = "", tuple[str, ...]()
    for step in steps:
        name, _, number = step.removesuffix("]").partition("[")
        item = f"[{int(number) - 1}]" if number else ""
        if wrap and wrap[0] == name:
            path, wrap = path + item, wrap[1:]
            continue
        spec = next((each for each in fields if each.name == name), None)
        if spec is None:
            break
        path = f"{path}.{name}{item}" if path else f"{name}{item}"
        fields, wrap = spec.inside, spec.wrap
    return path


def places(fields: tuple[Spec, ...], path: str = "") -> Iterator[tuple[str, Spec]]:
    """Yield the fields outside of lists by path, parts before what is inside of them."""
    for spec in fields:
        yield f"{path}{spec.name}", spec
        if spec.kind in {Kind.PART, Kind.AMOUNT}:
            yield from places(spec.inside, f"{path}{spec.name}.")


Items = Mapping[str, Sequence[str]]
"""The identities of the items of each list. The paths of texts contain them in place of numbers."""


def by_number(path: str, items: Items) -> str | None:
    """Return a path with an item's number in place of its identity; `None` if it is gone."""
    if "[" not in path:
        return path
    name, identity, rest = _parts(path)
    known = items.get(name, ())
    return f"{name}[{known.index(identity)}]{rest}" if identity in known else None


def by_identity(path: str, items: Items) -> str:
    """Return a path with an item's identity in place of its number."""
    if "[" not in path:
        return path
    name, number, rest = _parts(path)
    known = items.get(name, ())
    return f"{name}[{known[int(number)] if int(number) < len(known) else None}]{rest}"


def _parts(path: str) -> tuple[str, str, str]:
    """Return the list of an item, its number or identity, and what follows."""
    name, _, inside = path.partition("[")
    item, _, rest = inside.partition("]")
    return name, item, rest


def numbered_texts(
    fields: tuple[Spec, ...],
    texts: Mapping[str, str],
    items: Items,
    path: str = "",
    shown: str = "",
) -> Iterator[tuple[str, str]]:
    """Yield texts in the order of the wire, by path with the numbers of items."""
    for spec in fields:
        here, there = f"{path}{spec.name}", f"{shown}{spec.name}"
        if here in texts:
            yield there, texts[here]
        elif spec.kind is Kind.ITEMS:
            for number, item in enumerate(items.get(here, ())):
                inside = f"{here}[{item}].", f"{there}[{number}]."
                yield from numbered_texts(spec.inside, texts, items, *inside)
        elif spec.inside:
            yield from numbered_texts(spec.inside, texts, items, f"{here}.", f"{there}.")


def write_texts(
    parent: etree._Element,
    fields: tuple[Spec, ...],
    texts: Mapping[str, str],
    items: Items,
    path: str = "",
) -> None:
    """Write texts by path as elements into their parent."""
    for spec in fields:
        here = f"{path}{spec.name}"
        if here in texts:
            etree.SubElement(parent, spec.name).text = soap.carried(texts[here])
        elif items.get(here):
            *around, name = (spec.name, *spec.wrap)
            holder = parent
            for each in around:
                holder = etree.SubElement(holder, each)
            for item in items[here]:
                inner = etree.SubElement(holder, name)
                write_texts(inner, spec.inside, texts, items, f"{here}[{item}].")
        elif spec.kind in {Kind.PART, Kind.AMOUNT}:
            part = etree.SubElement(parent, spec.name)
            write_texts(part, spec.inside, texts, items, f"{here}.")
            # An empty required part stays, so that its own required fields have findings.
            if not len(part) and not (spec.required and spec.kind is Kind.PART):
                parent.remove(part)

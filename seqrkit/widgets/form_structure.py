"""The fields of an operation as the browser lays them out: plain data, without texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from seqrkit.vocabulary import PrincipalType, ReportId
from seqrkit.widgets.field_specs import Kind, Spec
from seqrkit.widgets.request_draft import Draft

CONTEXT: Final = "context"
PRINCIPAL: Final = "context.initiatorPrincipalId"
SENDERS: Final[Mapping[str, str]] = {
    PrincipalType.TERMINALID: "terminal",
    PrincipalType.RESELLERUSER: "user of the reseller",
}
_IN_A_LINE: Final = 4
"""Number of fields up to which all of an item's fields are on one line."""
_USUAL: Final = {"itemTaxRate"}
"""Optional fields that most merchants fill in for each item."""
_WORD: Final = re.compile("[A-Z]?[a-z]+")

Node = dict[str, Any]
"""A field, a part or a list, as JSON."""


def structure(draft: Draft) -> list[Node]:
    """Return the fields of a draft's operation: the context folded, then all others."""
    (context,) = [each for each in draft.specs if each.name == CONTEXT]
    others = tuple(each for each in draft.specs if each.name != CONTEXT)
    sender = [{"kind": "sender", "options": [*SENDERS.items()]}]
    has_choice = len(draft.contract.operations[draft.operation].principals) > 1
    inside = [*([] if has_choice else sender), *_nodes(context.inside, f"{CONTEXT}.")]
    fold = {"kind": "fold", "path": CONTEXT, "label": CONTEXT, "nodes": inside}
    return [*(sender if has_choice else []), fold, *_nodes(others, "")]


def _nodes(fields: tuple[Spec, ...], prefix: str) -> Iterator[Node]:
    """Yield required fields, optional ones folded, then parts and lists."""
    simple = [each for each in fields if each.kind not in {Kind.PART, Kind.ITEMS}]
    yield from (_field(each, prefix) for each in simple if each.required)
    optional = [_field(each, prefix) for each in simple if not each.required]
    if optional:
        yield {
            "kind": "fold",
            "path": f"{prefix}optional",
            "label": "optional",
            "nodes": optional,
        }
    for each in fields:
        if each.kind is Kind.PART:
            inside = [*_nodes(each.inside, f"{prefix}{each.name}.")]
            yield {**_field(each, prefix), "nodes": inside}
        elif each.kind is Kind.ITEMS:
            columns, others = split(each.inside)
            yield {
                **_field(each, prefix),
                "noun": noun(each),
                "columns": [_field(column, "") for column in columns],
                "others": [_field(other, "") for other in others],
            }


def _field(spec: Spec, prefix: str) -> Node:
    meaning = "" if spec.field.type is None else spec.field.type.meaning
    parts = {each.name: each for each in spec.inside} if spec.kind is Kind.AMOUNT else {}
    decimal = (parts["value"] if parts else spec).field.base == "decimal"
    return {
        "kind": spec.kind.value,
        "path": f"{prefix}{spec.name}",
        "name": spec.name,
        "required": spec.required,
        "help": spec.help(),
        "meaning": meaning,
        "number": decimal,
        "options": spec.suggestions or (parts["currency"].suggestions if parts else ()),
        "offers": list(map(_offer, spec.suggestions)) if spec.kind is Kind.TEXT else [],
    }


def _offer(value: str) -> tuple[str, str]:
    """Return a suggested text and the label of its button."""
    label = value.name.replace("_", " ").lower() if isinstance(value, ReportId) else value
    return value, label


def noun(spec: Spec) -> str:
    """Return the word for an item of a list: ``row`` for invoiceRows."""
    *_, last = _WORD.finditer((spec.name.removesuffix("s"), *spec.wrap)[-1])
    return last[0].lower()


def split(fields: tuple[Spec, ...]) -> tuple[tuple[Spec, ...], tuple[Spec, ...]]:
    """Return the fields on an item's line, and the others.

    If there are too many for a line, it has the first field, the required and the usual ones.
    """
    if len(fields) <= _IN_A_LINE:
        return fields, ()
    needed = [each for each in fields if each.required or each is fields[0]]
    usual = [each for each in fields if each.name in _USUAL and each not in needed]
    in_line = (*needed, *usual)
    return in_line, tuple(each for each in fields if each not in in_line)


def pasted(
    spec: Spec, start: tuple[str, int, str], table: str, currency: str
) -> Iterator[tuple[str, str | None]]:
    """Yield the texts of a table from a spreadsheet by path.

    They begin at a cell, given by list, number and field, and follow the fields as a form shows
    them. Amounts without a currency get the given one; blank lines and further cells are ignored.
    """
    path, number, column = start
    in_line, others = split(spec.inside)
    fields = (*in_line, *others)
    first = [each.name for each in fields].index(column)
    lines = filter(str.strip, table.splitlines())
    for row, line in enumerate(lines, start=number):
        for each, cell in zip(fields[first:], map(str.strip, line.split("\t")), strict=False):
            is_number = each.kind is Kind.AMOUNT and cell and " " not in cell
            text = f"{cell} {currency}" if is_number else cell or None
            yield f"{path}[{row}].{each.name}", text

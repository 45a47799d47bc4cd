"""Corrections that a form offers: decimal commas, and a total that is the sum of the rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, reduce
from operator import add
from typing import Final

from seqrkit.errors import SeqrError
from seqrkit.money import Amount
from seqrkit.widgets.field_specs import Kind, Spec

_WITH_COMMA: Final = re.compile(r"\s*([-+]?(?:[0-9]{1,3}(?:[ .][0-9]{3})+|[0-9]+)),([0-9]+)\s*")

Texts = Callable[[str], str | None]
"""Returns the text at a path."""


def decimal_points(text: Texts, fields: Iterable[tuple[str, Spec]]) -> dict[str, str]:
    """Return the numbers in some fields that have a decimal comma, in their wire format."""
    decimals = (f"{path}{end}" for path, spec in fields for end in _decimals(spec))
    return {
        path: right
        for path in decimals
        if "," in (written := text(path) or "") and (right := with_a_point(written)) is not None
    }


def other_total(text: Texts, path: str, total: str) -> dict[str, str]:
    """Return the total of the items for an amount that differs from it."""
    return {path: total} if total and _amount(text, path) != total else {}


def sum_of_items(text: Texts, items: Iterable[str], spec: Spec) -> str:
    """Return the sum of the amounts of the items at some paths; empty if one cannot be read."""
    names = [each.name for each in spec.inside if each.kind is Kind.AMOUNT and each.required]
    try:
        costs = [Amount.of(_amount(text, f"{item}.{name}")) for item in items for name in names]
        return str(reduce(add, costs)) if costs else ""
    except SeqrError:
        return ""  # the field has a finding


def _amount(text: Texts, path: str) -> str:
    return f"{text(f'{path}.value') or ''} {text(f'{path}.currency') or ''}"


@lru_cache(maxsize=256)
def _decimals(spec: Spec) -> tuple[str, ...]:
    """Return the ends of the paths of a field's decimal numbers: its own is empty."""
    own = ("",) if spec.field.base == "decimal" else ()
    return (*own, *(f".{each.name}{end}" for each in spec.inside for end in _decimals(each)))


def with_a_point(text: str) -> str | None:
    """Return a number with decimal comma in its wire format; `None` for any other text."""
    found = _WITH_COMMA.fullmatch(text)
    return None if found is None else f"{re.sub('[ .]', '', found[1])}.{found[2]}"

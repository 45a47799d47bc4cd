"""The fields of a message as texts, under the names of the wire."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum
from typing import Final

from seqrkit.display.outcome_phrases import digits
from seqrkit.model import Invoice
from seqrkit.model_base import MASKED, Message, leaves
from seqrkit.terminal_text import one_line

Field = tuple[str, str]
"""A path of wire names, and the value as text."""

_TIMES: Final = "\N{MULTIPLICATION SIGN}"
_SECRET: Final = "password"  # noqa: S105 - the name of a field


def fields_of(message: Message, left_out: Iterable[str] = ()) -> Iterator[Field]:
    """Yield every field with a value, nested ones included: ``receipt.invoice.title``.

    `left_out` are wire names of top-level fields to skip.
    """
    unwanted = tuple(left_out)
    for path, value in leaves(message):
        name = re.split(r"[.\[]", path, maxsplit=1)[0]
        if name not in unwanted:
            yield one_line(path), _text(path, value)


def bill_of(invoice: Invoice, *, in_full: bool = False) -> Iterator[Field]:
    """Yield the lines of a bill: each row with its amount, then the total.

    If `in_full`, a row's discount and tax rate are part of its text.
    """
    for row in invoice.invoice_rows or ():
        quantity = "?" if row.item_quantity is None else f"{row.item_quantity:f}"
        text = " ".join(filter(None, (quantity, row.item_unit or _TIMES, row.item_description)))
        if in_full and row.item_discount is not None:
            text += f", discount {row.item_discount}"
        if in_full and row.item_tax_rate is not None:
            text += f", tax {row.item_tax_rate} %"
        yield one_line(text), str(row.item_total_amount or "?")
    yield "total", str(invoice.total_amount or "?")


def _text(path: str, value: object) -> str:
    if path.rpartition(".")[2] == _SECRET:
        return MASKED.strip("'")
    if isinstance(value, Enum):
        return f"{value.value} {value.name}" if isinstance(value, int) else str(value.value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    return digits(value) if isinstance(value, int) else one_line(str(value))

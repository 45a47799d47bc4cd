"""The fields of a message as texts, under the names of the wire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Final, cast

import attrs

from seqrkit.display.highlight import visible
from seqrkit.display.phrases import digits
from seqrkit.model import Invoice
from seqrkit.model_base import MASKED, WIRE, Message

Field = tuple[str, str]
"""A path of wire names, and the value as text."""

MAX_TEXT: Final = 2_000
"""Characters of one value that are shown."""

_TIMES: Final = "\N{MULTIPLICATION SIGN}"
_SECRET: Final = "password"  # noqa: S105 - the name of a field


def fields_of(message: Message, left_out: Iterable[str] = ()) -> Iterator[Field]:
    """Yield every field with a value, nested ones included: ``receipt.invoice.title``.

    `left_out` are wire names of top-level fields to skip.
    """
    unwanted = set(left_out)
    cls = cast("type[attrs.AttrsInstance]", type(message))  # as every class of the model is
    for each in attrs.fields(cls):
        if each.metadata[WIRE] not in unwanted:
            yield from _texts(each.metadata[WIRE], getattr(message, each.name))


def bill_of(invoice: Invoice) -> Iterator[Field]:
    """Yield the lines of a bill: each row with its amount, then the total."""
    for row in invoice.invoice_rows or ():
        quantity = "?" if row.item_quantity is None else f"{row.item_quantity:f}"
        item = (quantity, row.item_unit or _TIMES, row.item_description)
        yield plain(" ".join(filter(None, item))), str(row.item_total_amount or "?")
    yield "total", str(invoice.total_amount or "?")


def _texts(path: str, value: object) -> Iterator[Field]:
    if value is None or value == ():
        return
    if path.rpartition(".")[2] == _SECRET:
        yield path, MASKED.strip("'")
    elif isinstance(value, Message):
        yield from ((f"{path}.{name}", text) for name, text in fields_of(value))
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _texts(f"{path}[{i}]", item)
    elif isinstance(value, Mapping):
        yield from ((plain(f"{path}.{name}"), plain(str(text))) for name, text in value.items())
    else:
        yield path, _text(value)


def _text(value: object) -> str:
    if isinstance(value, Enum):
        return f"{value.value} {value.name}" if isinstance(value, int) else str(value.value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    return digits(value) if isinstance(value, int) else plain(str(value))


def plain(text: str) -> str:
    """Return a text on one line, cut where it is long, without control characters."""
    cut = text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]} … {len(text) - MAX_TEXT:,} more"
    return visible(cut).replace("\n", " ")

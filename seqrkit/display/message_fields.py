"""What a message of the model says, field by field, under the names of the wire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Final, cast

import attrs

from seqrkit.display.highlight import CONTROLS
from seqrkit.model import Invoice
from seqrkit.model_base import MASKED, WIRE, Message

Field = tuple[str, str]
"""A path of wire names, and the value there as text."""

_TIMES: Final = "\N{MULTIPLICATION SIGN}"
_SECRET: Final = "password"  # noqa: S105 - the name of the field, which is never shown


def fields_of(message: Message, left_out: Iterable[str] = ()) -> Iterator[Field]:
    """Every field that has a value, parts of parts included: ``receipt.invoice.title``.

    `left_out` are wire names at the top that are not told.
    """
    unwanted = set(left_out)
    cls = cast("type[attrs.AttrsInstance]", type(message))  # as each class of the model is
    for each in attrs.fields(cls):
        if each.metadata[WIRE] not in unwanted:
            yield from _told(each.metadata[WIRE], getattr(message, each.name))


def bill_of(invoice: Invoice) -> Iterator[Field]:
    """What a bill says: each row and its amount, and the total last."""
    for row in invoice.invoice_rows or ():
        quantity = "?" if row.item_quantity is None else f"{row.item_quantity:f}"
        item = (quantity, row.item_unit or _TIMES, row.item_description)
        yield plain(" ".join(filter(None, item))), str(row.item_total_amount or "?")
    yield "total", str(invoice.total_amount or "?")


def _told(path: str, value: object) -> Iterator[Field]:
    if value is None or value == ():
        return
    if path.rpartition(".")[2] == _SECRET:
        yield path, MASKED.strip("'")
    elif isinstance(value, Message):
        yield from ((f"{path}.{name}", text) for name, text in fields_of(value))
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _told(f"{path}[{i}]", item)
    elif isinstance(value, Mapping):
        yield from ((plain(f"{path}.{name}"), plain(str(text))) for name, text in value.items())
    else:
        yield path, _text(value)


def _text(value: object) -> str:
    if isinstance(value, Enum):
        return f"{value.value} {value.name}" if isinstance(value.value, int) else str(value.value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    return plain(str(value))


def plain(text: str) -> str:
    """A text on one line, in which nothing can steer a terminal."""
    return text.translate(CONTROLS).replace("\n", " ")

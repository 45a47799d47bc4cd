"""JSON of invoices and their states, with named fields.

A field that is missing gets its default and an unknown one is ignored, so files stay readable when
an optional field is added or dropped. A field that has its default is not written.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from operator import attrgetter
from typing import Any, Final, Union, get_args, get_type_hints
from zlib import crc32

import msgspec

from seqrkit.model import CustomerToken, Invoice
from seqrkit.money import Amount
from seqrkit.simulator.states.invoice_state import InvoiceState

STATE_COLUMNS: Final = frozenset({"reference", "status", "due"})
"""The fields of an `InvoiceState` that are stored as columns, because queries use them."""

_CHECKSUM: Final = ',"crc":'


# msgspec knows no subclasses of datetime, which a test library puts in its place.
def from_datetime(value: object) -> str:
    """Return a date and time for JSON; a hook of msgspec."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def to_datetime(kind: type, text: str) -> datetime:
    """Return a date and time from JSON; a hook of msgspec."""
    if issubclass(kind, datetime):
        return kind.fromisoformat(text)
    raise TypeError(f"a {kind.__name__} cannot be read")


encode: Final = msgspec.json.Encoder(enc_hook=from_datetime).encode
"""Return a value as JSON."""


def with_checksum(text: str, columns: Iterable[object]) -> str:
    """Return the JSON of a row with a checksum as the last member, which readers ignore.

    The checksum covers the other columns as well.
    """
    return f"{text[:-1]}{_CHECKSUM}{_checksum(text, columns)}}}"


def without_checksum(text: str, columns: Iterable[object]) -> str:
    """Return the JSON that `with_checksum` was given; raises `ValueError` if a column differs.

    JSON of earlier releases, which have stored no checksum or one of the JSON alone, is accepted.
    """
    start, found, checksum = text.rpartition(_CHECKSUM)
    if not found:
        return text
    start += "}"
    if checksum != f"{_checksum(start, columns)}}}" and checksum != f"{_checksum(start, ())}}}":
        raise ValueError("it is not what was stored, as its checksum shows")
    return start


def _checksum(text: str, columns: Iterable[object]) -> int:
    return crc32(text.encode(), crc32("\0".join(map(str, columns)).encode()))


class _Fields:
    """The fields of a model class that are stored, and the msgspec class that decodes them."""

    def __init__(
        self, kind: type, without: frozenset[str] = frozenset(), **replaced: object
    ) -> None:
        hints = get_type_hints(kind) | replaced
        parameters = inspect.signature(kind).parameters
        self.defaults = {
            name: each.default for name, each in parameters.items() if name not in without
        }
        self.values = attrgetter(*self.defaults)
        fields: list[Any] = [
            (
                name,
                _decodable(hints[name]),
                *(() if default is inspect.Parameter.empty else (default,)),
            )
            for name, default in self.defaults.items()
        ]
        self.struct: Any = msgspec.defstruct(kind.__name__, fields, kw_only=True)

    def to_dict(self, instance: object) -> dict[str, Any]:
        """Return the values of an instance that are not the defaults."""
        # Identity is enough and fast: a value that merely equals its default is written as well.
        values = zip(self.defaults.items(), self.values(instance), strict=True)
        return {name: value for (name, default), value in values if value is not default}


def _decodable(hint: object) -> object:
    """Return the type that msgspec decodes a field as.

    It cannot decode an open enumeration, such as ``PaymentMode | str``. Such a field is decoded as
    its plain type, and the converter of the model class finds the member.
    """
    members = get_args(hint)
    closed = [each for each in members if isinstance(each, type) and issubclass(each, Enum)]
    if not closed or not {str, int} & set(members):
        return hint
    return Union[tuple(each for each in members if each not in closed)]  # noqa: UP007 - computed


_INVOICE: Final = _Fields(Invoice, without=frozenset({"total_amount"}))
_TOKEN: Final = _Fields(CustomerToken)
_STATE: Final = _Fields(
    InvoiceState,
    without=STATE_COLUMNS,
    tokens=tuple[_TOKEN.struct, ...],  # type: ignore[name-defined]
)
_content_decoder: Final = msgspec.json.Decoder(_INVOICE.struct, dec_hook=to_datetime)
_title_decoder: Final[Any] = msgspec.json.Decoder(
    msgspec.defstruct("_Title", [("title", str | None, None)])
)
_record_decoder: Final[Any] = msgspec.json.Decoder(
    msgspec.defstruct(
        "_InvoiceRecord",
        # The invoice stays undecoded until somebody looks at it.
        [("sent_at", datetime), ("state", _STATE.struct), ("invoice", msgspec.Raw)],
    ),
    dec_hook=to_datetime,
)


def encode_invoice(invoice: Invoice) -> msgspec.Raw:
    """Return an invoice as JSON, without its total, which is part of the state."""
    return msgspec.Raw(encode(_INVOICE.to_dict(invoice)))


def decode_invoice(content: msgspec.Raw, total: Amount) -> Invoice:
    """Return the invoice that `encode_invoice` encoded, with a total."""
    return Invoice(total_amount=total, **msgspec.structs.asdict(_content_decoder.decode(content)))


def decode_title(content: msgspec.Raw) -> str:
    """Return the title of the invoice that `encode_invoice` encoded; lists need nothing else."""
    return _title_decoder.decode(content).title or ""


def encode_record(state: InvoiceState, sent_at: datetime, content: msgspec.Raw) -> str:
    """Return the part of a stored invoice that is not in columns, as JSON."""
    record = {"sent_at": sent_at, "state": _STATE.to_dict(state), "invoice": content}
    return encode(record).decode()


def decode_record(text: str, **columns: Any) -> tuple[InvoiceState, datetime, msgspec.Raw]:
    """Return what `encode_record` encoded; `columns` are the state's other fields."""
    record = _record_decoder.decode(text)
    fields = msgspec.structs.asdict(record.state)
    # Through the class, whose converters find the members of enumerations.
    fields["tokens"] = tuple(
        CustomerToken(**msgspec.structs.asdict(each)) for each in fields["tokens"]
    )
    return InvoiceState(**columns, **fields), record.sent_at, record.invoice

"""The tables: which fields of a record are columns, and how rows become records.

A table has columns for the fields that queries use, and one column with the others as JSON. An
optional field can therefore be added to a record, or dropped, without a change of the tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

import msgspec

from seqrkit.simulator.store import serialization, validation
from seqrkit.simulator.store.records import (
    Credit,
    HistoryEntry,
    Movement,
    Period,
    QueuedNotification,
    Reseller,
    StoredInvoice,
    SubmittedReceipt,
    Terminal,
)
from seqrkit.simulator.store.settings import FixedReport, KnownToken, User
from seqrkit.vocabulary import InvoiceStatus

Record = TypeVar("Record")
Row = Sequence[Any]

JSON_COLUMN: Final = "record"
"""The column with the fields that have no column of their own, as JSON."""
DAMAGED: Final = (
    msgspec.MsgspecError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""The errors that reading damaged data can raise."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Table(Generic[Record]):
    """A table of one kind of records. `columns` maps names to SQL types; the first is the key."""

    def __init__(self, name: str, kind: type[Record], columns: Mapping[str, str]) -> None:
        self.name = name
        self.quoted: str = f'"{name}"'
        """The name in statements: "user" is a word of SQL."""
        self.kind = kind
        self.columns = columns
        self.names: tuple[str, ...] = (*columns, JSON_COLUMN)
        self.key: str = self.names[0]

    def key_of(self, record: Record) -> Any:  # noqa: ANN401 - a number or a text
        """Return the key of a record; 0 if it gets the next number."""
        return getattr(record, self.key, 0)

    def to_row(self, record: Record, key: Any) -> Row:  # noqa: ANN401 - a number or a text
        """Return the values of the columns, the first of which is `key`."""
        values = msgspec.to_builtins(record, enc_hook=serialization.from_datetime)
        # Popped, so that no value is stored both as a column and in the JSON.
        _, *others = (values.pop(name, None) for name in self.columns)
        return _with_json((key, *others), serialization.encode(values).decode())

    def to_record(self, row: Row) -> Record:
        """Return the record of a row; raises `msgspec.ValidationError` for one that is damaged."""
        try:
            return self._record(row)
        except DAMAGED as error:
            msg = f"{self.name} {row[0]} is damaged: {error}"
            raise msgspec.ValidationError(msg) from error

    def _record(self, row: Row) -> Record:
        return msgspec.convert(self.to_dict(row), self.kind, dec_hook=serialization.to_datetime)

    def to_dict(self, row: Row) -> dict[str, Any]:
        """Return a row as plain data, with all fields by name."""
        fields: dict[str, Any] = dict(zip(self.columns, row[:-1], strict=True))
        fields.update(msgspec.json.decode(_json_of(row)))
        return fields

    def checked(self, fields: Mapping[str, Any]) -> Record:
        """Return the record of plain data; raises `ValueError` if it must not be stored."""
        record = self.from_dict(fields)
        validation.check_record(record)
        key = self.key_of(record)
        stored = self.to_dict(self.to_row(record, key))
        if not key:
            del stored[self.key]
        validation.check_same(fields, stored)
        return record

    def from_dict(self, fields: Mapping[str, Any]) -> Record:
        """Return the record of plain data."""
        rest = {name: value for name, value in fields.items() if name not in self.columns}
        columns = tuple(fields.get(name) for name in self.columns)
        return self._record(_with_json(columns, serialization.encode(rest).decode()))


def _with_json(columns: Row, text: str) -> Row:
    return (*columns, serialization.with_checksum(text, columns))


def _json_of(row: Row) -> str:
    *columns, text = row
    return serialization.without_checksum(text, columns)


class _SmallTable(Table[Record]):
    """A table with few rows, which most requests read: the same row is converted once."""

    def __init__(self, name: str, kind: type[Record], columns: Mapping[str, str]) -> None:
        super().__init__(name, kind, columns)
        self._converted = lru_cache(maxsize=1000)(super()._record)

    def _record(self, row: Row) -> Record:
        return self._converted(tuple(row))


class _InvoiceColumns(msgspec.Struct):
    reference: int
    status: InvoiceStatus
    due: int | None
    terminal: int


class _InvoiceTable(Table[StoredInvoice]):
    """Invoices, with a codec of their own because they are the bulk of all rows."""

    def key_of(self, record: StoredInvoice) -> int:
        return int(record.state.reference)

    def to_row(self, record: StoredInvoice, key: int) -> Row:
        state = record.state
        due = None if state.due is None else instant(state.due)
        text = serialization.encode_record(state, record.sent_at, record.content)
        return _with_json((key, state.status, due, record.terminal), text)

    def _record(self, row: Row) -> StoredInvoice:
        reference, status, due, terminal, _ = row
        state, sent_at, content = serialization.decode_record(
            _json_of(row),
            reference=str(reference),
            status=InvoiceStatus(status),
            due=None if due is None else _EPOCH + timedelta(microseconds=due),
        )
        return StoredInvoice(state, terminal, sent_at, content)

    def from_dict(self, fields: Mapping[str, Any]) -> StoredInvoice:
        """Return the invoice of plain data."""
        msgspec.convert(fields, _InvoiceColumns)
        return super().from_dict(fields)


def instant(at: datetime) -> int:
    """Return an instant as the store compares it, in microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


_NUMBER: Final = "INTEGER PRIMARY KEY"
_ID: Final = "TEXT PRIMARY KEY"
_TEXT: Final = "TEXT NOT NULL"
_UNIQUE: Final = "TEXT NOT NULL UNIQUE"
_RESELLER: Final = "TEXT NOT NULL REFERENCES reseller"
_TERMINAL: Final = "INTEGER NOT NULL REFERENCES terminal"
_INVOICE: Final = "INTEGER NOT NULL REFERENCES invoice"

INVOICES: Final = _InvoiceTable(
    "invoice",
    StoredInvoice,
    {"reference": _NUMBER, "status": _TEXT, "due": "INTEGER", "terminal": _TERMINAL},
)
TABLES: Final[Mapping[type, Table[Any]]] = MappingProxyType(
    {
        table.kind: table
        for table in (
            _SmallTable("reseller", Reseller, {"id": _ID}),
            _SmallTable(
                "terminal",
                Terminal,
                {"number": _NUMBER, "id": _UNIQUE, "reseller": _RESELLER, "seqr_id": "TEXT UNIQUE"},
            ),
            INVOICES,
            Table(
                "movement",
                Movement,
                {
                    "number": _NUMBER,
                    "reference": _UNIQUE,
                    "reseller": _RESELLER,
                    "terminal": _TERMINAL,
                    "invoice": "TEXT NOT NULL REFERENCES invoice",
                },
            ),
            Table(
                "history",
                HistoryEntry,
                {"number": _NUMBER, "invoice": "TEXT NOT NULL REFERENCES invoice"},
            ),
            Table(
                "receipt",
                SubmittedReceipt,
                {"number": _NUMBER, "movement": "TEXT NOT NULL REFERENCES movement (reference)"},
            ),
            Table(
                "period",
                Period,
                {
                    "number": _NUMBER,
                    "id": _UNIQUE,
                    "reseller": _RESELLER,
                    "terminal": "INTEGER REFERENCES terminal",
                },
            ),
            Table("user", User, {"id": _ID}),
            Table(
                "credit",
                Credit,
                {"number": _NUMBER, "reference": _UNIQUE, "user_id": _TEXT, "terminal": _TERMINAL},
            ),
            Table("token", KnownToken, {"id": _ID}),
            Table("report", FixedReport, {"id": _ID}),
            Table("notification", QueuedNotification, {"id": _ID}),
        )
    }
)
"""The table of each kind of records; each refers only to those before it."""

INDEXES: Final = (
    "terminal_of_reseller ON terminal (reseller)",
    # Partial, because every request asks for what is due and hardly any invoice has a timer.
    "invoice_due ON invoice (due) WHERE due IS NOT NULL",
    "movement_of_reseller ON movement (reseller, number)",
    "movement_of_terminal ON movement (terminal, number)",
    "movement_of_invoice ON movement (invoice)",
    "history_of_invoice ON history (invoice)",
    "receipt_of_movement ON receipt (movement)",
    "period_of_reseller ON period (reseller, terminal, number)",
    "credit_of_user ON credit (user_id)",
)
"""The indexes that queries use, in SQL."""

"""Conversion of data that earlier releases stored.

Only changes that named fields cannot absorb need a new format: renamed tables or fields, and values
that are written differently. Snapshots and database files go through the same function.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import msgspec

FORMAT: Final = 4
"""The current storage format."""
OLDEST: Final = 3
"""The oldest format that is converted: that of release 0.1.0."""
RENAMED: Final = MappingProxyType({"happening": "history"})
"""The tables that have another name since format 3."""
ADDED: Final = frozenset({"token", "report", "notification"})
"""The tables that were added to format 4 later; older data lacks them."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# Format 3 had lists of values in these orders.
_STATE: Final = (
    "status", "version", "mode", "acknowledgment", "total", "paid", "reserved", "refunded",
    "scanned", "acknowledged", "confirming", "buyer", "ers_reference", "paid_at", "due",
    "reservation_seconds", "notification_url", "back_url", "tokens", "withdrawn",
)  # fmt: skip
_INVOICE: Final = (
    "payment_mode", "acknowledgment_mode", "issue_date", "title", "client_invoice_id",
    "invoice_rows", "total_amount", "cashier_id", "footer", "back_url", "notification_url",
    "commit_reservation_timeout",
)  # fmt: skip
_ROW: Final = (
    "item_description", "item_discount", "item_ean", "item_quantity", "item_sku", "item_tax_rate",
    "item_total_amount", "item_unit", "item_unit_price",
)  # fmt: skip
_TOKEN: Final = ("description", "id", "status", "value")


class _Table(msgspec.Struct):
    """A table in a snapshot of format 3."""

    columns: list[str]
    rows: list[list[Any]]


def upgrade_snapshot(tables: object) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of a snapshot of format 3 in the current format.

    Raises one of the errors of `tables.DAMAGED` if it is damaged.
    """
    old = msgspec.convert(tables, dict[str, _Table])
    return {
        RENAMED.get(name, name): [
            upgrade(name, dict(zip(table.columns, row, strict=True))) for row in table.rows
        ]
        for name, table in old.items()
    }


def upgrade(table: str, row: dict[str, Any]) -> dict[str, Any]:  # noqa: PLR0911 - a case each
    """Return a row of format 3 in the current format; `table` is the name that it had then."""
    match table:
        case "reseller":
            names = ("may_refund", "account_takes_refunds")
            return row | {name: bool(row[name]) for name in names}
        case "invoice":
            return row | {
                "sent_at": _time(row["sent_at"]),
                "state": _state(json.loads(row["state"])),
                "invoice": _invoice(json.loads(row["written"])),
            }
        case "movement":
            return row | {"amount": _amount((row["value"], row["currency"]))}
        case "happening":
            return row | {"invoice": str(row["invoice"]), "at": _time(row["at"])}
        case "receipt":
            return row | {
                "movement": row["reference"],
                "receipt_type": row["type"],
                "receipt_data": _base64(row["data"]),
            }
        case "credit":
            received = _amount((row["received_value"], row["received_currency"]))
            return row | {"amount": _amount((row["value"], row["currency"])), "received": received}
        case _:
            return row


def _named(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """Return the values of a list that had a place for each field, without empty ones."""
    fields = zip(names, values, strict=True)
    return {name: value for name, value in fields if value is not None}


def _state(values: Sequence[Any]) -> dict[str, Any]:
    state = _named(_STATE, values)
    state["total"] = _amount(state["total"])
    state["tokens"] = [_named(_TOKEN, token) for token in state["tokens"]]
    for name in ("paid", "reserved", "refunded"):
        value = state.pop(name)
        # Format 3 wrote zeros; now a zero has no currency and is the default, which is left out.
        if Decimal(value):
            state[name] = state["total"] | {"value": value}
    return state


def _invoice(values: Sequence[Any]) -> dict[str, Any]:
    invoice = _named(_INVOICE, values)
    if "invoice_rows" in invoice:
        invoice["invoice_rows"] = [_row(row) for row in invoice["invoice_rows"]]
    return invoice


def _row(values: Sequence[Any]) -> dict[str, Any]:
    return {
        name: _amount(value) if isinstance(value, list) else value
        for name, value in _named(_ROW, values).items()
    }


def _amount(parts: Sequence[str | None]) -> dict[str, str | None]:
    value, currency = parts
    return {"value": value, "currency": currency}


def _time(microseconds: int) -> str:
    return (_EPOCH + timedelta(microseconds=microseconds)).isoformat()


def _base64(data: bytes | Mapping[str, str] | None) -> str | None:
    """Return the content of a receipt, which a snapshot already had in base64."""
    if isinstance(data, Mapping):
        return data["base64"]
    return None if data is None else b64encode(data).decode()

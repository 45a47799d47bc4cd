"""Invoices in and out of the compact JSON that the store keeps.

A list instead of a map: sendInvoice pays for every byte. Amounts are texts, so that they stay
exact. `FORMAT` says which lists these are; a store of another format is refused, not guessed at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from seqrkit.model import CustomerToken, Invoice, InvoiceRow
from seqrkit.money import Amount
from seqrkit.simulator.states.invoice_state import InvoiceState
from seqrkit.vocabulary import AcknowledgmentMode, InvoiceStatus, PaymentMode

FORMAT: Final = 3
"""To be raised with every change of the lists below, or of a table."""

STATE_FIELDS: Final = (
    "status",
    "version",
    "mode",
    "acknowledgment",
    "total",
    "paid",
    "reserved",
    "refunded",
    "scanned",
    "acknowledged",
    "confirming",
    "buyer",
    "ers_reference",
    "paid_at",
    "due",
    "reservation_seconds",
    "notification_url",
    "back_url",
    "tokens",
    "withdrawn",
)
INVOICE_FIELDS: Final = (
    "payment_mode",
    "acknowledgment_mode",
    "issue_date",
    "title",
    "client_invoice_id",
    "invoice_rows",
    "total_amount",
    "cashier_id",
    "footer",
    "back_url",
    "notification_url",
    "commit_reservation_timeout",
)
ROW_FIELDS: Final = (
    "item_description",
    "item_discount",
    "item_ean",
    "item_quantity",
    "item_sku",
    "item_tax_rate",
    "item_total_amount",
    "item_unit",
    "item_unit_price",
)
TOKEN_FIELDS: Final = ("description", "id", "status", "value")

_of_state = attrgetter(*STATE_FIELDS)
values_of = attrgetter(*INVOICE_FIELDS)
"""The values of an invoice's fields, in the order of `INVOICE_FIELDS`."""
_of_row = attrgetter(*ROW_FIELDS)
_of_token = attrgetter(*TOKEN_FIELDS)


def _plain(value: object) -> object:
    """What JSON lacks, as what it has."""
    if isinstance(value, Amount):
        return None if value.value is None else str(value.value), value.currency
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, InvoiceRow):
        return _of_row(value)
    if isinstance(value, CustomerToken):
        return _of_token(value)
    if isinstance(value, datetime):
        return value.isoformat()
    msg = f"an invoice holds {value!r}, which the store cannot keep"
    raise TypeError(msg)


_encode = json.JSONEncoder(separators=(",", ":"), default=_plain, check_circular=False).encode
_decode = json.JSONDecoder().decode


def write_state(state: InvoiceState) -> str:
    """An invoice's state as text; its reference is the row's key and not in it."""
    return _encode(_of_state(state))


def read_state(reference: str, text: str) -> InvoiceState:
    """The state that `write_state` wrote."""
    (status, version, mode, acknowledgment, total, paid, reserved, refunded, scanned, acknowledged,
     confirming, buyer, ers_reference, paid_at, due, seconds, notification_url, back_url,
     tokens, withdrawn) = _decode(text)  # fmt: skip
    return InvoiceState(
        reference,
        _amount(total),
        InvoiceStatus(status),
        version,
        mode and PaymentMode(mode),
        acknowledgment and AcknowledgmentMode(acknowledgment),
        Decimal(paid),
        Decimal(reserved),
        Decimal(refunded),
        scanned,
        acknowledged,
        confirming,
        buyer,
        ers_reference,
        paid_at and datetime.fromisoformat(paid_at),
        due and datetime.fromisoformat(due),
        seconds,
        notification_url,
        back_url,
        tuple(_token(token) for token in tokens) if tokens else (),
        withdrawn,
    )


def write_invoice(invoice: Invoice) -> str:
    """What the merchant wrote, as text."""
    return _encode(values_of(invoice))


def read_invoice(text: str) -> Invoice:
    """The invoice that `write_invoice` wrote."""
    return Invoice(**_values(INVOICE_FIELDS, _decode(text), _INVOICE_READERS))


def _row(values: Iterable[Any]) -> InvoiceRow:
    return InvoiceRow(**_values(ROW_FIELDS, values, _ROW_READERS))


def _token(values: Iterable[Any]) -> CustomerToken:
    return CustomerToken(**_values(TOKEN_FIELDS, values, {}))


def _amount(parts: tuple[str | None, str | None]) -> Amount:
    value, currency = parts
    return Amount(None if value is None else Decimal(value), currency)


def _rows(rows: Iterable[Iterable[Any]]) -> tuple[InvoiceRow, ...]:
    return tuple(map(_row, rows))


_Readers = dict[str, Callable[[Any], Any]]
_INVOICE_READERS: Final[_Readers] = {
    "issue_date": datetime.fromisoformat,
    "invoice_rows": _rows,
    "total_amount": _amount,
}
_ROW_READERS: Final[_Readers] = {
    "item_discount": _amount,
    "item_quantity": Decimal,
    "item_tax_rate": Decimal,
    "item_total_amount": _amount,
    "item_unit_price": _amount,
}


def _values(names: tuple[str, ...], values: Iterable[Any], readers: _Readers) -> dict[str, Any]:
    read = dict(zip(names, values, strict=True))
    for name, reader in readers.items():
        if read[name] is not None:
            read[name] = reader(read[name])
    return read

"""Records are stored exactly, and stay readable when optional fields come and go."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime
from typing import Any, get_args, get_type_hints

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.invoices import invoices
from seqrkit.clock import DEFAULT_START
from seqrkit.model import CustomerToken, Invoice, InvoiceRow
from seqrkit.money import Amount
from seqrkit.simulator.states.invoice_state import InvoiceState
from seqrkit.simulator.store import serialization
from seqrkit.simulator.store.records import StoredInvoice
from seqrkit.simulator.store.settings import ENTRIES
from seqrkit.simulator.store.tables import INVOICES, TABLES, Row
from seqrkit.vocabulary import TokenStatus

TOTAL = Amount.of("1 SEK")
texts = st.none() | st.text()
numbers = st.none() | st.decimals(allow_nan=False, allow_infinity=False)
amounts = st.none() | st.builds(Amount, numbers, texts)
dates = st.none() | st.datetimes(timezones=st.none() | st.just(UTC))


def filled(kind: type, **special: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Instances of a model class with texts in all other fields."""
    names = (field.name for field in attrs.fields(kind))
    return st.builds(kind, **{name: special.get(name, texts) for name in names})


rows = filled(
    InvoiceRow,
    item_discount=amounts,
    item_quantity=numbers,
    item_tax_rate=numbers,
    item_total_amount=amounts,
    item_unit_price=amounts,
)
contents = filled(
    Invoice,
    issue_date=dates,
    invoice_rows=st.none() | st.lists(rows, max_size=3),
    total_amount=st.just(TOTAL),
    commit_reservation_timeout=st.none() | st.integers(-(2**63), 2**63),
)
tokens = filled(CustomerToken, status=st.none() | st.sampled_from(TokenStatus) | st.integers(2, 80))
stored = st.builds(
    StoredInvoice,
    st.builds(replace, invoices, tokens=st.lists(tokens, max_size=2).map(tuple)),
    st.just(1),
    st.just(DEFAULT_START),
    contents.map(serialization.encode_invoice),
)
BY_TYPE: dict[object, st.SearchStrategy[Any]] = {
    str: st.text(),
    int: st.integers(1, 2**63 - 1),
    bytes: st.binary(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    Amount: st.builds(Amount, st.decimals(allow_nan=False, allow_infinity=False), st.text()),
}


def of_type(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field."""
    members = get_args(hint) or (hint,)
    known = (BY_TYPE[each] if each in BY_TYPE else st.from_type(each) for each in members)
    return st.one_of(*known)


def of_kind(kind: type) -> st.SearchStrategy[Any]:
    """Records of a kind."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{name: of_type(hint) for name, hint in hints.items()})


plain_records = st.sampled_from(
    [kind for kind in TABLES if kind not in (StoredInvoice, *ENTRIES.values())]
).flatmap(of_kind)
"""Settings are validated: see test_settings."""


@given(contents)
def test_an_invoice_is_stored_exactly(invoice: Invoice) -> None:
    content = serialization.encode_invoice(invoice)
    assert serialization.decode_invoice(content, TOTAL) == invoice


@given(stored | plain_records)
def test_a_record_is_stored_exactly(record: Any) -> None:
    table = TABLES[type(record)]
    assert table.to_record(row_of(record)) == record
    assert table.from_dict(as_json(record)) == record


def row_of(record: Any) -> Row:
    """A record as its table has it."""
    table = TABLES[type(record)]
    return table.to_row(record, table.key_of(record))


def as_json(record: Any) -> dict[str, Any]:
    """A record as a snapshot has it."""
    table = TABLES[type(record)]
    found: dict[str, Any] = json.loads(json.dumps(table.to_dict(row_of(record))))
    return found


def optional(kind: type) -> dict[str, Any]:
    """The fields of a class that have a default."""
    if attrs.has(kind):
        return {f.name: f.default for f in attrs.fields(kind) if f.default is not attrs.NOTHING}
    return {f.name: f.default for f in fields(kind) if f.default is not MISSING}


def changed(data: st.DataObject, values: dict[str, Any], *names: str) -> set[str]:
    """Add unknown fields to plain data and drop some of the named ones; return those dropped."""
    dropped = data.draw(st.sets(st.sampled_from(sorted(names)))) if names else set()
    for name in dropped:
        values.pop(name, None)
    values |= data.draw(st.dictionaries(st.sampled_from(["new", "newer"]), texts))
    return dropped


@given(plain_records, st.data())
def test_optional_fields_of_a_record_can_be_added_and_dropped(
    record: Any, data: st.DataObject
) -> None:
    table, defaults = TABLES[type(record)], optional(type(record))
    plain = as_json(record)
    dropped = changed(data, plain, *defaults.keys() - {table.key})
    assert table.from_dict(plain) == replace(record, **{name: defaults[name] for name in dropped})


@given(stored, st.data())
def test_optional_fields_of_an_invoice_can_be_added_and_dropped(
    record: StoredInvoice, data: st.DataObject
) -> None:
    plain, defaults = as_json(record), optional(InvoiceState)
    of_state = changed(data, plain["state"], *defaults.keys() - serialization.STATE_COLUMNS)
    of_invoice = changed(data, plain["invoice"], *optional(Invoice).keys() - {"total_amount"})
    tokens, rows = plain["state"].get("tokens", ()), plain["invoice"].get("invoice_rows", ())
    for part in (plain, *tokens, *rows):
        changed(data, part)
    found = INVOICES.from_dict(plain)
    assert found.state == replace(record.state, **{name: defaults[name] for name in of_state})
    assert found.invoice == attrs.evolve(record.invoice, **dict.fromkeys(of_invoice))


def test_a_value_of_another_type_is_not_stored() -> None:
    with pytest.raises(TypeError, match="object"):
        serialization.encode_invoice(Invoice(title=object()))  # type: ignore[arg-type]


def test_a_total_is_stored_once() -> None:
    invoice = Invoice(total_amount="149.99 SEK")
    state = InvoiceState("1", Amount.of("149.99 SEK"))
    record = StoredInvoice(state, 1, DEFAULT_START, serialization.encode_invoice(invoice))
    assert record.invoice == invoice
    assert json.dumps(row_of(record), default=str).count("149.99") == 1
    assert "ISSUED" not in row_of(record)[-1]

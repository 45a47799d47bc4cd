"""What goes into the store comes out of it, whatever it is."""

from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.invoices import invoices
from seqrkit.model import CustomerToken, Invoice, InvoiceRow
from seqrkit.money import Amount
from seqrkit.simulator.states.invoice_state import InvoiceState
from seqrkit.simulator.store import state_codec

texts = st.none() | st.text()
numbers = st.none() | st.decimals(allow_nan=False, allow_infinity=False)
amounts = st.none() | st.builds(Amount, numbers, texts)
dates = st.none() | st.datetimes(timezones=st.none() | st.just(UTC))
rows = st.builds(
    InvoiceRow,
    **{
        name: amounts
        if name in {"item_discount", "item_total_amount", "item_unit_price"}
        else numbers
        if name in {"item_quantity", "item_tax_rate"}
        else texts
        for name in state_codec.ROW_FIELDS
    },
)
written = st.builds(
    Invoice,
    **dict.fromkeys(state_codec.INVOICE_FIELDS, texts)
    | {
        "issue_date": dates,
        "invoice_rows": st.none() | st.lists(rows, max_size=3),
        "total_amount": amounts,
        "commit_reservation_timeout": st.none() | st.integers(-(2**63), 2**63),
    },
)


@given(written)
def test_an_invoice_is_kept_exactly(invoice: Invoice) -> None:
    assert state_codec.read_invoice(state_codec.write_invoice(invoice)) == invoice


@given(invoices)
def test_a_state_is_kept_exactly(state: InvoiceState) -> None:
    text = state_codec.write_state(state)
    assert state_codec.read_state(state.reference, text) == state


def test_the_lists_name_every_field_there_is() -> None:
    assert set(state_codec.INVOICE_FIELDS) == {field.name for field in attrs.fields(Invoice)}
    assert set(state_codec.ROW_FIELDS) == {field.name for field in attrs.fields(InvoiceRow)}
    assert set(state_codec.TOKEN_FIELDS) == {field.name for field in attrs.fields(CustomerToken)}
    assert set(state_codec.STATE_FIELDS) == set(InvoiceState.__slots__) - {"reference"}


def test_something_else_is_not_kept_by_accident() -> None:
    invoice = Invoice(title=object())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="cannot keep"):
        state_codec.write_invoice(invoice)


def test_an_instant_keeps_its_zone() -> None:
    date = datetime(2026, 1, 1, 12, 0, 0, 663000, tzinfo=UTC)
    assert (
        state_codec.read_invoice(state_codec.write_invoice(Invoice(issue_date=date))).issue_date
        == date
    )

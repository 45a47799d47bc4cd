"""Hypothesis shrinks a failing message to the smallest one."""

from decimal import Decimal
from typing import cast

from hypothesis import Phase, find, settings

from seqrkit import strategies
from seqrkit.model import Invoice, SendInvoice
from seqrkit.strategies import Message

QUICK = settings(max_examples=1000, database=None, phases=[Phase.generate, Phase.shrink])
"""Without the phase `explain`, after which `find` returns its last variation."""


def invoice_of(message: Message) -> Invoice:
    invoice = cast("SendInvoice", message).invoice
    assert invoice is not None
    return invoice


def total_of(message: Message) -> Decimal:
    total = invoice_of(message).total_amount
    assert total is not None
    assert total.value is not None
    return total.value


def test_an_invoice_shrinks_to_one_row_of_the_smallest_amount_in_plain_ascii() -> None:
    request = find(strategies.valid("sendInvoice"), lambda _: True, settings=QUICK)
    invoice = invoice_of(request)
    assert invoice.invoice_rows is not None
    (row,) = invoice.invoice_rows
    assert str(invoice.total_amount) == str(row.item_total_amount) == "0.01 SEK"
    assert (invoice.title, invoice.footer, row.item_quantity) == ("0", "0", Decimal(1))
    assert (row.item_description, row.item_ean, row.item_unit_price) == (None, None, None)
    assert cast("SendInvoice", request).tokens == ()
    assert strategies.envelope(cast("SendInvoice", request)).isascii()


def test_a_failure_above_an_amount_shrinks_to_that_amount() -> None:
    request = find(
        strategies.valid("sendInvoice"), lambda each: total_of(each) >= 100, settings=QUICK
    )
    assert total_of(request) == 100
    assert len(invoice_of(request).invoice_rows or ()) <= 1


def test_a_failure_above_an_amount_without_decimals_shrinks_to_it_and_the_first_currency() -> None:
    def fails(message: Message) -> bool:
        total = invoice_of(message).total_amount
        return total is not None and total.minor_units == 0 and total_of(message) >= 100

    request = find(strategies.valid("sendInvoice"), fails, settings=QUICK)
    assert str(invoice_of(request).total_amount) == "100 BIF"


def test_a_failure_with_two_rows_shrinks_to_two_short_rows() -> None:
    request = find(
        strategies.valid("sendInvoice"),
        lambda each: len(invoice_of(each).invoice_rows or ()) == 2,
        settings=QUICK,
    )
    first, second = invoice_of(request).invoice_rows or ()
    one, other = first.item_total_amount, second.item_total_amount
    assert one is not None
    assert other is not None
    assert one.currency == other.currency == "SEK"
    assert one.value == 0
    assert other.value in {Decimal(1), Decimal("0.1"), Decimal("0.01")}  # one of the last decimal
    assert (first.item_sku, second.item_sku) == (None, None)


def test_a_broken_message_shrinks_to_the_simplest_way_to_break_its_rule() -> None:
    long = strategies.broken("sendInvoice", rule="context.clientReference.max-length")
    broken = find(long, lambda _: True, settings=QUICK)
    assert f"<clientReference>{'0' * 33}</clientReference>".encode() in broken.envelope
    assert broken.envelope.isascii()

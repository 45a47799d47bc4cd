"""The books of a world: what counts as paid once the service has reversed what nobody polled."""

from decimal import Decimal

import pytest

import seqrkit
from seqrkit.clock import ManualClock
from seqrkit.drill.merchant_books import books_of
from seqrkit.model import Invoice


@pytest.mark.parametrize(("polled", "paid"), [(True, 10), (False, 0)])
def test_a_payment_in_parts_is_reversed_as_a_whole(polled: bool, paid: int) -> None:  # noqa: FBT001
    with seqrkit.connect(clock=ManualClock(), quiet=True) as session:
        assert session.simulator is not None
        reply = session.send_invoice(Invoice(title="Tea", total_amount="10 SEK"))
        assert session.phone is not None
        session.phone.scan(reply.qr).pay("5 SEK").pay()
        if polled:
            session.get_payment_status(reply.invoice_reference)
        books = books_of(session.simulator, [])
        assert (books.paid, books.payments) == (Decimal(paid), 2 if polled else 0)

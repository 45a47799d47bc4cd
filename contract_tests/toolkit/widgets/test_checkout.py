"""The checkout shows each status of a payment and polls no more than needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from attrs import evolve

from contract_tests.toolkit.calls import INVOICE
from contract_tests.toolkit.messages import INTERFACES
from contract_tests.toolkit.widgets.visible import coming, press, shown
from seqrkit import Invoice, ManualClock, Session, connect, schemas
from seqrkit.errors import ConfigurationError, InvalidInvoiceData
from seqrkit.vocabulary import InvoiceStatus
from seqrkit.widgets.checkout import Checkout
from seqrkit.widgets.payment_flow import TYPE, Payment


@pytest.fixture
def seqr() -> Iterator[Session]:
    with connect(quiet=True, clock=ManualClock(), seed=1) as session:
        yield session


def polls(seqr: Session) -> int:
    return sum(each.operation == "getPaymentStatus" for each in seqr.exchanges)


@pytest.mark.parametrize("interface", INTERFACES)
def test_a_payment_is_followed_to_its_end(interface: str) -> None:
    with connect(interface=interface, quiet=True, clock=ManualClock()) as seqr:
        follow(seqr)


@pytest.mark.parametrize(("interval", "deadline"), [(0, 120), (-1, 120), (1, -1)])
def test_invalid_times_are_rejected_before_anything_is_sent(
    seqr: Session, interval: float, deadline: float
) -> None:
    with pytest.raises(ConfigurationError, match="deadline"):
        seqr.checkout(INVOICE, interval=interval, deadline=deadline)
    assert not seqr.exchanges


def follow(seqr: Session) -> None:
    checkout = seqr.checkout(INVOICE)
    code = checkout.payment.code
    assert str(checkout) == (
        f"Checkout: {INVOICE.title}, {INVOICE.total_amount}, ISSUED, {code}\n"
        "  12:00:00  ISSUED    Waiting for the buyer to scan and pay."
    )
    assert repr(checkout) == str(checkout).splitlines()[0]
    page = shown(checkout)
    for part in (code.payload, str(INVOICE.total_amount), "120 s left", "[Poll now]", "[Cancel"):
        assert part in page
    assert "[Keep" not in page
    seqr.phone.scan(code).pay()
    assert checkout.status == "ISSUED", "it knows what it was told"
    seqr.clock.sleep(1)
    assert checkout.status == "PAID"
    paid = checkout.timeline[-1]
    assert (f"{paid.at:%H:%M:%S}", paid.status, len(paid.reference)) == ("12:00:01", "PAID", 25)
    page = shown(checkout)
    assert paid.reference in page
    assert "[" not in page.replace("[0]", ""), "nothing is left to press"
    asked = polls(seqr)
    seqr.clock.sleep(100)
    assert polls(seqr) == asked


def test_it_polls_when_the_clock_advances_or_on_demand(seqr: Session) -> None:
    checkout = seqr.checkout(INVOICE)
    assert polls(seqr) == 0
    assert checkout.step() == "ISSUED"
    assert polls(seqr) == 1
    seqr.clock.sleep(1)
    assert polls(seqr) == 2
    assert len(checkout.timeline) == 1, "nothing new"
    checkout.close()
    seqr.clock.sleep(1)
    assert polls(seqr) == 2


def test_an_invoice_is_cancelled(seqr: Session) -> None:
    checkout = seqr.checkout(INVOICE)
    assert checkout.cancel() == "CANCELED"
    assert "CANCELED" in shown(checkout)
    assert "polling has ended" in shown(checkout)
    assert checkout.trouble == ""


def test_a_failed_cancellation_shows_the_reason_and_the_status(seqr: Session) -> None:
    checkout = seqr.checkout(INVOICE)
    seqr.phone.scan(checkout.payment.code).pay()
    assert checkout.cancel() == "PAID"
    assert "CANNOT_CANCEL_PAID_INVOICE" in checkout.trouble
    assert 'role="alert"' in shown(checkout)


def test_an_unpolled_payment_is_shown_as_reversed(seqr: Session) -> None:
    checkout = seqr.checkout(INVOICE)
    seqr.phone.scan(checkout.payment.code).pay()
    seqr.clock.sleep(20)
    assert checkout.status == "CANCELED"
    assert "paid back because nobody asked" in str(checkout)


def test_polling_ends_at_the_deadline_and_can_be_resumed(seqr: Session) -> None:
    checkout = seqr.checkout(INVOICE, deadline=10)
    seqr.clock.sleep(10)
    assert not checkout.payment.waiting
    page = shown(checkout)
    assert "the invoice is still open" in page
    assert "[Keep waiting]" in page
    assert "[Cancel the invoice]" in page
    asked = polls(seqr)
    seqr.clock.sleep(5)
    assert polls(seqr) == asked
    seqr.phone.scan(checkout.payment.code).pay()
    assert checkout.go_on() == "PAID"


def test_a_failed_poll_is_reported_and_repeated(seqr: Session) -> None:
    checkout = seqr.checkout(INVOICE)
    seqr.faults.add("drop-before", operation="getPaymentStatus", count=1)
    checkout.step()
    assert checkout.trouble.startswith("The last poll failed: ")
    assert checkout.payment.waiting
    checkout.step()
    assert checkout.trouble == ""


def test_a_permanent_error_ends_the_wait(seqr: Session) -> None:
    checkout = seqr.checkout(INVOICE)
    seqr.faults.add("result-code", operation="getPaymentStatus", code=54, count=1)
    checkout.step()
    assert "INVALID_INVOICE_REFERENCE" in checkout.trouble
    assert "[Keep waiting]" in shown(checkout)
    assert checkout.go_on() == "ISSUED"
    assert checkout.trouble == ""


def test_a_reservation_awaits_reserved(seqr: Session) -> None:
    payment = Payment(seqr, INVOICE_RESERVED)
    assert payment.awaited is InvoiceStatus.RESERVED
    seqr.phone.scan(payment.code).pay()
    payment.poll()
    assert (payment.status, payment.over) == ("RESERVED", True)


def test_the_timeline_shows_the_steps_of_loyalty(seqr: Session) -> None:
    seqr.phone.add_card("77")
    checkout = seqr.checkout(evolved(acknowledgment_mode="REQUIRE_ACKNOWLEDGMENT"))
    seqr.phone.scan(checkout.payment.code)
    assert checkout.step() == "PENDING_ISSUER_ACKNOWLEDGE"
    seqr.update_invoice(checkout.payment.reference, INVOICE)
    checkout.step()
    seqr.phone.bill(checkout.payment.reference).pay()
    checkout.step()
    seen = [moment.status for moment in checkout.timeline]
    assert seen == ["ISSUED", "PENDING_ISSUER_ACKNOWLEDGE", "ISSUED", "PAID"]


def test_a_rejected_invoice_raises_the_clients_error(seqr: Session) -> None:
    seqr.faults.add("result-code", operation="sendInvoice", code=49, count=1)
    with pytest.raises(InvalidInvoiceData):
        seqr.checkout(INVOICE)


def test_texts_of_the_invoice_are_escaped(seqr: Session) -> None:
    checkout = seqr.checkout(evolved(title="<script>alert(1)</script>"))
    assert "<script" not in shown(checkout)
    assert "&lt;script&gt;" in shown(checkout)


def test_with_the_system_clock_it_polls_by_itself() -> None:
    with connect(quiet=True) as seqr:
        checkout = Checkout(seqr, INVOICE, interval=0.01)
        paid = coming(checkout, "status", lambda status: status == "PAID")
        seqr.phone.scan(checkout.payment.code).pay()
        assert paid()


def test_a_button_works_in_the_background(seqr: Session) -> None:
    checkout = seqr.checkout(INVOICE)
    cancelled = coming(checkout, "status", lambda status: status == "CANCELED")
    press(checkout, "Cancel the invoice")
    assert cancelled()


@pytest.mark.parametrize("interface", INTERFACES)
def test_every_status_has_a_meaning(interface: str) -> None:
    meanings = schemas.value_meanings(TYPE, interface)
    assert {"ISSUED", "PAID"} <= {*meanings} <= {*InvoiceStatus}
    assert all(meanings.values())


def evolved(**changes: Any) -> Invoice:
    return evolve(INVOICE, **changes)


INVOICE_RESERVED = evolved(payment_mode="RESERVATION_REQUIRED")

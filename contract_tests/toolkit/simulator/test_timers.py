"""Reversals and lapsed reservations, the same in one move of the clock and in twenty."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.shop import Shop
from seqrkit.clock import ManualClock


def paid(shop: Shop) -> str:
    reference = shop.send()
    shop.scan(reference).pay()
    return reference


def test_an_unpolled_payment_is_reversed_after_20_seconds() -> None:
    shop = Shop()
    reference = paid(shop)
    shop.clock.advance(20)
    reply = shop.status(reference)
    assert (reply.status, reply.version, reply.ers_reference) == ("CANCELED", 2, None)


def test_due_events_are_counted() -> None:
    clock = ManualClock()
    shop = Shop(clock=clock)
    paid(shop)
    paid(shop)
    unsubscribe = shop.service._unsubscribe
    assert unsubscribe is not None
    unsubscribe()  # as on a clock that nobody turns
    clock.advance(20)
    assert [shop.service.apply_due_events() for _ in range(2)] == [2, 0]


def test_a_payment_polled_in_time_is_final() -> None:
    shop = Shop()
    reference = paid(shop)
    shop.clock.advance(19.999)
    assert shop.status(reference).status == "PAID"
    shop.clock.advance(10**6)
    assert shop.status(reference).status == "PAID"


def test_a_receipt_or_a_refund_acknowledges_the_payment() -> None:
    shop = Shop()
    first, second = paid(shop), paid(shop)
    for reference, operation in (
        (first, lambda ers: shop.call("submitPaymentReceipt", ers_reference=ers)),
        (second, lambda ers: shop.refund(ers, "1 SEK")),
    ):
        assert operation(shop.scan(reference).state.ers_reference).result_code == 0
    shop.clock.advance(60)
    assert {shop.status(first).status, shop.status(second).status} == {"PAID"}


def test_committing_a_reservation_acknowledges_the_payment() -> None:
    shop = Shop()
    reference = shop.send(payment_mode="RESERVATION_REQUIRED")
    shop.scan(reference).pay()
    shop.call("commitReservation", invoice_reference=reference)
    shop.clock.advance(60)
    assert shop.status(reference).status == "PAID"


@pytest.mark.parametrize(("timeout", "seconds"), [(None, 3600), (0, 3600), (-5, 3600), (90, 90)])
def test_a_reservation_lapses_after_its_timeout(timeout: int | None, seconds: int) -> None:
    shop = Shop()
    reference = shop.send(payment_mode="RESERVATION_REQUIRED", commit_reservation_timeout=timeout)
    shop.scan(reference).pay()
    shop.clock.advance(seconds - 1)
    assert shop.status(reference).status == "RESERVED"
    shop.clock.advance(1)
    assert shop.status(reference).status == "CANCELED"
    assert shop.call("commitReservation", invoice_reference=reference).result_code == 96


def test_a_reservation_can_have_a_very_long_timeout() -> None:
    shop = Shop()
    reference = shop.send(payment_mode="RESERVATION_REQUIRED", commit_reservation_timeout=2**63 - 1)
    assert shop.scan(reference).pay().status == "RESERVED"


def test_due_events_are_applied_in_order_and_at_their_own_time() -> None:
    shop = Shop()
    late = shop.send(payment_mode="RESERVATION_REQUIRED", commit_reservation_timeout=50)
    shop.scan(late).pay()
    first = paid(shop)
    shop.clock.advance(5)
    second = paid(shop)
    shop.clock.advance(100)
    period = shop.mark()
    shop.clock.advance(3)
    text = shop.report("STD_RECON_003", period).report.content_string
    times = [line.split(">")[1][8:17] for line in text.splitlines() if "ErsReference" in line]
    assert times == ["120000000", "120005000", "120020000", "120025000"]
    assert {shop.status(r).status for r in (late, first, second)} == {"CANCELED"}


@settings(max_examples=20)
@given(
    st.lists(st.sampled_from(["IMMEDIATE_DEBIT", "RESERVATION_REQUIRED"]), min_size=1, max_size=3),
    st.integers(1, 30),
    st.integers(1, 40),
)
def test_the_state_is_the_same_after_one_move_of_the_clock_and_after_many(
    modes: list[str], timeout: int, seconds: int
) -> None:
    told = []
    for steps in (1, 20):
        shop = Shop()
        references = []
        for mode in modes:
            references.append(shop.send(payment_mode=mode, commit_reservation_timeout=timeout))
            shop.scan(references[-1]).pay()
            shop.clock.advance(1)
        for _ in range(steps):
            shop.clock.advance(seconds / steps)
        shop.mark()
        shop.clock.advance(3)
        report = shop.report("STD_RECON_003").report.content_string
        told.append(([shop.status(reference) for reference in references], report))
    assert told[0] == told[1]

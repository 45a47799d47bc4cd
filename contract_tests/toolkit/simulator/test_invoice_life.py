"""The life of an invoice, as merchant and buyer see it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from contract_tests.toolkit.simulator.shop import Shop, standard
from seqrkit.errors import CannotPay
from seqrkit.model import CustomerToken, Invoice
from seqrkit.money import NOTHING, Amount
from seqrkit.vocabulary import Interface, ResultCode

LOYALTY = "REQUIRE_ACKNOWLEDGMENT"
RESERVING = ["RESERVATION_REQUIRED", "RESERVATION_REQUIRED_PRELIMINARY_AMOUNT"]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_a_new_invoice_is_issued_in_version_0(shop: Shop) -> None:
    reply = shop.status(shop.send())
    assert (reply.status, reply.version, reply.customer_tokens) == ("ISSUED", 0, ())
    assert reply.ers_reference is reply.receipt is None


def test_an_invoice_reference_is_the_time_in_milliseconds_or_the_next_number(shop: Shop) -> None:
    assert [shop.send(), shop.send()] == ["1767268800000", "1767268800001"]
    shop.clock.advance(0.001)
    assert shop.send() == "1767268800002"
    shop.clock.advance(1)
    assert shop.send() == "1767268801001"


@pytest.mark.parametrize("mode", [LOYALTY, None])
def test_a_scanned_invoice_waits_if_acknowledgment_is_required(
    shop: Shop, mode: str | None
) -> None:
    reference = shop.send(acknowledgment_mode=mode)
    shop.phone.add_card("2610411111110")
    bill = shop.scan(reference)
    reply = shop.status(reference)
    assert (reply.status, reply.version) == ("PENDING_ISSUER_ACKNOWLEDGE", 1)
    assert [(t.value, t.status) for t in reply.customer_tokens] == [("2610411111110", 0)]
    with pytest.raises(CannotPay, match="waits for the merchant"):
        bill.pay()
    used = [CustomerToken(id="LOYALTY_CARD", value="2610411111110", status=1)]
    shop.call("updateInvoice", invoice_reference=reference, invoice=standard("90 SEK"), tokens=used)
    assert not bill.waiting
    assert bill.total == Amount.of("90 SEK")
    bill.pay()
    reply = shop.status(reference)
    assert (reply.status, reply.version) == ("PAID", 3)
    assert reply.customer_tokens[0].status == 1


def test_optional_acknowledgment_waits_only_for_a_buyer_with_a_token(shop: Shop) -> None:
    reference = shop.send(acknowledgment_mode="OPTIONAL_ACKNOWLEDGMENT")
    assert not shop.scan(reference).waiting
    shop.phone.add_card("1")
    assert shop.scan(reference).waiting


def test_a_second_scan_waits_only_for_a_new_token(shop: Shop) -> None:
    reference = shop.send(acknowledgment_mode=LOYALTY)
    shop.scan(reference)
    shop.call("updateInvoice", invoice_reference=reference, invoice=Invoice(total_amount="9 SEK"))
    assert not shop.scan(reference).waiting
    shop.phone.add_card("1")
    assert shop.scan(reference).waiting


def test_a_second_token_raises_the_version_of_a_waiting_invoice(shop: Shop) -> None:
    reference = shop.send(acknowledgment_mode=LOYALTY)
    shop.scan(reference)
    shop.phone.add_card("1")
    shop.scan(reference)
    assert shop.status(reference).version == 2


def test_a_paid_invoice_has_a_reference_and_a_receipt(shop: Shop) -> None:
    reference = shop.send(client_invoice_id="42", back_url="https://shop.example/done")
    bill = shop.scan(reference).pay()
    reply = shop.status(reference)
    assert reply.status == "PAID"
    assert len(reply.ers_reference) == 25
    assert reply.receipt.payment_reference == reply.ers_reference
    assert reply.receipt.invoice_reference == reference
    assert reply.receipt.client_invoice_id == "42"
    assert reply.receipt.invoice.total_amount == Amount.of("100 SEK")
    assert bill.opened_url == "https://shop.example/done"


@pytest.mark.parametrize("mode", RESERVING)
@pytest.mark.parametrize("amount", [None, "60 SEK"])
def test_a_reservation_is_committed_in_whole_or_in_part(
    shop: Shop, mode: str, amount: str | None
) -> None:
    reference = shop.send(payment_mode=mode)
    shop.scan(reference).pay()
    assert shop.status(reference).status == "RESERVED"
    given = amount and Amount.of(amount)
    reply = shop.call("commitReservation", invoice_reference=reference, amount=given)
    assert reply.result_code == 0
    assert reply.ers_reference is None  # documented: code and text only
    paid = shop.status(reference)
    assert paid.status == "PAID"
    assert paid.receipt.invoice.total_amount == Amount.of(amount or "100 SEK")
    assert shop.refund(paid.ers_reference, "100.01 SEK").result_code == 98


def test_a_reservation_can_be_updated_downwards_before_it_is_committed(shop: Shop) -> None:
    reference = shop.send(payment_mode="RESERVATION_REQUIRED")
    shop.scan(reference).pay()
    shop.call(
        "updateInvoice", invoice_reference=reference, invoice=standard("70 SEK", title="Less")
    )
    shop.call("commitReservation", invoice_reference=reference)
    receipt = shop.status(reference).receipt
    assert receipt.invoice.total_amount == Amount.of("70 SEK")
    assert receipt.invoice.title == "Less"


@pytest.mark.parametrize("status", ["RESERVED", "PAID"])
def test_a_desired_reservation_depends_on_the_buyers_bank(shop: Shop, status: str) -> None:
    shop.phone.can_reserve = status == "RESERVED"
    reference = shop.send(payment_mode="RESERVATION_DESIRED")
    shop.scan(reference).pay()
    assert shop.status(reference).status == status


def test_a_part_payment_is_completed_by_the_rest(shop: Shop) -> None:
    reference = shop.send()
    bill = shop.scan(reference).pay("40 SEK")
    older = shop.status(reference, interface=Interface.EXTCLIENTPROXY_V2)
    assert older.status == "ISSUED"
    assert older.ers_reference is None
    assert shop.status(reference).status == "PARTIALLY_PAID"
    bill.decline()
    assert bill.status == "PARTIALLY_PAID"
    bill.pay(Decimal(60))
    assert shop.status(reference).status == "PAID"


def test_a_reservation_is_released_by_cancelling_it(shop: Shop) -> None:
    reference = shop.send(payment_mode="RESERVATION_REQUIRED")
    bill = shop.scan(reference).pay()
    assert shop.call("cancelInvoice", invoice_reference=reference).result_code == 0
    assert bill.status == "CANCELED"
    assert bill.state.reserved == NOTHING
    assert bill.state.due is None


def test_a_date_without_a_zone_is_in_the_endpoints_zone(shop: Shop) -> None:
    date = datetime(2015, 12, 25, 12, 34, 56)  # noqa: DTZ001  that is the point
    bill = shop.scan(shop.send(issue_date=date))
    assert bill.invoice.issue_date == date.replace(tzinfo=UTC)


def test_a_declined_invoice_is_failed(shop: Shop) -> None:
    reference = shop.send()
    shop.scan(reference).decline()
    assert shop.status(reference).status == "FAILED"


@pytest.mark.parametrize("mode", [LOYALTY, "NO_ACKNOWLEDGMENT"])
def test_a_buyer_cancels_and_returns_to_the_shop(shop: Shop, mode: str) -> None:
    reference = shop.send(acknowledgment_mode=mode, back_url="https://shop.example/")
    bill = shop.scan(reference).cancel()
    assert shop.status(reference).status == "CANCELED"
    assert bill.opened_url == "https://shop.example/"


def test_a_second_invoice_cancels_the_first_on_a_cash_register(shop: Shop) -> None:
    till = shop.register()
    first, second = shop.send(caller=till), shop.send(caller=till)
    assert shop.status(first, caller=till).status == "CANCELED"
    assert shop.status(second, caller=till).status == "ISSUED"


@pytest.mark.parametrize("money", ["RESERVED", "PARTIALLY_PAID"])
def test_a_second_invoice_does_not_cancel_a_paid_or_reserved_one(shop: Shop, money: str) -> None:
    till = shop.register()
    mode = "RESERVATION_REQUIRED" if money == "RESERVED" else "IMMEDIATE_DEBIT"
    first = shop.send(caller=till, payment_mode=mode)
    shop.scan(first).pay(None if money == "RESERVED" else "1 SEK")
    shop.send(caller=till)
    assert shop.status(first, caller=till).status == money


def test_a_second_invoice_leaves_the_first_open_on_a_webshop_terminal(shop: Shop) -> None:
    first, _second = shop.send(), shop.send()
    assert shop.status(first).status == "ISSUED"


def test_an_update_before_a_scan_changes_the_invoice_and_after_it_nothing(shop: Shop) -> None:
    reference = shop.send()
    for total in ("80 SEK", "60 SEK"):
        reply = shop.call(
            "updateInvoice",
            invoice_reference=reference,
            invoice=Invoice(total_amount=total),
        )
        assert reply.result_code == 0
        bill = shop.scan(reference)
        assert (bill.total, bill.title) == (Amount.of("80 SEK"), "Grand Cinema")


def test_a_poll_without_a_reference_is_about_the_current_invoice(shop: Shop) -> None:
    till = shop.register()
    shop.send("1 SEK", caller=till)
    second = shop.send("2 SEK", caller=till)
    shop.scan(second).pay()
    assert shop.status(None, caller=till).receipt.invoice_reference == second


def test_a_client_that_never_sends_a_version_gets_every_state(shop: Shop) -> None:
    reference = shop.send()
    bill = shop.scan(reference)
    seen = [shop.status(reference, version=None).status]
    bill.pay()
    seen.append(shop.status(reference, version=None).status)
    shop.clock.advance(60)
    seen.append(shop.status(reference, version=None).status)
    assert seen == ["ISSUED", "PAID", "PAID"]


def test_a_notification_follows_payment_and_reservation_and_nothing_else(shop: Shop) -> None:
    url = "http://shop.example/paid?order=1"
    paid = shop.send(notification_url=url)
    canceled = shop.send(notification_url=url)
    reserved = shop.send(notification_url=url, payment_mode="RESERVATION_REQUIRED")
    shop.scan(canceled).cancel()
    shop.scan(paid).pay()
    shop.scan(reserved).pay()
    assert shop.posted == [(url, paid), (url, reserved)]
    shop.call("commitReservation", invoice_reference=reserved)
    assert shop.posted[2:] == [(url, reserved)]


def test_the_codes_of_confirmation_end_with_it(shop: Shop) -> None:
    reference = shop.send()
    bill = shop.scan(reference).begin_confirmation()
    assert _update_and_cancel(shop, reference) == [48, 51]
    bill.leave_confirmation()
    assert _update_and_cancel(shop, reference) == [0, 0]


def _update_and_cancel(shop: Shop, reference: str) -> list[ResultCode]:
    update = shop.call("updateInvoice", invoice_reference=reference, invoice=standard())
    cancel = shop.call("cancelInvoice", invoice_reference=reference)
    return [update.result_code, cancel.result_code]

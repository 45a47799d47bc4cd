"""Proofs of the life of an invoice."""

from __future__ import annotations

from typing import Any

from contract_tests.toolkit.simulator.proofs import proof
from contract_tests.toolkit.simulator.shop import Shop, standard
from seqrkit.clock import DEFAULT_START
from seqrkit.errors import CannotPay
from seqrkit.model import CustomerToken
from seqrkit.simulator.faults import Faults
from seqrkit.simulator.notifications.delivery import Notifications
from seqrkit.simulator.notifications.http_post import Outcome
from seqrkit.simulator.store.records import QueuedNotification
from seqrkit.vocabulary import AcknowledgmentMode, Interface

RESERVED: dict[str, Any] = {"payment_mode": "RESERVATION_REQUIRED"}
WAITING: dict[str, Any] = {"acknowledgment_mode": "REQUIRE_ACKNOWLEDGMENT"}


def status(shop: Shop, reference: str, **options: Any) -> str:
    return str(shop.status(reference, **options).status)


def paid(shop: Shop, **fields: Any) -> str:
    reference = shop.send(**fields)
    shop.scan(reference).pay()
    return reference


def scanned(shop: Shop, **fields: Any) -> str:
    shop.phone.remove_cards()
    shop.phone.add_card("1")
    reference = shop.send(**fields)
    shop.scan(reference)
    return status(shop, reference)


def updated(shop: Shop, reference: str, total: str, **fields: Any) -> Any:
    invoice = standard(total, **fields)
    return shop.call("updateInvoice", invoice_reference=reference, invoice=invoice)


def total(shop: Shop, reference: str) -> str:
    return str(shop.phone.bill(reference).total)


@proof("invoice.issued", 0)
def a_new_invoice(shop: Shop) -> Any:
    return shop.status(shop.send()).version


@proof("scan.required", "PENDING_ISSUER_ACKNOWLEDGE")
def a_scan_that_must_be_acknowledged(shop: Shop) -> Any:
    return scanned(shop, **WAITING)


@proof("scan.optional", "PENDING_ISSUER_ACKNOWLEDGE")
def a_scan_with_a_card_under_optional(shop: Shop) -> Any:
    return scanned(shop, acknowledgment_mode="OPTIONAL_ACKNOWLEDGMENT")


@proof("scan.unstated", "PENDING_ISSUER_ACKNOWLEDGE")
def a_scan_without_a_mode(shop: Shop) -> Any:
    return scanned(shop, acknowledgment_mode=None)


@proof("scan.free", "ISSUED")
def a_scan_without_acknowledgment(shop: Shop) -> Any:
    return scanned(shop)


@proof("scan.tokens", [("LOYALTY_CARD", 0)])
def the_tokens_of_a_scan(shop: Shop) -> Any:
    shop.phone.add_card("1")
    reference = shop.send()
    shop.scan(reference)
    return [(token.id, token.status) for token in shop.status(reference).customer_tokens or ()]


@proof("scan.terminal", "PAID")
def a_scan_of_the_static_code(shop: Shop) -> Any:
    shop.caller = shop.register()
    shop.call("assignSeqrId", seqr_id="till1")
    reference = shop.send()
    shop.phone.scan("HTTP://SEQR.SE/Qtill1").pay()
    return status(shop, reference)


@proof("scan.again", "ISSUED")
def a_second_scan_after_the_acknowledgment(shop: Shop) -> Any:
    reference = shop.send(**WAITING)
    shop.scan(reference)
    updated(shop, reference, "90 SEK", **WAITING)
    shop.scan(reference)
    return status(shop, reference)


@proof("confirmation", 51)
def a_cancel_while_the_pin_dialog_is_open(shop: Shop) -> Any:
    reference = shop.send()
    shop.scan(reference).begin_confirmation()
    return shop.call("cancelInvoice", invoice_reference=reference).result_code


@proof("pay.at-once", "PAID")
def a_payment(shop: Shop) -> Any:
    return status(shop, paid(shop))


@proof("pay.reserved", "RESERVED")
def a_reservation(shop: Shop) -> Any:
    return status(shop, paid(shop, **RESERVED))


@proof("pay.reserved-if-possible", "RESERVED")
def a_reservation_that_is_desired(shop: Shop) -> Any:
    return status(shop, paid(shop, payment_mode="RESERVATION_DESIRED"))


def part_paid(shop: Shop) -> str:
    reference = shop.send()
    shop.scan(reference).pay("40 SEK")
    return reference


@proof("pay.part", "PARTIALLY_PAID")
def a_part_of_a_payment(shop: Shop) -> Any:
    return status(shop, part_paid(shop))


@proof("pay.part-older-interface", "ISSUED")
def a_part_over_the_older_interface(shop: Shop) -> Any:
    return status(shop, part_paid(shop), interface=Interface.EXTCLIENTPROXY_V2)


@proof("documented.status", "PARTIALLY_PAID")
def a_part_over_the_older_interface_in_documented_mode(shop: Shop) -> Any:
    shop.service.configure({"documented": True})
    return status(shop, part_paid(shop), interface=Interface.EXTCLIENTPROXY_V2)


@proof("status.delivery-address", "1 High Street")
def the_address_of_the_phone(shop: Shop) -> Any:
    shop.phone.delivery_address = "1 High Street"
    reference = shop.send()
    shop.scan(reference)
    return shop.status(reference).delivery_address


CARD = CustomerToken(id="CARD", value="1", status=1)
BLOCKED = {"tokens": [{"id": "CARD", "blocked": ["1"]}]}


@proof("token.unknown", 0)
def a_token_that_no_setting_lists(shop: Shop) -> Any:
    reply = shop.call("sendInvoice", invoice=standard(), tokens=[CARD])
    return reply.result_code


@proof("token.blocked", [90])
def a_merchant_that_marks_a_blocked_token_as_used(shop: Shop) -> Any:
    shop.service.configure(BLOCKED)
    reply = shop.call("sendInvoice", invoice=standard(), tokens=[CARD])
    return [each.status for each in shop.status(reply.invoice_reference).customer_tokens]


@proof("token.unusable", "ISSUED")
def a_blocked_card_offered_by_the_phone(shop: Shop) -> Any:
    shop.service.configure(BLOCKED)
    shop.phone.add_card("1", "CARD")
    reference = shop.send(acknowledgment_mode=AcknowledgmentMode.OPTIONAL_ACKNOWLEDGMENT)
    shop.scan(reference)
    return status(shop, reference)


@proof("pay.declined", "FAILED")
def a_payment_that_the_bank_declines(shop: Shop) -> Any:
    reference = shop.send()
    shop.scan(reference).decline()
    return status(shop, reference)


@proof("pay.part-declined", "PARTIALLY_PAID")
def the_rest_of_a_part_payment_is_declined(shop: Shop) -> Any:
    reference = part_paid(shop)
    shop.scan(reference).decline()
    return status(shop, reference)


@proof("buyer.cancels", "CANCELED")
def a_buyer_cancels(shop: Shop) -> Any:
    reference = shop.send()
    shop.scan(reference).cancel()
    return status(shop, reference)


@proof("buyer.back-url", "https://shop.example/")
def the_back_url_is_opened(shop: Shop) -> Any:
    return shop.scan(shop.send(back_url="https://shop.example/")).pay().opened_url


@proof("update.acknowledges", "ISSUED")
def an_update_of_a_waiting_invoice(shop: Shop) -> Any:
    reference = shop.send(**WAITING)
    shop.scan(reference)
    updated(shop, reference, "90 SEK")
    return status(shop, reference)


@proof("update.before-scan", "90 SEK")
def an_update_before_the_scan(shop: Shop) -> Any:
    reference = shop.send()
    updated(shop, reference, "90 SEK")
    return total(shop, reference)


@proof("update.after-scan", ("100 SEK", 0))
def an_update_after_the_scan(shop: Shop) -> Any:
    reference = shop.send()
    shop.scan(reference)
    reply = updated(shop, reference, "90 SEK")
    return total(shop, reference), reply.result_code


@proof("update.reserved", "90 SEK")
def an_update_of_a_reservation(shop: Shop) -> Any:
    reference = paid(shop, **RESERVED)
    updated(shop, reference, "90 SEK")
    return total(shop, reference)


@proof("cancel.open", "CANCELED")
def a_merchant_cancels(shop: Shop) -> Any:
    reference = shop.send()
    shop.call("cancelInvoice", invoice_reference=reference)
    return status(shop, reference)


@proof("cancel.reserved", "CANCELED")
def a_merchant_cancels_a_reservation(shop: Shop) -> Any:
    reference = paid(shop, **RESERVED)
    shop.call("cancelInvoice", invoice_reference=reference)
    return status(shop, reference)


@proof("commit", "PAID")
def a_commit_of_a_part(shop: Shop) -> Any:
    reference = paid(shop, **RESERVED)
    shop.call("commitReservation", invoice_reference=reference, amount="60 SEK")
    return status(shop, reference)


@proof("commit.all", "PAID")
def a_commit_without_an_amount(shop: Shop) -> Any:
    reference = paid(shop, **RESERVED)
    shop.call("commitReservation", invoice_reference=reference)
    return status(shop, reference)


@proof("commit.final", "PAID")
def nobody_polls_after_a_commit(shop: Shop) -> Any:
    reference = paid(shop, **RESERVED)
    shop.call("commitReservation", invoice_reference=reference)
    shop.clock.advance(60)
    return status(shop, reference)


@proof("supersede", "CANCELED")
def a_second_invoice_on_a_cash_register(shop: Shop) -> Any:
    till = shop.register()
    first = shop.send(caller=till)
    shop.send(caller=till)
    return status(shop, first, caller=till)


@proof("supersede.not-money", "RESERVED")
def a_second_invoice_beside_a_reservation(shop: Shop) -> Any:
    till = shop.register()
    first = paid(shop, caller=till, **RESERVED)
    shop.send(caller=till)
    return status(shop, first, caller=till)


@proof("supersede.not-webshop", "ISSUED")
def a_second_invoice_on_a_webshop(shop: Shop) -> Any:
    first = shop.send()
    shop.send()
    return status(shop, first)


@proof("reversal.canceled", "CANCELED")
def the_status_after_a_reversal(shop: Shop) -> Any:
    reference = paid(shop)
    shop.clock.advance(21)
    return status(shop, reference)


@proof("reversal", "CANCELED")
def nobody_polls_after_a_payment(shop: Shop) -> Any:
    reference = paid(shop)
    shop.clock.advance(20)
    return status(shop, reference)


@proof("reversal.polled", "PAID")
def a_poll_in_time(shop: Shop) -> Any:
    reference = paid(shop)
    status(shop, reference)
    shop.clock.advance(60)
    return status(shop, reference)


@proof("reservation.canceled", "CANCELED")
def the_status_after_a_reservation_lapsed(shop: Shop) -> Any:
    reference = paid(shop, commit_reservation_timeout=5, **RESERVED)
    shop.clock.advance(6)
    return status(shop, reference)


@proof("reservation.lapses", "CANCELED")
def a_reservation_that_nobody_commits(shop: Shop) -> Any:
    reference = paid(shop, commit_reservation_timeout=30, **RESERVED)
    shop.clock.advance(30)
    return status(shop, reference)


@proof("reservation.default", "RESERVED")
def a_reservation_without_a_time(shop: Shop) -> Any:
    reference = paid(shop, **RESERVED)
    shop.clock.advance(3599)
    return status(shop, reference)


@proof("version.status", 1)
def the_version_after_a_payment(shop: Shop) -> Any:
    return shop.status(paid(shop)).version


@proof("version.token", 1)
def the_version_after_a_token(shop: Shop) -> Any:
    shop.phone.add_card("1")
    reference = shop.send()
    shop.scan(reference)
    return shop.status(reference).version


@proof("version.no-filter", "PAID")
def a_client_that_always_sends_version_0(shop: Shop) -> Any:
    reference = paid(shop)
    status(shop, reference, version=0)
    shop.clock.advance(60)
    return status(shop, reference)


@proof("status.current", 0)
def a_poll_without_a_reference(shop: Shop) -> Any:
    till = shop.register()
    shop.send(caller=till)
    return shop.status(None, caller=till).result_code


@proof("status.ers-reference", None)
def the_ers_reference_of_a_part_payment(shop: Shop) -> Any:
    return shop.status(part_paid(shop)).ers_reference


@proof("status.receipt", None)
def the_receipt_of_a_part_payment(shop: Shop) -> Any:
    return shop.status(part_paid(shop)).receipt


@proof("notification.reserved", 1)
def a_notification_of_a_reservation(shop: Shop) -> Any:
    paid(shop, notification_url="http://127.0.0.1/reserved", **RESERVED)
    return len(shop.posted)


@proof("notification", 1)
def a_notification(shop: Shop) -> Any:
    paid(shop, notification_url="http://127.0.0.1/paid")
    return len(shop.posted)


class Receiver:
    """A merchant's web server, and the notifications that go to it."""

    def __init__(self, shop: Shop, status: int = 200) -> None:
        self.bodies: list[dict[str, str]] = []
        self.status = status
        self.clock = shop.clock
        self.notifications = Notifications(shop.clock, faults=Faults(), poster=self._take)

    def _take(self, _url: str, body: dict[str, str], _allowed: frozenset[str]) -> Outcome:
        self.bodies.append(body)
        return Outcome(self.status, "in the test")

    def notify(self) -> Receiver:
        try:
            reference, url = "1397222701693", "http://127.0.0.1/paid"
            self.notifications(QueuedNotification("1", reference, url, self.clock.now()))
            for _ in range(6):
                assert self.notifications.settle()
                self.clock.advance(1)
            assert self.notifications.settle()
        finally:
            self.notifications.close()
        return self


@proof("notification.https", 0)
def a_notification_url_of_https(shop: Shop) -> Any:
    invoice = standard(notification_url="HTTPS://shop.example/paid")
    return shop.call("sendInvoice", invoice=invoice).result_code


@proof("notification.reference", {"invoiceReference": "1397222701693"})
def what_a_notification_says(shop: Shop) -> Any:
    return Receiver(shop).notify().bodies[0]


@proof("notification.success", 3)
def a_notification_answered_204(shop: Shop) -> Any:
    return len(Receiver(shop, 204).notify().bodies)


@proof("notification.retries", [0, 1, 3])
def a_notification_answered_500(shop: Shop) -> Any:
    """When it is tried, in seconds: at once, after 1, after 2 more."""
    tries = Receiver(shop, 500).notify().notifications
    return [(each.at - DEFAULT_START).total_seconds() for each in tries]


# What the buyer's phone is told


def refused(do: Any) -> Any:
    """The code that the phone is told."""
    try:
        do()
    except CannotPay as error:
        return error.code
    return None


@proof("phone.waits", 1)
def paying_a_bill_that_waits(shop: Shop) -> Any:
    return refused(shop.scan(shop.send(**WAITING)).pay)


@proof("phone.amount", 11)
def paying_more_than_is_open(shop: Shop) -> Any:
    return refused(lambda: shop.scan(shop.send()).pay("101 SEK"))


@proof("phone.ended", 12)
def paying_twice(shop: Shop) -> Any:
    return refused(shop.scan(paid(shop)).pay)


@proof("phone.canceled", 55)
def paying_a_cancelled_bill(shop: Shop) -> Any:
    bill = shop.scan(shop.send())
    bill.cancel()
    return refused(bill.pay)

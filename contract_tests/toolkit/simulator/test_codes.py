"""Every situation of the table of result codes."""

from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.toolkit.simulator.shop import RESELLER, WEBSHOP, Shop, context, standard
from seqrkit.model import ClientContext, CreditUserRequest, CustomerToken, Invoice, PrincipalId
from seqrkit.money import Amount
from seqrkit.simulator.behaviours import answered
from seqrkit.vocabulary import Interface, ResultCode

SITUATIONS: dict[str, tuple[int, Callable[[Shop], Any]]] = {}


def situation(code: int) -> Callable[[Callable[[Shop], Any]], Callable[[Shop], Any]]:
    def keep(make: Callable[[Shop], Any]) -> Callable[[Shop], Any]:
        SITUATIONS[make.__name__] = code, make
        return make

    return keep


def open_invoice(shop: Shop, operation: str = "cancelInvoice", **fields: Any) -> Any:
    return shop.call(operation, invoice_reference=shop.send(), **fields)


def paid(shop: Shop) -> str:
    reference = shop.send()
    shop.scan(reference).pay()
    shop.status(reference)
    return reference


def reserved(shop: Shop) -> str:
    reference = shop.send(payment_mode="RESERVATION_REQUIRED")
    shop.scan(reference).pay()
    return reference


def poll_as(shop: Shop, caller: ClientContext) -> Any:
    return shop.call("getPaymentStatus", caller, invoice_reference=shop.send())


# Who is calling


@situation(20)
def a_wrong_password(shop: Shop) -> Any:
    return poll_as(shop, context("public_test_shop_terminal", "wrong"))


@situation(20)
def a_wrong_password_of_a_reseller(shop: Shop) -> Any:
    return shop.call("registerTerminal", context("public_test_shop", "0", "9900"))


@situation(20)
def no_password(shop: Shop) -> Any:
    principal = WEBSHOP.initiator_principal_id
    return poll_as(shop, ClientContext(initiator_principal_id=principal))


@situation(21)
def a_short_password_sending(shop: Shop) -> Any:
    return shop.call("sendInvoice", shop.register(password="123"), invoice=standard())


@situation(21)
def a_short_password_polling(shop: Shop) -> Any:
    return poll_as(shop, shop.register(password="123"))


@situation(21)
def a_short_password_unregistering(shop: Shop) -> Any:
    return shop.call("unregisterTerminal", shop.register(password="1"))


@situation(20)
def no_password_of_a_reseller(shop: Shop) -> Any:
    return shop.call(
        "executeReport", ClientContext(initiator_principal_id=RESELLER.initiator_principal_id)
    )


@situation(90)
def registering_without_a_password(shop: Shop) -> Any:
    return shop.call("registerTerminal", RESELLER, name="Till", password="")


@situation(21)
def a_terminal_that_registers_one(shop: Shop) -> Any:
    return shop.call("registerTerminal", name="Till", password="secret")


@situation(21)
def a_reseller_that_sends(shop: Shop) -> Any:
    return shop.call("sendInvoice", RESELLER, invoice=standard())


@situation(21)
def a_reseller_without_terminals_that_unregisters(shop: Shop) -> Any:
    return shop.call("unregisterTerminal", RESELLER)


@situation(21)
def a_reseller_with_two_terminals_that_unregisters(shop: Shop) -> Any:
    shop.register()
    shop.register()
    return shop.call("unregisterTerminal", RESELLER)


@situation(21)
def a_webshop_that_unregisters(shop: Shop) -> Any:
    return shop.call("unregisterTerminal")


@situation(29)
def an_unknown_terminal(shop: Shop) -> Any:
    return poll_as(shop, context("nobody", "12345678"))


@situation(29)
def a_type_that_is_neither(shop: Shop) -> Any:
    principal = PrincipalId(id="public_test_shop_terminal", type="OPERATORID")
    return poll_as(shop, ClientContext(initiator_principal_id=principal, password="12345678"))


@situation(29)
def no_principal(shop: Shop) -> Any:
    return poll_as(shop, ClientContext(password="12345678"))


@situation(29)
def an_unregistered_terminal(shop: Shop) -> Any:
    till = shop.register()
    shop.call("unregisterTerminal", till)
    return shop.call("unregisterTerminal", till)


@situation(33)
def a_blocked_terminal(shop: Shop) -> Any:
    settings = {"terminals": [{"id": "public_test_shop_terminal", "blocked": True}]}
    shop.service.configure(settings)
    return shop.call("sendInvoice", invoice=standard())


@situation(37)
def an_unknown_reseller(shop: Shop) -> Any:
    return shop.call("registerTerminal", context("nobody", "1234", "9900"))


@situation(37)
def an_unknown_user_id(shop: Shop) -> Any:
    return shop.call("registerTerminal", context("public_test_shop", "1234", "9901"))


# Requests


@situation(49)
def an_unknown_currency(shop: Shop) -> Any:
    return shop.call("sendInvoice", invoice=standard("100 XYZ"))


@situation(49)
def no_total(shop: Shop) -> Any:
    return shop.call("sendInvoice", invoice=standard(None))


@situation(49)
def no_invoice(shop: Shop) -> Any:
    return shop.call("sendInvoice")


@situation(49)
def a_total_of_nothing(shop: Shop) -> Any:
    return shop.call("sendInvoice", invoice=standard("0.00 SEK"))


@situation(49)
def an_update_to_less_than_nothing(shop: Shop) -> Any:
    return open_invoice(shop, "updateInvoice", invoice=standard("-1 SEK"))


@situation(49)
def a_refund_in_another_currency(shop: Shop) -> Any:
    return shop.refund(shop.sell(), "1 EUR")


@situation(49)
def an_update_of_a_reservation_to_another_currency(shop: Shop) -> Any:
    reference = reserved(shop)
    return shop.call("updateInvoice", invoice_reference=reference, invoice=standard("1 EUR"))


@situation(54)
def an_unknown_invoice(shop: Shop) -> Any:
    return shop.status("1397222701693")


@situation(54)
def a_reference_that_is_none(shop: Shop) -> Any:
    return shop.status("0" + shop.send())


@situation(54)
def another_terminals_invoice(shop: Shop) -> Any:
    return shop.status(shop.send(), caller=shop.register())


@situation(54)
def no_reference_on_a_webshop(shop: Shop) -> Any:
    shop.send()
    return shop.status(None)


@situation(54)
def committing_an_unknown_invoice(shop: Shop) -> Any:
    return shop.call("commitReservation", invoice_reference="x")


@situation(54)
def updating_an_unknown_invoice(shop: Shop) -> Any:
    return shop.call("updateInvoice", invoice_reference="9" * 40, invoice=standard())


@situation(54)
def cancelling_without_a_reference(shop: Shop) -> Any:
    return shop.call("cancelInvoice")


@situation(50)
def cancelling_a_payment(shop: Shop) -> Any:
    return shop.call("cancelInvoice", invoice_reference=paid(shop))


@situation(51)
def cancelling_while_the_buyer_confirms(shop: Shop) -> Any:
    reference = shop.send()
    shop.scan(reference).begin_confirmation()
    return shop.call("cancelInvoice", invoice_reference=reference)


@situation(51)
def cancelling_a_part_payment(shop: Shop) -> Any:
    reference = shop.send()
    shop.scan(reference).pay("1 SEK")
    return shop.call("cancelInvoice", invoice_reference=reference)


@situation(95)
def cancelling_twice(shop: Shop) -> Any:
    reference = shop.send()
    shop.call("cancelInvoice", invoice_reference=reference)
    return shop.call("cancelInvoice", invoice_reference=reference)


@situation(95)
def cancelling_what_the_buyer_cancelled(shop: Shop) -> Any:
    reference = shop.send()
    shop.scan(reference).cancel()
    return shop.call("cancelInvoice", invoice_reference=reference)


@situation(95)
def cancelling_what_was_reversed(shop: Shop) -> Any:
    reference = shop.send()
    shop.scan(reference).pay()
    shop.clock.advance(20)
    return shop.call("cancelInvoice", invoice_reference=reference)


@situation(95)
def cancelling_a_reservation_that_lapsed(shop: Shop) -> Any:
    reference = reserved(shop)
    shop.clock.advance(3600)
    return shop.call("cancelInvoice", invoice_reference=reference)


@situation(95)
def cancelling_what_a_newer_invoice_superseded(shop: Shop) -> Any:
    till = shop.register()
    first, _second = (shop.call("sendInvoice", till, invoice=standard()) for _ in range(2))
    return shop.call("cancelInvoice", till, invoice_reference=first.invoice_reference)


@situation(95)
def cancelling_what_failed(shop: Shop) -> Any:
    reference = shop.send()
    shop.scan(reference).decline()
    return shop.call("cancelInvoice", invoice_reference=reference)


@situation(48)
def updating_while_the_buyer_confirms(shop: Shop) -> Any:
    reference = shop.send()
    shop.scan(reference).begin_confirmation()
    return shop.call("updateInvoice", invoice_reference=reference, invoice=standard())


@situation(48)
def updating_a_part_payment(shop: Shop) -> Any:
    reference = shop.send()
    shop.scan(reference).pay("1 SEK")
    return shop.call("updateInvoice", invoice_reference=reference, invoice=standard())


@situation(90)
def updating_a_payment(shop: Shop) -> Any:
    return shop.call("updateInvoice", invoice_reference=paid(shop), invoice=standard())


@situation(90)
def updating_what_was_cancelled(shop: Shop) -> Any:
    reference = shop.send()
    shop.scan(reference).cancel()
    return shop.call("updateInvoice", invoice_reference=reference, invoice=standard())


@situation(11)
def updating_above_the_reservation(shop: Shop) -> Any:
    reference = reserved(shop)
    return shop.call("updateInvoice", invoice_reference=reference, invoice=standard("101 SEK"))


@situation(96)
def committing_what_is_not_reserved(shop: Shop) -> Any:
    return open_invoice(shop, "commitReservation")


@situation(96)
def committing_twice(shop: Shop) -> Any:
    reference = reserved(shop)
    shop.call("commitReservation", invoice_reference=reference)
    return shop.call("commitReservation", invoice_reference=reference)


@situation(11)
def committing_more_than_reserved(shop: Shop) -> Any:
    amount = Amount.of("100.01 SEK")
    return shop.call("commitReservation", invoice_reference=reserved(shop), amount=amount)


@situation(11)
def committing_another_currency(shop: Shop) -> Any:
    amount = Amount.of("1 EUR")
    return shop.call("commitReservation", invoice_reference=reserved(shop), amount=amount)


@situation(23)
def refunding_an_unknown_payment(shop: Shop) -> Any:
    return shop.refund("2026010112000000000000001", "1 SEK")


@situation(23)
def refunding_a_refund(shop: Shop) -> Any:
    refund = shop.refund(shop.sell(), "1 SEK")
    return shop.refund(refund.ers_reference, "1 SEK")


@situation(23)
def refunding_another_shops_payment(shop: Shop) -> Any:
    shop.add_shop("other", "9900", "1234", "other_terminal", "secret")
    payment = shop.sell()
    shop.caller = context("other_terminal", "secret")
    return shop.refund(payment, "1 SEK")


@situation(23)
def a_receipt_of_an_unknown_payment(shop: Shop) -> Any:
    return shop.call("submitPaymentReceipt", ers_reference=None)


@situation(98)
def refunds_above_the_payment(shop: Shop) -> Any:
    payment = shop.sell()
    shop.refund(payment, "99.99 SEK")
    reply = shop.refund(payment, "0.02 SEK")
    assert reply.result_description == "Sum of refunds can not be more than original transaction"
    assert shop.refund(payment, "0.01 SEK").result_code == 0
    return reply


@situation(97)
def a_reseller_that_may_not_refund(shop: Shop) -> Any:
    shop.change_reseller(may_refund=False)
    return shop.refund(shop.sell(), "1 SEK")


@situation(99)
def an_account_that_takes_no_refunds(shop: Shop) -> Any:
    shop.change_reseller(account_takes_refunds=False)
    return shop.refund(shop.sell(), "1 SEK")


@situation(64)
def a_notification_url_of_another_scheme(shop: Shop) -> Any:
    return shop.call("sendInvoice", invoice=standard(notification_url="ftp://shop.example/"))


@pytest.mark.parametrize("url", ["http://", "http://[", "http://x y/", "https:", "http:///paid"])
def test_a_notification_url_without_a_host_or_with_blanks_is_refused(url: str) -> None:
    reply = Shop().call("sendInvoice", invoice=standard(notification_url=url))
    assert reply.result_code == ResultCode.INVALID_NOTIFICATION_URL


@pytest.mark.parametrize("url", ["", "HTTP://shop.example", "https://shop.example:8443/a?b=c"])
def test_an_empty_notification_url_and_any_spelling_of_its_scheme_are_accepted(url: str) -> None:
    reply = Shop().call("sendInvoice", invoice=standard(notification_url=url))
    assert reply.result_code == ResultCode.SUCCESS


@situation(64)
def an_https_url_in_documented_mode(shop: Shop) -> Any:
    shop.service.configure({"documented": True})
    return shop.call("sendInvoice", invoice=standard(notification_url="https://shop.example/"))


@situation(49)
def an_unknown_token_in_documented_mode(shop: Shop) -> Any:
    shop.service.configure({"documented": True})
    token = CustomerToken(id="UNKNOWN", value="1", status=1)
    return shop.call("sendInvoice", invoice=standard(), tokens=[token])


@situation(64)
def a_refund_with_a_bad_notification_url(shop: Shop) -> Any:
    return shop.refund(shop.sell(), "1 SEK", notification_url="shop.example")


@situation(53)
def a_seqr_id_with_an_underscore(shop: Shop) -> Any:
    return shop.call("assignSeqrId", shop.register(), seqr_id="my_qr_code_string")


@situation(53)
def no_seqr_id(shop: Shop) -> Any:
    return shop.call("assignSeqrId", shop.register())


@situation(53)
def another_terminals_seqr_id(shop: Shop) -> Any:
    first, second = shop.register(), shop.register()
    assert shop.call("assignSeqrId", first, seqr_id="ABC123456").result_code == 0
    assert shop.call("assignSeqrId", first, seqr_id="ABC123456").result_code == 0
    return shop.call("assignSeqrId", second, seqr_id="ABC123456")


@situation(2)
def a_report_right_after_the_mark(shop: Shop) -> Any:
    period = shop.mark()
    shop.clock.advance(2.999)
    return shop.report("Reconciliation/Shop.xml", period)


@situation(2)
def a_terminals_report_of_a_shops_period(shop: Shop) -> Any:
    period = shop.mark()
    shop.clock.advance(10**6)
    return shop.report("Reconciliation/STD_RECON_006.xml", period)


@situation(90)
def an_unknown_report(shop: Shop) -> Any:
    return shop.report("Reconciliation/STD_RECON_005.xml", shop.mark())


@situation(90)
def an_unknown_period(shop: Shop) -> Any:
    return shop.report("Reconciliation/Shop.xml", "2012053119463656301000002")


@situation(90)
def a_report_before_any_mark(shop: Shop) -> Any:
    return shop.report("Reconciliation/Shop.xml")


@situation(90)
def a_mark_of_an_unknown_terminal(shop: Shop) -> Any:
    return shop.call("markTransactionPeriod", RESELLER, parameters={"TERMINALID": "nobody"})


@situation(52)
def a_credit_to_an_unknown_user(shop: Shop) -> Any:
    request = CreditUserRequest(user_id="nobody", amount="1 SEK")
    return shop.call("creditUser", credit_user_request=request)


@situation(52)
def a_credit_to_nobody(shop: Shop) -> Any:
    return shop.call("creditUser")


@situation(11)
def a_credit_of_nothing(shop: Shop) -> Any:
    shop.sell()
    request = CreditUserRequest(user_id=shop.phone.user_id, amount="0 SEK")
    return shop.call("creditUser", credit_user_request=request)


@situation(11)
def a_credit_in_an_unknown_currency(shop: Shop) -> Any:
    shop.sell()
    request = CreditUserRequest(user_id=shop.phone.user_id, amount="1 XYZ")
    return shop.call("creditUser", credit_user_request=request)


@situation(91)
def an_operation_of_the_old_service(shop: Shop) -> Any:
    return shop.service.handle("requestTopup", None)


@situation(91)
def crediting_over_the_older_interface(shop: Shop) -> Any:
    return shop.call("creditUser", interface=Interface.EXTCLIENTPROXY_V2)


@situation(94)
def the_bank_is_away(shop: Shop) -> Any:
    return shop.service.refuse("refundPayment", 94)  # a fault on purpose: see test_faults.py


def test_a_refund_without_an_amount_is_invalid_invoice_data() -> None:
    shop = Shop()
    reply = shop.call("refundPayment", ers_reference=shop.sell(), invoice=Invoice())
    assert reply.result_code == ResultCode.INVALID_INVOICE_DATA


@pytest.mark.parametrize("name", SITUATIONS)
def test_each_situation_has_its_code(name: str) -> None:
    code, make = SITUATIONS[name]
    reply = make(Shop())
    assert reply.result_code == code
    if code != ResultCode.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION:
        assert reply.result_description.partition(": ")[0] == ResultCode(code).name


def test_every_code_of_the_table_of_behaviours_has_a_situation() -> None:
    assert answered() == {ResultCode.SUCCESS, *(code for code, _make in SITUATIONS.values())}

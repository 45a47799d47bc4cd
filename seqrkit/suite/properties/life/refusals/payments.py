"""Situations of payments and payouts, periods and reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from seqrkit.model import CreditUserRequest, ReceiptDocument
from seqrkit.qr import invoice_code
from seqrkit.suite.framework.shop import DETAILS, READY, bill
from seqrkit.suite.properties.life.refusals.refusal import BUYER, FTP, INSIDE, situation
from seqrkit.vocabulary import ResultCode

if TYPE_CHECKING:
    from seqrkit.model import Reply
    from seqrkit.suite.framework.shop import Shop


@situation("refundPayment", ResultCode.INVALID_ERS_REFERENCE)
def _refunding_an_unknown_payment(shop: Shop) -> Reply:
    return shop.till.session.refund_payment("0", bill(), check=False)


@situation("refundPayment", ResultCode.INVALID_ERS_REFERENCE, BUYER)
def _refunding_a_refund(shop: Shop) -> Reply:
    refund = shop.till.session.refund_payment(shop.till.paid().ers_reference, bill("1.00 SEK"))
    return _refund(shop, refund.ers_reference or "")


@situation("refundPayment", ResultCode.INVALID_ERS_REFERENCE, BUYER)
def _refunding_a_part_before_the_rest_is_paid(shop: Shop) -> Reply:
    shop.mark()
    shop.session.phone.scan(invoice_code(shop.till.send())).pay("2.00 SEK")
    (row,) = shop.transactions()
    return _refund(shop, row.ers_reference)


@situation("refundPayment", ResultCode.INVALID_INVOICE_DATA, BUYER)
def _refunding_another_currency(shop: Shop) -> Reply:
    return _refund(shop, shop.till.paid().ers_reference, "1.00 EUR")


@situation("refundPayment", ResultCode.INVALID_NOTIFICATION_URL, BUYER)
def _refunding_with_a_notification_url_of_another_scheme(shop: Shop) -> Reply:
    payment = shop.till.paid().ers_reference
    return shop.till.session.refund_payment(payment, bill(**FTP), check=False)


@situation(
    "refundPayment",
    ResultCode.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION,
    BUYER,
)
def _refunding_more_than_was_paid(shop: Shop) -> Reply:
    payment = shop.till.paid().ers_reference
    shop.till.session.refund_payment(payment, bill("99.99 SEK"))
    return _refund(shop, payment, "0.02 SEK")


@situation("refundPayment", ResultCode.RESELLER_NOT_ALLOWED_TO_DO_REFUND, INSIDE)
def _refunding_as_a_reseller_that_may_not(shop: Shop) -> Reply:
    return _refund_forbidden(shop, lambda yes: shop.administration.change_reseller(may_refund=yes))


@situation("refundPayment", ResultCode.RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS, INSIDE)
def _refunding_from_an_account_that_does_not_allow_it(shop: Shop) -> Reply:
    return _refund_forbidden(
        shop, lambda yes: shop.administration.change_reseller(account_takes_refunds=yes)
    )


@situation("submitPaymentReceipt", ResultCode.INVALID_ERS_REFERENCE)
def _a_receipt_of_an_unknown_payment(shop: Shop) -> Reply:
    document = ReceiptDocument(mime_type="text/plain", receipt_data=b"x", receipt_type="OTHER")
    return shop.till.session.submit_payment_receipt("0", document, check=False)


@situation("creditUser", ResultCode.INVALID_CUSTOMER)
def _crediting_an_unknown_user(shop: Shop) -> Reply:
    return _credit(shop, "nobody", "1.00 SEK")


@situation("creditUser", ResultCode.REJECTED_AMOUNT, BUYER)
def _crediting_nothing(shop: Shop) -> Reply:
    return _credit(shop, shop.till.paid().user_id, "0.00 SEK")


@situation("creditUser", ResultCode.REJECTED_AMOUNT, BUYER)
def _crediting_less_than_nothing(shop: Shop) -> Reply:
    return _credit(shop, shop.till.paid().user_id, "-1.00 SEK")


@situation("creditUser", ResultCode.REJECTED_AMOUNT, BUYER)
def _crediting_an_unknown_currency(shop: Shop) -> Reply:
    return _credit(shop, shop.till.paid().user_id, "1.00 XYZ")


# Periods and reports


@situation("assignSeqrId", ResultCode.INVALID_SEQR_ID)
def _assigning_what_is_not_alphanumeric(shop: Shop) -> Reply:
    return shop.till.session.assign_seqr_id("my_qr_code_string", check=False)


@situation("assignSeqrId", ResultCode.INVALID_SEQR_ID)
def _assigning_what_another_has(shop: Shop) -> Reply:
    other, _ = shop.witness
    other.session.assign_seqr_id(other.seqr_id)
    return shop.till.session.assign_seqr_id(other.seqr_id, check=False)


@situation("executeReport", ResultCode.REPORT_NOT_READY)
def _reporting_at_once(shop: Shop) -> Reply:
    return _report(shop, DETAILS, shop.mark())


@situation("executeReport", ResultCode.REPORT_NOT_READY)
def _reporting_a_terminal_for_the_shops_period(shop: Shop) -> Reply:
    period = shop.mark()
    shop.session.clock.sleep(2 * READY)
    return _report(shop, "Reconciliation/STD_RECON_006.xml", period)


@situation("executeReport", ResultCode.SYSTEM_ERROR)
def _reporting_what_there_is_not(shop: Shop) -> Reply:
    return _report(shop, "Reconciliation/STD_RECON_005.xml", shop.mark())


@situation("executeReport", ResultCode.SYSTEM_ERROR)
def _reporting_an_unknown_period(shop: Shop) -> Reply:
    return _report(shop, DETAILS, "0")


@situation("markTransactionPeriod", ResultCode.SYSTEM_ERROR)
def _marking_for_an_unknown_terminal(shop: Shop) -> Reply:
    return shop.session.mark_transaction_period({"TERMINALID": "nobody"}, check=False)


def _refund(shop: Shop, ers_reference: str, total: str = "1.00 SEK") -> Reply:
    return shop.till.session.refund_payment(ers_reference, bill(total), check=False)


def _refund_forbidden(shop: Shop, allow: Callable[[bool], None]) -> Reply:
    """A refund while it is not allowed."""
    payment = shop.till.paid().ers_reference
    allow(False)  # noqa: FBT003 - yes or no
    try:
        return _refund(shop, payment)
    finally:
        allow(True)  # noqa: FBT003 - yes or no


def _credit(shop: Shop, user_id: str, amount: str) -> Reply:
    request = CreditUserRequest(user_id=user_id, amount=amount)
    return shop.till.session.credit_user(request, check=False)


def _report(shop: Shop, report_id: str, period: str) -> Reply:
    asked = {"transactionPeriodId": period}
    return shop.session.execute_report(report_id, parameters=asked, check=False)

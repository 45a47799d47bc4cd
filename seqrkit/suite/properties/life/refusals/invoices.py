"""Situations of an invoice: what is asked for, whose it is, and where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqrkit.qr import invoice_code
from seqrkit.suite.framework.shop import bill
from seqrkit.suite.properties.life.modelled_shop import COMMITTED
from seqrkit.suite.properties.life.refusals.refusal import BUYER, FTP, situation
from seqrkit.vocabulary import ResultCode

if TYPE_CHECKING:
    from seqrkit.model import Reply
    from seqrkit.suite.framework.shop import Shop


@situation("sendInvoice", ResultCode.INVALID_INVOICE_DATA)
def _sending_an_unknown_currency(shop: Shop) -> Reply:
    return shop.till.session.send_invoice(bill("1.00 XYZ"), check=False)


@situation("sendInvoice", ResultCode.INVALID_INVOICE_DATA)
def _sending_no_total(shop: Shop) -> Reply:
    return shop.till.session.send_invoice(bill(total_amount=None), check=False)


@situation("sendInvoice", ResultCode.INVALID_INVOICE_DATA)
def _sending_a_total_of_nothing(shop: Shop) -> Reply:
    return shop.till.session.send_invoice(bill("0.00 SEK"), check=False)


@situation("updateInvoice", ResultCode.INVALID_INVOICE_DATA)
def _updating_to_less_than_nothing(shop: Shop) -> Reply:
    return shop.till.session.update_invoice(shop.till.send(), bill("-1.00 SEK"), check=False)


@situation("updateInvoice", ResultCode.INVALID_INVOICE_DATA)
def _updating_to_an_unknown_currency(shop: Shop) -> Reply:
    return shop.till.session.update_invoice(shop.till.send(), bill("1.00 XYZ"), check=False)


@situation("sendInvoice", ResultCode.INVALID_NOTIFICATION_URL)
def _sending_a_notification_url_of_another_scheme(shop: Shop) -> Reply:
    return shop.till.session.send_invoice(bill(**FTP), check=False)


@situation("updateInvoice", ResultCode.INVALID_NOTIFICATION_URL)
def _updating_to_a_notification_url_of_another_scheme(shop: Shop) -> Reply:
    return shop.till.session.update_invoice(shop.till.send(), bill(**FTP), check=False)


# Another terminal's invoice


@situation("getPaymentStatus", ResultCode.INVALID_INVOICE_REFERENCE)
def _polling_anothers_invoice(shop: Shop) -> Reply:
    return shop.till.session.get_payment_status(shop.witness[1], check=False)


@situation("updateInvoice", ResultCode.INVALID_INVOICE_REFERENCE)
def _updating_anothers_invoice(shop: Shop) -> Reply:
    return shop.till.session.update_invoice(shop.witness[1], bill(), check=False)


@situation("cancelInvoice", ResultCode.INVALID_INVOICE_REFERENCE)
def _cancelling_anothers_invoice(shop: Shop) -> Reply:
    return shop.till.session.cancel_invoice(shop.witness[1], check=False)


@situation("commitReservation", ResultCode.INVALID_INVOICE_REFERENCE)
def _committing_anothers_invoice(shop: Shop) -> Reply:
    return shop.till.session.commit_reservation(shop.witness[1], check=False)


# An invoice in another state


@situation("cancelInvoice", ResultCode.INVOICE_ALREADY_CANCELED)
def _cancelling_twice(shop: Shop) -> Reply:
    reference = shop.till.send()
    shop.till.session.cancel_invoice(reference)
    return shop.till.session.cancel_invoice(reference, check=False)


@situation("cancelInvoice", ResultCode.INVOICE_ALREADY_CANCELED)
def _cancelling_what_a_newer_one_superseded(shop: Shop) -> Reply:
    till = shop.tills[-1]  # a webshop's may have any number of open ones
    earlier, _newer = till.send(), till.send()
    return till.session.cancel_invoice(earlier, check=False)


@situation("cancelInvoice", ResultCode.INVOICE_ALREADY_CANCELED, BUYER)
def _cancelling_what_failed(shop: Shop) -> Reply:
    reference = shop.till.send()
    shop.session.phone.scan(invoice_code(reference)).decline()
    return shop.till.session.cancel_invoice(reference, check=False)


@situation("cancelInvoice", ResultCode.INVOICE_ALREADY_CANCELED, BUYER)
def _cancelling_what_was_reversed(shop: Shop) -> Reply:
    reference = shop.till.send()
    shop.till.buyer_pays(reference)
    shop.session.clock.sleep(20)
    return shop.till.session.cancel_invoice(reference, check=False)


@situation("cancelInvoice", ResultCode.CANNOT_CANCEL_PAID_INVOICE, BUYER)
def _cancelling_a_payment(shop: Shop) -> Reply:
    return shop.till.session.cancel_invoice(shop.till.paid().reference, check=False)


@situation("cancelInvoice", ResultCode.CANNOT_CANCEL_INVOICE_IN_PROGRESS, BUYER)
def _cancelling_while_the_buyer_confirms(shop: Shop) -> Reply:
    return shop.till.session.cancel_invoice(_confirming(shop), check=False)


@situation("cancelInvoice", ResultCode.CANNOT_CANCEL_INVOICE_IN_PROGRESS, BUYER)
def _cancelling_a_part_payment(shop: Shop) -> Reply:
    return shop.till.session.cancel_invoice(_partly_paid(shop), check=False)


@situation("updateInvoice", ResultCode.PAYMENT_IN_PROGRESS, BUYER)
def _updating_while_the_buyer_confirms(shop: Shop) -> Reply:
    return shop.till.session.update_invoice(_confirming(shop), bill(), check=False)


@situation("updateInvoice", ResultCode.PAYMENT_IN_PROGRESS, BUYER)
def _updating_a_part_payment(shop: Shop) -> Reply:
    return shop.till.session.update_invoice(_partly_paid(shop), bill(), check=False)


@situation("updateInvoice", ResultCode.SYSTEM_ERROR, BUYER)
def _updating_a_payment(shop: Shop) -> Reply:
    return shop.till.session.update_invoice(shop.till.paid().reference, bill(), check=False)


@situation("updateInvoice", ResultCode.REJECTED_AMOUNT, BUYER)
def _updating_above_the_reservation(shop: Shop) -> Reply:
    return shop.till.session.update_invoice(shop.till.reserved(), bill("100.01 SEK"), check=False)


@situation("updateInvoice", ResultCode.INVALID_INVOICE_DATA, BUYER)
def _updating_a_reservation_to_another_currency(shop: Shop) -> Reply:
    return shop.till.session.update_invoice(shop.till.reserved(), bill("1.00 EUR"), check=False)


@situation("commitReservation", ResultCode.INVOICE_STATE_NOT_RESERVED)
def _committing_what_is_not_reserved(shop: Shop) -> Reply:
    return shop.till.session.commit_reservation(shop.till.send(), check=False)


@situation("commitReservation", ResultCode.INVOICE_STATE_NOT_RESERVED, BUYER)
def _committing_twice(shop: Shop) -> Reply:
    reference = shop.till.reserved()
    shop.till.session.commit_reservation(reference)
    return shop.till.session.commit_reservation(reference, check=False)


@situation("commitReservation", ResultCode.REJECTED_AMOUNT, BUYER, COMMITTED)
def _committing_more_than_reserved(shop: Shop) -> Reply:
    return shop.till.session.commit_reservation(shop.till.reserved(), "100.01 SEK", check=False)


@situation("commitReservation", ResultCode.REJECTED_AMOUNT, BUYER, COMMITTED)
def _committing_nothing(shop: Shop) -> Reply:
    return shop.till.session.commit_reservation(shop.till.reserved(), "0.00 SEK", check=False)


@situation("commitReservation", ResultCode.REJECTED_AMOUNT, BUYER, COMMITTED)
def _committing_another_currency(shop: Shop) -> Reply:
    return shop.till.session.commit_reservation(shop.till.reserved(), "1.00 EUR", check=False)


def _confirming(shop: Shop) -> str:
    reference = shop.till.send()
    shop.session.phone.scan(invoice_code(reference)).begin_confirmation()
    return reference


def _partly_paid(shop: Shop) -> str:
    reference = shop.till.send()
    shop.session.phone.scan(invoice_code(reference)).pay("1.00 SEK")
    return reference

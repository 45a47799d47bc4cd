"""Situations of terminals and of the service itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqrkit import strategies
from seqrkit.model import UnregisterTerminal
from seqrkit.simulator.faults import Kind
from seqrkit.simulator.wire.codec import OLD_OPERATIONS
from seqrkit.suite.framework.shop import bill
from seqrkit.suite.properties.life.refusals.refusal import INSIDE, situation
from seqrkit.vocabulary import ResultCode

if TYPE_CHECKING:
    from seqrkit.model import Reply
    from seqrkit.suite.framework.shop import Shop


@situation("sendInvoice", ResultCode.ACCESS_DENIED)
def _sending_with_a_short_password(shop: Shop) -> Reply:
    return shop.short_password_till.session.send_invoice(bill(), check=False)


@situation("getPaymentStatus", ResultCode.ACCESS_DENIED)
def _polling_with_a_short_password(shop: Shop) -> Reply:
    return shop.short_password_till.session.get_payment_status("0", check=False)


@situation("unregisterTerminal", ResultCode.ACCESS_DENIED)
def _unregistering_with_a_short_password(shop: Shop) -> Reply:
    return shop.short_password_till.session.unregister_terminal(check=False)


@situation("cancelInvoice", ResultCode.INVALID_INVOICE_REFERENCE)
def _cancelling_with_a_short_password(shop: Shop) -> Reply:
    return shop.short_password_till.session.cancel_invoice("0", check=False)


@situation("unregisterTerminal", ResultCode.INVALID_INITIATOR_PRINCIPAL_ID)
def _unregistering_twice(shop: Shop) -> Reply:
    leaver = shop.leaver.session
    leaver.unregister_terminal()
    return leaver.unregister_terminal(check=False)


@situation("unregisterTerminal", ResultCode.ACCESS_DENIED, INSIDE)
def _unregistering_what_the_service_gave_out(shop: Shop) -> Reply:
    return shop.session.unregister_terminal(check=False)


@situation("sendInvoice", ResultCode.INVALID_INITIATOR_PRINCIPAL_STATE, INSIDE)
def _a_blocked_terminal(shop: Shop) -> Reply:
    shop.administration.block_terminal(shop.till.terminal_id)
    try:
        return shop.till.session.send_invoice(bill(), check=False)
    finally:
        shop.administration.block_terminal(shop.till.terminal_id, blocked=False)


@situation("refundPayment", ResultCode.SERVICE_UNAVAILABLE, INSIDE)
def _the_bank_is_away(shop: Shop) -> Reply:
    payment = shop.till.paid().ers_reference
    shop.session.faults.add(
        Kind.RESULT_CODE, code=ResultCode.SERVICE_UNAVAILABLE, operation="refundPayment", count=1
    )
    try:
        return shop.till.session.refund_payment(payment, bill("1.00 SEK"), check=False)
    finally:
        shop.session.faults.clear()


@situation("", ResultCode.UNSUPPORTED_OPERATION)
def _an_operation_of_the_old_service(shop: Shop) -> int | None:
    request = UnregisterTerminal(context=shop.session.context("unregisterTerminal"))
    data = strategies.envelope(request, shop.session.interface)
    old = data.replace(request.OPERATION.encode(), min(OLD_OPERATIONS).encode())
    return shop.session.send_raw(old).result_code

"""The states in which requests must be refused, and requests that need more than a state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from attrs import evolve

from seqrkit import strategies
from seqrkit.control_client.phone import RemoteBill
from seqrkit.model import CreditUserRequest, Reply, UnregisterTerminal
from seqrkit.qr import invoice_code
from seqrkit.simulator.faults import Kind
from seqrkit.simulator.phone import Bill
from seqrkit.simulator.wire.codec import OLD_OPERATIONS
from seqrkit.suite.framework import Inapplicable
from seqrkit.suite.framework.shop import READY, Shop
from seqrkit.suite.framework.till import Till, bill
from seqrkit.suite.properties.life.reference_model import REVERSED_AFTER
from seqrkit.vocabulary import USER_TOKEN, InvoiceStatus, ReportId, ResultCode

SEK: Final = bill("1.00 SEK")
_ACCENTED: Final = "sm\u00f6rg\u00e5s \u00e9 1"
PASSWORDS: Final = {
    "no accents": (_ACCENTED, "smorgas e 1"),
    "question marks": (_ACCENTED, _ACCENTED.encode("ascii", "replace").decode()),
    "ASCII letters only": (_ACCENTED, _ACCENTED.encode("ascii", "ignore").decode()),
    "a leading zero": ("1000", "01000"),
}
"""Right and wrong passwords that are equal in a service which loses a part, or compares numbers."""


def scanned(shop: Shop, act: Callable[[Bill | RemoteBill], object]) -> str:
    """Return an invoice that the buyer has scanned and acted on."""
    reference = shop.till.send()
    act(shop.session.phone.scan(invoice_code(reference)))
    return reference


def confirming(shop: Shop) -> str:
    """Return an invoice in the PIN dialog."""
    return scanned(shop, lambda found: found.begin_confirmation())


def partly_paid(shop: Shop) -> str:
    """Return an invoice that is paid in part."""
    return scanned(shop, lambda found: found.pay("1.00 SEK"))


def reversed_payment(shop: Shop) -> str:
    """Return an invoice whose payment was reversed."""
    # Paid and never polled: `Till.paid` would make the payment final.
    reference = scanned(shop, lambda found: found.pay())
    shop.session.clock.sleep(REVERSED_AFTER.total_seconds())
    return reference


def canceled(shop: Shop) -> str:
    """Return an invoice that the shop has cancelled."""
    shop.require_operation("cancelInvoice")
    reference = shop.till.send()
    shop.till.session.cancel_invoice(reference)
    return reference


def superseded(shop: Shop) -> list[Any]:
    """Return a cash register and its invoice that a newer one has cancelled."""
    till = shop.tills[-1]  # a cash register: a webshop can have several open invoices
    earlier, _newer = till.send(), till.send()
    if till.status(earlier).status is not InvoiceStatus.CANCELED:
        raise Inapplicable("needs a cash register whose new invoice cancels the earlier one")
    return [till, earlier]


def committed(shop: Shop) -> str:
    """Return a reservation that is committed."""
    shop.require_operation("commitReservation")
    reference = shop.till.reserved()
    shop.till.session.commit_reservation(reference)
    if shop.till.status(reference).status is not InvoiceStatus.PAID:
        raise Inapplicable("needs a commit that makes the invoice PAID")
    return reference


def paid_reference(shop: Shop) -> str:
    """Return the ersReference of a payment."""
    return shop.till.paid().ers_reference


def almost_refunded(shop: Shop) -> str:
    """Return the ersReference of a payment of which 0.01 is left."""
    payment = paid_reference(shop)
    shop.till.session.refund_payment(payment, bill("99.99 SEK"))
    return payment


def refund(shop: Shop) -> str:
    """Return the ersReference of a refund."""
    payment = paid_reference(shop)
    found = shop.till.session.refund_payment(payment, SEK).ers_reference or ""
    if found in {payment, ""}:
        raise Inapplicable("needs a refund with an ersReference of its own")
    return found


def part_of_unfinished_payment(shop: Shop) -> str:
    """Return the ersReference of a part of a payment, which only a report has."""
    with shop.apart(by_till=True):
        shop.mark(shop.till)
        partly_paid(shop)
        (row,) = shop.transactions_of(shop.mark(shop.till))
    return row.ers_reference


def seqr_id_of_another(shop: Shop) -> str:
    """Return the seqrId of another terminal."""
    other, _ = shop.witness
    other.session.assign_seqr_id(other.seqr_id)
    return other.seqr_id


def unregistered(shop: Shop) -> Till:
    """Return a terminal that is unregistered."""
    till = shop.leaver
    till.session.unregister_terminal()
    return till


def with_wrong_password(right: str, wrong: str, shop: Shop) -> list[Any]:
    """Return a terminal, whose right password is accepted, with a wrong one; an unknown invoice."""
    till = shop.register("Passwords", right)
    till.send()
    return [evolve(till, session=till.session.as_terminal(till.terminal_id, wrong)), "0"]


def marked(shop: Shop, seconds: float) -> str:
    """Return a period that was marked some seconds ago."""
    period = shop.mark()
    shop.session.clock.sleep(seconds)
    return period


def old_operation(shop: Shop) -> None:
    """Send a request of the older service."""
    request = UnregisterTerminal(context=shop.session.context("unregisterTerminal"))
    data = strategies.envelope(request, shop.session.interface)
    # The smallest name, so that every run sends the same one.
    old = data.replace(request.OPERATION.encode(), min(OLD_OPERATIONS).encode())
    shop.session.send_raw(old)


def blocked_terminal(shop: Shop) -> Reply:
    """Send an invoice at a blocked terminal."""
    terminal = {"id": shop.till.terminal_id}
    shop.simulator.configure({"terminals": [{**terminal, "blocked": True}]})
    try:
        return shop.till.session.send_invoice(bill(), check=False)
    finally:
        shop.simulator.configure({"terminals": [{**terminal, "blocked": False}]})


def unavailable_bank(shop: Shop) -> Reply:
    """Send a refund while the bank is unavailable."""
    payment, code = paid_reference(shop), ResultCode.SERVICE_UNAVAILABLE
    shop.session.faults.add(Kind.RESULT_CODE, code=code, operation="refundPayment", count=1)
    try:
        return shop.till.session.refund_payment(payment, SEK, check=False)
    finally:
        shop.session.faults.clear()


def forbidden_refund(permission: str) -> Callable[[Shop], Reply]:
    """Return a function that sends a refund without a permission of the reseller."""

    def send(shop: Shop) -> Reply:
        payment = paid_reference(shop)
        principal = shop.session.context("registerTerminal").initiator_principal_id
        reseller = {"id": principal.id if principal else ""}
        shop.simulator.configure({"resellers": [{**reseller, permission: False}]})
        try:
            return shop.till.session.refund_payment(payment, SEK, check=False)
        finally:
            shop.simulator.configure({"resellers": [{**reseller, permission: True}]})

    return send


def credit(user_id: str, amount: str) -> list[Any]:
    """Return the arguments of a credit."""
    return [CreditUserRequest(user_id=user_id, amount=amount)]


def user(shop: Shop) -> str:
    """Return the userId of a buyer; raise `Inapplicable` if no reply has one."""
    found = shop.till.paid().user_id
    if not found:
        raise Inapplicable(f"needs a payment with the token {USER_TOKEN}")
    return found


def too_early(shop: Shop) -> list[Any]:
    """Return the arguments for a report that is not ready yet."""
    shop.require_details()
    return report(ReportId.DETAILS, shop.mark())


def never_ready(shop: Shop) -> list[Any]:
    """Return the arguments for a terminal's report of the shop's period."""
    shop.require_details()
    return report(ReportId.TERMINAL, marked(shop, 2 * READY))


def report(report_id: str, period: str) -> list[Any]:
    """Return the arguments of a report of a period."""
    return [report_id, None, {"transactionPeriodId": period}]

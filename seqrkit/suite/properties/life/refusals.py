"""Requests that must be refused, each with the state it is sent in and the behaviour it shows.

The behaviour has the result code and the letter of its source (`seqrkit.simulator.behaviours`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from seqrkit import contract, strategies
from seqrkit.model import CreditUserRequest, ReceiptDocument, Reply, UnregisterTerminal
from seqrkit.qr import invoice_code
from seqrkit.simulator.behaviours import Behaviour, refusal
from seqrkit.simulator.faults import Kind
from seqrkit.simulator.wire.codec import OLD_OPERATIONS
from seqrkit.suite.framework import LeftOut, Need
from seqrkit.suite.framework.shop import DETAILS, READY, USER_TOKEN, Till, bill
from seqrkit.suite.oracles.message_cases import has_field
from seqrkit.suite.properties.life.modelled_shop import COMMIT_AMOUNT
from seqrkit.suite.properties.life.reference_model import REVERSED_AFTER
from seqrkit.vocabulary import Interface, ResultCode

if TYPE_CHECKING:
    from seqrkit.control_client.phone import RemoteBill
    from seqrkit.simulator.phone import Bill
    from seqrkit.suite.framework.shop import Shop

Table = Mapping[str, Mapping[str, Any]]
"""Requests by the id of the behaviour and by "operation/name".

A request is a list of arguments, or a function of the shop that brings about the state and returns
them. It is sent at the shop's till, or at the till that is the first argument. A function that
sends the request itself returns the reply, or its result code.
"""

NO_NEEDS: Final[frozenset[Need]] = frozenset()
BUYER: Final = frozenset({Need.BUYER})
PHONE: Final = frozenset({Need.BUYER, Need.PHONE, Need.CLOCK})
INSIDE: Final = frozenset({*PHONE, Need.INSIDE})
CERTAIN: Final = frozenset(
    {
        "update.ended",
        "invoice.reference-elsewhere",
        "receipt.reference",
        "cancel.ended",
        "credit.user",
        "caller.unregistered",
    }
)
"""The behaviours that assume a code, while the references leave no doubt about the refusal."""

ASSUMED: Final = frozenset({"operation.unsupported"})
"""The behaviours whose code is documented, while which operations have it is assumed."""


class Refusal(NamedTuple):
    """A request that must be refused; `needs` are those beyond an endpoint that may be written to.

    `operation` is empty if it is not one of this API. `field` is a field that the request requires
    and that an older interface lacks, or empty.
    """

    operation: str
    name: str
    behaviour: Behaviour
    request: Any
    needs: frozenset[Need]
    field: str

    def applies_to(self, interface: Interface) -> bool:
        """Return whether an interface has the operation and the field."""
        known = not self.operation or self.operation in contract.load(interface).operations
        return known and (not self.field or has_field(interface, self.field))

    def send(self, shop: Shop) -> None:
        """Bring about the state and send the request."""
        found = self.request(shop) if callable(self.request) else self.request
        if isinstance(found, list):
            at_till = bool(found) and isinstance(found[0], Till)
            till, arguments = (found[0], found[1:]) if at_till else (shop.till, found)
            method = re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", self.operation)
            getattr(till.session, method)(*arguments, check=False)


# States


def _scanned(shop: Shop, act: Callable[[Bill | RemoteBill], object]) -> str:
    reference = shop.till.send()
    act(shop.session.phone.scan(invoice_code(reference)))
    return reference


def _confirming(shop: Shop) -> str:
    return _scanned(shop, lambda found: found.begin_confirmation())


def _partly_paid(shop: Shop) -> str:
    return _scanned(shop, lambda found: found.pay("1.00 SEK"))


def _reversed(shop: Shop) -> str:
    reference = _scanned(shop, lambda found: found.pay())
    shop.session.clock.sleep(REVERSED_AFTER.total_seconds())
    return reference


def _canceled(shop: Shop) -> str:
    reference = shop.till.send()
    shop.till.session.cancel_invoice(reference)
    return reference


def _superseded(shop: Shop) -> list[Any]:
    till = shop.tills[-1]  # a cash register: a webshop can have several open invoices
    earlier, _newer = till.send(), till.send()
    return [till, earlier]


def _committed(shop: Shop) -> str:
    reference = shop.till.reserved()
    shop.till.session.commit_reservation(reference)
    return reference


def _payment(shop: Shop) -> str:
    return shop.till.paid().ers_reference


def _almost_refunded(shop: Shop) -> str:
    payment = _payment(shop)
    shop.till.session.refund_payment(payment, bill("99.99 SEK"))
    return payment


def _refund(shop: Shop) -> str:
    return shop.till.session.refund_payment(_payment(shop), _SEK).ers_reference or ""


def _part_of_unfinished_payment(shop: Shop) -> str:
    shop.mark()
    _partly_paid(shop)
    (row,) = shop.transactions()
    return row.ers_reference


def _seqr_id_of_another(shop: Shop) -> str:
    other, _ = shop.witness
    other.session.assign_seqr_id(other.seqr_id)
    return other.seqr_id


def _unregistered(shop: Shop) -> Till:
    till = shop.leaver
    till.session.unregister_terminal()
    return till


def _marked(shop: Shop, seconds: float) -> str:
    period = shop.mark()
    shop.session.clock.sleep(seconds)
    return period


# Requests with a state that must be undone, or not sent by the client


def _old_operation(shop: Shop) -> None:
    request = UnregisterTerminal(context=shop.session.context("unregisterTerminal"))
    data = strategies.envelope(request, shop.session.interface)
    old = data.replace(request.OPERATION.encode(), min(OLD_OPERATIONS).encode())
    shop.session.send_raw(old)


def _blocked_terminal(shop: Shop) -> Reply:
    shop.administration.block_terminal(shop.till.terminal_id)
    try:
        return shop.till.session.send_invoice(bill(), check=False)
    finally:
        shop.administration.block_terminal(shop.till.terminal_id, blocked=False)


def _unavailable_bank(shop: Shop) -> Reply:
    payment, code = _payment(shop), ResultCode.SERVICE_UNAVAILABLE
    shop.session.faults.add(Kind.RESULT_CODE, code=code, operation="refundPayment", count=1)
    try:
        return shop.till.session.refund_payment(payment, _SEK, check=False)
    finally:
        shop.session.faults.clear()


def _forbidden_refund(permission: str) -> Callable[[Shop], Reply]:
    def send(shop: Shop) -> Reply:
        payment = _payment(shop)
        change: Callable[..., None] = shop.administration.change_reseller
        change(**{permission: False})
        try:
            return shop.till.session.refund_payment(payment, _SEK, check=False)
        finally:
            change(**{permission: True})

    return send


def _credit(user_id: str, amount: str) -> list[Any]:
    return [CreditUserRequest(user_id=user_id, amount=amount)]


def _user(shop: Shop) -> str:
    found = shop.till.paid().user_id
    if not found:
        raise LeftOut(f"needs a payment with the token {USER_TOKEN}")
    return found


def _require_reports(shop: Shop) -> None:
    if not shop.offers_details:
        raise LeftOut(f"needs the vendor's report {DETAILS}, which no document names")


def _too_early(shop: Shop) -> list[Any]:
    _require_reports(shop)
    return _report(DETAILS, shop.mark())


def _never_ready(shop: Shop) -> list[Any]:
    _require_reports(shop)
    return _report(_TERMINAL_REPORT, _marked(shop, 2 * READY))


def _report(report_id: str, period: str) -> list[Any]:
    return [report_id, None, {"transactionPeriodId": period}]


_SEK, _EUR, _XYZ = bill("1.00 SEK"), bill("1.00 EUR"), bill("1.00 XYZ")
_FTP: Final = bill(notification_url="ftp://shop.example/")
_RECEIPT: Final = ReceiptDocument(mime_type="text/plain", receipt_data=b"x", receipt_type="OTHER")
_TERMINAL_REPORT: Final = "Reconciliation/STD_RECON_006.xml"
_UNKNOWN_REPORT: Final = "Reconciliation/STD_RECON_005.xml"

_ANY: Final[Table] = {
    "invoice.currency": {
        "sendInvoice/unknown currency": [_XYZ],
        "updateInvoice/unknown currency": lambda shop: [shop.till.send(), _XYZ],
    },
    "invoice.total": {
        "sendInvoice/no total": [bill(total_amount=None)],
        "sendInvoice/total of 0": [bill("0.00 SEK")],
        "updateInvoice/negative total": lambda shop: [shop.till.send(), bill("-1.00 SEK")],
    },
    "invoice.notification-url": {
        "sendInvoice/FTP notificationUrl": [_FTP],
        "updateInvoice/FTP notificationUrl": lambda shop: [shop.till.send(), _FTP],
    },
    "invoice.reference": {
        "getPaymentStatus/invoice of another terminal": lambda shop: [shop.witness[1]],
    },
    "invoice.reference-elsewhere": {
        "updateInvoice/invoice of another terminal": lambda shop: [shop.witness[1], bill()],
        "cancelInvoice/invoice of another terminal": lambda shop: [shop.witness[1]],
        "commitReservation/invoice of another terminal": lambda shop: [shop.witness[1]],
        "cancelInvoice/short password": lambda shop: [shop.short_password_till, "0"],
    },
    "cancel.canceled": {"cancelInvoice/canceled invoice": lambda shop: [_canceled(shop)]},
    "cancel.ended": {"cancelInvoice/superseded invoice": _superseded},
    "update.ended": {"updateInvoice/canceled invoice": lambda shop: [_canceled(shop), bill()]},
    "commit.not-reserved": {
        "commitReservation/unreserved invoice": lambda shop: [shop.till.send()],
    },
    "refund.reference": {"refundPayment/unknown payment": ["0", bill()]},
    "receipt.reference": {"submitPaymentReceipt/unknown payment": ["0", _RECEIPT]},
    "credit.user": {"creditUser/unknown user": _credit("nobody", "1.00 SEK")},
    "seqr-id.alphanumeric": {"assignSeqrId/characters not alphanumeric": ["my_qr_code_string"]},
    "seqr-id.taken": {
        "assignSeqrId/seqrId of another terminal": lambda shop: [_seqr_id_of_another(shop)],
    },
    "report.not-ready": {
        "executeReport/too early": _too_early,
    },
    "report.never-ready": {
        "executeReport/terminal report of the shop's period": _never_ready,
    },
    "report.unknown": {
        "executeReport/unknown report": lambda shop: _report(_UNKNOWN_REPORT, shop.mark()),
    },
    "report.period": {
        "executeReport/unknown period": _report(DETAILS, "0"),
        "markTransactionPeriod/unknown terminal": [{"TERMINALID": "nobody"}],
    },
    "caller.short-password": {
        "sendInvoice/short password": lambda shop: [shop.short_password_till, bill()],
        "getPaymentStatus/short password": lambda shop: [shop.short_password_till, "0"],
        "unregisterTerminal/short password": lambda shop: [shop.short_password_till],
    },
    "caller.unregistered": {
        "unregisterTerminal/unregistered terminal": lambda shop: [_unregistered(shop)],
    },
    "operation.unsupported": {"/operation of the older service": _old_operation},
}
_AFTER_PAYMENT: Final[Table] = {
    "invoice.other-currency": {
        "updateInvoice/another currency": lambda shop: [shop.till.reserved(), _EUR],
        "refundPayment/another currency": lambda shop: [_payment(shop), _EUR],
    },
    "invoice.notification-url": {
        "refundPayment/FTP notificationUrl": lambda shop: [_payment(shop), _FTP],
    },
    "cancel.paid": {"cancelInvoice/paid invoice": lambda shop: [shop.till.paid().reference]},
    "update.paid": {
        "updateInvoice/paid invoice": lambda shop: [shop.till.paid().reference, bill()],
    },
    "update.above-reserved": {
        "updateInvoice/more than reserved": lambda shop: [shop.till.reserved(), bill("100.01 SEK")],
    },
    "credit.amount": {
        "creditUser/amount of 0": lambda shop: _credit(_user(shop), "0.00 SEK"),
        "creditUser/negative amount": lambda shop: _credit(_user(shop), "-1.00 SEK"),
        "creditUser/unknown currency": lambda shop: _credit(_user(shop), "1.00 XYZ"),
    },
    "commit.not-reserved": {
        "commitReservation/committed reservation": lambda shop: [_committed(shop)],
    },
    "refund.reference": {"refundPayment/refund": lambda shop: [_refund(shop), _SEK]},
    "refund.sum": {
        "refundPayment/more than paid": lambda shop: [_almost_refunded(shop), bill("0.02 SEK")],
    },
}
_ON_PHONE: Final[Table] = {
    "cancel.ended": {
        "cancelInvoice/failed invoice": lambda shop: [_scanned(shop, lambda it: it.decline())],
        "cancelInvoice/reversed payment": lambda shop: [_reversed(shop)],
    },
    "cancel.confirming": {
        "cancelInvoice/invoice in the PIN dialog": lambda shop: [_confirming(shop)],
        "cancelInvoice/partly paid invoice": lambda shop: [_partly_paid(shop)],
    },
    "update.confirming": {
        "updateInvoice/invoice in the PIN dialog": lambda shop: [_confirming(shop), bill()],
    },
    "update.part-paid": {
        "updateInvoice/partly paid invoice": lambda shop: [_partly_paid(shop), bill()],
    },
    "refund.reference": {
        "refundPayment/part of a payment": lambda shop: [_part_of_unfinished_payment(shop), _SEK],
    },
}
_OF_AMOUNTS: Final[Table] = {
    "commit.amount": {
        "commitReservation/more than reserved": lambda shop: [shop.till.reserved(), "100.01 SEK"],
        "commitReservation/amount of 0": lambda shop: [shop.till.reserved(), "0.00 SEK"],
        "commitReservation/another currency": lambda shop: [shop.till.reserved(), "1.00 EUR"],
    },
}
_OF_SERVICE: Final[Table] = {
    "unregister.given": {"unregisterTerminal/terminal of the service": []},
    "caller.blocked": {"sendInvoice/blocked terminal": _blocked_terminal},
    "operation.bank-away": {"refundPayment/unavailable bank": _unavailable_bank},
    "refund.reseller": {
        "refundPayment/reseller that may not": _forbidden_refund("may_refund"),
    },
    "refund.account": {
        "refundPayment/account without refunds": _forbidden_refund("account_takes_refunds"),
    },
}

REFUSALS: Final = {
    (operation, name): Refusal(operation, name, refusal(behaviour), request, needs, field)
    for table, needs, field in (
        (_ANY, NO_NEEDS, ""),
        (_AFTER_PAYMENT, BUYER, ""),
        (_ON_PHONE, PHONE, ""),
        (_OF_AMOUNTS, BUYER, COMMIT_AMOUNT),
        (_OF_SERVICE, INSIDE, ""),
    )
    for behaviour, requests in table.items()
    for key, request in requests.items()
    for operation, _, name in [key.partition("/")]
}
"""Every refusal by its operation and name."""

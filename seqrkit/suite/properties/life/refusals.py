"""Requests that must be refused, each with the state it is sent in and the behaviour it shows.

The behaviour has the result code and the letter of its source (`seqrkit.simulator.behaviours`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from seqrkit import contract
from seqrkit.model import ReceiptDocument
from seqrkit.simulator import behaviours
from seqrkit.suite.framework import Need
from seqrkit.suite.framework.shop import Shop
from seqrkit.suite.framework.till import Till, bill
from seqrkit.suite.oracles.message_cases import has_field
from seqrkit.suite.properties.life import refusal_states as of
from seqrkit.suite.properties.life.modelled_shop import COMMIT_AMOUNT
from seqrkit.vocabulary import Interface, ReportId

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
BEYOND_32_BITS: Final = "beyond 32 bits"
"""How a name ends: 32 bits hold of the amount's hundredths those of an amount that is allowed."""
_BEYOND: Final = "42949673.96 SEK"
"""An amount of which 32 bits hold 1.00 in hundredths."""
_BELOW: Final = "-42949671.96 SEK"
"""The negative amount of which they hold 1.00."""
CERTAIN: Final = frozenset(
    {
        "update.ended",
        "update.paid",
        "invoice.reference-elsewhere",
        "receipt.reference",
        "cancel.ended",
        "credit.user",
        "caller.unregistered",
        "commitReservation/more than reserved",
        f"commitReservation/more than reserved {BEYOND_32_BITS}",
        "refundPayment/another currency",
        "refundPayment/negative total",
        "sendInvoice/negative total",
        f"sendInvoice/negative total {BEYOND_32_BITS}",
        "updateInvoice/negative total",
    }
)
"""The refusals that follow from the references, which name no code for them.

The pattern of an amount, #.##, has no sign, and only a sum in the currency of the payment is a part
of it.
"""


class Refusal(NamedTuple):
    """A request that must be refused; `needs` are those beyond an endpoint that may be written to.

    `operation` is empty if it is not one of this API. `field` is a field that the request requires
    and that an older interface lacks, or empty.
    """

    operation: str
    name: str
    behaviour: behaviours.Refusal
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


_EUR, _XYZ, _NEGATIVE = bill("1.00 EUR"), bill("1.00 XYZ"), bill("-1.00 SEK")
_FTP: Final = bill(notification_url="ftp://shop.example/")
_RECEIPT: Final = ReceiptDocument(mime_type="text/plain", receipt_data=b"x", receipt_type="OTHER")
_UNKNOWN_REPORT: Final = "Reconciliation/STD_RECON_005.xml"

_ANY: Final[Table] = {
    "invoice.currency": {
        "sendInvoice/unknown currency": [_XYZ],
        "updateInvoice/unknown currency": lambda shop: [shop.till.send(), _XYZ],
    },
    "invoice.total": {
        "sendInvoice/no total": [bill(total_amount=None)],
        "sendInvoice/total of 0": [bill("0.00 SEK")],
        "sendInvoice/negative total": [_NEGATIVE],
        f"sendInvoice/negative total {BEYOND_32_BITS}": [bill(_BELOW)],
        "updateInvoice/negative total": lambda shop: [shop.till.send(), _NEGATIVE],
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
    "cancel.canceled": {"cancelInvoice/canceled invoice": lambda shop: [of.canceled(shop)]},
    "cancel.ended": {"cancelInvoice/superseded invoice": of.superseded},
    "update.ended": {"updateInvoice/canceled invoice": lambda shop: [of.canceled(shop), bill()]},
    "commit.not-reserved": {
        "commitReservation/unreserved invoice": lambda shop: [shop.till.send()],
    },
    "refund.reference": {"refundPayment/unknown payment": ["0", bill()]},
    "receipt.reference": {"submitPaymentReceipt/unknown payment": ["0", _RECEIPT]},
    "credit.user": {"creditUser/unknown user": of.credit("nobody", "1.00 SEK")},
    "seqr-id.alphanumeric": {"assignSeqrId/characters not alphanumeric": ["not alphanumeric!"]},
    "seqr-id.taken": {
        "assignSeqrId/seqrId of another terminal": lambda shop: [of.seqr_id_of_another(shop)],
    },
    "report.not-ready": {
        "executeReport/too early": of.too_early,
    },
    "report.never-ready": {
        "executeReport/terminal report of the shop's period": of.never_ready,
    },
    "report.unknown": {
        "executeReport/unknown report": lambda shop: of.report(_UNKNOWN_REPORT, shop.mark()),
    },
    "report.period": {
        "executeReport/unknown period": of.report(ReportId.DETAILS, "0"),
        "markTransactionPeriod/unknown terminal": [{"TERMINALID": "nobody"}],
    },
    "caller.password": {
        f"getPaymentStatus/password with {name}": partial(of.with_wrong_password, *passwords)
        for name, passwords in of.PASSWORDS.items()
    },
    "caller.short-password": {
        "sendInvoice/short password": lambda shop: [shop.short_password_till, bill()],
        "getPaymentStatus/short password": lambda shop: [shop.short_password_till, "0"],
        "unregisterTerminal/short password": lambda shop: [shop.short_password_till],
    },
    "caller.unregistered": {
        "unregisterTerminal/unregistered terminal": lambda shop: [of.unregistered(shop)],
    },
    "operation.unsupported": {"/operation of the older service": of.old_operation},
}
_AFTER_PAYMENT: Final[Table] = {
    "invoice.total": {
        "refundPayment/negative total": lambda shop: [of.paid_reference(shop), _NEGATIVE],
    },
    "invoice.other-currency": {
        "updateInvoice/another currency": lambda shop: [shop.till.reserved(), _EUR],
        "refundPayment/another currency": lambda shop: [of.paid_reference(shop), _EUR],
    },
    "invoice.notification-url": {
        "refundPayment/FTP notificationUrl": lambda shop: [of.paid_reference(shop), _FTP],
    },
    "cancel.paid": {"cancelInvoice/paid invoice": lambda shop: [shop.till.paid().reference]},
    "update.paid": {
        "updateInvoice/paid invoice": lambda shop: [shop.till.paid().reference, bill()],
    },
    "update.above-reserved": {
        "updateInvoice/more than reserved": lambda shop: [shop.till.reserved(), bill("100.01 SEK")],
    },
    "credit.amount": {
        "creditUser/amount of 0": lambda shop: of.credit(of.user(shop), "0.00 SEK"),
        "creditUser/negative amount": lambda shop: of.credit(of.user(shop), "-1.00 SEK"),
        "creditUser/unknown currency": lambda shop: of.credit(of.user(shop), "1.00 XYZ"),
    },
    "commit.not-reserved": {
        "commitReservation/committed reservation": lambda shop: [of.committed(shop)],
    },
    "refund.reference": {"refundPayment/refund": lambda shop: [of.refund(shop), of.SEK]},
    "refund.sum": {
        "refundPayment/more than paid": lambda shop: [
            of.almost_refunded(shop),
            bill("0.02 SEK"),
        ],
        f"refundPayment/more than paid {BEYOND_32_BITS}": lambda shop: [
            of.paid_reference(shop),
            bill(_BEYOND),
        ],
    },
}
_ON_PHONE: Final[Table] = {
    "cancel.ended": {
        "cancelInvoice/failed invoice": lambda shop: [of.scanned(shop, lambda it: it.decline())],
        "cancelInvoice/reversed payment": lambda shop: [of.reversed_payment(shop)],
    },
    "cancel.confirming": {
        "cancelInvoice/invoice in the PIN dialog": lambda shop: [of.confirming(shop)],
        "cancelInvoice/partly paid invoice": lambda shop: [of.partly_paid(shop)],
    },
    "update.confirming": {
        "updateInvoice/invoice in the PIN dialog": lambda shop: [of.confirming(shop), bill()],
    },
    "update.part-paid": {
        "updateInvoice/partly paid invoice": lambda shop: [of.partly_paid(shop), bill()],
    },
    "refund.reference": {
        "refundPayment/part of a payment": lambda shop: [
            of.part_of_unfinished_payment(shop),
            of.SEK,
        ],
    },
}
_OF_AMOUNTS: Final[Table] = {
    "commit.amount": {
        "commitReservation/more than reserved": lambda shop: [shop.till.reserved(), "100.01 SEK"],
        f"commitReservation/more than reserved {BEYOND_32_BITS}": lambda shop: [
            shop.till.reserved(),
            _BEYOND,
        ],
        "commitReservation/amount of 0": lambda shop: [shop.till.reserved(), "0.00 SEK"],
        "commitReservation/another currency": lambda shop: [shop.till.reserved(), "1.00 EUR"],
    },
}
_OF_SERVICE: Final[Table] = {
    "unregister.given": {"unregisterTerminal/terminal of the service": []},
    "caller.blocked": {"sendInvoice/blocked terminal": of.blocked_terminal},
    "operation.bank-away": {"refundPayment/unavailable bank": of.unavailable_bank},
    "refund.reseller": {
        "refundPayment/reseller that may not": of.forbidden_refund("may_refund"),
    },
    "refund.account": {
        "refundPayment/account without refunds": of.forbidden_refund("account_takes_refunds"),
    },
}

REFUSALS: Final = {
    (operation, name): Refusal(
        operation, name, behaviours.refusal(behaviour), request, needs, field
    )
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

"""The causes of failures: what failures of different operations and checks have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from seqrkit.contract.findings import shorten
from seqrkit.vocabulary import InvoiceStatus, ResultCode

if TYPE_CHECKING:
    from seqrkit.contract import Finding
    from seqrkit.soap import Fault

_NUMBER: Final = re.compile("[0-9]+")
OF_CALLERS: Final = (
    ResultCode.AUTHENTICATION_FAILED,
    ResultCode.INVALID_INITIATOR_PRINCIPAL_ID,
    ResultCode.INITIATOR_PRINCIPAL_NOT_FOUND,
)
"""The codes that refuse the caller."""
OF_PAYMENTS: Final = "ersReference"
"""The cause of failures that concern the reference of a payment."""
UNREGISTERED: Final = "unregistered"
"""The cause of failures that concern terminals which stay registered, or do not."""
OF_INVOICES: Final = "invoiceReference"
"""The cause of failures that concern a reference of no invoice, or of two."""
STOPPED: Final = "the service stopped answering"
"""The cause of a request that is not answered, if nothing after it is."""
OF_AMOUNTS: Final = "totalAmount"
"""The cause of failures that concern the amount of a payment."""
OF_VERSIONS: Final = "version"
"""The cause of failures that concern the version of an invoice."""
UNSTABLE: Final = "a receipt that changes"
"""The cause of failures in which two replies about one payment have different receipts."""
CONSEQUENCES: Final[Mapping[int, str]] = MappingProxyType(
    {
        ResultCode.INVALID_ERS_REFERENCE: OF_PAYMENTS,
        ResultCode.INVALID_INVOICE_DATA: OF_AMOUNTS,
        ResultCode.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION: OF_AMOUNTS,
        ResultCode.INVALID_INITIATOR_PRINCIPAL_ID: UNREGISTERED,
        ResultCode.INVALID_INVOICE_REFERENCE: OF_INVOICES,
        ResultCode.CANNOT_CANCEL_PAID_INVOICE: InvoiceStatus.ISSUED,
        ResultCode.SYSTEM_ERROR: InvoiceStatus.ISSUED,
        ResultCode.INVOICE_ALREADY_CANCELED: InvoiceStatus.ISSUED,
        ResultCode.INVOICE_STATE_NOT_RESERVED: InvoiceStatus.ISSUED,
    }
)
"""By a code that refuses a valid request, what can have been wrong before."""
FAULT: Final = "a SOAP fault in place of a result code"
"""The cause of faults that refuse what a result code should."""
INDIRECT: Final = re.compile("(SoapFault|CannotPay|resultCode [0-9]+|two at once)$")
"""How the deviation ends of a failure that shows its cause less directly than others."""
_STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cancel.canceled": InvoiceStatus.CANCELED,
        "cancel.ended": InvoiceStatus.CANCELED,
        "update.ended": InvoiceStatus.CANCELED,
        "cancel.paid": InvoiceStatus.PAID,
        "update.paid": InvoiceStatus.PAID,
        "commit.not-reserved": InvoiceStatus.ISSUED,
        "caller.unregistered": UNREGISTERED,
        "invoice.reference": OF_INVOICES,
        "invoice.reference-elsewhere": OF_INVOICES,
        "refund.reference": OF_PAYMENTS,
        "invoice.total": OF_AMOUNTS,
        "commit.amount": OF_AMOUNTS,
        "refund.sum": OF_AMOUNTS,
    }
)
"""The state of invoice, terminal or payment where a behaviour refuses the request."""
_ALIKE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "caller.unregistered": "caller.terminal",
        "cancel.ended": "cancel.canceled",
        "invoice.reference-elsewhere": "invoice.reference",
    }
)
"""Behaviours whose failures have the same cause as those of another one."""
_OF_FAULT: Final = "fault "
_OF_OPERATION: Final = re.compile("^([a-zA-Z]+Response|response)[.]")
"""How the id of a finding begins that is about the reply of one operation, or of several."""
_LENGTH: Final = 80
"""How much of a fault's reason tells one cause from another."""


def cause_of(fault: Fault) -> str:
    """Return the cause of a fault: its reason, whatever the operation and the numbers in it."""
    return f"{_OF_FAULT}{fault.code}: {_NUMBER.sub('0', shorten(fault.reason, _LENGTH))}"


def cause_in_replies(problem: str) -> str:
    """Return the cause of what is wrong with replies, such as a finding, whatever the operation."""
    return f"reply: {_OF_OPERATION.sub('', problem)}"


def unreadable(findings: Iterable[Finding]) -> str:
    """Return the cause of the first finding about a value of another type, which looks absent."""
    return next((cause_in_replies(each.id) for each in findings if each.rule.kind == "type"), "")


def is_refusal(cause: str, deviations: Iterable[str]) -> bool:
    """Whether a cause is a fault with which a service refused what it should refuse by a code."""
    expected = (each for each in deviations if not INDIRECT.search(each))
    return cause.startswith(_OF_FAULT) and any(expected)


def cause_of_refusal(behaviour: str, earlier: Mapping[str, str]) -> str:
    """Return the cause of a missing refusal: that the state for it is not reached, or its own.

    `earlier` are causes of earlier failures, by the state.
    """
    return earlier.get(_STATES.get(behaviour, ""), _ALIKE.get(behaviour, behaviour))


def cause_of_code(code: int) -> str:
    """Return the cause of a code that refuses a valid request, whatever the operation."""
    who = "caller" if code in OF_CALLERS else "request"
    return f"a valid {who}: resultCode {code:d}"

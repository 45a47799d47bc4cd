"""The situations in which a request is refused, and the code of each."""

from functools import partial

from seqrkit.simulator.behaviours.entry import (
    FAQ,
    REFERENCE_CODES,
    assumed,
    documented,
    published,
    seen,
)
from seqrkit.vocabulary import ResultCode as R

_documented = partial(documented, place=REFERENCE_CODES)

# Who is calling
WRONG_PASSWORD = _documented(
    "caller.password", "A wrong password is refused.", code=R.AUTHENTICATION_FAILED
)
SHORT_PASSWORD = _documented(
    "caller.short-password",
    "A terminal whose own password has fewer than 4 characters may not unregister, send or poll.",
    code=R.ACCESS_DENIED,
)
WRONG_PRINCIPAL = assumed(
    "caller.type",
    "A principal of a type that the operation is not for is denied it.",
    code=R.ACCESS_DENIED,
)
UNKNOWN_TERMINAL = _documented(
    "caller.terminal",
    "A terminal id that nobody has is refused.",
    code=R.INVALID_INITIATOR_PRINCIPAL_ID,
)
UNKNOWN_TYPE = assumed(
    "caller.no-type",
    "So is a principal of neither type, or a request without one.",
    code=R.INVALID_INITIATOR_PRINCIPAL_ID,
)
UNREGISTERED = assumed(
    "caller.unregistered",
    "An unregistered terminal is like an unknown one.",
    code=R.INVALID_INITIATOR_PRINCIPAL_ID,
)
BLOCKED = published(
    "caller.blocked", "A blocked terminal is refused.", code=R.INVALID_INITIATOR_PRINCIPAL_STATE
)
UNKNOWN_RESELLER = _documented(
    "caller.reseller",
    "A reseller id or userId that nobody has is refused.",
    code=R.INITIATOR_PRINCIPAL_NOT_FOUND,
)
COMBINED_ID = seen(
    "caller.combined-id", "A reseller may write its userId into the id, after a slash."
)
UNREGISTER_WHICH = assumed(
    "unregister.which",
    "A reseller may unregister its terminal where it has exactly one; otherwise that is denied.",
    code=R.ACCESS_DENIED,
)
UNREGISTER_GIVEN = assumed(
    "unregister.given",
    "A terminal that the service gave out is not unregistered over the API.",
    code=R.ACCESS_DENIED,
)

# What is asked for
UNKNOWN_CURRENCY = _documented(
    "invoice.currency", "An unknown currency is no invoice data.", code=R.INVALID_INVOICE_DATA
)
BAD_TOTAL = assumed(
    "invoice.total",
    "Nor is an invoice whose totalAmount is missing, no number, zero or negative.",
    code=R.INVALID_INVOICE_DATA,
)
OTHER_CURRENCY = assumed(
    "invoice.other-currency",
    "Nor is a refund, or the update of a reservation, in another currency than the payment.",
    code=R.INVALID_INVOICE_DATA,
)
BAD_NOTIFICATION_URL = _documented(
    "invoice.notification-url",
    "A notificationUrl that does not start with http:// is refused.",
    code=R.INVALID_NOTIFICATION_URL,
)
UNKNOWN_INVOICE = _documented(
    "invoice.reference",
    "getPaymentStatus for an invoiceReference that is unknown, or another terminal's, is refused.",
    code=R.INVALID_INVOICE_REFERENCE,
)
UNKNOWN_INVOICE_ELSEWHERE = assumed(
    "invoice.reference-elsewhere",
    "So are updateInvoice, cancelInvoice and commitReservation for one.",
    code=R.INVALID_INVOICE_REFERENCE,
)
CANCEL_PAID = _documented(
    "cancel.paid", "A PAID invoice is not cancelled.", code=R.CANNOT_CANCEL_PAID_INVOICE
)
CANCEL_CONFIRMING = assumed(
    "cancel.confirming",
    "Nor one that the buyer is just confirming, or has paid in part.",
    code=R.CANNOT_CANCEL_INVOICE_IN_PROGRESS,
)
CANCEL_CANCELED = _documented(
    "cancel.canceled",
    "An invoice that cancelInvoice cancelled before is not cancelled again.",
    code=R.INVOICE_ALREADY_CANCELED,
)
CANCEL_ENDED = assumed(
    "cancel.ended",
    "The same for one cancelled for any other reason, or FAILED.",
    code=R.INVOICE_ALREADY_CANCELED,
)
UPDATE_CONFIRMING = published(
    "update.confirming",
    "An invoice that the buyer is just confirming is not updated.",
    code=R.PAYMENT_IN_PROGRESS,
)
UPDATE_PART_PAID = assumed(
    "update.part-paid", "Nor one that is paid in part.", code=R.PAYMENT_IN_PROGRESS
)
UPDATE_PAID = published(
    "update.paid", "updateInvoice after payment is an error.", code=R.SYSTEM_ERROR
)
UPDATE_ENDED = assumed(
    "update.ended", "And on an invoice that has ended otherwise.", code=R.SYSTEM_ERROR
)
UPDATE_ABOVE_RESERVED = assumed(
    "update.above-reserved",
    "An update does not raise the total above what is reserved.",
    code=R.REJECTED_AMOUNT,
)
COMMIT_NOT_RESERVED = _documented(
    "commit.not-reserved",
    "Only a RESERVED invoice is committed; a lapsed one is no longer.",
    code=R.INVOICE_STATE_NOT_RESERVED,
)
COMMIT_BAD_AMOUNT = assumed(
    "commit.amount",
    "Not more than reserved is committed, nothing or less, or another currency.",
    code=R.REJECTED_AMOUNT,
)
UNKNOWN_ERS_REFERENCE = _documented(
    "refund.reference",
    "An ersReference that belongs to no payment of this shop is not refunded.",
    code=R.INVALID_ERS_REFERENCE,
)
RECEIPT_UNKNOWN = assumed(
    "receipt.reference",
    "A receipt needs the ersReference of a payment or a refund of this shop.",
    code=R.INVALID_ERS_REFERENCE,
)
REFUNDS_ABOVE_PAYMENT = _documented(
    "refund.sum",
    "Refunds never add up to more than was paid.",
    code=R.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION,
)
RESELLER_MAY_NOT_REFUND = _documented(
    "refund.reseller",
    "A reseller can be switched so that it may not refund.",
    code=R.RESELLER_NOT_ALLOWED_TO_DO_REFUND,
)
ACCOUNT_TAKES_NO_REFUNDS = _documented(
    "refund.account",
    "A reseller can be switched so that its account does not allow refunds.",
    code=R.RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS,
)
BAD_SEQR_ID = _documented(
    "seqr-id.alphanumeric", "A seqrId consists of letters and digits.", code=R.INVALID_SEQR_ID
)
TAKEN_SEQR_ID = _documented(
    "seqr-id.taken", "A seqrId belongs to one terminal only.", code=R.INVALID_SEQR_ID
)
REPORT_NOT_READY = published(
    "report.not-ready",
    "A report is ready 3 seconds after markTransactionPeriod.",
    code=R.REPORT_NOT_READY,
)
REPORT_NEVER_READY = published(
    "report.never-ready",
    "Reports 006 and 007 are never ready for a period that was marked without TERMINALID.",
    place=FAQ,
    code=R.REPORT_NOT_READY,
)
UNKNOWN_REPORT = assumed("report.unknown", "An unknown reportId is an error.", code=R.SYSTEM_ERROR)
UNKNOWN_PERIOD = assumed(
    "report.period",
    "So is a transactionPeriodId or TERMINALID that is unknown, or another shop's.",
    code=R.SYSTEM_ERROR,
)
UNKNOWN_USER = assumed(
    "credit.user", "A user that nobody knows gets no money.", code=R.INVALID_CUSTOMER
)
CREDIT_BAD_AMOUNT = assumed(
    "credit.amount",
    "An amount to credit has a known currency and is more than nothing.",
    code=R.REJECTED_AMOUNT,
)
UNSUPPORTED = _documented(
    "operation.unsupported",
    "The old service's operations outside this API are not supported.",
    code=R.UNSUPPORTED_OPERATION,
)
BANK_AWAY = _documented(
    "operation.bank-away",
    "While the bank behind the service is away, nothing is available.",
    code=R.SERVICE_UNAVAILABLE,
)

# What the buyer's phone is told
PHONE_WAITS = assumed(
    "phone.waits", "A bill that waits for the merchant cannot be paid.", code=R.PENDING_APPROVAL
)
PHONE_NOT_SCANNED = assumed(
    "phone.not-scanned", "Nor one that was not scanned.", code=R.REJECTED_BUSINESS_LOGIC
)
PHONE_BAD_AMOUNT = assumed(
    "phone.amount",
    "A buyer pays more than nothing and no more than is open, and reserves all of it.",
    code=R.REJECTED_AMOUNT,
)
PHONE_ENDED = assumed(
    "phone.ended", "A bill that is paid or reserved is not paid again.", code=R.REJECTED_PAYMENT
)
PHONE_CANCELED = assumed(
    "phone.canceled", "Nor one that was cancelled.", code=R.PAYMENT_ALREADY_CANCELLED
)
PHONE_EXPIRED = assumed(
    "phone.expired", "Nor one that has expired, which never happens here.", code=R.PAYMENT_EXPIRED
)

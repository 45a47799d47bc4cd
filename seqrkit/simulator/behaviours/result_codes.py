"""The situations in which a request is refused, and the result code of each."""

from functools import partial

from seqrkit.simulator.behaviours.behaviour import FAQ, REFERENCE_CODES, VENDOR, Refusal
from seqrkit.vocabulary import ResultCode as R

_documented = partial(Refusal, source="D", place=REFERENCE_CODES)
_published = partial(Refusal, source="V", place=VENDOR)
_assumed = partial(Refusal, source="A")

# Authentication
WRONG_PASSWORD = _documented(
    "caller.password", "A wrong password is refused.", code=R.AUTHENTICATION_FAILED
)
SHORT_PASSWORD = _documented(
    "caller.short-password",
    "A terminal whose own password has fewer than 4 characters may not unregister, send or poll.",
    code=R.ACCESS_DENIED,
)
WRONG_PRINCIPAL = _assumed(
    "caller.type",
    "A principal of a type that may not call the operation is refused.",
    code=R.ACCESS_DENIED,
)
UNKNOWN_TERMINAL = _documented(
    "caller.terminal",
    "An unknown terminal id is refused.",
    code=R.INVALID_INITIATOR_PRINCIPAL_ID,
)
UNKNOWN_TYPE = _assumed(
    "caller.no-type",
    "A request without a principal, or with one of neither type, is refused.",
    code=R.INVALID_INITIATOR_PRINCIPAL_ID,
)
UNREGISTERED = _assumed(
    "caller.unregistered",
    "An unregistered terminal is refused like an unknown one.",
    code=R.INVALID_INITIATOR_PRINCIPAL_ID,
)
BLOCKED = _published(
    "caller.blocked", "A blocked terminal is refused.", code=R.INVALID_INITIATOR_PRINCIPAL_STATE
)
UNKNOWN_RESELLER = _documented(
    "caller.reseller",
    "An unknown reseller id, or an unknown userId of a reseller, is refused.",
    code=R.INITIATOR_PRINCIPAL_NOT_FOUND,
)
UNREGISTER_WHICH = _assumed(
    "unregister.which",
    "A reseller may unregister its terminal if it has exactly one; otherwise that is refused.",
    code=R.ACCESS_DENIED,
)
UNREGISTER_GIVEN = _assumed(
    "unregister.given",
    "A terminal issued by the service itself cannot be unregistered over the API.",
    code=R.ACCESS_DENIED,
)

# Requests
UNKNOWN_CURRENCY = _documented(
    "invoice.currency",
    "An invoice in an unknown currency is refused.",
    code=R.INVALID_INVOICE_DATA,
)
BAD_TOTAL = _assumed(
    "invoice.total",
    "An invoice whose totalAmount is missing, not a number, zero or negative is refused.",
    code=R.INVALID_INVOICE_DATA,
)
OTHER_CURRENCY = _assumed(
    "invoice.other-currency",
    "A refund, or the update of a reservation, in another currency than the payment is refused.",
    code=R.INVALID_INVOICE_DATA,
)
BAD_NOTIFICATION_URL = _documented(
    "invoice.notification-url",
    "A notificationUrl that does not start with http:// is refused.",
    code=R.INVALID_NOTIFICATION_URL,
)
UNKNOWN_INVOICE = _documented(
    "invoice.reference",
    "getPaymentStatus with an unknown invoiceReference, or another terminal's, is refused.",
    code=R.INVALID_INVOICE_REFERENCE,
)
UNKNOWN_INVOICE_ELSEWHERE = _assumed(
    "invoice.reference-elsewhere",
    "updateInvoice, cancelInvoice and commitReservation with an unknown invoiceReference, or "
    "another terminal's, are refused.",
    code=R.INVALID_INVOICE_REFERENCE,
)
CANCEL_PAID = _documented(
    "cancel.paid", "A PAID invoice cannot be cancelled.", code=R.CANNOT_CANCEL_PAID_INVOICE
)
CANCEL_CONFIRMING = _assumed(
    "cancel.confirming",
    "An invoice that the buyer is confirming, or has paid in part, cannot be cancelled.",
    code=R.CANNOT_CANCEL_INVOICE_IN_PROGRESS,
)
CANCEL_CANCELED = _documented(
    "cancel.canceled",
    "An invoice that cancelInvoice has cancelled cannot be cancelled again.",
    code=R.INVOICE_ALREADY_CANCELED,
)
CANCEL_ENDED = _assumed(
    "cancel.ended",
    "An invoice that is FAILED or EXPIRED, or CANCELED for another reason than cancelInvoice, "
    "cannot be cancelled.",
    code=R.INVOICE_ALREADY_CANCELED,
)
UPDATE_CONFIRMING = _published(
    "update.confirming",
    "An invoice that the buyer is confirming cannot be updated.",
    code=R.PAYMENT_IN_PROGRESS,
)
UPDATE_PART_PAID = _assumed(
    "update.part-paid",
    "An invoice that is paid in part cannot be updated.",
    code=R.PAYMENT_IN_PROGRESS,
)
UPDATE_PAID = _published("update.paid", "A PAID invoice cannot be updated.", code=R.SYSTEM_ERROR)
UPDATE_ENDED = _assumed(
    "update.ended",
    "An invoice that is CANCELED, FAILED or EXPIRED cannot be updated.",
    code=R.SYSTEM_ERROR,
)
UPDATE_ABOVE_RESERVED = _assumed(
    "update.above-reserved",
    "An update cannot raise the total above the reserved amount.",
    code=R.REJECTED_AMOUNT,
)
COMMIT_NOT_RESERVED = _documented(
    "commit.not-reserved",
    "Only a RESERVED invoice can be committed; a reservation that lapsed cannot.",
    code=R.INVOICE_STATE_NOT_RESERVED,
)
COMMIT_BAD_AMOUNT = _assumed(
    "commit.amount",
    "A commit for more than is reserved, for zero or less, or in another currency is refused.",
    code=R.REJECTED_AMOUNT,
)
UNKNOWN_ERS_REFERENCE = _documented(
    "refund.reference",
    "A refund needs the ersReference of a payment of this shop.",
    code=R.INVALID_ERS_REFERENCE,
)
RECEIPT_UNKNOWN = _assumed(
    "receipt.reference",
    "A receipt needs the ersReference of a payment or a refund of this shop.",
    code=R.INVALID_ERS_REFERENCE,
)
REFUNDS_ABOVE_PAYMENT = _documented(
    "refund.sum",
    "Refunds that add up to more than the payment are refused.",
    code=R.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION,
)
RESELLER_MAY_NOT_REFUND = _documented(
    "refund.reseller",
    "The service can forbid a reseller to refund.",
    code=R.RESELLER_NOT_ALLOWED_TO_DO_REFUND,
)
ACCOUNT_TAKES_NO_REFUNDS = _documented(
    "refund.account",
    "The service can forbid refunds on a reseller's account.",
    code=R.RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS,
)
BAD_SEQR_ID = _documented(
    "seqr-id.alphanumeric", "A seqrId consists of letters and digits.", code=R.INVALID_SEQR_ID
)
TAKEN_SEQR_ID = _documented(
    "seqr-id.taken", "A seqrId belongs to one terminal only.", code=R.INVALID_SEQR_ID
)
REPORT_NOT_READY = _published(
    "report.not-ready",
    "A report is ready 3 seconds after markTransactionPeriod.",
    code=R.REPORT_NOT_READY,
)
REPORT_NEVER_READY = _published(
    "report.never-ready",
    "Reports 006 and 007 are never ready for a period that was marked without TERMINALID.",
    place=FAQ,
    code=R.REPORT_NOT_READY,
)
UNKNOWN_REPORT = _assumed("report.unknown", "An unknown reportId is refused.", code=R.SYSTEM_ERROR)
UNKNOWN_PERIOD = _assumed(
    "report.period",
    "An unknown transactionPeriodId or TERMINALID, or another shop's, is refused.",
    code=R.SYSTEM_ERROR,
)
UNKNOWN_USER = _assumed(
    "credit.user", "A credit to an unknown user is refused.", code=R.INVALID_CUSTOMER
)
CREDIT_BAD_AMOUNT = _assumed(
    "credit.amount",
    "A credit needs an amount above zero in a known currency.",
    code=R.REJECTED_AMOUNT,
)
UNSUPPORTED = _documented(
    "operation.unsupported",
    "Operations of the old service that this API lacks are not supported.",
    code=R.UNSUPPORTED_OPERATION,
)
BANK_AWAY = _documented(
    "operation.bank-away",
    "While the bank behind the service is unavailable, every operation is refused.",
    code=R.SERVICE_UNAVAILABLE,
)

# The buyer's phone
PHONE_WAITS = _assumed(
    "phone.waits",
    "An invoice that waits for the merchant cannot be paid.",
    code=R.PENDING_APPROVAL,
)
PHONE_NOT_SCANNED = _assumed(
    "phone.not-scanned",
    "An invoice that was not scanned cannot be paid.",
    code=R.REJECTED_BUSINESS_LOGIC,
)
PHONE_BAD_AMOUNT = _assumed(
    "phone.amount",
    "A buyer pays more than zero and at most the open amount, and reserves the whole total.",
    code=R.REJECTED_AMOUNT,
)
PHONE_ENDED = _assumed(
    "phone.ended",
    "An invoice that is PAID, RESERVED or FAILED cannot be paid.",
    code=R.REJECTED_PAYMENT,
)
PHONE_CANCELED = _assumed(
    "phone.canceled", "A CANCELED invoice cannot be paid.", code=R.PAYMENT_ALREADY_CANCELLED
)
PHONE_EXPIRED = _assumed(
    "phone.expired",
    "An EXPIRED invoice cannot be paid; this endpoint never lets an invoice expire.",
    code=R.PAYMENT_EXPIRED,
)

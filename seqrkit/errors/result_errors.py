"""The exceptions of result codes, generated from schemas/ by `nox -s model`."""

from __future__ import annotations

from typing import ClassVar

from seqrkit.errors.exceptions import ResultError
from seqrkit.vocabulary import ResultCode

__all__ = [
    "AccessDenied",
    "AuthenticationFailed",
    "CannotCancelInvoiceInProgress",
    "CannotCancelPaidInvoice",
    "InitiatorPrincipalNotFound",
    "InvalidCustomer",
    "InvalidErsReference",
    "InvalidInitiatorPrincipalId",
    "InvalidInitiatorPrincipalState",
    "InvalidInvoiceData",
    "InvalidInvoiceReference",
    "InvalidNewPassword",
    "InvalidNotificationUrl",
    "InvalidSeqrId",
    "InvoiceAlreadyCanceled",
    "InvoiceStateNotReserved",
    "LicenseRejection",
    "PaymentAlreadyCancelled",
    "PaymentExpired",
    "PaymentInProgress",
    "PendingApproval",
    "ReceiverAccountDoesNotAllowRefunds",
    "RegistrationNotPossible",
    "RegistrationPrincipalAlreadyExists",
    "RejectedAmount",
    "RejectedBusinessLogic",
    "RejectedPayment",
    "RejectedTopup",
    "ReportNotReady",
    "ResellerNotAllowedToDoRefund",
    "ServiceUnavailable",
    "SumOfRefundsCanNotBeMoreThanOriginalTransaction",
    "SystemBusy",
    "SystemError",
    "UnsupportedOperation",
]


class PendingApproval(ResultError):
    """Result code 1.

    The request was taken but somebody has to approve it before it has an effect.
    """

    result_code: ClassVar[ResultCode | None] = ResultCode.PENDING_APPROVAL


class ReportNotReady(ResultError):
    """Result code 2: The report asked for has not been produced yet."""

    result_code: ClassVar[ResultCode | None] = ResultCode.REPORT_NOT_READY


class RejectedBusinessLogic(ResultError):
    """Result code 10.

    A rule of the service stands against the request, though its form is right.
    """

    result_code: ClassVar[ResultCode | None] = ResultCode.REJECTED_BUSINESS_LOGIC


class RejectedAmount(ResultError):
    """Result code 11: The amount is not acceptable, for instance more than was reserved."""

    result_code: ClassVar[ResultCode | None] = ResultCode.REJECTED_AMOUNT


class RejectedPayment(ResultError):
    """Result code 12: The payment was turned down on the buyer's side."""

    result_code: ClassVar[ResultCode | None] = ResultCode.REJECTED_PAYMENT


class RejectedTopup(ResultError):
    """Result code 13: A top-up of an account was turned down."""

    result_code: ClassVar[ResultCode | None] = ResultCode.REJECTED_TOPUP


class AuthenticationFailed(ResultError):
    """Result code 20: The password is not the one of the principal in the context."""

    result_code: ClassVar[ResultCode | None] = ResultCode.AUTHENTICATION_FAILED


class AccessDenied(ResultError):
    """Result code 21.

    The terminal's own password has fewer than four characters, or (assumed) the principal may not
    call this operation.
    """

    result_code: ClassVar[ResultCode | None] = ResultCode.ACCESS_DENIED


class InvalidNewPassword(ResultError):
    """Result code 22: A new password does not satisfy the service's rules."""

    result_code: ClassVar[ResultCode | None] = ResultCode.INVALID_NEW_PASSWORD


class InvalidErsReference(ResultError):
    """Result code 23: No payment has the given ersReference."""

    result_code: ClassVar[ResultCode | None] = ResultCode.INVALID_ERS_REFERENCE


class InvalidInitiatorPrincipalId(ResultError):
    """Result code 29: No terminal has the id given with TERMINALID."""

    result_code: ClassVar[ResultCode | None] = ResultCode.INVALID_INITIATOR_PRINCIPAL_ID


class InvalidInitiatorPrincipalState(ResultError):
    """Result code 33: The principal exists but is blocked or not active."""

    result_code: ClassVar[ResultCode | None] = ResultCode.INVALID_INITIATOR_PRINCIPAL_STATE


class InitiatorPrincipalNotFound(ResultError):
    """Result code 37.

    No reseller has the id, or no user of it has the userId, given with RESELLERUSER.
    """

    result_code: ClassVar[ResultCode | None] = ResultCode.INITIATOR_PRINCIPAL_NOT_FOUND


class PaymentInProgress(ResultError):
    """Result code 48.

    The buyer is confirming the payment at this moment, so the invoice cannot change.
    """

    result_code: ClassVar[ResultCode | None] = ResultCode.PAYMENT_IN_PROGRESS


class InvalidInvoiceData(ResultError):
    """Result code 49.

    Something in the invoice cannot be right, such as a currency that does not exist or (assumed) a
    total that is not above zero.
    """

    result_code: ClassVar[ResultCode | None] = ResultCode.INVALID_INVOICE_DATA


class CannotCancelPaidInvoice(ResultError):
    """Result code 50: The invoice has been paid, so it can no longer be cancelled."""

    result_code: ClassVar[ResultCode | None] = ResultCode.CANNOT_CANCEL_PAID_INVOICE


class CannotCancelInvoiceInProgress(ResultError):
    """Result code 51.

    A payment of the invoice is under way (assumed: the reference leaves the description blank).
    """

    result_code: ClassVar[ResultCode | None] = ResultCode.CANNOT_CANCEL_INVOICE_IN_PROGRESS


class InvalidCustomer(ResultError):
    """Result code 52: The user to be credited is not known."""

    result_code: ClassVar[ResultCode | None] = ResultCode.INVALID_CUSTOMER


class InvalidSeqrId(ResultError):
    """Result code 53: The seqrId is not alphanumeric, or another terminal already has it."""

    result_code: ClassVar[ResultCode | None] = ResultCode.INVALID_SEQR_ID


class InvalidInvoiceReference(ResultError):
    """Result code 54: This terminal has no invoice with the given invoiceReference."""

    result_code: ClassVar[ResultCode | None] = ResultCode.INVALID_INVOICE_REFERENCE


class PaymentAlreadyCancelled(ResultError):
    """Result code 55: The payment has been cancelled before."""

    result_code: ClassVar[ResultCode | None] = ResultCode.PAYMENT_ALREADY_CANCELLED


class RegistrationNotPossible(ResultError):
    """Result code 56: The service cannot register what was asked for."""

    result_code: ClassVar[ResultCode | None] = ResultCode.REGISTRATION_NOT_POSSIBLE


class RegistrationPrincipalAlreadyExists(ResultError):
    """Result code 57: What should be registered is registered already."""

    result_code: ClassVar[ResultCode | None] = ResultCode.REGISTRATION_PRINCIPAL_ALREADY_EXISTS


class PaymentExpired(ResultError):
    """Result code 58: The time in which the invoice could be paid is over."""

    result_code: ClassVar[ResultCode | None] = ResultCode.PAYMENT_EXPIRED


class InvalidNotificationUrl(ResultError):
    """Result code 64: The notificationUrl is not one the service can post to."""

    result_code: ClassVar[ResultCode | None] = ResultCode.INVALID_NOTIFICATION_URL


class SystemError(ResultError):  # noqa: A001 - named for its code
    """Result code 90.

    Something went wrong that no other code stands for, such as updating an invoice after it was
    paid, or (assumed) asking for an unknown report or period.
    """

    result_code: ClassVar[ResultCode | None] = ResultCode.SYSTEM_ERROR


class UnsupportedOperation(ResultError):
    """Result code 91: The service does not have this operation."""

    result_code: ClassVar[ResultCode | None] = ResultCode.UNSUPPORTED_OPERATION


class LicenseRejection(ResultError):
    """Result code 92: The service's licence does not cover the request."""

    result_code: ClassVar[ResultCode | None] = ResultCode.LICENSE_REJECTION


class SystemBusy(ResultError):
    """Result code 93: The service is overloaded."""

    result_code: ClassVar[ResultCode | None] = ResultCode.SYSTEM_BUSY


class ServiceUnavailable(ResultError):
    """Result code 94: A system behind the service, a bank for instance, cannot be reached."""

    result_code: ClassVar[ResultCode | None] = ResultCode.SERVICE_UNAVAILABLE


class InvoiceAlreadyCanceled(ResultError):
    """Result code 95: The invoice has been cancelled before."""

    result_code: ClassVar[ResultCode | None] = ResultCode.INVOICE_ALREADY_CANCELED


class InvoiceStateNotReserved(ResultError):
    """Result code 96: The invoice is not in status RESERVED, so there is nothing to commit."""

    result_code: ClassVar[ResultCode | None] = ResultCode.INVOICE_STATE_NOT_RESERVED


class ResellerNotAllowedToDoRefund(ResultError):
    """Result code 97: This reseller has no right to refund payments."""

    result_code: ClassVar[ResultCode | None] = ResultCode.RESELLER_NOT_ALLOWED_TO_DO_REFUND


class SumOfRefundsCanNotBeMoreThanOriginalTransaction(ResultError):
    """Result code 98: With this refund, more would be paid back than the buyer paid."""

    result_code: ClassVar[ResultCode | None] = (
        ResultCode.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION
    )


class ReceiverAccountDoesNotAllowRefunds(ResultError):
    """Result code 99.

    The system that holds the receiver's account, a bank for instance, does not allow refunds.
    """

    result_code: ClassVar[ResultCode | None] = ResultCode.RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS

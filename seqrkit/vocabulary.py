"""Names and numbers of the reference as enumerations, generated from schemas/ by `nox -s model`.

Their meanings are in schemas/.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final

NAMESPACE: Final = "http://external.interfaces.ers.seamless.com/"
"""The target namespace of every interface; only operation elements are qualified with it."""


class Interface(StrEnum):
    """The published interfaces, newest first, by the names they were published under."""

    CASHREGISTER_2 = "cashregister-2"
    EXTCLIENTPROXY_V2 = "extclientproxy-v2"


NEWEST: Final = next(iter(Interface))
"""The newest interface; functions use it if no interface is named."""


PATHS: Final = {
    Interface.CASHREGISTER_2: "/soap/merchant/cashregister-2",
    Interface.EXTCLIENTPROXY_V2: "/extclientproxy/service/v2",
}
"""The path each interface was published at; its WSDL is at the same path with ``?wsdl``."""


class PrincipalType(StrEnum):
    """Who makes a request: a terminal, or a user of the reseller that owns it."""

    TERMINALID = "TERMINALID"
    RESELLERUSER = "RESELLERUSER"


class PaymentMode(StrEnum):
    """How an invoice is to be paid."""

    IMMEDIATE_DEBIT = "IMMEDIATE_DEBIT"
    RESERVATION_DESIRED = "RESERVATION_DESIRED"
    RESERVATION_REQUIRED = "RESERVATION_REQUIRED"
    RESERVATION_REQUIRED_PRELIMINARY_AMOUNT = "RESERVATION_REQUIRED_PRELIMINARY_AMOUNT"


class AcknowledgmentMode(StrEnum):
    """Whether the merchant sees the buyer's tokens before the buyer may pay."""

    NO_ACKNOWLEDGMENT = "NO_ACKNOWLEDGMENT"
    OPTIONAL_ACKNOWLEDGMENT = "OPTIONAL_ACKNOWLEDGMENT"
    REQUIRE_ACKNOWLEDGMENT = "REQUIRE_ACKNOWLEDGMENT"


class InvoiceStatus(StrEnum):
    """The status of an invoice, as getPaymentStatus returns it."""

    ISSUED = "ISSUED"
    PAID = "PAID"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PENDING_ISSUER_ACKNOWLEDGE = "PENDING_ISSUER_ACKNOWLEDGE"
    CANCELED = "CANCELED"
    FAILED = "FAILED"
    RESERVED = "RESERVED"
    EXPIRED = "EXPIRED"


class ReceiptType(StrEnum):
    """What a submitted receipt document is."""

    PAYMENT_RECEIPT = "PAYMENT_RECEIPT"
    WARRANTY = "WARRANTY"
    VOUCHER = "VOUCHER"
    OTHER = "OTHER"


class TokenStatus(IntEnum):
    """The state of a customer token (loyalty card, coupon)."""

    PENDING = 0
    USED = 1
    BLOCKED = 90
    INVALID = 99


class ResultCode(IntEnum):
    """The result codes of the reference and those of the vendor's SDK.

    Codes of topups, transfers and authorizations (30-32, 34-36, 38-47, 60-63) belong to operations
    outside this API and have no name here; a reply that carries one is still read.
    """

    SUCCESS = 0
    PENDING_APPROVAL = 1
    REPORT_NOT_READY = 2
    REJECTED_BUSINESS_LOGIC = 10
    REJECTED_AMOUNT = 11
    REJECTED_PAYMENT = 12
    REJECTED_TOPUP = 13
    AUTHENTICATION_FAILED = 20
    ACCESS_DENIED = 21
    INVALID_NEW_PASSWORD = 22
    INVALID_ERS_REFERENCE = 23
    INVALID_INITIATOR_PRINCIPAL_ID = 29
    INVALID_INITIATOR_PRINCIPAL_STATE = 33
    INITIATOR_PRINCIPAL_NOT_FOUND = 37
    PAYMENT_IN_PROGRESS = 48
    INVALID_INVOICE_DATA = 49
    CANNOT_CANCEL_PAID_INVOICE = 50
    CANNOT_CANCEL_INVOICE_IN_PROGRESS = 51
    INVALID_CUSTOMER = 52
    INVALID_SEQR_ID = 53
    INVALID_INVOICE_REFERENCE = 54
    PAYMENT_ALREADY_CANCELLED = 55
    REGISTRATION_NOT_POSSIBLE = 56
    REGISTRATION_PRINCIPAL_ALREADY_EXISTS = 57
    PAYMENT_EXPIRED = 58
    INVALID_NOTIFICATION_URL = 64
    SYSTEM_ERROR = 90
    UNSUPPORTED_OPERATION = 91
    LICENSE_REJECTION = 92
    SYSTEM_BUSY = 93
    SERVICE_UNAVAILABLE = 94
    INVOICE_ALREADY_CANCELED = 95
    INVOICE_STATE_NOT_RESERVED = 96
    RESELLER_NOT_ALLOWED_TO_DO_REFUND = 97
    SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION = 98
    RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS = 99


USER_TOKEN: Final = "I_GAMING_INTEGRATION"  # noqa: S105 - a name, not a secret
"""The id of the customer token whose value is the userId of creditUser."""


class ReportId(StrEnum):
    """The reports of executeReport (vendor's developer manual)."""

    SHOP = "Reconciliation/Shop.xml"
    TERMINALS = "Reconciliation/STD_RECON_002.xml"
    DETAILS = "Reconciliation/STD_RECON_003.xml"
    CASHIERS = "Reconciliation/STD_RECON_004.xml"
    TERMINAL = "Reconciliation/STD_RECON_006.xml"
    TERMINAL_DETAILS = "Reconciliation/STD_RECON_007.xml"

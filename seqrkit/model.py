"""The messages of the API: thirteen requests, their replies and the parts both are made of.

Written from schemas/ by contract_tests/toolkit/model_writer.py (`nox -s model`): do not edit.
Every field may be left out, because a request that breaks the contract must be expressible;
what is required is said in its docstring and judged by the linter. A field's name on the wire is
in its attrs metadata.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar, Final

from attrs import field, frozen

from seqrkit import model_base as base
from seqrkit.money import Amount, optional_amount
from seqrkit.vocabulary import (
    AcknowledgmentMode,
    InvoiceStatus,
    PaymentMode,
    PrincipalType,
    ReceiptType,
    ResultCode,
    TokenStatus,
)


@frozen(kw_only=True)
class PrincipalId:
    """"""

    id: str | None = field(default=None, metadata={base.WIRE: "id"})
    """[001]"""

    type: PrincipalType | str | None = field(
        default=None, converter=base.principal_type, metadata={base.WIRE: "type"}
    )
    """[001]"""

    user_id: str | None = field(default=None, metadata={base.WIRE: "userId"})
    """[001]"""


@frozen(kw_only=True)
class ClientContext:
    """"""

    channel: str | None = field(default=None, metadata={base.WIRE: "channel"})
    """[001]"""

    client_comment: str | None = field(default=None, metadata={base.WIRE: "clientComment"})
    """[001]"""

    client_id: str | None = field(default=None, metadata={base.WIRE: "clientId"})
    """[001]"""

    client_reference: str | None = field(default=None, metadata={base.WIRE: "clientReference"})
    """[001]"""

    client_request_timeout: int | None = field(
        default=None, metadata={base.WIRE: "clientRequestTimeout"}
    )
    """[001]"""

    initiator_principal_id: PrincipalId | None = field(
        default=None, metadata={base.WIRE: "initiatorPrincipalId"}
    )
    """[001]"""

    password: str | None = field(default=None, repr=base.masked, metadata={base.WIRE: "password"})
    """[001]"""


@frozen(kw_only=True)
class InvoiceRow:
    """"""

    item_description: str | None = field(default=None, metadata={base.WIRE: "itemDescription"})
    """[001]"""

    item_discount: Amount | None = field(
        default=None, converter=optional_amount, metadata={base.WIRE: "itemDiscount"}
    )
    """[001]"""

    item_ean: str | None = field(default=None, metadata={base.WIRE: "itemEAN"})
    """[001]"""

    item_quantity: Decimal | None = field(
        default=None, converter=base.exact, metadata={base.WIRE: "itemQuantity"}
    )
    """[001]"""

    item_sku: str | None = field(default=None, metadata={base.WIRE: "itemSKU"})
    """[001]"""

    item_tax_rate: Decimal | None = field(
        default=None, converter=base.exact, metadata={base.WIRE: "itemTaxRate"}
    )
    """[001]"""

    item_total_amount: Amount | None = field(
        default=None, converter=optional_amount, metadata={base.WIRE: "itemTotalAmount"}
    )
    """[001]"""

    item_unit: str | None = field(default=None, metadata={base.WIRE: "itemUnit"})
    """[001]"""

    item_unit_price: Amount | None = field(
        default=None, converter=optional_amount, metadata={base.WIRE: "itemUnitPrice"}
    )
    """[001]"""


@frozen(kw_only=True)
class Invoice:
    """"""

    payment_mode: PaymentMode | str | None = field(
        default=None, converter=base.payment_mode, metadata={base.WIRE: "paymentMode"}
    )
    """[001]"""

    acknowledgment_mode: AcknowledgmentMode | str | None = field(
        default=None, converter=base.acknowledgment_mode, metadata={base.WIRE: "acknowledgmentMode"}
    )
    """[001]"""

    issue_date: datetime | None = field(default=None, metadata={base.WIRE: "issueDate"})
    """[001]"""

    title: str | None = field(default=None, metadata={base.WIRE: "title"})
    """[001]"""

    client_invoice_id: str | None = field(default=None, metadata={base.WIRE: "clientInvoiceId"})
    """[001]"""

    invoice_rows: tuple[InvoiceRow, ...] | None = field(
        default=None, converter=base.optional_items, metadata={base.WIRE: "invoiceRows"}
    )
    """[001]"""

    total_amount: Amount | None = field(
        default=None, converter=optional_amount, metadata={base.WIRE: "totalAmount"}
    )
    """[001]"""

    cashier_id: str | None = field(default=None, metadata={base.WIRE: "cashierId"})
    """[001]"""

    footer: str | None = field(default=None, metadata={base.WIRE: "footer"})
    """[001]"""

    back_url: str | None = field(default=None, metadata={base.WIRE: "backURL"})
    """[001]"""

    notification_url: str | None = field(default=None, metadata={base.WIRE: "notificationUrl"})
    """[001]"""

    commit_reservation_timeout: int | None = field(
        default=None, metadata={base.WIRE: "commitReservationTimeout"}
    )
    """[001]"""


@frozen(kw_only=True)
class CustomerToken:
    """"""

    description: str | None = field(default=None, metadata={base.WIRE: "description"})
    """[001]"""

    id: str | None = field(default=None, metadata={base.WIRE: "id"})
    """[001]"""

    status: TokenStatus | int | None = field(
        default=None, converter=base.token_status, metadata={base.WIRE: "status"}
    )
    """[001]"""

    value: str | None = field(default=None, metadata={base.WIRE: "value"})
    """[001]"""


@frozen(kw_only=True)
class ReceiptDocument:
    """"""

    mime_type: str | None = field(default=None, metadata={base.WIRE: "mimeType"})
    """[001]"""

    receipt_data: bytes | None = field(default=None, metadata={base.WIRE: "receiptData"})
    """[001]"""

    receipt_type: ReceiptType | str | None = field(
        default=None, converter=base.receipt_type, metadata={base.WIRE: "receiptType"}
    )
    """[001]"""


@frozen(kw_only=True)
class CreditUserRequest:
    """"""

    user_id: str | None = field(default=None, metadata={base.WIRE: "userId"})
    """[001]"""

    amount: Amount | None = field(
        default=None, converter=optional_amount, metadata={base.WIRE: "amount"}
    )
    """[001]"""

    description: str | None = field(default=None, metadata={base.WIRE: "description"})
    """[001]"""

    correlation_id: str | None = field(default=None, metadata={base.WIRE: "correlationId"})
    """[001]"""


@frozen(kw_only=True)
class SendInvoice(base.Request):
    """"""

    OPERATION: ClassVar[str] = "sendInvoice"

    context: ClientContext | None = field(default=None, metadata={base.WIRE: "context"})
    """[001]"""

    invoice: Invoice | None = field(default=None, metadata={base.WIRE: "invoice"})
    """[001]"""

    tokens: tuple[CustomerToken, ...] = field(
        default=(), converter=base.items, metadata={base.WIRE: "tokens"}
    )
    """[001]"""


@frozen(kw_only=True)
class UpdateInvoice(base.Request):
    """"""

    OPERATION: ClassVar[str] = "updateInvoice"

    context: ClientContext | None = field(default=None, metadata={base.WIRE: "context"})
    """[001]"""

    invoice_reference: str | None = field(default=None, metadata={base.WIRE: "invoiceReference"})
    """[001]"""

    invoice: Invoice | None = field(default=None, metadata={base.WIRE: "invoice"})
    """[001]"""

    tokens: tuple[CustomerToken, ...] = field(
        default=(), converter=base.items, metadata={base.WIRE: "tokens"}
    )
    """[001]"""


@frozen(kw_only=True)
class GetPaymentStatus(base.Request):
    """"""

    OPERATION: ClassVar[str] = "getPaymentStatus"

    context: ClientContext | None = field(default=None, metadata={base.WIRE: "context"})
    """[001]"""

    invoice_reference: str | None = field(default=None, metadata={base.WIRE: "invoiceReference"})
    """[001]"""

    invoice_version: int | None = field(default=None, metadata={base.WIRE: "invoiceVersion"})
    """[001]"""


@frozen(kw_only=True)
class CancelInvoice(base.Request):
    """"""

    OPERATION: ClassVar[str] = "cancelInvoice"

    context: ClientContext | None = field(default=None, metadata={base.WIRE: "context"})
    """[001]"""

    invoice_reference: str | None = field(default=None, metadata={base.WIRE: "invoiceReference"})
    """[001]"""


@frozen(kw_only=True)
class CommitReservation(base.Request):
    """"""

    OPERATION: ClassVar[str] = "commitReservation"

    context: ClientContext | None = field(default=None, metadata={base.WIRE: "context"})
    """[001]"""

    amount: Amount | None = field(
        default=None, converter=optional_amount, metadata={base.WIRE: "amount"}
    )
    """[001]"""

    invoice_reference: str | None = field(default=None, metadata={base.WIRE: "invoiceReference"})
    """[001]"""


@frozen(kw_only=True)
class SubmitPaymentReceipt(base.Request):
    """"""

    OPERATION: ClassVar[str] = "submitPaymentReceipt"

    context: ClientContext | None = field(default=None, metadata={base.WIRE: "context"})
    """[001]"""

    ers_reference: str | None = field(default=None, metadata={base.WIRE: "ersReference"})
    """[001]"""

    receipt_document: ReceiptDocument | None = field(
        default=None, metadata={base.WIRE: "receiptDocument"}
    )
    """[001]"""


@frozen(kw_only=True)
class RefundPayment(base.Request):
    """"""

    OPERATION: ClassVar[str] = "refundPayment"

    context: ClientContext | None = field(default=None, metadata={base.WIRE: "context"})
    """[001]"""

    ers_reference: str | None = field(default=None, metadata={base.WIRE: "ersReference"})
    """[001]"""

    invoice: Invoice | None = field(default=None, metadata={base.WIRE: "invoice"})
    """[001]"""


@frozen(kw_only=True)
class CreditUser(base.Request):
    """"""

    OPERATION: ClassVar[str] = "creditUser"

    context: ClientContext | None = field(default=None, metadata={base.WIRE: "context"})
    """[001]"""

    credit_user_request: CreditUserRequest | None = field(
        default=None, metadata={base.WIRE: "creditUserRequest"}
    )
    """[001]"""


@frozen(kw_only=True)
class RegisterTerminal(base.Request):
    """"""

    OPERATION: ClassVar[str] = "registerTerminal"

    context: ClientContext | None = field(default=None, metadata={base.WIRE: "context"})
    """[001]"""

    external_terminal_id: str | None = field(
        default=None, metadata={base.WIRE: "externalTerminalId"}
    )
    """[001]"""

    password: str | None = field(default=None, repr=base.masked, metadata={base.WIRE: "password"})
    """[001]"""

    name: str | None = field(default=None, metadata={base.WIRE: "name"})
    """[001]"""


@frozen(kw_only=True)
class UnregisterTerminal(base.Request):
    """"""

    OPERATION: ClassVar[str] = "unregisterTerminal"

    context: ClientContext | None = field(default=None, metadata={base.WIRE: "context"})
    """[001]"""


@frozen(kw_only=True)
class AssignSeqrId(base.Request):
    """"""

    OPERATION: ClassVar[str] = "assignSeqrId"

    context: ClientContext | None = field(default=None, metadata={base.WIRE: "context"})
    """[001]"""

    seqr_id: str | None = field(default=None, metadata={base.WIRE: "seqrId"})
    """[001]"""


@frozen(kw_only=True)
class MarkTransactionPeriod(base.Request):
    """"""

    OPERATION: ClassVar[str] = "markTransactionPeriod"

    context: ClientContext | None = field(default=None, metadata={base.WIRE: "context"})
    """[001]"""

    parameters: Mapping[str, str | None] | None = field(
        default=None, converter=base.pairs, metadata={base.WIRE: "parameters"}
    )
    """[001]"""


@frozen(kw_only=True)
class ExecuteReport(base.Request):
    """"""

    OPERATION: ClassVar[str] = "executeReport"

    context: ClientContext | None = field(default=None, metadata={base.WIRE: "context"})
    """[001]"""

    report_id: str | None = field(default=None, metadata={base.WIRE: "reportId"})
    """[001]"""

    language: str | None = field(default=None, metadata={base.WIRE: "language"})
    """[001]"""

    parameters: Mapping[str, str | None] | None = field(
        default=None, converter=base.pairs, metadata={base.WIRE: "parameters"}
    )
    """[001]"""


@frozen(kw_only=True)
class Reply:
    """"""

    ers_reference: str | None = field(default=None, metadata={base.WIRE: "ersReference"})
    """[001]"""

    result_code: ResultCode | int = field(
        converter=base.result_code, metadata={base.WIRE: "resultCode"}
    )
    """[001]"""

    result_description: str | None = field(default=None, metadata={base.WIRE: "resultDescription"})
    """[001]"""


@frozen(kw_only=True)
class SendInvoiceReply(Reply, base.InvoiceCode):
    """"""

    invoice_qr_code: str | None = field(default=None, metadata={base.WIRE: "invoiceQRCode"})
    """[001]"""

    invoice_reference: str | None = field(default=None, metadata={base.WIRE: "invoiceReference"})
    """[001]"""


@frozen(kw_only=True)
class Receipt:
    """"""

    terminal_id: str | None = field(default=None, metadata={base.WIRE: "terminalId"})
    """[001]"""

    payment_date: datetime | None = field(default=None, metadata={base.WIRE: "paymentDate"})
    """[001]"""

    client_invoice_id: str | None = field(default=None, metadata={base.WIRE: "clientInvoiceId"})
    """[001]"""

    invoice_reference: str | None = field(default=None, metadata={base.WIRE: "invoiceReference"})
    """[001]"""

    payment_reference: str | None = field(default=None, metadata={base.WIRE: "paymentReference"})
    """[001]"""

    payer_terminal_id: str | None = field(default=None, metadata={base.WIRE: "payerTerminalId"})
    """[001]"""

    receiver_name: str | None = field(default=None, metadata={base.WIRE: "receiverName"})
    """[001]"""

    invoice: Invoice | None = field(default=None, metadata={base.WIRE: "invoice"})
    """[001]"""


@frozen(kw_only=True)
class PaymentStatusReply(Reply):
    """"""

    status: InvoiceStatus | str | None = field(
        default=None, converter=base.invoice_status, metadata={base.WIRE: "status"}
    )
    """[001]"""

    receipt: Receipt | None = field(default=None, metadata={base.WIRE: "receipt"})
    """[001]"""

    customer_tokens: tuple[CustomerToken, ...] | None = field(
        default=None, converter=base.optional_items, metadata={base.WIRE: "customerTokens"}
    )
    """[001]"""

    version: int | None = field(default=None, metadata={base.WIRE: "version"})
    """[001]"""


@frozen(kw_only=True)
class CreditUserReply(Reply):
    """"""

    correlation_id: str | None = field(default=None, metadata={base.WIRE: "correlationId"})
    """[001]"""


@frozen(kw_only=True)
class RegisterTerminalReply(Reply):
    """"""

    terminal_id: str | None = field(default=None, metadata={base.WIRE: "terminalId"})
    """[001]"""


@frozen(kw_only=True)
class MarkTransactionPeriodReply(Reply):
    """"""

    transaction_period_id: str | None = field(
        default=None, metadata={base.WIRE: "transactionPeriodId"}
    )
    """[001]"""


@frozen(kw_only=True)
class Report:
    """"""

    title: str | None = field(default=None, metadata={base.WIRE: "title"})
    """[001]"""

    mime_type: str | None = field(default=None, metadata={base.WIRE: "mimeType"})
    """[001]"""

    content: bytes | None = field(default=None, metadata={base.WIRE: "content"})
    """[001]"""

    content_string: str | None = field(default=None, metadata={base.WIRE: "contentString"})
    """[001]"""


@frozen(kw_only=True)
class ExecuteReportReply(Reply):
    """"""

    report: Report | None = field(default=None, metadata={base.WIRE: "report"})
    """[001]"""


REQUESTS: Final[Mapping[str, type[base.Request]]] = MappingProxyType(
    {
        "sendInvoice": SendInvoice,
        "updateInvoice": UpdateInvoice,
        "getPaymentStatus": GetPaymentStatus,
        "cancelInvoice": CancelInvoice,
        "commitReservation": CommitReservation,
        "submitPaymentReceipt": SubmitPaymentReceipt,
        "refundPayment": RefundPayment,
        "creditUser": CreditUser,
        "registerTerminal": RegisterTerminal,
        "unregisterTerminal": UnregisterTerminal,
        "assignSeqrId": AssignSeqrId,
        "markTransactionPeriod": MarkTransactionPeriod,
        "executeReport": ExecuteReport,
    }
)
"""The class of each operation's request, by the operation's wire name."""


REPLIES: Final[Mapping[str, type[Reply]]] = MappingProxyType(
    {
        "sendInvoice": SendInvoiceReply,
        "updateInvoice": Reply,
        "getPaymentStatus": PaymentStatusReply,
        "cancelInvoice": Reply,
        "commitReservation": Reply,
        "submitPaymentReceipt": Reply,
        "refundPayment": Reply,
        "creditUser": CreditUserReply,
        "registerTerminal": RegisterTerminalReply,
        "unregisterTerminal": Reply,
        "assignSeqrId": Reply,
        "markTransactionPeriod": MarkTransactionPeriodReply,
        "executeReport": ExecuteReportReply,
    }
)
"""The class of each operation's reply, by the operation's wire name."""

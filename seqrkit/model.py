"""The messages of the API: requests, replies and their parts.

Generated from schemas/ by `nox -s model`: do not edit. Every field may be left out, because a
request that breaks the contract must be expressible; its docstring says whether it is required, and
the linter checks it. A field's name on the wire is its own in camelCase, unless its metadata has
another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def _principal_type(value: str | None) -> PrincipalType | str | None:
    return base.member(PrincipalType, value)


def _payment_mode(value: str | None) -> PaymentMode | str | None:
    return base.member(PaymentMode, value)


def _acknowledgment_mode(value: str | None) -> AcknowledgmentMode | str | None:
    return base.member(AcknowledgmentMode, value)


def _invoice_status(value: str | None) -> InvoiceStatus | str | None:
    return base.member(InvoiceStatus, value)


def _receipt_type(value: str | None) -> ReceiptType | str | None:
    return base.member(ReceiptType, value)


def _token_status(value: int | None) -> TokenStatus | int | None:
    return base.member(TokenStatus, value)


def _result_code(value: int) -> ResultCode | int:
    return base.member(ResultCode, value)


@frozen(kw_only=True)
class PrincipalId(base.Message):
    """Names a principal: one terminal, or one user of a reseller."""

    id: str | None = None
    """The terminalId that registerTerminal returned, or that the service gave out; with
    RESELLERUSER the id of the reseller. Required. [Glase Merchant API v2.6.0, ClientContext
    parameter used in all calls, lines 312-335]
    """

    type: PrincipalType | str | None = field(default=None, converter=_principal_type)
    """What id names: TERMINALID a terminal, RESELLERUSER a reseller.

    Required. [Glase Merchant API v2.6.0, ClientContext parameter used in all calls, lines
    312-335]
    """

    user_id: str | None = None
    """The user of the reseller, a fixed value given out by the service.

    Only with RESELLERUSER. [Glase Merchant API v2.6.0, ClientContext parameter used in all
    calls, lines 312-335]
    """


@frozen(kw_only=True)
class ClientContext(base.Message):
    """Identifies the client software and authenticates the principal (terminal or reseller user)
    that makes the request. It opens every request.
    """

    channel: str | None = None
    """The channel the request comes through.

    WS and ClientWS are the only ones named, and nothing says how they differ: use WS. Required.
    At most 40 characters. [Glase Merchant API v2.6.0, ClientContext parameter used in all
    calls, lines 251-261]
    """

    client_comment: str | None = None
    """A remark of your own that is kept with the request; it has no effect.

    At most 80 characters. [Glase Merchant API v2.6.0, ClientContext parameter used in all
    calls, lines 263-272]
    """

    client_id: str | None = None
    """The name and version of the software that sends the request, so that support can tell
    installations apart. Required. [Glase Merchant API v2.6.0, ClientContext parameter used in
    all calls, lines 274-283]
    """

    client_reference: str | None = None
    """Your own reference of this request, by which both sides find it again in their logs.

    Make it unique at least for your clientId. Required. At most 32 characters. [Glase Merchant
    API v2.6.0, ClientContext parameter used in all calls, lines 285-297]
    """

    client_request_timeout: int | None = None
    """After how long the service should consider the client gone.

    Always 0, which means never. Required. [Glase Merchant API v2.6.0, ClientContext parameter
    used in all calls, lines 299-310]
    """

    initiator_principal_id: PrincipalId | None = None
    """The terminal or the reseller's user that makes the request, and whose password is sent.

    Required. [Glase Merchant API v2.6.0, ClientContext parameter used in all calls, lines
    312-335]
    """

    password: str | None = field(default=None, repr=base.masked)
    """The password of the initiator principal: the terminal's own with TERMINALID, the reseller
    user's with RESELLERUSER. Required. [Glase Merchant API v2.6.0, ClientContext parameter used
    in all calls, lines 337-345]
    """


@frozen(kw_only=True)
class InvoiceRow(base.Message):
    """One item of an invoice in a request."""

    item_description: str | None = None
    """What was sold, as the buyer reads it.

    [Glase Merchant API v2.6.0, InvoiceRow data, lines 505-513]
    """

    item_discount: Amount | None = field(default=None, converter=optional_amount)
    """The discount on this row as a whole, not per unit.

    [Glase Merchant API v2.6.0, InvoiceRow data, lines 515-531]
    """

    item_ean: str | None = field(default=None, metadata={base.WIRE: "itemEAN"})
    """The article number in the bar code: EAN-8 or EAN-13.

    [Glase Merchant API v2.6.0, InvoiceRow data, lines 533-541]
    """

    item_quantity: Decimal | None = field(default=None, converter=base.exact)
    """How many units were sold, as a decimal number: 2, or 1.5 for goods sold by weight.

    Required. [Glase Merchant API v2.6.0, InvoiceRow data, lines 543-551]
    """

    item_sku: str | None = field(default=None, metadata={base.WIRE: "itemSKU"})
    """The merchant's own article number.

    [Glase Merchant API v2.6.0, InvoiceRow data, lines 553-561]
    """

    item_tax_rate: Decimal | None = field(default=None, converter=base.exact)
    """The tax rate in per cent, as a whole number.

    [Glase Merchant API v2.6.0, InvoiceRow data, lines 563-571]
    """

    item_total_amount: Amount | None = field(default=None, converter=optional_amount)
    """What this row costs in all.

    Negative for a row that balances others, such as a deposit returned. Required. [Glase
    Merchant API v2.6.0, InvoiceRow data, lines 573-589]
    """

    item_unit: str | None = None
    """The unit the quantity is counted in.

    [Glase Merchant API v2.6.0, InvoiceRow data, lines 591-599]
    """

    item_unit_price: Amount | None = field(default=None, converter=optional_amount)
    """What one unit costs. [Glase Merchant API v2.6.0, InvoiceRow data, lines 601-617]"""


def _optional_invoice_rows(given: Sequence[InvoiceRow] | None) -> tuple[InvoiceRow, ...] | None:
    return base.optional_items(given)


@frozen(kw_only=True)
class Invoice(base.Message):
    """An invoice in a request: what is sold, what it costs, how it is paid."""

    payment_mode: PaymentMode | str | None = field(default=None, converter=_payment_mode)
    """How the buyer is to pay: IMMEDIATE_DEBIT for an ordinary sale, a RESERVATION mode when the
    final amount is known only later. Required. [Glase Merchant API v2.6.0, Invoice data, lines
    365-373]
    """

    acknowledgment_mode: AcknowledgmentMode | str | None = field(
        default=None, converter=_acknowledgment_mode
    )
    """Whether the merchant wants to see the buyer's loyalty tokens and answer with updateInvoice
    before the buyer may pay. NO_ACKNOWLEDGMENT unless you offer loyalty. Required. [Glase
    Merchant API v2.6.0, Invoice data, lines 375-383]
    """

    issue_date: datetime | None = None
    """When the invoice was made.

    A time without a zone is taken in the service's own zone (assumed). Required. [Glase
    Merchant API v2.6.0, Invoice data, lines 385-393]
    """

    title: str | None = None
    """The heading of the bill and of the receipt on the buyer's phone, usually the name of the
    shop. Required. [Glase Merchant API v2.6.0, Invoice data, lines 395-403]
    """

    client_invoice_id: str | None = None
    """The merchant's own number of this sale, for finding it again in the shop's system.

    Required. [Glase Merchant API v2.6.0, Invoice data, lines 405-413]
    """

    invoice_rows: tuple[InvoiceRow, ...] | None = field(
        default=None, converter=_optional_invoice_rows
    )
    """The items sold, one row each, as the buyer sees them in the app.

    [Glase Merchant API v2.6.0, Invoice data, lines 415-417]
    """

    total_amount: Amount | None = field(default=None, converter=optional_amount)
    """What the buyer has to pay in all, taxes and discounts included; in refundPayment the amount
    to give back. Required. [Glase Merchant API v2.6.0, Invoice data, lines 419-435]
    """

    cashier_id: str | None = None
    """Who is at the till; the cashier report adds up sales by it.

    Required. [Glase Merchant API v2.6.0, Invoice data, lines 437-445]
    """

    footer: str | None = None
    """A text below the receipt on the buyer's phone, such as a tax registration number.

    Required. [Glase Merchant API v2.6.0, Invoice data, lines 447-455]
    """

    back_url: str | None = field(default=None, metadata={base.WIRE: "backURL"})
    """Where the buyer's phone goes after paying, or after pressing cancel: for webshops and apps.
    [Glase Merchant API v2.6.0, Invoice data, lines 457-465]
    """

    notification_url: str | None = None
    """Where the service posts the invoiceReference once the invoice is paid.

    Treat the post as a hint, and ask getPaymentStatus. [Glase Merchant API v2.6.0, Invoice
    data, lines 467-475]
    """

    commit_reservation_timeout: int | None = None
    """For how many seconds after the buyer's confirmation the reservation can be committed; it
    lapses after that. [Glase Merchant API v2.6.0, Invoice data, lines 477-485]
    """


@frozen(kw_only=True)
class CustomerToken(base.Message):
    """Something a buyer carries and a merchant may honour: a loyalty card, a coupon, or the
    buyer's user id for creditUser.
    """

    description: str | None = None
    """What the buyer reads about the token after scanning.

    [Glase Merchant API v2.6.0, sendInvoice SOAP request fields, lines 724-749]
    """

    id: str | None = None
    """Which kind of token this is.

    A new kind has to be made known to the service in advance. [Glase Merchant API v2.6.0,
    sendInvoice SOAP request fields, lines 724-749]
    """

    status: TokenStatus | int | None = field(default=None, converter=_token_status)
    """Where the token stands: 0 when the service offers it, 1 when the merchant has used it.

    Required. [Glase Merchant API v2.6.0, sendInvoice SOAP request fields, lines 724-749]
    """

    value: str | None = None
    """The token itself: the number of the card, the code of the coupon.

    [Glase Merchant API v2.6.0, sendInvoice SOAP request fields, lines 724-749]
    """


def _customer_tokens(given: Sequence[CustomerToken]) -> tuple[CustomerToken, ...]:
    return tuple(given)


def _optional_customer_tokens(
    given: Sequence[CustomerToken] | None,
) -> tuple[CustomerToken, ...] | None:
    return base.optional_items(given)


@frozen(kw_only=True)
class ReceiptDocument(base.Message, base.HtmlDocument):
    """The shop's own receipt, as a document."""

    mime_type: str | None = None
    """The format of receiptData.

    Required. [Glase Merchant API v2.6.0, submitPaymentReciept SOAP request fields, lines
    1241-1250]
    """

    receipt_data: bytes | None = None
    """The document itself, in base64.

    Required. [Glase Merchant API v2.6.0, submitPaymentReciept SOAP request fields, lines
    1241-1250]
    """

    receipt_type: ReceiptType | str | None = field(default=None, converter=_receipt_type)
    """What the document is: PAYMENT_RECEIPT for the receipt of a sale or a refund.

    Required. [Glase Merchant API v2.6.0, submitPaymentReciept SOAP request fields, lines
    1241-1250]
    """


@frozen(kw_only=True)
class CreditUserRequest(base.Message):
    """Whom to pay, and how much."""

    user_id: str | None = None
    """The user: the value of the token I_GAMING_INTEGRATION in a getPaymentStatus reply about a
    payment of that user. It means nothing elsewhere. Required. At most 36 characters. [Glase
    Merchant API v2.6.0, creditUser SOAP request field, line 1713]
    """

    amount: Amount | None = field(default=None, converter=optional_amount)
    """How much to pay.

    Another currency than that of the user's account is converted. Required. [Glase Merchant API
    v2.6.0, creditUser SOAP request field, line 1717]
    """

    description: str | None = None
    """What the user reads on the receipt.

    Without it the service writes a text of its own in the user's language, such as Credit from
    Merchant. At most 160 characters. [Glase Merchant API v2.6.0, creditUser SOAP request field,
    line 1714]
    """

    correlation_id: str | None = None
    """Your own id of this credit; the reply repeats it.

    [Glase Merchant API v2.6.0, creditUser SOAP request example, line 1766]
    """


@frozen(kw_only=True)
class SendInvoice(base.RequestFor["SendInvoiceReply"]):
    """Sends an invoice to the service, so that a buyer who scans the terminal's code, or the code
    of the invoice itself, can pay it. The first request of every sale; follow it with
    getPaymentStatus once a second.
    """

    OPERATION: ClassVar[str] = "sendInvoice"

    context: ClientContext | None = None
    """Who is asking, with which software and which password.

    Required. [Glase Merchant API v2.6.0, sendInvoice SOAP request fields, lines 714-717, Glase
    Merchant API v2.6.0, ClientContext parameter used in all calls, line 235]
    """

    invoice: Invoice | None = None
    """What is sold, and what it costs.

    Required. [Glase Merchant API v2.6.0, sendInvoice SOAP request fields, lines 719-722]
    """

    tokens: tuple[CustomerToken, ...] = field(default=(), converter=_customer_tokens)
    """Tokens of the buyer that are known already and applied to this invoice.

    [Glase Merchant API v2.6.0, sendInvoice SOAP request fields, lines 724-749]
    """


@frozen(kw_only=True)
class UpdateInvoice(base.RequestFor["Reply"]):
    """Changes an invoice that has been sent: its rows and total, or the tokens applied to it.

    This is also the answer to PENDING_ISSUER_ACKNOWLEDGE, after which the buyer can pay.
    """

    OPERATION: ClassVar[str] = "updateInvoice"

    context: ClientContext | None = None
    """Who is asking, with which software and which password.

    Required. [Glase Merchant API v2.6.0, updateInvoice SOAP request fields, lines 908-911,
    Glase Merchant API v2.6.0, ClientContext parameter used in all calls, line 235]
    """

    invoice_reference: str | None = None
    """The invoice to change: the invoiceReference that sendInvoice returned.

    Required. [Glase Merchant API v2.6.0, updateInvoice SOAP request fields, lines 918-925]
    """

    invoice: Invoice | None = None
    """The invoice as it should be from now on, complete.

    Required. [Glase Merchant API v2.6.0, updateInvoice SOAP request fields, lines 913-916]
    """

    tokens: tuple[CustomerToken, ...] = field(default=(), converter=_customer_tokens)
    """The buyer's tokens that were applied, with status 1.

    [Glase Merchant API v2.6.0, updateInvoice SOAP request fields, lines 927-952]
    """


@frozen(kw_only=True)
class GetPaymentStatus(base.RequestFor["PaymentStatusReply"]):
    """Asks where an invoice stands.

    Ask once a second until it is PAID, CANCELED or FAILED: a payment that nobody asks about
    within 20 seconds is paid back to the buyer.
    """

    OPERATION: ClassVar[str] = "getPaymentStatus"

    context: ClientContext | None = None
    """Who is asking, with which software and which password.

    Required. [Glase Merchant API v2.6.0, getPaymentStatus SOAP request fields, lines 1060-1063,
    Glase Merchant API v2.6.0, ClientContext parameter used in all calls, line 235]
    """

    invoice_reference: str | None = None
    """The invoice to ask about: the invoiceReference that sendInvoice returned.

    Required. [Glase Merchant API v2.6.0, getPaymentStatus SOAP request fields, lines 1070-1077]
    """

    invoice_version: int | None = None
    """The version of the invoice that you saw last: 0 the first time, then the version of the
    latest reply. It acknowledges that you have seen that state. Required. [Glase Merchant API
    v2.6.0, getPaymentStatus SOAP request fields, lines 1079-1094]
    """


@frozen(kw_only=True)
class CancelInvoice(base.RequestFor["Reply"]):
    """Withdraws an invoice that has not been paid, so that no buyer can pay it any more.

    Also releases a reservation that has not been committed (assumed).
    """

    OPERATION: ClassVar[str] = "cancelInvoice"

    context: ClientContext | None = None
    """Who is asking, with which software and which password.

    Required. [Glase Merchant API v2.6.0, cancelInvoice SOAP request fields, lines 1358-1361,
    Glase Merchant API v2.6.0, ClientContext parameter used in all calls, line 235]
    """

    invoice_reference: str | None = None
    """The invoice to cancel: the invoiceReference that sendInvoice returned.

    Required. [Glase Merchant API v2.6.0, cancelInvoice SOAP request fields, lines 1363-1370]
    """


@frozen(kw_only=True)
class CommitReservation(base.RequestFor["Reply"]):
    """Takes the money that a buyer has reserved (status RESERVED), or less of it where an amount
    is given.
    """

    OPERATION: ClassVar[str] = "commitReservation"

    context: ClientContext | None = None
    """Who is asking, with which software and which password.

    Required. [Glase Merchant API v2.6.0, commitReservation SOAP request fields, lines
    1471-1474, Glase Merchant API v2.6.0, ClientContext parameter used in all calls, line 235]
    """

    amount: Amount | None = field(default=None, converter=optional_amount)
    """How much to take, at most what was reserved; without it, all of it.

    [Glase Merchant API v2.6.0, commitReservation SOAP request fields, lines 1476-1492]
    """

    invoice_reference: str | None = None
    """The invoice whose reservation to take: the invoiceReference that sendInvoice returned.

    Required. [Glase Merchant API v2.6.0, commitReservation SOAP request fields, lines
    1494-1501]
    """


@frozen(kw_only=True)
class SubmitPaymentReceipt(base.RequestFor["Reply"]):
    """Confirms that the point of sale knows about the payment, and adds the shop's own receipt to
    it.
    """

    OPERATION: ClassVar[str] = "submitPaymentReceipt"

    context: ClientContext | None = None
    """Who is asking, with which software and which password.

    Required. [Glase Merchant API v2.6.0, submitPaymentReciept SOAP request fields, lines
    1227-1230, Glase Merchant API v2.6.0, ClientContext parameter used in all calls, line 235]
    """

    ers_reference: str | None = None
    """The payment or refund that the receipt belongs to: the ersReference of getPaymentStatus or
    refundPayment. Required. [Glase Merchant API v2.6.0, submitPaymentReciept SOAP request
    fields, lines 1232-1239]
    """

    receipt_document: ReceiptDocument | None = None
    """The receipt, with its format and kind.

    Required. [Glase Merchant API v2.6.0, submitPaymentReciept SOAP request fields, lines
    1241-1250]
    """


@frozen(kw_only=True)
class RefundPayment(base.RequestFor["Reply"]):
    """Gives the buyer back a payment, in part or as a whole.

    Any number of refunds can be made while their sum stays within what was paid.
    """

    OPERATION: ClassVar[str] = "refundPayment"

    context: ClientContext | None = None
    """Who is asking, with which software and which password.

    Required. [Glase Merchant API v2.6.0, refundPayment SOAP request fields, lines 1595-1598,
    Glase Merchant API v2.6.0, ClientContext parameter used in all calls, line 235]
    """

    ers_reference: str | None = None
    """The payment to give back: the ersReference that getPaymentStatus returned with PAID.

    Required. [Glase Merchant API v2.6.0, refundPayment SOAP request fields, lines 1600-1607]
    """

    invoice: Invoice | None = None
    """What is given back: totalAmount is the amount refunded.

    Required. [Glase Merchant API v2.6.0, refundPayment SOAP request fields, lines 1609-1611]
    """


@frozen(kw_only=True)
class CreditUser(base.RequestFor["CreditUserReply"]):
    """Pays money from the merchant to a user of the app, who is known by the value of a token from
    an earlier payment: winnings, for instance.
    """

    OPERATION: ClassVar[str] = "creditUser"

    context: ClientContext | None = None
    """Who is asking, with which software and which password.

    Required. [Glase Merchant API v2.6.0, creditUser SOAP request field, line 1716]
    """

    credit_user_request: CreditUserRequest | None = None
    """Whom to pay, and how much.

    Required. [Glase Merchant API v2.6.0, creditUser SOAP request example, lines 1759-1767]
    """


@frozen(kw_only=True)
class RegisterTerminal(base.RequestFor["RegisterTerminalReply"]):
    """Makes a new cash register known to the service, and answers with the id that it uses from
    then on.
    """

    OPERATION: ClassVar[str] = "registerTerminal"

    context: ClientContext | None = None
    """Who is asking, with which software and which password.

    Required. [Glase Merchant API v2.6.0, registerTerminal SOAP request fields, lines 1809-1812,
    Glase Merchant API v2.6.0, ClientContext parameter used in all calls, line 235]
    """

    external_terminal_id: str | None = None
    """The terminal's id in your own system.

    Required. [Glase Merchant API v2.6.0, registerTerminal SOAP request fields, lines 1814-1822]
    """

    password: str | None = field(default=None, repr=base.masked)
    """The password that the new terminal will use in its own requests.

    Required. [Glase Merchant API v2.6.0, registerTerminal SOAP request fields, lines 1824-1832]
    """

    name: str | None = None
    """The name of the shop or till that the buyer's phone shows.

    Required. [Glase Merchant API v2.6.0, registerTerminal SOAP request fields, lines 1834-1842]
    """


@frozen(kw_only=True)
class UnregisterTerminal(base.RequestFor["Reply"]):
    """Removes the terminal that is named in the context; its id no longer works after that."""

    OPERATION: ClassVar[str] = "unregisterTerminal"

    context: ClientContext | None = None
    """Who is asking, with which software and which password.

    Required. [Glase Merchant API v2.6.0, unregisterTerminal SOAP request fields, lines
    1955-1958, Glase Merchant API v2.6.0, ClientContext parameter used in all calls, line 235]
    """


@frozen(kw_only=True)
class AssignSeqrId(base.RequestFor["Reply"]):
    """Gives the terminal that is named in the context the code of its static QR code, which is
    printed once and put at the till.
    """

    OPERATION: ClassVar[str] = "assignSeqrId"

    context: ClientContext | None = None
    """Who is asking, with which software and which password.

    Required. [Glase Merchant API v2.6.0, assignSeqrId SOAP request fields, lines 2058-2061,
    Glase Merchant API v2.6.0, ClientContext parameter used in all calls, line 235]
    """

    seqr_id: str | None = None
    """The code in the terminal's static QR code (HTTP://SEQR.SE/Q and this).

    Begin it with a prefix of your own, since it must be unlike every other merchant's.
    Required. [Glase Merchant API v2.6.0, assignSeqrId SOAP request fields, lines 2063-2070]
    """


@frozen(kw_only=True)
class MarkTransactionPeriod(base.RequestFor["MarkTransactionPeriodReply"]):
    """Ends the running transaction period and begins the next, of the whole shop or of one
    terminal: what a cash register does when the day is closed.
    """

    OPERATION: ClassVar[str] = "markTransactionPeriod"

    context: ClientContext | None = None
    """Who is asking, with which software and which password.

    Required. [Glase Merchant API v2.6.0, markTransactionPeriod request fields, lines 2170-2173,
    Glase Merchant API v2.6.0, ClientContext parameter used in all calls, line 235]
    """

    parameters: Mapping[str, str | None] | None = field(default=None, converter=base.pairs)
    """TERMINALID with the id of a terminal, to end the period of that terminal only; without it,
    that of the whole shop. [Glase Merchant API v2.6.0, markTransactionPeriod request fields,
    lines 2175-2181]
    """


@frozen(kw_only=True)
class ExecuteReport(base.RequestFor["ExecuteReportReply"]):
    """Fetches a report about a transaction period, a few seconds after markTransactionPeriod has
    ended it: totals, or every transaction, by shop, terminal or cashier.
    """

    OPERATION: ClassVar[str] = "executeReport"

    context: ClientContext | None = None
    """Who is asking, with which software and which password.

    Required. [Glase Merchant API v2.6.0, executeReport SOAP request fields, lines 2339-2342,
    Glase Merchant API v2.6.0, ClientContext parameter used in all calls, line 235]
    """

    report_id: str | None = None
    """Which report: Reconciliation/Shop.xml for the shop's totals,
    Reconciliation/STD_RECON_002.xml to 007 for terminals, cashiers and transactions. Required.
    [Glase Merchant API v2.6.0, executeReport SOAP request fields, lines 2344-2352]
    """

    language: str | None = None
    """The language of the report; without it, the default language.

    [Glase Merchant API v2.6.0, executeReport SOAP request fields, lines 2354-2360]
    """

    parameters: Mapping[str, str | None] | None = field(default=None, converter=base.pairs)
    """transactionPeriodId with the id that markTransactionPeriod returned; TERMINALID for the
    reports of one terminal. [Glase Merchant API v2.6.0, executeReport SOAP request fields,
    lines 2362-2368]
    """


@frozen(kw_only=True)
class Reply(base.Message):
    """What every reply says."""

    ers_reference: str | None = None
    """The service's reference of the payment, refund or credit that was made, normally 25 digits;
    absent where none was. [Glase Merchant API v2.6.0, getPaymentStatus SOAP response fields,
    lines 1112-1115]
    """

    result_code: ResultCode | int = field(converter=_result_code)
    """How it went: 0 for success, else the reason why not.

    Required. [Glase Merchant API v2.6.0, sendInvoice SOAP response fields, lines 767-775]
    """

    result_description: str | None = None
    """The result code in words, usually its name.

    Required. [Glase Merchant API v2.6.0, sendInvoice SOAP response fields, lines 786-793]
    """


@frozen(kw_only=True)
class SendInvoiceReply(Reply, base.InvoiceCode):
    """What sendInvoice says: how to find the invoice again."""

    invoice_qr_code: str | None = field(default=None, metadata={base.WIRE: "invoiceQRCode"})
    """The text of the QR code that leads the buyer's phone to this invoice.

    For webshops; a cash register shows its static code instead. [Glase Merchant API v2.6.0,
    sendInvoice SOAP response fields, lines 777-784]
    """

    invoice_reference: str | None = None
    """The service's reference of the invoice.

    Keep it: every later request about the invoice needs it. [Glase Merchant API v2.6.0,
    sendInvoice SOAP response fields, lines 795-803]
    """


@frozen(kw_only=True)
class Receipt(base.Message, base.PaymentReceipt):
    """What the service knows about a payment that was made."""

    terminal_id: str | None = None
    """The name, not the id, that the seller's terminal was registered with.

    [Glase Merchant API v2.6.0, Receipt data, lines 637-644]
    """

    payment_date: datetime | None = None
    """When the buyer paid. [Glase Merchant API v2.6.0, Receipt data, lines 646-653]"""

    client_invoice_id: str | None = None
    """The merchant's own number of the sale, as sent with the invoice. [wire]"""

    invoice_reference: str | None = None
    """The service's reference of the invoice, as returned by sendInvoice.

    [Glase Merchant API v2.6.0, Receipt data, lines 655-662]
    """

    payment_reference: str | None = None
    """The service's reference of the payment, equal to the reply's ersReference.

    Keep it: a refund needs it. [Glase Merchant API v2.6.0, Receipt data, lines 664-671]
    """

    payer_terminal_id: str | None = None
    """The id of the buyer's device. [Glase Merchant API v2.6.0, Receipt data, lines 673-680]"""

    receiver_name: str | None = None
    """Who received the money: the name of the merchant.

    [Glase Merchant API v2.6.0, Receipt data, lines 682-688]
    """

    invoice: Invoice | None = None
    """The invoice that was paid. [Glase Merchant API v2.6.0, Receipt data, lines 690-692]"""


@frozen(kw_only=True)
class PaymentStatusReply(Reply):
    """What getPaymentStatus says: where the invoice stands.

    With PAID, ersReference is the payment's.
    """

    status: InvoiceStatus | str | None = field(default=None, converter=_invoice_status)
    """Where the invoice is in its life.

    Once PAID has been fetched, the payment is final; not fetched within 20 seconds, the service
    pays it back. [Glase Merchant API v2.6.0, getPaymentStatus SOAP response fields, lines
    1136-1155]
    """

    receipt: Receipt | None = None
    """The payment as the service recorded it; there once the invoice is PAID.

    [Glase Merchant API v2.6.0, getPaymentStatus SOAP response fields, lines 1157-1160]
    """

    customer_tokens: tuple[CustomerToken, ...] | None = field(
        default=None, converter=_optional_customer_tokens
    )
    """What the buyer's phone offers: loyalty cards, coupons, the buyer's user id.

    Empty when there is nothing. [SEQR Merchant API v2, Payment and loyalty membership, lines
    118-120]
    """

    version: int | None = None
    """Rises by one whenever the status changes or the buyer offers a new token.

    Send it as invoiceVersion next time. Required. [Glase Merchant API v2.6.0, getPaymentStatus
    SOAP request fields, lines 1079-1094]
    """


@frozen(kw_only=True)
class CreditUserReply(Reply):
    """What creditUser says. Its ersReference is that of the credit."""

    correlation_id: str | None = None
    """The id that the request gave.

    [Glase Merchant API v2.6.0, creditUser SOAP response example, line 1784]
    """


@frozen(kw_only=True)
class RegisterTerminalReply(Reply):
    """What registerTerminal says: the new terminal's id."""

    terminal_id: str | None = None
    """The id that the terminal uses from now on as context.initiatorPrincipalId.id, with type
    TERMINALID. Keep it. [Glase Merchant API v2.6.0, registerTerminal SOAP response fields,
    lines 1883-1890]
    """


@frozen(kw_only=True)
class MarkTransactionPeriodReply(Reply):
    """What markTransactionPeriod says: the id of the period that has ended."""

    transaction_period_id: str | None = None
    """The id of the period that has ended, 25 digits.

    Give it to executeReport as transactionPeriodId. [Glase Merchant API v2.6.0,
    markTransactionPeriod response fields, lines 2218-2225]
    """


@frozen(kw_only=True)
class Report(base.Message, base.ReportTable):
    """A report that the service has made of a transaction period."""

    title: str | None = None
    """The name of the report's document.

    [Glase Merchant API v2.6.0, executeReport SOAP response fields, lines 2405-2415]
    """

    mime_type: str | None = None
    """The format of the document, as the service labels it.

    [Glase Merchant API v2.6.0, executeReport SOAP response fields, lines 2405-2415]
    """

    content: bytes | None = None
    """The document, in base64.

    [Glase Merchant API v2.6.0, executeReport SOAP response fields, lines 2405-2415]
    """

    content_string: str | None = None
    """The same document as text.

    [Glase Merchant API v2.6.0, executeReport SOAP response fields, lines 2405-2415]
    """


@frozen(kw_only=True)
class ExecuteReportReply(Reply):
    """What executeReport says: the report."""

    report: Report | None = None
    """The report, as bytes and as text.

    [Glase Merchant API v2.6.0, executeReport SOAP response fields, lines 2405-2415]
    """


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

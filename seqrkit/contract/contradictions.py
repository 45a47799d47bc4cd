"""Where the reference documents contradict themselves, or one another: each with its two places.

Facts about documents 000 (SEQR Merchant API, v2) and 001 (Glase Merchant API, v2.6.0), counted over
all 38 XML blocks of 001; the vendor's other material and the published schemas stand in as second
places. `rules` are those that a message breaks which follows the first place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Topic(StrEnum):
    """What a contradiction is about."""

    WELL_FORMED = "not well-formed"
    ORDER = "not in schema order"
    REQUIRED = "without what is called required"
    VALUE = "a value against its own rule"
    FIELD = "fields"
    MEANING = "meaning"
    SPELLING = "spelling"


@dataclass(frozen=True, slots=True)
class Place:
    """A section of a document, and what stands there."""

    where: str
    says: str

    def __str__(self) -> str:
        return f"{self.where}: {self.says}"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two places that cannot both be right."""

    id: str
    topic: Topic
    first: Place
    second: Place
    rules: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.first}; but {self.second}"


_CONTEXT: Final = "001 ClientContext parameter used in all calls"
_INVOICE: Final = "001 Invoice data"
_ROW: Final = "001 InvoiceRow data"
_METHODS: Final = "001 Methods for payments"


def _request(operation: str) -> str:
    return f"001 {operation} SOAP request example"


def _reply(operation: str) -> str:
    return f"001 {operation} SOAP response example"


def _table(operation: str, kind: str = "request") -> str:
    return f"001 {operation} SOAP {kind} fields"


def _not_well_formed() -> Iterator[Contradiction]:
    ends = "</soapenv:Body></soapenv:Envelope>, a prefix that nothing declares"
    begins = "the same block opens soap:Envelope and soap:Body"
    blocks = {
        name: _reply(name)
        for name in (
            "updateInvoice",
            "submitPaymentReceipt",
            "cancelInvoice",
            "refundPayment",
            "registerTerminal",
            "unregisterTerminal",
            "assignSeqrId",
            "executeReport",
        )
    }
    marks = "markTransactionPeriod"
    blocks[f"{marks}.shop"] = f"{_reply(marks)}, per shop reconciliation"
    blocks[f"{marks}.terminal"] = f"{_reply(marks)}, per terminal reconciliation"
    for name, where in blocks.items():
        first, second = Place(where, f"ends in {ends}"), Place(f"{where}, its first lines", begins)
        yield Contradiction(f"xml.{name}", Topic.WELL_FORMED, first, second, ("soap.not-xml",))


_DATA: Final = (
    (
        "xml.markTransactionPeriod.request",
        Topic.WELL_FORMED,
        (
            f"{_request('markTransactionPeriod')}, per terminal reconciliation",
            "closes <parameters> with another <parameters>",
        ),
        ("XML 1.0", "an element ends with </parameters>"),
        "soap.not-xml",
    ),
    (
        "xml.unregisterTerminal.element",
        Topic.SPELLING,
        (_reply("unregisterTerminal"), "opens registerTerminalResponse"),
        ("the same block", "closes unregisterTerminalResponse"),
        "soap.not-xml",
    ),
    (
        "order.sendInvoice",
        Topic.ORDER,
        (_request("sendInvoice"), "cashierId before invoiceRows"),
        (f"{_INVOICE}, and the published schema", "invoiceRows, totalAmount, cashierId"),
        "invoice.out-of-order",
    ),
    (
        "order.updateInvoice",
        Topic.ORDER,
        (_request("updateInvoice"), "cashierId before totalAmount"),
        (f"{_INVOICE}, and the published schema", "totalAmount, then cashierId"),
        "invoice.out-of-order",
    ),
    (
        "order.refundPayment",
        Topic.ORDER,
        (_request("refundPayment"), "cashierId before totalAmount"),
        (f"{_INVOICE}, and the published schema", "totalAmount, then cashierId"),
        "invoice.out-of-order",
    ),
    (
        "order.getPaymentStatus",
        Topic.ORDER,
        (_request("getPaymentStatus"), "invoiceVersion first"),
        (
            f"{_table('getPaymentStatus')}, and the published schema",
            "invoiceReference, then invoiceVersion",
        ),
        "getPaymentStatus.out-of-order",
    ),
    (
        "order.executeReport",
        Topic.ORDER,
        (_reply("executeReport"), "content, contentString, mimeType, title"),
        ("the published schema", "title, mimeType, content, contentString"),
        "report.out-of-order",
    ),
    (
        "order.amount",
        Topic.ORDER,
        (
            f"{_INVOICE}, {_ROW}, {_table('commitReservation')}",
            "value before currency, in five fragments",
        ),
        ("001, all examples of requests", "currency before value, as in the published schema"),
        "amount.out-of-order",
    ),
    (
        "required.sendInvoice",
        Topic.REQUIRED,
        (
            _request("sendInvoice"),
            "has no paymentMode, issueDate, clientInvoiceId and footer",
        ),
        (_INVOICE, "calls each of them required"),
        (
            "invoice.paymentMode.required invoice.issueDate.required "
            "invoice.clientInvoiceId.required invoice.footer.required"
        ),
    ),
    (
        "required.updateInvoice",
        Topic.REQUIRED,
        (_request("updateInvoice"), "has title, cashierId and totalAmount only"),
        (
            _INVOICE,
            "calls paymentMode, acknowledgmentMode, issueDate, clientInvoiceId and footer required",
        ),
        (
            "invoice.paymentMode.required invoice.acknowledgmentMode.required "
            "invoice.issueDate.required invoice.clientInvoiceId.required invoice.footer.required"
        ),
    ),
    (
        "required.refundPayment",
        Topic.REQUIRED,
        (_request("refundPayment"), "has title, cashierId and totalAmount only"),
        (
            _INVOICE,
            "calls paymentMode, acknowledgmentMode, issueDate, clientInvoiceId and footer required",
        ),
        (
            "invoice.paymentMode.required invoice.acknowledgmentMode.required "
            "invoice.issueDate.required invoice.clientInvoiceId.required invoice.footer.required"
        ),
    ),
    (
        "required.commitReservation",
        Topic.REQUIRED,
        (_request("commitReservation"), "has no channel, clientId and clientReference"),
        (_CONTEXT, "calls each of them required"),
        "context.channel.required context.clientId.required context.clientReference.required",
    ),
    (
        "required.creditUser",
        Topic.REQUIRED,
        (_request("creditUser"), "has no clientId and clientReference"),
        (_CONTEXT, "calls both required"),
        "context.clientId.required context.clientReference.required",
    ),
    (
        "value.channel",
        Topic.VALUE,
        (
            "001 examples of sendInvoice, updateInvoice, getPaymentStatus and cancelInvoice",
            "channel extWS",
        ),
        (_CONTEXT, "always ClientWS or WS"),
        "context.channel.recommended",
    ),
    (
        "value.amount",
        Topic.VALUE,
        (
            f"{_request('sendInvoice')}, {_request('commitReservation')}",
            "amounts 500, 250, 1000, 1500 and 5",
        ),
        (_INVOICE, "the pattern #.##, read here as at most two decimals"),
        "",
    ),
    (
        "value.itemUnit",
        Topic.VALUE,
        (_request("sendInvoice"), "an empty itemUnit"),
        (_ROW, "a type of unit based on ISO 20022"),
        "invoiceRow.itemUnit.not-blank",
    ),
    (
        "value.kg",
        Topic.VALUE,
        (_ROW, "the sample kg"),
        ("ISO 20022", "unit codes are KILO and the like"),
        "",
    ),
    (
        "value.itemEAN",
        Topic.VALUE,
        (_ROW, "the sample 0076232342123"),
        ("GS1", "an EAN-13 of these digits ends in 6"),
        "invoiceRow.itemEAN.ean",
    ),
    (
        "value.mimeType",
        Topic.VALUE,
        (_request("submitPaymentReceipt"), "mimeType plain/xml"),
        (_table("submitPaymentReceipt"), "preferably ARTS Receipt XML or HTML"),
        "receiptDocument.mimeType.recommended",
    ),
    (
        "value.receiptType",
        Topic.VALUE,
        (_request("submitPaymentReceipt"), "receiptType xxx"),
        ("vendor: developer manual", "PAYMENT_RECEIPT, WARRANTY, VOUCHER or OTHER"),
        "receiptDocument.receiptType.recommended",
    ),
    (
        "value.receiptData",
        Topic.VALUE,
        (
            _request("submitPaymentReceipt"),
            "55 characters, cut off, with a newline before the XML declaration",
        ),
        (_table("submitPaymentReceipt"), "base64Binary, the full details of the receipt"),
        "receiptDocument.receiptData.type",
    ),
    (
        "value.userId",
        Topic.VALUE,
        (_request("creditUser"), "userId some_glase_user_id"),
        ("001 creditUser SOAP request field", "alphanumeric"),
        "creditUserRequest.userId.pattern",
    ),
    (
        "value.token",
        Topic.VALUE,
        ("001 creditUser, notes on userId", "a token value of 39 characters"),
        ("001 creditUser SOAP request field", "a userId of at most 36"),
        "creditUserRequest.userId.max-length",
    ),
    (
        "value.description",
        Topic.VALUE,
        (_request("creditUser"), "the description user credit, with a space"),
        ("001 creditUser SOAP request field", "alphanumerics, dot and comma"),
        "",
    ),
    (
        "value.seqrId",
        Topic.VALUE,
        (_table("assignSeqrId"), "the sample my_qr_code_string"),
        ("the same row", "alphanumeric"),
        "assignSeqrId.seqrId.pattern",
    ),
    (
        "value.ersReference.length",
        Topic.VALUE,
        (_reply("creditUser"), "an ersReference of 24 digits"),
        (_reply("refundPayment"), "one of 25"),
        "",
    ),
    (
        "value.ersReference.sample",
        Topic.VALUE,
        (_table("submitPaymentReceipt"), "an ersReference 1397240460668"),
        (_table("sendInvoice", "response"), "the same number as an invoiceReference"),
        "",
    ),
    (
        "value.invoiceReference",
        Topic.VALUE,
        ("001 Receipt data", "an invoiceReference of 17 digits"),
        (_table("sendInvoice", "response"), "one of 13"),
        "",
    ),
    (
        "field.getPaymentStatus.invoice",
        Topic.FIELD,
        (_table("getPaymentStatus"), "a field invoice in the request"),
        ("the published schema, and the reference's own example", "no such element"),
        "getPaymentStatus.unknown-element",
    ),
    (
        "field.getPaymentStatus.reply",
        Topic.FIELD,
        (_table("getPaymentStatus", "response"), "lists neither version nor customerTokens"),
        (f"{_reply('getPaymentStatus')}, and 001 creditUser", "shows them in replies"),
        "",
    ),
    (
        "field.invoiceStatus",
        Topic.FIELD,
        ("000 Payment and loyalty membership", "invoiceStatus and invoiceVersion in the reply"),
        (_reply("getPaymentStatus"), "status and version"),
        "getPaymentStatusResponse.unknown-element",
    ),
    (
        "field.deliveryAddress",
        Topic.FIELD,
        ("000 Payment and loyalty membership", "deliveryAddress in the getPaymentStatus reply"),
        ("the published schemas", "no such element; it is never sent"),
        "getPaymentStatusResponse.unknown-element",
    ),
    (
        "field.creditUser",
        Topic.FIELD,
        (
            "001 creditUser SOAP request field",
            "clientContext, userId, amount and currency beside one another",
        ),
        (
            _request("creditUser"),
            "context, and in creditUserRequest an amount with its currency and a correlationId",
        ),
        "creditUser.unknown-element",
    ),
    (
        "field.updateInvoice",
        Topic.FIELD,
        (_METHODS, "updateInvoice without invoiceReference"),
        (_table("updateInvoice"), "with it"),
        "updateInvoice.invoiceReference.required",
    ),
    (
        "field.commitReservation",
        Topic.FIELD,
        (_METHODS, "commitReservation without amount"),
        (_table("commitReservation"), "with an optional amount"),
        "",
    ),
    (
        "field.methods",
        Topic.FIELD,
        (_METHODS, "no creditUser"),
        ("001 creditUser", "a section of its own"),
        "",
    ),
    (
        "field.token",
        Topic.FIELD,
        ("000 Payment and loyalty membership", "tokens have a type"),
        (_table("sendInvoice"), "tokens have an id"),
        "token.unknown-element",
    ),
    (
        "field.initiatorPrincipalId",
        Topic.FIELD,
        (_CONTEXT, "initiatorPrincipalId is typed string"),
        ("the same row", "its samples hold id, type and userId"),
        "",
    ),
    (
        "field.itemTaxRate",
        Topic.FIELD,
        (_ROW, "itemTaxRate is an integer of two digits"),
        ("the published schema", "decimal"),
        "",
    ),
    (
        "field.status",
        Topic.FIELD,
        (_table("getPaymentStatus", "response"), "0 (pending usage) among the invoice's statuses"),
        (_table("sendInvoice"), "0 is a status of tokens"),
        "getPaymentStatusResponse.status.enumeration",
    ),
    (
        "field.PARTIALLY_PAID",
        Topic.FIELD,
        (_table("getPaymentStatus", "response"), "the status PARTIALLY_PAID"),
        ("the published schemas", "no such value"),
        "",
    ),
    (
        "meaning.ersReference.unused",
        Topic.MEANING,
        (_table("submitPaymentReceipt", "response"), "ersReference is not used and will be null"),
        (_reply("submitPaymentReceipt"), "has one"),
        "",
    ),
    (
        "meaning.ersReference.refund",
        Topic.MEANING,
        (_table("refundPayment", "response"), "ersReference is that of the payment refunded"),
        (_reply("refundPayment"), "a new number, not the one of the request"),
        "",
    ),
    (
        "meaning.receipt",
        Topic.MEANING,
        ("000 Payment and loyalty membership", "the receipt is shown on the buyer's device"),
        (_table("submitPaymentReciept"), "it will not appear in the app by itself"),
        "",
    ),
    (
        "meaning.version",
        Topic.MEANING,
        (_reply("getPaymentStatus"), "version 1 for a fresh invoice that is ISSUED"),
        (_table("getPaymentStatus"), "a counter that starts at 0 and rises with each change"),
        "",
    ),
    (
        "meaning.refund",
        Topic.MEANING,
        ("000 Payment and loyalty membership", "a refund's invoice is what is left of the sale"),
        (f"{_METHODS}, and 001 Result codes", "part or whole is refunded; code 98 adds refunds up"),
        "",
    ),
    (
        "meaning.channel",
        Topic.MEANING,
        ("000 Context parameter used in all calls", "requests go over a secure channel"),
        ("000 Payment API / WSDL", "an address that begins with http://"),
        "",
    ),
    (
        "meaning.principal",
        Topic.MEANING,
        (_CONTEXT, "RESELLERUSER to register a terminal, otherwise TERMINALID"),
        (
            "001 examples of markTransactionPeriod and executeReport",
            "called as RESELLERUSER",
        ),
        "",
    ),
    (
        "meaning.timeout",
        Topic.MEANING,
        (_CONTEXT, "0 is the recommended value of clientRequestTimeout"),
        ("the same row", "it must be 0"),
        "",
    ),
    (
        "spelling.unregisterTerminal",
        Topic.SPELLING,
        ("001 Methods specific for point of sale (terminal) registration", "unRegisterTerminal"),
        (_request("unregisterTerminal"), "unregisterTerminal, as in every WSDL"),
        "soap.unknown-operation",
    ),
    (
        "spelling.assignSeqrId",
        Topic.SPELLING,
        ("001 assingSeqrId (a heading)", "assingSeqrId"),
        (_request("assignSeqrId"), "assignSeqrId"),
        "soap.unknown-operation",
    ),
    (
        "spelling.submitPaymentReceipt",
        Topic.SPELLING,
        ("001 submitPaymentReciept SOAP request fields (a heading)", "submitPaymentReciept"),
        (_request("submitPaymentReceipt"), "submitPaymentReceipt"),
        "soap.unknown-operation",
    ),
    (
        "spelling.result-codes",
        Topic.SPELLING,
        ("001 Result codes", "names with stray spaces, such as INVALID_INITIATOR_ PRINCIPAL_ID"),
        ("vendor: SDK 2.11", "the same constants without spaces"),
        "",
    ),
    (
        "spelling.glaseID",
        Topic.SPELLING,
        ("001 Result codes, 53", "glaseID"),
        (_table("assignSeqrId"), "seqrId"),
        "",
    ),
    (
        "field.parameters",
        Topic.FIELD,
        ("vendor: FAQ", "entries directly inside parameters"),
        (
            f"{_request('markTransactionPeriod')}, and the published schema",
            "an element parameter between them",
        ),
        "wire.parameter-map",
    ),
)


def _contradictions() -> Iterator[Contradiction]:
    yield from _not_well_formed()
    for key, topic, first, second, rules in _DATA:
        yield Contradiction(key, topic, Place(*first), Place(*second), tuple(rules.split()))


CONTRADICTIONS: Final = tuple(_contradictions())
"""All that are known, those of XML itself first."""

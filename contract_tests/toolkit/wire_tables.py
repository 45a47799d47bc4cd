"""The published messages, as tables: what schemas/<interface>/wire.xsd has to say.

Written down from the descriptions of the service, not from the schemas, so that a slip in those
shows. `(1)`: exactly one; `0..n`: any number; nothing: at most one; braces: an anonymous type
inside the element; a leading `+`: in v2.6.0 (cashregister-2) only.
"""

from typing import Final

TYPES: Final = """
clientContext: channel string, clientComment string, clientId string, clientReference string,
    clientRequestTimeout long (1), initiatorPrincipalId principalId, password string
principalId: id string, type string, userId string
invoice: paymentMode paymentMode, acknowledgmentMode acknowledgmentMode, issueDate dateTime,
    title string, clientInvoiceId string, invoiceRows {invoiceRow paymentInvoiceRow 0..n},
    totalAmount amount, cashierId string, footer string, backURL string, notificationUrl string,
    +commitReservationTimeout long
paymentInvoiceRow: itemDescription string, itemDiscount amount, itemEAN string,
    itemQuantity decimal, itemSKU string, itemTaxRate decimal, itemTotalAmount amount,
    itemUnit string, itemUnitPrice amount
amount: currency string, value decimal
customerToken: description string, id string, status int (1), value string
receiptDocument: mimeType string, receiptData base64Binary, receiptType string
parameterMap: parameter mapArray
mapArray: entry parameter 0..n
parameter: key string, value string
report: title string, mimeType string, content base64Binary, contentString string
receipt: terminalId string, paymentDate dateTime, clientInvoiceId string,
    invoiceReference string, paymentReference string, payerTerminalId string,
    receiverName string, invoice invoice
erswsResponse: ersReference string, resultCode int (1), resultDescription string
erswsSendInvoiceResponse < erswsResponse: invoiceQRCode string, invoiceReference string
erswsPaymentStatusResponse < erswsResponse: status invoiceStatus, receipt receipt,
    customerTokens {token customerToken 0..n}, version int (1)
erswsRegisterTerminalResponse < erswsResponse: terminalId string
erswsMarkTransactionPeriodResponse < erswsResponse: transactionPeriodId string
erswsExecuteReportResponse < erswsResponse: report report
+creditUserRequest: userId string, amount amount, description string, correlationId string
+erswsCreditUserResponse < erswsResponse: correlationId string
"""

OPERATIONS: Final = """
sendInvoice: context clientContext, invoice invoice, tokens customerToken 0..n
    -> erswsSendInvoiceResponse
updateInvoice: context clientContext, invoiceReference string, invoice invoice,
    tokens customerToken 0..n -> erswsResponse
getPaymentStatus: context clientContext, invoiceReference string, invoiceVersion int (1)
    -> erswsPaymentStatusResponse
cancelInvoice: context clientContext, invoiceReference string -> erswsResponse
commitReservation: context clientContext, +amount amount, invoiceReference string -> erswsResponse
submitPaymentReceipt: context clientContext, ersReference string, receiptDocument receiptDocument
    -> erswsResponse
refundPayment: context clientContext, ersReference string, invoice invoice -> erswsResponse
+creditUser: context clientContext, creditUserRequest creditUserRequest
    -> erswsCreditUserResponse
registerTerminal: context clientContext, externalTerminalId string, password string, name string
    -> erswsRegisterTerminalResponse
unregisterTerminal: context clientContext -> erswsResponse
assignSeqrId: context clientContext, seqrId string -> erswsResponse
markTransactionPeriod: context clientContext, parameters parameterMap
    -> erswsMarkTransactionPeriodResponse
executeReport: context clientContext, reportId string, language string, parameters parameterMap
    -> erswsExecuteReportResponse
"""

ENUMERATIONS: Final = """
paymentMode: IMMEDIATE_DEBIT, RESERVATION_DESIRED, RESERVATION_REQUIRED,
    +RESERVATION_REQUIRED_PRELIMINARY_AMOUNT
acknowledgmentMode: NO_ACKNOWLEDGMENT, OPTIONAL_ACKNOWLEDGMENT, REQUIRE_ACKNOWLEDGMENT
invoiceStatus: ISSUED, PAID, PENDING_ISSUER_ACKNOWLEDGE, CANCELED, FAILED, RESERVED, +EXPIRED,
    +PARTIALLY_PAID
"""

EXTRA_ELEMENTS: Final = {
    "invoiceRows": "{invoiceRow paymentInvoiceRow 0..n}",
    "invoiceRow": "paymentInvoiceRow",
    "itemTotalAmount": "amount",
    "totalAmount": "amount",
}
"""Global elements that no message has at its top: old scripts create them by name."""

RESULT_CODES: Final = """
0 SUCCESS: all
20 AUTHENTICATION_FAILED: all
21 ACCESS_DENIED: unregisterTerminal sendInvoice getPaymentStatus
23 INVALID_ERS_REFERENCE: refundPayment
29 INVALID_INITIATOR_PRINCIPAL_ID: all
37 INITIATOR_PRINCIPAL_NOT_FOUND: all
49 INVALID_INVOICE_DATA: sendInvoice updateInvoice
50 CANNOT_CANCEL_PAID_INVOICE: cancelInvoice
51 CANNOT_CANCEL_INVOICE_IN_PROGRESS: cancelInvoice
53 INVALID_SEQR_ID: assignSeqrId
54 INVALID_INVOICE_REFERENCE: getPaymentStatus
64 INVALID_NOTIFICATION_URL: sendInvoice updateInvoice refundPayment
90 SYSTEM_ERROR: all
91 UNSUPPORTED_OPERATION: all
94 SERVICE_UNAVAILABLE: all
95 INVOICE_ALREADY_CANCELED: cancelInvoice
96 INVOICE_STATE_NOT_RESERVED: commitReservation
97 RESELLER_NOT_ALLOWED_TO_DO_REFUND: refundPayment
98 SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION: refundPayment
99 RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS: refundPayment
"""
"""The table of the Glase Merchant API v2.6.0: code, name, the operations that may answer it."""

GLASE = "Glase Merchant API v2.6.0"


def rows(table: str, *, newer: bool) -> dict[str, str]:
    """The table by the first column; what is in v2.6.0 only is kept or left out."""
    joined = table.strip().replace("\n    ", " ")
    return {
        name.removeprefix("+"): _fields(rest, newer=newer)
        for name, rest in (line.split(": ", 1) for line in joined.splitlines())
        if newer or not name.startswith("+")
    }


def _fields(text: str, *, newer: bool) -> str:
    listed, arrow, reply = text.partition(" -> ")
    kept = [each for each in listed.split(", ") if newer or not each.startswith("+")]
    return ", ".join(kept).replace("+", "") + arrow + reply

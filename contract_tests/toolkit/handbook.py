"""Every row of the handbook's rules, as data: id, severity, where it is written, and examples.

`KEEPS` and `BREAKS` are texts of the rule's field; a rule across fields has functions that change a
valid message instead. A required field is broken by leaving it out.
"""

from collections.abc import Callable
from typing import NamedTuple

from lxml import etree

from contract_tests.toolkit.messages import at, call_as
from seqrkit.contract import Contract, Severity

E, W = Severity.ERROR, Severity.WARNING
GLASE = "Glase Merchant API v2.6.0, "
CONTEXT = f"{GLASE}ClientContext parameter used in all calls"
INVOICE = f"{GLASE}Invoice data"
ROW = f"{GLASE}InvoiceRow data"
TOKENS = f"{GLASE}sendInvoice SOAP request fields"
ASSUMED = "assumed"
CONVENTION = "seqrkit's convention"


class Limit(NamedTuple):
    """A rule about the value of one field."""

    id: str
    severity: Severity
    source: str
    keeps: tuple[str, ...]
    breaks: tuple[str, ...]

    @property
    def path(self) -> str:
        return self.id.rpartition(".")[0]


LIMITS = (
    Limit("context.channel.max-length", E, CONTEXT, ("x" * 40,), ("x" * 41,)),
    Limit("context.channel.recommended", W, CONTEXT, ("WS", "ClientWS"), ("extWS", "ws")),
    Limit("context.clientComment.max-length", E, CONTEXT, ("", "x" * 80), ("x" * 81,)),
    Limit("context.clientReference.max-length", E, CONTEXT, ("x" * 32,), ("x" * 33,)),
    Limit("context.clientRequestTimeout.enumeration", E, CONTEXT, ("0",), ("1", "-1", "30000")),
    Limit(
        "principalId.type.enumeration",
        E,
        CONTEXT,
        ("TERMINALID", "RESELLERUSER"),
        ("terminalid", "RESELLER", "TERMINALID "),
    ),
    Limit("invoice.paymentMode.enumeration", E, INVOICE, ("IMMEDIATE_DEBIT",), ("CREDIT",)),
    Limit("invoice.acknowledgmentMode.enumeration", E, "wire", ("NO_ACKNOWLEDGMENT",), ("NONE",)),
    Limit(
        "amount.value.pattern",
        E,
        INVOICE,
        ("149.99", "149.9", "500", "0.01"),
        ("149.990", "149.", ".5", "+5"),
    ),
    Limit("amount.currency.enumeration", E, INVOICE, ("SEK", "EUR"), ("sek", "XXX", "SE", "SEKK")),
    Limit("amount.value.positive", E, ASSUMED, ("0.01",), ("0", "-1", "0.00")),
    Limit(
        "invoice.backURL.pattern",
        E,
        INVOICE,
        ("http://merchant.com/displayafterpay", "myapp://done"),
        ("merchant.com", "/done", ""),
    ),
    Limit(
        "invoice.notificationUrl.pattern",
        E,
        f"{GLASE}Result codes",
        (
            "http://merchant.com/",
            "HTTP://merchant.com",
            "http://shop@merchant.com:8080/#x",
            "http://[2606:4700::1111]/paid",
        ),
        (
            "ftp://merchant.com/",
            "merchant.com",
            "http://",
            "http://[",
            "http://x y/",
            "https:",
            "http:///paid",
            "http://merchant.com:http/",
        ),
    ),
    Limit(
        "invoiceRow.itemEAN.ean",
        W,
        CONVENTION,
        ("0076232342126", "96385074"),
        ("0076232342123", "1"),
    ),
    Limit("invoiceRow.itemQuantity.minimum", W, ROW, ("1", "1.5", "20"), ("0.99", "0", "-1")),
    Limit(
        "invoiceRow.itemTaxRate.pattern",
        E,
        ROW,
        ("0", "24", "99"),
        ("25.000", "-100", "100", "2.5"),
    ),
    Limit(
        "invoice.notificationUrl.public-host",
        W,
        ASSUMED,
        ("http://merchant.com/", "http://93.184.215.14:8443/", "http://[2606:4700::1111]/"),
        (
            "http://localhost/",
            "http://LOCALHOST:8080/paid",
            "http://127.0.0.1/",
            "http://10.1.2.3/",
            "http://172.16.0.1/",
            "http://192.168.1.10:80/paid?x=1",
            "http://169.254.0.1/",
            "http://[::1]:9000/",
            "http://user@till.local/",
            "http://till/",
            "http://0.0.0.0/",
        ),
    ),
    Limit(
        "invoice.notificationUrl.scheme",
        W,
        f"{GLASE}Result codes",
        ("http://merchant.com/", "HTTP://merchant.com/"),
        ("https://merchant.com/?inv=1", "HTTPS://merchant.com/"),
    ),
    Limit("executeReport.language.recommended", W, ASSUMED, ("en",), ("sv", "EN")),
    Limit("invoice.commitReservationTimeout.minimum", E, ASSUMED, ("0", "3600"), ("-1", "-3600")),
    Limit(
        "invoiceRow.itemUnit.unit",
        W,
        CONVENTION,
        ("KGM", "LTR", "H87", "C62", "XBX", "KILO"),
        ("kg", "st", "Stk.", "kgm", "KGM ", "x" * 36),
    ),
    Limit("invoiceRow.itemUnit.not-blank", W, ASSUMED, ("KGM",), ("", "  ")),
    *(
        Limit(f"{path}.trimmed", W, ASSUMED, ("abcd", "a b c"), (" abcd ", "abcd\n", "\tabcd"))
        for path in (
            "principalId.id",
            "principalId.userId",
            "context.password",
            "registerTerminal.password",
            "updateInvoice.invoiceReference",
            "getPaymentStatus.invoiceReference",
            "cancelInvoice.invoiceReference",
            "commitReservation.invoiceReference",
            "submitPaymentReceipt.ersReference",
            "refundPayment.ersReference",
            "executeReport.reportId",
            "parameter.value",
        )
    ),
    Limit("parameter.key.trimmed", W, ASSUMED, ("TERMINALID",), (" TERMINALID", "TERMINALID\n")),
    Limit("token.status.enumeration", E, TOKENS, ("0", "1", "90", "99"), ("2", "-1", "100")),
    Limit("token.status.merchant", W, TOKENS, ("1", "90", "99"), ("0",)),
    Limit("getPaymentStatus.invoiceVersion.minimum", E, ASSUMED, ("0", "7", "2147483647"), ("-1",)),
    Limit(
        "receiptDocument.receiptType.recommended",
        W,
        "vendor",
        ("PAYMENT_RECEIPT", "WARRANTY", "VOUCHER", "OTHER"),
        ("xxx", "receipt"),
    ),
    Limit(
        "receiptDocument.mimeType.recommended",
        W,
        f"{GLASE}submitPaymentReciept SOAP request fields",
        ("text/html", "text/xml", "application/xml"),
        ("plain/xml", "text/plain"),
    ),
    Limit("creditUserRequest.userId.max-length", E, f"{GLASE}creditUser", ("x" * 36,), ("x" * 37,)),
    Limit(
        "creditUserRequest.userId.pattern",
        E,
        f"{GLASE}creditUser",
        ("aZ09",),
        ("some_user", "a b", "å"),
    ),
    Limit(
        "creditUserRequest.description.max-length",
        E,
        f"{GLASE}creditUser",
        ("x" * 160,),
        ("x" * 161,),
    ),
    Limit(
        "creditUserRequest.description.pattern",
        E,
        f"{GLASE}creditUser",
        ("user credit, 1.", ""),
        ("user-credit", "crédit", "a\tb"),
    ),
    Limit(
        "registerTerminal.password.min-length",
        E,
        f"{GLASE}Result codes",
        ("1234", "12345"),
        ("123",),
    ),
    Limit(
        "assignSeqrId.seqrId.pattern",
        E,
        f"{GLASE}assignSeqrId SOAP request fields",
        ("ABC123456", "a"),
        ("my_qr_code_string", "a b", "å"),
    ),
    Limit(
        "response.resultCode.pattern",
        E,
        f"{GLASE}sendInvoice SOAP response fields",
        ("0", "49", "99"),
        ("100", "-1"),
    ),
)

REQUIRED = {
    CONTEXT: (
        "context.channel context.clientId context.clientReference context.clientRequestTimeout "
        "context.initiatorPrincipalId context.password principalId.id principalId.type"
    ),
    INVOICE: (
        "invoice.paymentMode invoice.acknowledgmentMode invoice.issueDate invoice.title "
        "invoice.clientInvoiceId invoice.totalAmount invoice.cashierId invoice.footer "
        "amount.currency amount.value invoiceRows.invoiceRow"
    ),
    ROW: "invoiceRow.itemQuantity invoiceRow.itemTotalAmount",
    "wire": "token.status getPaymentStatusResponse.version response.resultCode",
    f"{GLASE}getPaymentStatus SOAP request fields": "getPaymentStatus.invoiceVersion",
    f"{GLASE}submitPaymentReciept SOAP request fields": (
        "receiptDocument.mimeType receiptDocument.receiptData receiptDocument.receiptType "
        "submitPaymentReceipt.receiptDocument"
    ),
    f"{GLASE}creditUser": "creditUserRequest.userId creditUserRequest.amount",
    f"{GLASE}registerTerminal SOAP request fields": (
        "registerTerminal.externalTerminalId registerTerminal.password registerTerminal.name"
    ),
    f"{GLASE}executeReport SOAP request fields": "executeReport.reportId",
    ASSUMED: (
        "response.resultDescription sendInvoice.invoice updateInvoice.invoice "
        "updateInvoice.invoiceReference "
        "getPaymentStatus.invoiceReference cancelInvoice.invoiceReference "
        "commitReservation.invoiceReference submitPaymentReceipt.ersReference "
        "refundPayment.ersReference refundPayment.invoice "
        "creditUser.creditUserRequest assignSeqrId.seqrId"
    ),
}
"""The required fields by where that is written. Besides: context in every request, return in every
reply."""


class Across(NamedTuple):
    """A rule across fields, and how to break it in a valid message."""

    id: str
    severity: Severity
    source: str
    operation: str
    break_it: Callable[[etree._Element], None]


def _set(path: str, text: str) -> Callable[[etree._Element], None]:
    def change(message: etree._Element) -> None:
        at(message, path).text = text

    return change


def _principal(kind: str, user: str | None = None) -> Callable[[etree._Element], None]:
    return lambda message: call_as(message, kind, user)


def _with_user(message: etree._Element) -> None:
    etree.SubElement(at(message, "context/initiatorPrincipalId"), "userId").text = "9900"


def _remove(path: str) -> Callable[[etree._Element], None]:
    def change(message: etree._Element) -> None:
        element = at(message, path)
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)

    return change


def _reference(message: etree._Element) -> None:
    """Put an ersReference into a reply."""
    reference = etree.Element("ersReference")
    reference.text = "2012050100000000000000001"
    at(message, "return").insert(0, reference)


def _second_entry(message: etree._Element) -> None:
    entry = at(message, "parameters/parameter/entry")
    entry.addnext(etree.fromstring(etree.tostring(entry)))


def _in_yen(message: etree._Element) -> None:
    """Everything in yen, which has no decimals, and one value with decimals."""
    for amount in message.iter("currency"):
        amount.text = "JPY"
    for value in message.iter("value"):
        if value.getprevious() is not None:
            value.text = "150"
    _set("invoice/invoiceRows/invoiceRow/itemDiscount/value", "149.5")(message)


ROWS = "invoice/invoiceRows/invoiceRow"
ENTRY = "parameters/parameter/entry"
PERIOD = f"{GLASE}markTransactionPeriod request fields"
ACROSS = (
    Across(
        "principalId.userId.required", E, CONTEXT, "registerTerminal", _principal("RESELLERUSER")
    ),
    Across("principalId.userId.not-used", W, CONVENTION, "sendInvoice", _with_user),
    Across("amount.value.minor-units", W, ASSUMED, "sendInvoice", _in_yen),
    Across(
        "invoice.invoiceRows.sum",
        W,
        "vendor: POS guide",
        "sendInvoice",
        _set("invoice/totalAmount/value", "150"),
    ),
    Across(
        "invoice.currency.same",
        W,
        ASSUMED,
        "sendInvoice",
        _set(f"{ROWS}/itemUnitPrice/currency", "EUR"),
    ),
    Across(
        "invoiceRow.itemTotalAmount.product",
        W,
        ASSUMED,
        "sendInvoice",
        _set(f"{ROWS}/itemUnitPrice/value", "149.98"),
    ),
    Across(
        "executeReport.parameters.keys",
        E,
        f"{GLASE}executeReport",
        "executeReport",
        _set(f"{ENTRY}/key", "TRANSACTIONPERIODID"),
    ),
    Across(
        "markTransactionPeriod.parameters.keys",
        E,
        f"{GLASE}markTransactionPeriod",
        "markTransactionPeriod",
        _set(f"{ENTRY}/key", "terminalId"),
    ),
    Across("mapArray.entry.repeated-key", W, ASSUMED, "executeReport", _second_entry),
    Across("parameter.key.needed", W, PERIOD, "executeReport", _set(f"{ENTRY}/key", "")),
    Across("parameter.value.needed", W, PERIOD, "executeReport", _remove(f"{ENTRY}/value")),
    *(
        Across(
            f"{name}Response.{element}.{kind}",
            E,
            f"{GLASE}{name}",
            f"{name}Response",
            _remove(f"return/{element}"),
        )
        for name, element, kind in (
            ("sendInvoice", "invoiceReference", "needed"),
            ("registerTerminal", "terminalId", "needed"),
            ("markTransactionPeriod", "transactionPeriodId", "needed"),
            ("executeReport", "report", "present"),
            ("getPaymentStatus", "status", "needed"),
            ("getPaymentStatus", "ersReference", "needed"),
        )
    ),
    Across(
        "getPaymentStatusResponse.ersReference.not-used",
        E,
        f"{GLASE}getPaymentStatus",
        "getPaymentStatusResponse",
        _set("return/status", "ISSUED"),
    ),
    *(
        Across(
            f"{name}Response.ersReference.not-used",
            W,
            f"{GLASE}{name} SOAP response fields",
            f"{name}Response",
            _reference,
        )
        for name in (
            "updateInvoice cancelInvoice submitPaymentReceipt registerTerminal "
            "unregisterTerminal assignSeqrId"
        ).split()
    ),
    Across(
        "report.contentString.same-text",
        W,
        f"{GLASE}executeReport SOAP response fields",
        "executeReportResponse",
        _set("return/report/contentString", "115793"),
    ),
    Across(
        "receiptDocument.receiptData.document-type",
        W,
        ASSUMED,
        "submitPaymentReceipt",
        _set("receiptDocument/receiptData", "VGhhbmsgeW91"),
    ),
)

CALLED_BY = {
    "TERMINALID": (
        "sendInvoice updateInvoice getPaymentStatus cancelInvoice commitReservation "
        "submitPaymentReceipt refundPayment creditUser unregisterTerminal assignSeqrId"
    ).split(),
    "RESELLERUSER": ["registerTerminal"],
}
"""Who calls what; markTransactionPeriod and executeReport are for both."""


def break_principal(operation: str) -> Callable[[etree._Element], None]:
    """Have an operation called by the principal that it is not for."""
    if operation in CALLED_BY["RESELLERUSER"]:
        return _principal("TERMINALID")
    return _principal("RESELLERUSER", "9900")


def required(judge: Contract) -> dict[str, str]:
    """Every required field by its path, with where that is written."""
    told = {path: source for source, paths in REQUIRED.items() for path in paths.split()}
    told |= {f"{operation}.context": GLASE for operation in judge.operations}
    told |= {f"{operation}Response.return": "wire" for operation in judge.operations}
    return told

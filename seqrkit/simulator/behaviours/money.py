"""Terminals, references, refunds, credits, periods and reports."""

from seqrkit.simulator.behaviours.entry import VENDOR, Behaviour

TERMINAL_ID = Behaviour(
    "terminal.id",
    "registerTerminal gives a terminalId of 32 hexadecimal characters.",
    "D",
    "001 registerTerminal",
)
INVOICE_REFERENCES = Behaviour(
    "reference.invoice",
    "An invoiceReference is the time in milliseconds, or the next one free: never repeated.",
    "D",
    "001 sendInvoice",
)
LONG_REFERENCES = Behaviour(
    "reference.long",
    "ersReference and transactionPeriodId are 25 digits: the time, and eight that never repeat.",
    "D",
    "001 Receipt data",
)
SEQR_ID_FREED = Behaviour("seqr-id.freed", "Unregistering a terminal frees its seqrId.", "A")
QR_FOR_WEBSHOPS = Behaviour(
    "send.qr-code",
    "The reply to sendInvoice holds an invoiceQRCode on webshop terminals only.",
    "D",
    "001 sendInvoice",
)
ZONE = Behaviour(
    "time.zone",
    "A date without a zone is in the endpoint's own, and so are reports and references.",
    "A",
)
REFUND_REFERENCE = Behaviour(
    "refund.own-reference",
    "The ersReference in a refund's reply is the refund's own.",
    "V",
    VENDOR,
)
REFUND_SUM_TEXT = Behaviour(
    "refund.text",
    "The resultDescription of code 98 is a sentence; that of every other is the code's name.",
    "V",
    VENDOR,
)
REFUND_ACKNOWLEDGES = Behaviour(
    "refund.acknowledges", "Who refunds a payment has seen it: it is not reversed.", "A"
)
RECEIPT_ACKNOWLEDGES = Behaviour(
    "receipt.acknowledges",
    "submitPaymentReceipt says that the point of sale has seen the payment.",
    "D",
    "001 submitPaymentReceipt",
)
RECEIPT_OF_REFUND = Behaviour(
    "receipt.any",
    "Receipts, several each and also empty ones, go with payments and with refunds.",
    "V",
    VENDOR,
)
CREDIT_TOKEN = Behaviour(
    "credit.token",
    "A buyer who pays is known to the merchant by a token I_GAMING_INTEGRATION, status 0.",
    "D",
    "001 creditUser",
)
CREDIT_CONVERTED = Behaviour(
    "credit.converted",
    "A credit in another currency than the account's is converted, at a fixed simulated rate.",
    "D",
    "001 creditUser",
)
CREDIT_DESCRIPTION = Behaviour(
    "credit.description",
    "Where the merchant gives no description of a credit, the service writes its own.",
    "D",
    "001 creditUser",
)
CREDIT_CORRELATION = Behaviour(
    "credit.correlation",
    "The reply to creditUser repeats the correlationId.",
    "D",
    "001 creditUser",
)
SHOP_PERIOD = Behaviour(
    "period.shop",
    "A shop's period runs from its previous mark to this one; each transaction is in one.",
    "A",
)
TERMINAL_PERIOD = Behaviour(
    "period.terminal",
    "Marked with TERMINALID, a period is that terminal's, apart from the shop's periods.",
    "A",
)
LATEST_PERIOD = Behaviour(
    "report.latest",
    "A report without a transactionPeriodId is of the latest period marked.",
    "A",
)
REFUNDS_ARE_NEGATIVE = Behaviour(
    "report.refunds",
    "In reports refunds are negative sales in the details and lower the totals.",
    "A",
)
REVERSED_IN_REPORTS = Behaviour(
    "report.reversed", "A payment that was reversed is in reports as a sale and a refund.", "A"
)
FIVE_DECIMALS = Behaviour(
    "report.decimals",
    "Amounts in reports have five decimals, and a missing cashier is NULL.",
    "V",
    VENDOR,
)
REPORT_TITLE = Behaviour(
    "report.title",
    "A report's title is its name and the period, empty for Shop.xml; its type is text/html.",
    "V",
    VENDOR,
)
CURRENCIES_APART = Behaviour(
    "report.currencies",
    "Sums of several currencies are a row each, which then names its currency.",
    "A",
)
OLD_REPORT_NAMES = Behaviour(
    "report.names",
    "A reportId is read with or without its folder and suffix; STD_RECON_001 is Shop.xml.",
    "A",
)

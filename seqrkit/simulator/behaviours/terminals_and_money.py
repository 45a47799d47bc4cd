"""Terminals, references, refunds, credits, periods and reports."""

from seqrkit.simulator.behaviours.behaviour import assumed, documented, published

PUBLISHED = published(
    "terminal.published",
    "The reseller and the webshop terminal that the vendor published for testing exist.",
)
TERMINAL_ID = documented(
    "terminal.id",
    "registerTerminal gives a terminalId of 32 hexadecimal characters.",
    place="001 registerTerminal",
)
INVOICE_REFERENCES = documented(
    "reference.invoice",
    "An invoiceReference is the time in milliseconds, or the next one free: never repeated.",
    place="001 sendInvoice",
)
LONG_REFERENCES = documented(
    "reference.long",
    "ersReference and transactionPeriodId are 25 digits: the time, and eight that never repeat.",
    place="001 Receipt data",
)
SEQR_ID_FREED = assumed("seqr-id.freed", "Unregistering a terminal frees its seqrId.")
SEQR_ID_AGAIN = assumed(
    "seqr-id.again", "assignSeqrId with the seqrId that the terminal already has returns 0."
)
INVOICE_CODE = documented(
    "code.invoice",
    "An invoice's code is HTTP://SEQR.SE/R and its invoiceReference.",
    place="001 sendInvoice",
)
TERMINAL_CODE = published(
    "code.terminal", "A terminal's static code is HTTP://SEQR.SE/Q and its seqrId."
)
LINK = published(
    "code.link",
    "The link that opens a code in the app has seqr: instead of HTTP:, or seqr-debug: for tests.",
)
QR_FOR_WEBSHOPS = documented(
    "send.qr-code",
    "The reply to sendInvoice holds an invoiceQRCode on webshop terminals only.",
    place="001 sendInvoice",
)
ZONE = assumed(
    "time.zone",
    "A date without a zone, and the dates in reports and references, are in the endpoint's zone.",
)
REFUND_REFERENCE = published(
    "refund.own-reference", "The ersReference in a refund's reply is the refund's own."
)
REFUND_SUM_TEXT = published(
    "refund.text",
    "The resultDescription of code 98 is a sentence; that of every other code is its name.",
)
REFUND_ACKNOWLEDGES = assumed(
    "refund.acknowledges", "A payment that was refunded counts as seen, and is not reversed."
)
RECEIPT_ACKNOWLEDGES = documented(
    "receipt.acknowledges",
    "A payment with a submitPaymentReceipt counts as seen, and is not reversed.",
    place="001 submitPaymentReceipt",
)
RECEIPT_OF_REFUND = published(
    "receipt.any", "Payments and refunds can have several receipts, also empty ones."
)
CREDIT_TOKEN = documented(
    "credit.token",
    "The buyer's userId is returned with a payment as a token I_GAMING_INTEGRATION, status 0.",
    place="001 creditUser",
)
CREDIT_CONVERTED = documented(
    "credit.converted",
    "A credit in another currency than the account's is converted at a fixed simulated rate.",
    place="001 creditUser",
)
CREDIT_DESCRIPTION = documented(
    "credit.description",
    "A credit without a description gets one from the service.",
    place="001 creditUser",
)
CREDIT_CORRELATION = documented(
    "credit.correlation",
    "The reply to creditUser repeats the correlationId.",
    place="001 creditUser",
)
SHOP_PERIOD = assumed(
    "period.shop",
    "A shop's period runs from its previous mark to this one; each transaction is in one period.",
)
TERMINAL_PERIOD = assumed(
    "period.terminal",
    "A period marked with TERMINALID belongs to that terminal, separate from the shop's periods.",
)
LATEST_PERIOD = assumed(
    "report.latest", "A report without a transactionPeriodId covers the latest marked period."
)
REFUNDS_ARE_NEGATIVE = assumed(
    "report.refunds", "In reports a refund is a negative sale in the details and lowers the totals."
)
REVERSED_IN_REPORTS = assumed(
    "report.reversed", "In reports a reversed payment is a sale and a refund."
)
FIVE_DECIMALS = published("report.decimals", "Amounts in reports have five decimals.")
NO_CASHIER = published("report.no-cashier", "In reports a missing cashier is written as NULL.")
META = published(
    "report.meta",
    "A report begins with Meta: ResellerId, TransactionPeriodId, GeneratedAt to the minute, and "
    "TerminalId in a terminal's.",
)
SHOP_SUM = published(
    "report.shop-sum", "Shop.xml, a ResellerTransactionSummary, has SalesCount and SalesTotal."
)
TERMINAL_SUMS = published(
    "report.terminal-sums",
    "STD_RECON_002, a TerminalTransactionSummary, has TerminalId, SalesCount and SalesTotal.",
)
DETAILS = published(
    "report.details",
    "STD_RECON_003, TransactionDetails, has TerminalId, CashierId, SalesAmount and ErsReference.",
)
CASHIER_SUMS = published(
    "report.cashier-sums",
    "STD_RECON_004, a CashierTransactionSummary, has CashierId, SalesCount and SalesTotal.",
)
SUM_OF_TERMINAL = published(
    "report.sum-of-terminal",
    "STD_RECON_006, a TerminalTransactionSummary, has SalesCount and SalesTotal of one terminal.",
)
DETAILS_OF_TERMINAL = published(
    "report.details-of-terminal",
    "STD_RECON_007, TransactionDetails, has ErsReference and SalesAmount of one terminal.",
)
REPORT_TITLE = published(
    "report.title", "A report's title is its name and the period, empty for Shop.xml."
)
REPORT_TYPE = published("report.type", "A report's mimeType is text/html, though it is XML.")
CURRENCIES_APART = assumed(
    "report.currencies",
    "In reports sums of several currencies have a row each, which then names its currency.",
)
OLD_REPORT_NAMES = assumed(
    "report.names",
    "A reportId may lack its folder and suffix, and STD_RECON_001 is Shop.xml; strict mode "
    "refuses that.",
)

"""Mistakes to plant in the payment service, and what the suite must say about each."""

from __future__ import annotations

from typing import Final, NamedTuple


class Mistake(NamedTuple):
    """A mistake by its name in the service.

    `blamed` is a part of the deviation that must be found, `check` a pattern of the checks that
    find it, `at_most` the number of causes that may be reported.
    """

    name: str
    blamed: str
    check: str
    at_most: int = 1

    def __str__(self) -> str:
        return self.name


MISTAKES: Final = (
    Mistake("qr code without reference", "sendInvoice: invoiceQRCode", "done*sendInvoice"),
    Mistake("undocumented code", "cancelInvoice reply: resultCode 71", "callers*cancelInvoice"),
    Mistake("status in lower case", "getPaymentStatus reply: ", "done*getPaymentStatus"),
    Mistake("refund without reference", "refundPayment: ersReference", "paid*refundPayment"),
    Mistake(
        "no description", "assignSeqrId reply: response.resultDescription", "done*assignSeqrId"
    ),
    Mistake("unknown terminal is 37", "unknown id of a TERMINALID", "callers*cancelInvoice"),
    Mistake("passwords in any case", "password in another case", "callers*cancelInvoice"),
    Mistake("longer passwords", "a character more", "callers*"),
    Mistake("no password checked", "wrong password", "callers*cancelInvoice"),
    Mistake("refundPayment by anybody", "refundPayment: wrong password", "callers*refundPayment"),
    Mistake("cancelInvoice by anybody", "cancelInvoice: wrong password", "callers*cancelInvoice"),
    Mistake("short passwords", "short password", "codes*short password"),
    Mistake("any currency", "unknown currency", "codes*unknown currency"),
    Mistake("short titles", "sendInvoice: resultCode 49", "long-texts*Invoice", 2),
    Mistake("any notification url", "FTP notificationUrl", "codes*FTP"),
    Mistake("invoices of others", "invoice of another terminal", "codes*another terminal"),
    Mistake("unknown invoice is 49", "getPaymentStatus: unknown reference", "references"),
    Mistake("version stays", "version", "done*cancelInvoice"),
    Mistake("references of ten invoices", "repeated invoiceReference", "broken*sendInvoice"),
    Mistake("update after the end", "updateInvoice: canceled", "codes*updateInvoice", 2),
    Mistake("update cancels", "updateInvoice: status CANCELED", "replay*updateInvoice", 2),
    Mistake("update ignored", "updateInvoice: ", "paid*updateInvoice"),
    Mistake("status changes when read", "getPaymentStatus: the reply", "getPaymentStatus", 3),
    Mistake("float amounts", "getPaymentStatus reply: amount.value", "paid*sendInvoice"),
    Mistake("no receipt", ": receipt is absent", "amounts*"),
    Mistake("receipt without rows", "invoiceRows of the receipt", "paid*sendInvoice"),
    Mistake("issue date an hour later", "issueDate of the receipt", "paid*sendInvoice"),
    Mistake("receipt for news", "getPaymentStatus reply: ", "paid*sendInvoice"),
    Mistake("half a second later", "issueDate of the receipt", "paid*sendInvoice"),
    Mistake("issue date of now", "sendInvoice: the next reply", "paid*sendInvoice"),
    Mistake("receipt of another payment", "paymentReference", "paid*sendInvoice"),
    Mistake("paid invoices canceled", "cancelInvoice: paid invoice", "payments*cancelInvoice"),
    Mistake("canceled invoices deleted", "cancelInvoice: invoiceReference", "cancelInvoice"),
    Mistake("cancel twice", "cancelInvoice: canceled invoice", "codes*cancelInvoice"),
    Mistake("cancels race", "cancelInvoice: two at once", "at-once*cancelInvoice"),
    Mistake("reads race", "getPaymentStatus: two invoices", "at-once*getPaymentStatus"),
    Mistake("callers race", "getPaymentStatus: two terminals", "at-once*getPaymentStatus"),
    Mistake("no status before payment", "getPaymentStatus: resultCode 90", "done*sendInvoice"),
    Mistake("cancel fails", "cancelInvoice: status FAILED", "done*cancelInvoice", 3),
    Mistake("refunds beyond the payment", "refundPayment: ", "payments*refundPayment"),
    Mistake("refunds added as floats", "refundPayment: resultCode of a refund", "parts*refund"),
    Mistake("refunds race", "refundPayment: two at once", "at-once*refundPayment"),
    Mistake("full refund cancels", "refundPayment: status CANCELED", "paid*refundPayment", 2),
    Mistake("refunds end payments", "refund of the rest 23", "paid*refundPayment"),
    Mistake("refund has the payment's reference", "refundPayment: ersR", "paid*refundPayment"),
    Mistake("refund has the invoice's reference", "refundPayment: ersR", "paid*refundPayment"),
    Mistake("refunds have one reference", "refundPayment: ersReference", "paid*refundPayment"),
    Mistake("payment date without zone", "zone of paymentDate", "payments*Status"),
    Mistake("payment date in local time", "time of paymentDate", "payments*Status"),
    Mistake("references swapped", "getPaymentStatus: ersReference", "payments*Status"),
    Mistake("commits beyond the reservation", "commitReservation: more", "payments*more than res"),
    Mistake("commits stay reserved", "commitReservation: status", "paid*commitReservation"),
    Mistake("faults with status 200", "reply: fault with HTTP status", "broken*sendInvoice"),
    Mistake("refusals are faults", ": unknown ", "callers*cancelInvoice"),
    Mistake("terminals of 30 characters", "registerTerminal: form of", "done*registerTerminal"),
    Mistake("unregister ignored", "unregisterTerminal: no effect", "done*unregisterTerminal", 2),
    Mistake("any seqr id", "assignSeqrId: characters", "codes*assignSeqrId", 2),
    Mistake("seqr ids twice", "assignSeqrId: resultCode at another", "done*assignSeqrId", 2),
    Mistake("periods repeat", "repeated transactionPeriodId", "markTransactionPeriod", 2),
    Mistake("payments rounded", "totalAmount of the receipt", "paid*sendInvoice"),
    Mistake("whole units", "totalAmount of the receipt", "amounts*hundredths"),
    Mistake("32 bits", "getPaymentStatus: totalAmount of the receipt", "amounts*beyond"),
    Mistake("three digits of a second", "sendInvoice: ", "forms*sendInvoice"),
    Mistake("exponents end the service", "the service stopped answering", "exponents*sendInvoice"),
    Mistake("yen in hundredths", "totalAmount of the receipt", "amounts*minor units"),
    Mistake("dinars in hundredths", "totalAmount of the receipt", "amounts*decimals"),
    Mistake("sums of rows", "totalAmount of the receipt", "amounts*other rows"),
    Mistake("client references in bytes", "resultCode 90", "replay.done*"),
    Mistake("equal payments have one reference", "getPaymentStatus: ersR", "payments*Status"),
    Mistake("two polls", "getPaymentStatus: the next reply", "getPaymentStatus"),
    Mistake("three polls", "getPaymentStatus: status CANCELED", "polls*Status"),
    Mistake("refunds of invoices", "refundPayment: invoiceReference", "mixed*refund"),
    Mistake("statuses of payments", "getPaymentStatus: ersReference", "mixed*Status"),
    Mistake("passwords without accents", "password with no accents", "codes*accents"),
    Mistake("passwords compared as numbers", "password with a leading zero", "codes*zero"),
    Mistake("passwords in ASCII", "password with question marks", "codes*marks"),
    Mistake("refunds in any currency", "refundPayment: another currency", "payments*currency"),
    Mistake("negative amounts", "Invoice: negative total", "codes*negative total"),
    Mistake("passwords of others", "password of another principal", "callers*sendInvoice"),
    Mistake("canceled opens again", "cancelInvoice: the next reply", "done*cancelInvoice"),
    Mistake("tokens shown once", "getPaymentStatus: the reply", "done*getPaymentStatus", 2),
    Mistake("status 202", "reply: HTTP status", "done*cancelInvoice"),
    Mistake("html", "reply: Content-Type", "done*cancelInvoice"),
    Mistake("latin-1", "reply: soap.encoding", "done*cancelInvoice"),
    Mistake("one till", "terminalId of the receipt", "payments*Status"),
    Mistake("one row kept", "invoiceRows of the receipt", "long-texts*sendInvoice"),
    Mistake("titles of 100 characters", "title of the receipt", "long-texts*sendInvoice"),
    Mistake("texts escaped", "title of the receipt", "long-texts*sendInvoice"),
    Mistake("texts in ASCII", "title of the receipt", "long-texts*sendInvoice"),
    Mistake("refunds stored too small", "refund beyond the payment 0", "paid*refundPayment"),
    Mistake("references shortened", "sendInvoice: invoiceReference", "done*sendInvoice"),
    Mistake("references shortened in receipts", "invoiceReference of the rec", "payments*Status"),
    Mistake("cashiers in capitals", "cashierId of the receipt", "paid*sendInvoice"),
    Mistake("decimal commas", "getPaymentStatus", "payments*Status"),
    Mistake("undeclared elements", "sendInvoice reply: ", "replay.done"),
    Mistake("one receipt", "resultCode of a second receipt", "paid*submitPaymentReceipt"),
    Mistake("unregister ends all", "effect on another terminal", "done*unregisterTerminal"),
    Mistake("unregister ends registers", "effect on another terminal", "done*unregisterTerminal"),
    Mistake("paid at once", "status PAID instead of ISSUED", "done*sendInvoice"),
    Mistake("reports are empty", "executeReport: missing transaction", "paid*sendInvoice"),
    Mistake("reports lack refunds", "refundPayment: missing transaction", "paid*refundPayment"),
    Mistake("reports lack the first", "executeReport: missing transaction", "paid*sendInvoice"),
    Mistake("reports lack the last", "executeReport: missing transaction", "paid*sendInvoice"),
    Mistake("reports repeat the last", "unexpected transaction", "paid*sendInvoice"),
    Mistake("reports go on", "executeReport: unexpected transaction", "paid*Invoice"),
    Mistake("reports round", "executeReport: missing transaction", "paid*sendInvoice"),
    Mistake("receipts are booked", "submitPaymentReceipt: unexpected", "paid*PaymentReceipt"),
    Mistake("refused refunds are booked", "refundPayment: unexpected", "paid*refundPayment"),
)
"""Every planted mistake."""
CHOICES: Final = (
    Mistake("reports", "", "paid*refundPayment"),
    Mistake("reports of the shop alone", "", "paid*refundPayment"),
    Mistake("currencies of the north", "", "replay.paid*sendInvoice"),
    Mistake("several open invoices", "", "codes*superseded"),
    Mistake("canceled invoices answer 95", "", "codes*updateInvoice"),
    Mistake("no credits", "", "creditUser"),
    Mistake("long passwords only", "", "codes*short password"),
    Mistake("own cash register", "", "payments*getPaymentStatus"),
    Mistake("underscores", "", "codes*assignSeqrId"),
    Mistake("receipts without instructions", "", "replay.paid*sendInvoice"),
    Mistake("short receipts", "", "replay.paid*sendInvoice"),
    Mistake("receipts of amounts", "", "replay.paid*sendInvoice"),
    Mistake("dates in seconds", "", "replay.paid*sendInvoice"),
    Mistake("dates rounded", "", "replay.paid*sendInvoice"),
    Mistake("dates in milliseconds", "", "replay.paid*sendInvoice"),
    Mistake("byte order mark", "", "replay.done"),
    Mistake("numbers", "", "replay.*Terminal"),
    Mistake("uuids", "", "done*registerTerminal"),
    Mistake("a counter for each reference", "", "mixed*"),
    Mistake("equal counters", "", "payments*Status"),
    Mistake("polls limited by status", "", "polls*Status"),
    Mistake("polls limited by fault", "", "polls*Status"),
    Mistake("identifiers once", "", "done*Terminal"),
    Mistake("short seqr ids of others", "", "assignSeqrId"),
)
"""What a service may do otherwise, because the references leave it open."""
_NAMES: Final = {
    "one till",
    "no receipt",
    "update after the end",
    "refunds race",
    "callers race",
    "refunds added as floats",
    "html",
    "status 202",
    "reports go on",
    "refused refunds are booked",
}
EVERY_TIME: Final = tuple(each for each in MISTAKES if each.name in _NAMES)
"""The mistakes that are planted in every run of the tests."""

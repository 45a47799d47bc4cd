"""The life of an invoice: what buyer, merchant and time do to it."""

from seqrkit.simulator.behaviours.entry import FAQ, STATUS, assumed, documented, published, seen

ISSUED = published("invoice.issued", "An invoice that was sent is ISSUED, in version 0.")

# The buyer scans
SCAN_REQUIRED = published(
    "scan.required",
    "Under REQUIRE_ACKNOWLEDGMENT a scan makes the bill wait for the merchant's updateInvoice.",
)
SCAN_OPTIONAL = published(
    "scan.optional",
    "Under OPTIONAL_ACKNOWLEDGMENT it waits only when the buyer has a token to offer.",
)
SCAN_UNSTATED = published(
    "scan.unstated",
    "An invoice without acknowledgmentMode waits as under REQUIRE_ACKNOWLEDGMENT.",
    place=FAQ,
)
SCAN_FREE = published(
    "scan.free", "Under NO_ACKNOWLEDGMENT the invoice stays ISSUED and the buyer can pay at once."
)
SCAN_TOKENS = published(
    "scan.tokens",
    "The token that a buyer offers reaches the merchant in customerTokens, with status 0.",
)
SCAN_TERMINAL = published(
    "scan.terminal", "A terminal's static code leads to the bill that is current on that terminal."
)
RESCAN = assumed(
    "scan.again",
    "A scan after the merchant's acknowledgment waits again only for a token not seen before.",
)

# The buyer pays
CONFIRMING = assumed(
    "confirmation",
    "Between opening the PIN dialog and leaving it, an open invoice is in confirmation.",
)
PAID_AT_ONCE = documented(
    "pay.at-once",
    "A confirmed IMMEDIATE_DEBIT invoice is PAID, with ersReference and receipt.",
    place=STATUS,
)
RESERVED = published(
    "pay.reserved",
    "Confirming RESERVATION_REQUIRED, also with a preliminary amount, makes it RESERVED.",
)
RESERVED_IF_POSSIBLE = assumed(
    "pay.reserved-if-possible",
    "RESERVATION_DESIRED reserves if the buyer's bank can, and is paid at once otherwise.",
)
PAID_IN_PART = assumed(
    "pay.part", "Paying a part makes an invoice PARTIALLY_PAID, and the rest makes it PAID."
)
PAID_IN_PART_SAID_SO = assumed(
    "pay.part-older-interface",
    "extclientproxy-v2, which has no PARTIALLY_PAID, says ISSUED for it.",
)
DECLINED = assumed("pay.declined", "An invoice that the buyer's bank declines is FAILED.")
PART_DECLINED = assumed(
    "pay.part-declined",
    "When the bank declines the rest of a part payment, or the buyer leaves, the part stays.",
)
BUYER_CANCELS = published("buyer.cancels", "A buyer's cancel makes an open invoice CANCELED.")
BACK_URL = documented(
    "buyer.back-url",
    "After payment or cancel the buyer's phone opens the backURL.",
    place="001 Invoice data",
)

# The merchant changes or ends it
UPDATE_ACKNOWLEDGES = published(
    "update.acknowledges",
    "updateInvoice on a waiting invoice makes it ISSUED, and the buyer sees the new amount.",
)
UPDATE_BEFORE_SCAN = assumed("update.before-scan", "updateInvoice before a scan changes it.")
UPDATE_AFTER_SCAN = published(
    "update.after-scan",
    "Once a buyer has the bill on the phone, updateInvoice answers 0 and changes nothing.",
)
UPDATE_RESERVED = published(
    "update.reserved",
    "updateInvoice on RESERVED changes rows and total, up to the reserved amount.",
)
MERCHANT_CANCELS = documented(
    "cancel.open", "cancelInvoice on an open invoice makes it CANCELED.", place="001 cancelInvoice"
)
CANCEL_RESERVED = assumed(
    "cancel.reserved", "cancelInvoice on RESERVED releases the reservation: CANCELED."
)
COMMIT = documented(
    "commit",
    "commitReservation makes a RESERVED invoice PAID for the amount it names.",
    place="001 commitReservation",
)
COMMIT_ALL = published(
    "commit.all", "commitReservation without an amount commits all of it, as last updated."
)
COMMIT_IS_FINAL = assumed(
    "commit.final", "The reply to commitReservation acknowledges the payment by itself."
)
SUPERSEDED = published(
    "supersede",
    "A new invoice on a cash register cancels the open one: it has one open invoice.",
    place=FAQ,
)
SUPERSEDES_NO_MONEY = assumed(
    "supersede.not-money", "A new invoice leaves one alone that is RESERVED or PARTIALLY_PAID."
)
WEBSHOP_HAS_MANY = published(
    "supersede.not-webshop", "A webshop terminal can have any number of open invoices."
)

# Time passes
REVERSED = documented(
    "reversal",
    "A payment not seen by getPaymentStatus within 20 s is reversed, and shown as CANCELED.",
    place=STATUS,
)
POLLED_IS_FINAL = published(
    "reversal.polled", "A payment that getPaymentStatus has returned as PAID is never reversed."
)
LAPSED = published(
    "reservation.lapses",
    "A reservation not committed within commitReservationTimeout seconds is CANCELED.",
)
LAPSES_IN_AN_HOUR = assumed(
    "reservation.default", "Without a commitReservationTimeout above 0 that is 3600 seconds."
)

# What getPaymentStatus says
VERSION_OF_STATUS = documented(
    "version.status", "The version rises by one whenever the status changes.", place=STATUS
)
VERSION_OF_TOKEN = documented(
    "version.token", "The version rises by one when a new buyer token is offered.", place=STATUS
)
VERSION_NO_FILTER = seen(
    "version.no-filter",
    "A client that sends version 0, or none, for ever gets every state all the same.",
)
CURRENT = published(
    "status.current", "Without an invoiceReference, a cash register asks for its current invoice."
)
ERS_REFERENCE = documented(
    "status.ers-reference", "An ersReference is there only when PAID.", place=STATUS
)
RECEIPT = published(
    "status.receipt",
    "A receipt is there only when PAID, its paymentReference equal to the ersReference.",
)
NOTIFIED = published(
    "notification",
    "The notificationUrl is called once the invoice is PAID, and once it is RESERVED.",
)
